"""Routes of the conversation."""

from django.urls import path

from comments import readable, views

urlpatterns = [
    path("comments/", views.CommentListView.as_view(), name="comments"),
    path("comments/readable/", readable.ReadableView.as_view(), name="readable"),
    path("comments/<int:comment_id>/", views.CommentView.as_view(), name="comment"),
    path("comments/<int:comment_id>/replies/", views.ReplyListView.as_view(), name="replies"),
    path("comments/<int:comment_id>/rating/", views.RatingView.as_view(), name="rating"),
    path("comments/<int:comment_id>/attachments/", views.AttachmentListView.as_view(), name="comment-attachments"),
    path("comments/<int:comment_id>/history/", views.HistoryView.as_view(), name="history"),
    path("attachments/<int:attachment_id>/", views.AttachmentView.as_view(), name="attachment"),
]
