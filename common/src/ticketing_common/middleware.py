"""Request id, access log and metrics for every HTTP request."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from ticketing_common import metrics
from ticketing_common.context import accept_request_id, request_id_var
from ticketing_common.logs import logger, masked_path

log = logger("http")

QUIET_PATHS = ("/health/", "/metrics")


class RequestContextMiddleware:
    """Accept or make `X-Request-ID`, answer with it, log the request and observe its duration."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = accept_request_id(request.headers.get("X-Request-ID"))
        token = request_id_var.set(request_id)
        started = time.perf_counter()
        try:
            response = self.get_response(request)
            seconds = time.perf_counter() - started
            response["X-Request-ID"] = request_id
            if not response.has_header("Cache-Control"):
                response["Cache-Control"] = "no-store"
            match = request.resolver_match
            route = match.route if match else "unmatched"
            metrics.observe_request(metrics.known_method(request.method), route, response.status_code, seconds)
            if not request.path.startswith(QUIET_PATHS):
                user = getattr(request, "user", None)
                log.info(
                    "request",
                    method=metrics.known_method(request.method),
                    path=masked_path(request.path, match.kwargs if match else {}),
                    status=response.status_code,
                    ms=round(seconds * 1000, 1),
                    user_id=getattr(user, "id", None),
                )
            return response
        finally:
            request_id_var.reset(token)
