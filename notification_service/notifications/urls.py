from __future__ import annotations

from django.urls import path
from rest_framework.routers import SimpleRouter

from notifications.views import HistoryViewSet, PreferencesView, SendView, TemplateViewSet, UnsubscribeView
from notifications.views_inapp import InAppViewSet

router = SimpleRouter()
router.register("api/v1/notifications/history", HistoryViewSet, basename="history")
router.register("api/v1/notifications/templates", TemplateViewSet, basename="template")
router.register("api/v2/notifications/inapp", InAppViewSet, basename="inapp")

urlpatterns = [
    path("api/v1/notifications/send/", SendView.as_view(), name="send"),
    path("api/v1/notifications/preferences/", PreferencesView.as_view(), name="preferences"),
    path("api/v1/notifications/unsubscribe/<str:token>/", UnsubscribeView.as_view(), name="unsubscribe"),
    *router.urls,
]
