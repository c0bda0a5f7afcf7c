"""Routes of canned replies."""

from django.urls import path

from canned import views

urlpatterns = [
    path("canned-replies/", views.CannedReplyListView.as_view(), name="canned-replies"),
    path("canned-replies/<int:reply_id>/", views.CannedReplyView.as_view(), name="canned-reply"),
]
