"""Routes of the service: each app says its own."""

from django.urls import URLPattern, URLResolver, include, path

from ticketing_common.urls import shared_urls

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("workflow.urls")),
    path("", include("step.urls")),
    path("", include("audit.urls")),
    path("", include("tickets.urls")),
    path("", include("task.urls")),
    path("", include("amscheckout.urls")),
    path("", include("bmscheckout.urls")),
    path("", include("workflowmanager.urls")),
    path("", include("privacy.urls")),
    path("", include("ticketing_common.retention.urls")),
    *shared_urls(docs="docs/", schema="schema/"),
]

handler400 = "ticketing_common.problems.handler400"
handler403 = "ticketing_common.problems.handler403"
handler404 = "ticketing_common.problems.handler404"
handler500 = "ticketing_common.problems.handler500"
