"""What the endpoints of holds and of the catalogue take and give."""

from __future__ import annotations

import json
from typing import Any

from rest_framework import serializers

from system_roles.models import SystemRole, UserSystemRole
from ticketing_common.serializers import StrictFields

MAX_SETTINGS = 4_000


class PersonOut(serializers.Serializer[Any]):
    user_id = serializers.IntegerField(source="pk")
    full_name = serializers.CharField()


class HoldOut(serializers.ModelSerializer[UserSystemRole]):
    """One person's hold on one role. `is_effective` is false when the hold or the person is switched off."""

    user = PersonOut()
    user_email = serializers.CharField(source="user.email")
    system = serializers.CharField(source="system.slug")
    role_name = serializers.CharField(source="role.name")
    role_id = serializers.IntegerField()
    is_effective = serializers.SerializerMethodField()
    settings = serializers.DictField()

    class Meta:
        model = UserSystemRole
        fields = [
            "id",
            "user",
            "user_email",
            "system",
            "role_id",
            "role_name",
            "is_active",
            "is_effective",
            "settings",
            "assigned_at",
            "version",
        ]
        read_only_fields = fields

    def get_is_effective(self, hold: UserSystemRole) -> bool:
        return hold.is_active and hold.user.is_active


class HoldChangeIn(StrictFields):
    is_active = serializers.BooleanField(required=False)
    settings = serializers.DictField(required=False)

    def validate_settings(self, value: dict[str, Any]) -> dict[str, Any]:
        if len(json.dumps(value)) > MAX_SETTINGS:
            raise serializers.ValidationError(f"At most {MAX_SETTINGS} characters.", code="too_large")
        return value


class HoldIn(StrictFields):
    user_id = serializers.IntegerField(min_value=1)
    role_id = serializers.IntegerField(min_value=1)
    settings = serializers.DictField(required=False)

    validate_settings = HoldChangeIn.validate_settings


class SystemRoleOut(serializers.ModelSerializer[SystemRole]):
    system = serializers.CharField(source="system.slug")

    class Meta:
        model = SystemRole
        fields = ["id", "system", "name", "description", "is_protected", "needs_holder"]
        read_only_fields = fields
