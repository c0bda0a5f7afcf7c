"""Roles as auth told of them, read-only, with their people."""

from __future__ import annotations

from django.db.models import Prefetch, QuerySet
from rest_framework import viewsets

from role.models import Role, RoleMember
from role.serializers import RoleOut
from ticketing_common.permissions import IsAgent


class RoleViewSet(viewsets.ReadOnlyModelViewSet[Role]):
    """Roles and who holds them. They are changed in the auth service; changes arrive here by message."""

    serializer_class = RoleOut
    permission_classes = [IsAgent]
    lookup_value_regex = "[0-9]{1,18}"
    filterset_fields = ("system", "name", "is_active", "is_custom")
    search_fields = ("name", "description")
    ordering_fields = ("id", "name", "system")
    ordering = ("system", "name", "id")

    def get_queryset(self) -> QuerySet[Role]:
        members = RoleMember.objects.active().select_related("person").order_by("person__full_name", "id")
        return Role.objects.select_related("lead").prefetch_related(
            Prefetch("members", queryset=members, to_attr="active_members")
        )
