"""Audit rows, out only."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from audit.models import AuditLog

PERSON = {
    "type": "object",
    "nullable": True,
    "required": ["user_id", "full_name"],
    "properties": {"user_id": {"type": "integer"}, "full_name": {"type": "string"}},
}
ANYTHING: dict[str, Any] = {"nullable": True, "description": "Any JSON value."}


class AuditLogOut(serializers.ModelSerializer[AuditLog]):
    """One action. `actor` is null for the system itself, `content_hash` for rows that were not redacted."""

    actor = serializers.SerializerMethodField()
    old = serializers.SerializerMethodField()
    new = serializers.SerializerMethodField()

    class Meta:
        model = AuditLog
        fields = (
            "id",
            "at",
            "actor",
            "on_behalf_of_id",
            "action",
            "object_type",
            "object_id",
            "ticket_number",
            "old",
            "new",
            "reason",
            "request_id",
            "ip_address",
            "previous_hash",
            "hash",
            "content_hash",
        )

    @extend_schema_field(PERSON)
    def get_actor(self, row: AuditLog) -> dict[str, Any] | None:
        return None if row.actor_id is None else {"user_id": row.actor_id, "full_name": row.actor_name}

    @extend_schema_field(ANYTHING)
    def get_old(self, row: AuditLog) -> Any:
        return row.old

    @extend_schema_field(ANYTHING)
    def get_new(self, row: AuditLog) -> Any:
        return row.new


class VerifyParams(serializers.Serializer):  # type: ignore[type-arg]
    after_id = serializers.IntegerField(min_value=0, max_value=2**63 - 1, default=0)
    limit = serializers.IntegerField(min_value=1, max_value=100_000, default=50_000)


class VerificationOut(serializers.Serializer):  # type: ignore[type-arg]
    """What was found between `after_id` and `last_id`. Go on with `after_id=last_id` until `is_complete`."""

    valid = serializers.BooleanField(source="is_valid")
    is_complete = serializers.BooleanField()
    checked = serializers.IntegerField()
    last_id = serializers.IntegerField()
    last_hash = serializers.CharField()
    first_bad_id = serializers.IntegerField(allow_null=True)
    problem = serializers.CharField()
