"""Parts of the API's documents that the apps from here upwards share."""

from __future__ import annotations

from rest_framework import serializers

MAX_ID = 2**63 - 1


class PersonOut(serializers.Serializer):  # type: ignore[type-arg]
    user_id = serializers.IntegerField()
    full_name = serializers.CharField()


class NamedOut(serializers.Serializer):  # type: ignore[type-arg]
    """A thing by id and name."""

    id = serializers.IntegerField()
    name = serializers.CharField()
