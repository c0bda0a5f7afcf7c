"""Serializers of what clients write."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from rest_framework import serializers

from ticketing_common.texts import is_blank, normalized

MAX_NAMED = 20


class StrictFields(serializers.Serializer[Any]):
    """Fields that are unknown or not for writing are refused by name."""

    # A silent drop would look like success. `answered` are fields of the answer beside those for writing: a whole
    # document may be sent back with them, as whoever reads, changes and puts it does; a change of parts (`partial`)
    # may not.
    answered: ClassVar[frozenset[str]] = frozenset()

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            known = {name for name, field in self.fields.items() if not field.read_only}
            if not getattr(self.root, "partial", False):
                known |= self.answered
            unknown = sorted(_shown(name) for name in data if name not in known)[:MAX_NAMED]
            if unknown:
                raise serializers.ValidationError(
                    {name: ["This field is unknown or can't be set here."] for name in unknown}, code="unknown_field"
                )
        return super().to_internal_value(data)


def answered_beside(answer: type[serializers.Serializer[Any]], written: type[StrictFields]) -> frozenset[str]:
    """Return the names that the answer has and a write has not."""
    return frozenset(answer().fields) - frozenset(written().fields)


def _shown(name: Any) -> str:
    """Return the name as an answer can carry it."""
    return str(name).encode("utf-8", "replace").decode()[:128]


class BoundedList(serializers.ListField):
    """A list of at most `max_length` elements, which are looked at only when there are no more of them."""

    def __init__(self, *, max_length: int, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)
        self._most = max_length

    def run_child_validation(self, data: list[Any]) -> list[Any]:
        if len(data) > self._most:
            detail = f"Ensure this field has no more than {self._most} elements."
            raise serializers.ValidationError(detail, code="max_length")
        return super().run_child_validation(data)


class TextField(serializers.CharField):
    """A text for people: stored in NFC; one in which nothing is visible is as good as none."""

    def to_internal_value(self, data: Any) -> str:
        text = normalized(super().to_internal_value(data))
        if text and not self.allow_blank and is_blank(text):
            self.fail("blank")
        return text
