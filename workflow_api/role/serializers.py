"""Roles and people. Auth owns them; availability and leads are this service's own."""

from __future__ import annotations

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from role.fields import MAX_ID, NamedOut, PersonOut
from role.models import Person, Role, RoleMember
from ticketing_common.serializers import StrictFields


class MemberOut(serializers.Serializer):  # type: ignore[type-arg]
    """A person who holds the role. `user_system_role_id` and `version` are auth's."""

    user_system_role_id = serializers.IntegerField(source="id")
    user_id = serializers.IntegerField(source="person_id")
    full_name = serializers.CharField(source="person.full_name")
    is_away = serializers.SerializerMethodField()
    away_until = serializers.DateTimeField(source="person.away_until", allow_null=True)
    capacity = serializers.IntegerField(source="person.capacity", allow_null=True)
    assigned_at = serializers.DateTimeField()
    version = serializers.IntegerField()

    def get_is_away(self, member: RoleMember) -> bool:
        return member.person.is_away(timezone.now())


class RoleOut(serializers.ModelSerializer[Role]):
    """A role with the people who actively hold it. `id` and `version` are auth's.

    `used_by` are the workflows that need it as role, escalation or coordinators: with the deployed version, or with
    one that has running tasks. Deleting the role would strand their tickets.
    """

    lead = PersonOut(allow_null=True)
    members = MemberOut(many=True, source="active_members")
    used_by = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = Role
        fields = (
            "id",
            "name",
            "system",
            "description",
            "is_custom",
            "is_active",
            "version",
            "lead",
            "used_by",
            "members",
        )


class LeadIn(StrictFields):
    user_id = serializers.IntegerField(min_value=1, max_value=MAX_ID, allow_null=True)


class AvailabilityIn(StrictFields):
    """Away from when until when (no end: until further notice), who stands in, how many tasks at once."""

    away_from = serializers.DateTimeField(allow_null=True, required=False)
    away_until = serializers.DateTimeField(allow_null=True, required=False)
    substitute_id = serializers.IntegerField(min_value=1, max_value=MAX_ID, allow_null=True, required=False)
    capacity = serializers.IntegerField(min_value=0, max_value=10_000, allow_null=True, required=False)


class AgentOut(serializers.Serializer):  # type: ignore[type-arg]
    """A person who works on tickets, with their roles in TTS and how many tasks they have now."""

    user_id = serializers.IntegerField()
    full_name = serializers.CharField()
    email = serializers.CharField()
    is_active = serializers.BooleanField()
    is_away = serializers.SerializerMethodField()
    away_from = serializers.DateTimeField(allow_null=True)
    away_until = serializers.DateTimeField(allow_null=True)
    substitute = PersonOut(allow_null=True)
    capacity = serializers.IntegerField(allow_null=True)
    open_tasks = serializers.IntegerField()
    roles = serializers.SerializerMethodField()

    def get_is_away(self, person: Person) -> bool:
        return person.is_away(timezone.now())

    @extend_schema_field(NamedOut(many=True))
    def get_roles(self, person: Person) -> list[dict[str, object]]:
        holds = person.active_holds  # type: ignore[attr-defined]
        return [{"id": hold.role_id, "name": hold.role.name} for hold in holds]
