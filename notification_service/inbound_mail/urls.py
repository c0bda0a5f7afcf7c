from __future__ import annotations

from django.urls import path
from rest_framework.routers import SimpleRouter

from inbound_mail.ticket_files import TicketFileView
from inbound_mail.views import InboundMailViewSet

router = SimpleRouter()
router.register("api/v1/inbound-mails", InboundMailViewSet, basename="inbound-mail")

urlpatterns = [
    *router.urls,
    path("api/v1/ticket-files/<int:file_id>/", TicketFileView.as_view(), name="ticket-file"),
]
