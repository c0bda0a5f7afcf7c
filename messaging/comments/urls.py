"""Routes of the conversation."""

from django.urls import path

from comments import erasure_views, event_views, readable, views
from ticketing_common.upload_kinds import KindsView
from tickets import converters

__all__ = ["converters", "urlpatterns"]

urlpatterns = [
    path("comments/", views.CommentListView.as_view(), name="comments"),
    path("comments/readable/", readable.ReadableView.as_view(), name="readable"),
    path("comments/<int:comment_id>/", views.CommentView.as_view(), name="comment"),
    path("comments/<int:comment_id>/replies/", views.ReplyListView.as_view(), name="replies"),
    path("comments/<int:comment_id>/rating/", views.RatingView.as_view(), name="rating"),
    path("comments/<int:comment_id>/attachments/", views.AttachmentListView.as_view(), name="comment-attachments"),
    path("comments/<int:comment_id>/history/", views.HistoryView.as_view(), name="history"),
    path("tickets/<ticket:ticket_id>/events/", event_views.EventListView.as_view(), name="events"),
    path("tickets/<ticket:ticket_id>/read-state/", event_views.ReadStateView.as_view(), name="read-state"),
    path("tickets/<ticket:ticket_id>/uploads/", views.UploadListView.as_view(), name="uploads"),
    path("tickets/<ticket:ticket_id>/mail-uploads/", views.MailUploadListView.as_view(), name="mail-uploads"),
    path("uploads/<int:upload_id>/", views.UploadView.as_view(), name="upload"),
    path("privacy/person/", erasure_views.PrivacyView.as_view(), name="person-data"),
    path("attachments/kinds/", KindsView.as_view(), name="attachment-kinds"),
    path("attachments/<int:attachment_id>/", views.AttachmentView.as_view(), name="attachment"),
]
