"""What the runtime's views share: the caller as an actor, documents of the API, checked input."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request

from audit.actor import Actor
from ticketing_common.permissions import caller

LARGEST_ID = 2**63 - 1


def acting(request: Request) -> Actor:
    """Return the caller as the services know them."""
    person = caller(request)
    return Actor(person.user_id, person.full_name, person.is_admin)


def checked(serializer: Any) -> dict[str, Any]:
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


class StorableText(serializers.CharField):
    """Text that PostgreSQL can store."""

    def to_internal_value(self, data: Any) -> str:
        value = super().to_internal_value(data)
        if "\x00" in value or any("\ud800" <= character <= "\udfff" for character in value):
            raise serializers.ValidationError("The text contains a character that can't be stored.")
        return value


class IdField(serializers.IntegerField):
    def __init__(self, **arguments: Any) -> None:
        super().__init__(min_value=1, max_value=LARGEST_ID, **arguments)


class StepRefOut(serializers.Serializer):  # type: ignore[type-arg]
    id = serializers.IntegerField()
    name = serializers.CharField()
    role = serializers.CharField(allow_null=True)
