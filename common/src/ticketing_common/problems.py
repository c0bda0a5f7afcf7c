"""Answer every refusal with one envelope, from REST views and from Django's own error pages."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import DataError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, JsonResponse
from psycopg2.errors import QueryCanceled
from rest_framework import exceptions
from rest_framework.response import Response

from ticketing_common.errors import Refusal, envelope
from ticketing_common.logs import logger

log = logger(__name__)


def _flatten(detail: Any, attr: str | None = None) -> list[dict[str, Any]]:
    """Turn DRF's nested details into a flat list; nested fields are joined with dots."""
    if isinstance(detail, dict):
        rows: list[dict[str, Any]] = []
        for key, value in detail.items():
            name = None if key == "non_field_errors" and attr is None else str(key)
            path = ".".join(part for part in (attr, name) if part)
            rows += _flatten(value, path or None)
        return rows
    if isinstance(detail, list):
        rows = []
        for index, value in enumerate(detail):
            nested = isinstance(value, dict | list)
            rows += _flatten(value, f"{attr or ''}.{index}".lstrip(".") if nested else attr)
        return rows
    return [{"code": getattr(detail, "code", "invalid"), "detail": str(detail), "attr": attr}]


def exception_handler(exc: Exception, context: dict[str, Any]) -> Response | None:
    """Answer every refusal with the common envelope. Unknown exceptions stay unknown: Django answers 500."""
    # Not at the top: DRF's views import the settings that name this module.
    from rest_framework.views import set_rollback

    if isinstance(exc, Refusal):
        set_rollback()
        kind = "validation_error" if exc.attr else "client_error" if exc.status_code < 500 else "server_error"
        errors = [{"code": exc.code, "detail": exc.detail, "attr": exc.attr}]
        response = Response(envelope(kind, errors, **exc.extra), status=exc.status_code)
        if "retry_after" in exc.extra:
            response["Retry-After"] = str(exc.extra["retry_after"])
        return response
    if isinstance(exc, Http404):
        exc = exceptions.NotFound()
    elif isinstance(exc, PermissionDenied):
        exc = exceptions.PermissionDenied()
    if isinstance(exc.__cause__, QueryCanceled):
        log.error("statement_timeout")
        set_rollback()
        return _too_slow()
    if isinstance(exc, OperationalError | InterfaceError):
        log.error("database_unavailable", error=str(exc).splitlines()[0] if str(exc) else "")
        set_rollback()
        return unavailable()
    if isinstance(exc, DataError):
        # What passed the checks and PostgreSQL still can't hold or compare, such as a time zone 18 hours away.
        log.warning("value_out_of_range", error=str(exc).splitlines()[0] if str(exc) else "")
        exc = exceptions.ValidationError("A value is out of range.", code="out_of_range")
    if not isinstance(exc, exceptions.APIException):
        return None
    set_rollback()
    kind = "validation_error" if isinstance(exc, exceptions.ValidationError) else "client_error"
    if exc.status_code >= 500:
        kind = "server_error"
    response = Response(envelope(kind, _flatten(exc.detail)), status=exc.status_code)
    if getattr(exc, "auth_header", None):
        response["WWW-Authenticate"] = exc.auth_header  # type: ignore[attr-defined]
    if getattr(exc, "wait", None):
        response["Retry-After"] = str(int(exc.wait) + 1)  # type: ignore[attr-defined]
    return response


def _too_slow() -> Response:
    errors = [{"code": "too_slow", "detail": "The answer took the database too long. Ask for less.", "attr": None}]
    return Response(envelope("server_error", errors), status=503)


def unavailable() -> Response:
    errors = [{"code": "unavailable", "detail": "The service cannot reach its database.", "attr": None}]
    return Response(envelope("server_error", errors), status=503, headers={"Retry-After": "2"})


def _plain(kind: str, code: str, detail: str, http_status: int) -> JsonResponse:
    return JsonResponse(envelope(kind, [{"code": code, "detail": detail, "attr": None}]), status=http_status)


def handler400(request: HttpRequest, exception: Exception | None = None) -> JsonResponse:
    return _plain("client_error", "bad_request", "The request cannot be read.", 400)


def handler403(request: HttpRequest, exception: Exception | None = None) -> JsonResponse:
    return _plain("client_error", "permission_denied", "You may not do this.", 403)


def handler404(request: HttpRequest, exception: Exception | None = None) -> JsonResponse:
    return _plain("client_error", "not_found", "There is nothing at this address.", 404)


def handler500(request: HttpRequest) -> JsonResponse:
    return _plain("server_error", "internal_error", "Something went wrong on our side.", 500)
