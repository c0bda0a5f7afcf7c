from __future__ import annotations

from django.urls import path, register_converter
from django.urls.converters import IntConverter, StringConverter
from rest_framework.routers import SimpleRouter

from ticketing_common.upload_kinds import KindsView
from tickets.privacy_views import PrivacyView
from tickets.views import AttachmentView, TicketViewSet
from tickets.views_comments import CommentAttachmentView, CommentListView, CommentView


class IdConverter(IntConverter):
    """An id that fits PostgreSQL's bigint; longer numbers name nothing."""

    regex = "[0-9]{1,18}"


class TicketNumber(StringConverter):
    regex = "[A-Za-z0-9_-]{1,64}"


register_converter(IdConverter, "id")
register_converter(TicketNumber, "number")

router = SimpleRouter()
router.register("tickets", TicketViewSet, basename="ticket")

urlpatterns = [
    *router.urls,
    path("tickets/<number:ticket_number>/comments/", CommentListView.as_view(), name="comments"),
    path("tickets/<number:ticket_number>/comments/<id:comment_id>/", CommentView.as_view(), name="comment"),
    path(
        "tickets/<number:ticket_number>/comments/<id:comment_id>/attachments/<id:attachment_id>/",
        CommentAttachmentView.as_view(),
        name="comment-attachment",
    ),
    path("privacy/person/", PrivacyView.as_view(), name="person-data"),
    path("attachments/kinds/", KindsView.as_view(), name="attachment-kinds"),
    path("attachments/<id:attachment_id>/", AttachmentView.as_view(), name="attachment"),
]
