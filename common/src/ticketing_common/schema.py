"""OpenAPI post-processing: every operation documents the error envelope for the statuses it can answer."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

ERROR_SCHEMA = {
    "type": "object",
    "required": ["type", "errors"],
    "properties": {
        "type": {"type": "string", "enum": ["validation_error", "client_error", "server_error"]},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["code", "detail", "attr"],
                "properties": {
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                    "attr": {"type": "string", "nullable": True},
                },
            },
        },
    },
}

DESCRIPTIONS = {
    "400": "The request is not valid.",
    "401": "No valid credentials.",
    "403": "Not allowed.",
    "404": "Not found.",
    "405": "The method is not allowed here.",
    "406": "No such representation.",
    "409": "Conflict with the current state.",
    "415": "The media type is not supported.",
    "422": "The Idempotency-Key was used for another request.",
    "429": "Too many requests.",
    "503": "The service cannot work right now.",
}


def _error(status: str) -> dict[str, Any]:
    return {
        "description": DESCRIPTIONS[status],
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
    }


def document_errors(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    result.setdefault("components", {}).setdefault("schemas", {})["Error"] = ERROR_SCHEMA
    for path, operations in result.get("paths", {}).items():
        for method, operation in operations.items():
            if method not in {"get", "post", "put", "patch", "delete"}:
                continue
            statuses = {"400", "401", "403", "406", "429", "503"}
            if "{" in path:
                statuses.add("404")
            if method == "get":
                statuses.add("404")
            else:
                statuses |= {"404", "409", "415", "422"}
            for status in sorted(statuses):
                operation["responses"].setdefault(status, _error(status))
    return result


class Schema(AutoSchema):
    """Documents the `Idempotency-Key` of the writes that honour it."""

    def get_override_parameters(self) -> list[Any]:
        # Not at the top: the module needs the applications' models, this one is named by the settings.
        from ticketing_common.idempotency import LONGEST_KEY, TAKES_KEY

        method = getattr(self.view, getattr(self.view, "action", None) or self.method.lower(), None)
        if not getattr(method, TAKES_KEY, False):
            return []
        return [
            OpenApiParameter(
                "Idempotency-Key",
                {"type": "string", "maxLength": LONGEST_KEY},
                OpenApiParameter.HEADER,
                description="Of the client's choosing, one a write: tried again with it, the first answer comes again.",
            )
        ]


class JWTScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "ticketing_common.authentication.JWTAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "ticketing_common.authentication.ApiKeyAuthentication"
    name = "apiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "header", "name": "X-API-Key"}
