"""Fields of the API's documents that more than one app reads or writes."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from role.fields import MAX_ID, NamedOut
from workflow.durations import MAX_SLA, InvalidDuration, parse_duration
from workflow.field_types import BUILT_IN, FieldType

FIELD_PATH = re.compile(r"[A-Za-z_][\w-]{0,63}(\.[\w-]{1,64}){0,7}")


@extend_schema_field({"type": "integer", "minimum": 1, "maximum": int(MAX_SLA.total_seconds())})
class SecondsField(serializers.Field):  # type: ignore[type-arg]
    """A duration in whole seconds."""

    def to_internal_value(self, data: Any) -> timedelta:
        try:
            return parse_duration(data)
        except InvalidDuration as problem:
            raise serializers.ValidationError(str(problem), code="invalid_duration") from problem

    def to_representation(self, value: timedelta) -> int:
        return int(value.total_seconds())


@extend_schema_field(
    {
        "oneOf": [
            {"type": "integer", "minimum": 1, "maximum": int(MAX_SLA.total_seconds())},
            {"type": "string", "example": "PT4H", "maxLength": 64},
        ]
    }
)
class DurationField(SecondsField):
    """A duration as it is given: whole seconds, `PT4H`, `04:00:00`, `4h`, `2d 30m`, `1w`."""


@extend_schema_field({"oneOf": [{"type": "integer"}, {"type": "string", "minLength": 1, "maxLength": 64}]})
class DocumentIdField(serializers.Field):  # type: ignore[type-arg]
    """The id of a row, or any text for what is new in a document."""

    default_error_messages = {"invalid": "An id is a number, or a text of up to 64 characters for something new."}

    def to_internal_value(self, data: Any) -> int | str:
        if isinstance(data, int) and not isinstance(data, bool) and 0 < data <= MAX_ID:
            return data
        if isinstance(data, str) and 0 < len(data) <= 64 and data.isprintable():
            return data
        self.fail("invalid")

    def to_representation(self, value: Any) -> Any:
        return value


def storable_json(value: Any) -> None:
    """Refuse what a jsonb column can't hold: NUL and halves of surrogate pairs, in texts and in names."""
    if isinstance(value, str):
        if "\x00" in value or any("\ud800" <= character <= "\udfff" for character in value):
            raise serializers.ValidationError("A text contains a character that can't be stored.")
    elif isinstance(value, dict):
        for key, item in value.items():
            storable_json(key)
            storable_json(item)
    elif isinstance(value, list):
        for item in value:
            storable_json(item)


class FieldTypesField(serializers.DictField):
    """Types of a workflow's own fields by their paths: `{"dynamic_data.cost_centre": "text"}`."""

    child = serializers.ChoiceField(choices=FieldType.choices)
    default_error_messages = {
        "too_many": "At most 200 fields.",
        "path": "{path!r} is no path of a field.",
        "built_in": "{path} has a type already.",
    }

    def to_internal_value(self, data: Any) -> dict[str, str]:
        value: dict[str, str] = super().to_internal_value(data)
        if len(value) > 200:
            self.fail("too_many")
        for path in value:
            if not FIELD_PATH.fullmatch(path):
                self.fail("path", path=path)
            if path in BUILT_IN:
                self.fail("built_in", path=path)
        return value


@extend_schema_field({"type": "object", "additionalProperties": True})
class ObjectField(serializers.JSONField):
    """Any JSON object."""

    default_error_messages = {"not_object": "This must be an object."}

    def to_internal_value(self, data: Any) -> Any:
        value = super().to_internal_value(data)
        if not isinstance(value, dict):
            self.fail("not_object")
        storable_json(value)
        return value


class StepRefOut(NamedOut):
    """A step of a version with the name of its role."""

    role = serializers.CharField(allow_null=True)


class StorableText(serializers.CharField):
    """Text that PostgreSQL can store."""

    def to_internal_value(self, data: Any) -> str:
        value = super().to_internal_value(data)
        storable_json(value)
        return value


class IdField(serializers.IntegerField):
    def __init__(self, **arguments: Any) -> None:
        super().__init__(min_value=1, max_value=MAX_ID, **arguments)


def checked(serializer: Any) -> dict[str, Any]:
    """Return the validated input, or raise its errors."""
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)
