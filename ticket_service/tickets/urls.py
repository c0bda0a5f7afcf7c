from __future__ import annotations

from django.urls import path, register_converter
from django.urls.converters import IntConverter
from rest_framework.routers import SimpleRouter

from tickets.views import AttachmentView, TicketViewSet


class IdConverter(IntConverter):
    """An id that fits PostgreSQL's bigint; longer numbers name nothing."""

    regex = "[0-9]{1,18}"


register_converter(IdConverter, "id")

router = SimpleRouter()
router.register("tickets", TicketViewSet, basename="ticket")

urlpatterns = [
    *router.urls,
    path("attachments/<id:attachment_id>/", AttachmentView.as_view(), name="attachment"),
]
