"""Routes that every service has."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from ticketing_common import schema as _schema  # noqa: F401 -- registers the security schemes
from ticketing_common.documentation import DocsView, SchemaView
from ticketing_common.health import health, live, ready
from ticketing_common.metrics import metrics_view


def shared_urls(*, docs: str = "api/docs/", schema: str = "api/schema/") -> list[URLPattern | URLResolver]:
    return [
        path("health/", health, name="health"),
        path("health/live/", live, name="live"),
        path("health/ready/", ready, name="ready"),
        path("metrics", metrics_view, name="metrics"),
        path(schema, SchemaView.as_view(), name="schema"),
        path(docs, DocsView.as_view(url_name="schema"), name="docs"),
    ]
