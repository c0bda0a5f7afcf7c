"""What the roles endpoints take and give."""

from __future__ import annotations

from rest_framework import serializers

from roles.models import Role
from ticketing_common.serializers import StrictFields
from users.serializers import single_line


class RoleOut(serializers.ModelSerializer[Role]):
    """`is_protected` roles can be neither renamed nor deleted; `holders` are the active people who hold it."""

    system = serializers.CharField(source="system.slug")
    holders = serializers.IntegerField()
    is_protected = serializers.BooleanField()

    class Meta:
        model = Role
        fields = [
            "id",
            "system",
            "name",
            "description",
            "is_custom",
            "is_protected",
            "holders",
            "version",
            "created_at",
        ]
        read_only_fields = fields


class RoleChangeIn(StrictFields):
    name = serializers.CharField(max_length=128, validators=[single_line])
    description = serializers.CharField(max_length=500, allow_blank=True, required=False)


class RoleIn(RoleChangeIn):
    system = serializers.CharField(max_length=32, help_text="Slug of the system")
