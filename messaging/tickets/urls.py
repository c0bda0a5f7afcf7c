"""Routes of tickets."""

from django.urls import path, register_converter

from tickets import views


class TicketNumber:
    regex = "[A-Za-z0-9_.-]{1,140}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(TicketNumber, "ticket")

urlpatterns = [
    path("tickets/<ticket:ticket_id>/events/", views.EventListView.as_view(), name="events"),
    path("tickets/<ticket:ticket_id>/participants/", views.ParticipantListView.as_view(), name="participants"),
    path("tickets/<ticket:ticket_id>/read-state/", views.ReadStateView.as_view(), name="read-state"),
]
