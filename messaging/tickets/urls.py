"""Routes of tickets."""

from django.urls import path

from tickets import converters, views

__all__ = ["converters", "urlpatterns"]

urlpatterns = [
    path("tickets/<ticket:ticket_id>/participants/", views.ParticipantListView.as_view(), name="participants"),
]
