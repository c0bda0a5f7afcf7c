"""What the systems endpoints take and give."""

from __future__ import annotations

from rest_framework import serializers

from systems.models import System
from ticketing_common.serializers import StrictFields
from users.serializers import single_line


class SystemOut(serializers.ModelSerializer[System]):
    class Meta:
        model = System
        fields = ["id", "slug", "name", "description", "password_sign_in", "created_at"]
        read_only_fields = fields


class SystemFields(StrictFields):
    name = serializers.CharField(max_length=80, validators=[single_line])
    description = serializers.CharField(max_length=255, allow_blank=True, required=False)


class SystemChangeIn(SystemFields):
    password_sign_in = serializers.BooleanField(
        required=False, help_text="Off: people all of whose roles are in such systems sign in by a provider only"
    )


class SystemIn(SystemFields):
    slug = serializers.RegexField(r"^[a-z][a-z0-9_-]*$", max_length=32)
