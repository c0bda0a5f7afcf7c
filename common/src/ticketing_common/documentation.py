"""The OpenAPI document and its page: made once a process, and under a content security policy."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SCHEMA_KWARGS, SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.request import Request
from rest_framework.response import Response

CACHE_SECONDS = 300
# Swagger UI styles its elements inline and loads its own scripts and this service's document, nothing else.
CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self';"
    " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def _may_be_kept(response: Any) -> Any:
    response["Cache-Control"] = f"public, max-age={CACHE_SECONDS}"
    response["Content-Security-Policy"] = CONTENT_POLICY
    return response


class SchemaView(SpectacularAPIView):
    """The document depends on the code alone, so each representation is made once: that takes up to a second."""

    _made: dict[str, tuple[bytes, dict[str, str]]] = {}

    @extend_schema(**SCHEMA_KWARGS)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse | Response:
        key: str = request.accepted_renderer.media_type
        if key not in self._made:
            response = self._get_schema_response(request)  # type: ignore[no-untyped-call]
            self.finalize_response(request, response, *args, **kwargs).render()
            headers = {name: response[name] for name in ("Content-Type", "Content-Disposition") if name in response}
            self._made[key] = (bytes(response.content), headers)
        body, headers = self._made[key]
        return _may_be_kept(HttpResponse(body, headers=headers))  # type: ignore[no-any-return]

    def _get_version_parameter(self, request: Request) -> None:
        """There is one version; what a request says of it must not get into the kept document."""


class DocsView(SpectacularSwaggerSplitView):
    """Swagger UI, its script in an answer of its own: the policy allows no inline script."""

    url_self = "."  # a gateway may put a prefix before the path

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return _may_be_kept(super().get(request, *args, **kwargs))  # type: ignore[no-any-return, no-untyped-call]
