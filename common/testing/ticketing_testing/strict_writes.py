"""Which writing operations of a service take fields that they do not know: for each service's own test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from drf_spectacular.generators import EndpointEnumerator, SchemaGenerator
from rest_framework import serializers

from ticketing_common.serializers import StrictFields

WRITING = ("POST", "PUT", "PATCH")


def writes() -> Iterator[tuple[str, Any]]:
    """Return every writing operation, as `PATCH /tasks/{id}/`, with the serializer of its body; None: it has none."""
    generator = SchemaGenerator()  # type: ignore[no-untyped-call]
    for path, path_regex, method, callback in EndpointEnumerator().get_api_endpoints():  # type: ignore[no-untyped-call]
        if method not in WRITING:
            continue
        view = generator.create_view(callback, method)  # type: ignore[no-untyped-call]
        view.schema.view, view.schema.method = view, method
        view.schema.path, view.schema.path_regex = path, path_regex
        yield f"{method} {path}", view.schema.get_request_serializer()


def lenient_writes() -> dict[str, str]:
    """Return the operations whose body, or a part of it, takes unknown fields, with the serializer that does."""
    found = {}
    for operation, body in writes():
        for each in _serializers(body):
            if not isinstance(each, StrictFields):
                found[operation] = type(each).__name__
                break
    return found


def _serializers(body: Any) -> Iterator[serializers.Serializer[Any]]:
    """Return the serializer of a body with those of its parts."""
    if isinstance(body, dict):  # by media type
        for each in body.values():
            yield from _serializers(each)
    if isinstance(body, type) and issubclass(body, serializers.BaseSerializer):
        body = body()
    if isinstance(body, serializers.ListSerializer):
        body = body.child
    if isinstance(body, serializers.Serializer):
        yield body
        for field in body.fields.values():
            if not field.read_only:
                yield from _serializers(field)
