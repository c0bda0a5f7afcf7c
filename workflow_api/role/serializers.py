"""Roles and their members, out only: auth owns them."""

from __future__ import annotations

from django.utils import timezone
from rest_framework import serializers

from role.models import Role, RoleMember
from workflow.fields import PersonOut


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
    """A role with the people who actively hold it. `id` and `version` are auth's."""

    lead = PersonOut(allow_null=True)
    members = MemberOut(many=True, source="active_members")

    class Meta:
        model = Role
        fields = ("id", "name", "system", "description", "is_custom", "is_active", "version", "lead", "members")
