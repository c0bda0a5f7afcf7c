"""Routes of the service."""

from django.urls import URLPattern, URLResolver, include, path

from app.privacy_views import PrivacyView
from ticketing_common.urls import shared_urls

urlpatterns: list[URLPattern | URLResolver] = [
    *shared_urls(),
    path("", include("notifications.urls")),
    path("", include("webhooks.urls")),
    path("", include("inbound_mail.urls")),
    path("api/v1/privacy/person/", PrivacyView.as_view(), name="person-data"),
    path("api/v1/", include("ticketing_common.retention.urls")),
]

handler400 = "ticketing_common.problems.handler400"
handler403 = "ticketing_common.problems.handler403"
handler404 = "ticketing_common.problems.handler404"
handler500 = "ticketing_common.problems.handler500"
