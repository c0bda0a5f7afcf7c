"""Serializers of what clients write."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from ticketing_common.texts import is_blank, normalized


class StrictFields(serializers.Serializer[Any]):
    """Refuse fields that are unknown or not for writing: a silent drop looks like success."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            writable = {name for name, field in self.fields.items() if not field.read_only}
            unknown = sorted(set(data) - writable)
            if unknown:
                raise serializers.ValidationError(
                    {name: ["This field is unknown or can't be set here."] for name in unknown}, code="unknown_field"
                )
        return super().to_internal_value(data)


class TextField(serializers.CharField):
    """A text for people: stored in NFC; one in which nothing is visible is as good as none."""

    def to_internal_value(self, data: Any) -> str:
        text = normalized(super().to_internal_value(data))
        if text and not self.allow_blank and is_blank(text):
            self.fail("blank")
        return text
