"""Routes of the service."""

from django.urls import URLPattern, URLResolver, include, path

from ticketing_common.urls import shared_urls

urlpatterns: list[URLPattern | URLResolver] = [
    *shared_urls(),
    path("", include("tickets.urls")),
    path("", include("ticketing_common.retention.urls")),
]

handler400 = "ticketing_common.problems.handler400"
handler403 = "ticketing_common.problems.handler403"
handler404 = "ticketing_common.problems.handler404"
handler500 = "ticketing_common.problems.handler500"
