"""Roles: everybody who works on tickets may read them, administrators change them."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, viewsets
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from roles import services
from roles.models import Role
from roles.serializers import RoleChangeIn, RoleIn, RoleOut
from signin.clients import actor_of
from system_roles.models import SystemRole
from ticketing_common.permissions import IsAdmin, IsAgent, caller
from tts import usage


class RoleFilter(filters.FilterSet):  # type: ignore[misc]
    system = filters.CharFilter(field_name="system__slug")

    class Meta:
        model = Role
        fields = ["system", "is_custom", "name"]


@extend_schema(tags=["roles"])
class RoleViewSet(mixins.RetrieveModelMixin, mixins.ListModelMixin, viewsets.GenericViewSet[Role]):
    serializer_class = RoleOut
    filterset_class = RoleFilter
    search_fields = ["name", "description"]
    ordering_fields = ["name", "system", "id"]
    ordering = ["system", "name"]
    lookup_value_regex = r"\d{1,18}"

    def get_permissions(self) -> list[BasePermission]:
        return [IsAgent() if self.action in {"list", "retrieve"} else IsAdmin()]

    def get_queryset(self) -> QuerySet[Role]:
        protected = SystemRole.objects.filter(
            system=OuterRef("system"), name__iexact=OuterRef("name"), is_protected=True
        )
        return Role.objects.select_related("system").with_holders().annotate(is_protected=Exists(protected))

    def _out(self, role_id: int) -> dict[str, object]:
        return dict(RoleOut(self.get_queryset().get(pk=role_id)).data)

    @extend_schema(request=RoleIn, responses={201: RoleOut})
    def create(self, request: Request) -> Response:
        given = RoleIn(data=request.data)
        given.is_valid(raise_exception=True)
        system = services.system_by_slug(given.validated_data["system"])
        role = services.create_role(
            system_id=system.pk,
            name=given.validated_data["name"],
            description=given.validated_data.get("description", ""),
            by=actor_of(request),
            now=timezone.now(),
        )
        return Response(self._out(role.pk), status=201)

    @extend_schema(request=RoleChangeIn, responses=RoleOut)
    def update(self, request: Request, pk: str) -> Response:
        return self._change(request, pk, is_partial=False)

    @extend_schema(request=RoleChangeIn, responses=RoleOut)
    def partial_update(self, request: Request, pk: str) -> Response:
        return self._change(request, pk, is_partial=True)

    def _change(self, request: Request, pk: str, *, is_partial: bool) -> Response:
        given = RoleChangeIn(data=request.data, partial=is_partial)
        given.is_valid(raise_exception=True)
        services.change_role(role_id=int(pk), **given.validated_data, by=actor_of(request), now=timezone.now())
        return Response(self._out(int(pk)))

    @extend_schema(
        description=(
            "409 `role_in_use` while people hold it (`holders`) or deployed workflows need it (`workflows`);"
            " 503 `consumer_unreachable` where the workflow API can't be asked."
        ),
        responses={204: None},
    )
    def destroy(self, request: Request, pk: str) -> Response:
        services.require_unheld(role_id=int(pk))  # before anybody else is asked
        needed_by = usage.workflows_needing(role_id=int(pk), access_token=caller(request).token)
        services.delete_role(role_id=int(pk), by=actor_of(request), now=timezone.now(), needed_by=needed_by)
        return Response(status=204)
