"""Who holds which role, and the catalogue of the roles that systems come with."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from signin.clients import actor_of
from system_roles import services
from system_roles.models import SystemRole, UserSystemRole
from system_roles.serializers import HoldChangeIn, HoldIn, HoldOut, SystemRoleOut
from ticketing_common.idempotency import idempotent
from ticketing_common.permissions import IsAdmin, IsAgent
from users.filters import PEOPLE_FILTERS


class HoldFilter(filters.FilterSet):  # type: ignore[misc]
    user_id = filters.NumberFilter(field_name="user_id")
    role_id = filters.NumberFilter(field_name="role_id")
    system = filters.CharFilter(field_name="system__slug")
    role_name = filters.CharFilter(field_name="role__name", lookup_expr="iexact")

    class Meta:
        model = UserSystemRole
        fields = ["user_id", "role_id", "system", "role_name", "is_active"]


@extend_schema(tags=["user-system-roles"])
class UserSystemRoleViewSet(mixins.RetrieveModelMixin, mixins.ListModelMixin, viewsets.GenericViewSet[UserSystemRole]):
    """Only administrators: whoever gives roles could give themselves any."""

    permission_classes = [IsAdmin]
    serializer_class = HoldOut
    filterset_class = HoldFilter
    search_fields = ["user__search_text", "role__name"]
    filter_backends = PEOPLE_FILTERS
    ordering_fields = ["assigned_at", "user_id", "role_id", "id"]
    ordering = ["id"]
    lookup_value_regex = r"\d{1,18}"

    def get_queryset(self) -> QuerySet[UserSystemRole]:
        return UserSystemRole.objects.with_names()

    @extend_schema(request=HoldIn, responses={201: HoldOut}, summary="Give a person a role")
    @idempotent
    def create(self, request: Request) -> Response:
        given = HoldIn(data=request.data)
        given.is_valid(raise_exception=True)
        hold = services.assign_role(**given.validated_data, by=actor_of(request), now=timezone.now())
        return Response(HoldOut(hold).data, status=201)

    @extend_schema(request=HoldChangeIn, responses=HoldOut, summary="Switch a hold on or off, or change its settings")
    def partial_update(self, request: Request, pk: str) -> Response:
        given = HoldChangeIn(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        hold = services.change_hold(hold_id=int(pk), **given.validated_data, by=actor_of(request), now=timezone.now())
        return Response(HoldOut(hold).data)

    @extend_schema(responses={204: None}, summary="Take a role from a person")
    def destroy(self, request: Request, pk: str) -> Response:
        services.remove_hold(hold_id=int(pk), by=actor_of(request), now=timezone.now())
        return Response(status=204)


@extend_schema(tags=["roles"])
class SystemRoleViewSet(viewsets.ReadOnlyModelViewSet[SystemRole]):
    """The catalogue."""

    permission_classes = [IsAgent]
    queryset = SystemRole.objects.select_related("system")
    serializer_class = SystemRoleOut
    filterset_fields = ["is_protected", "needs_holder"]
    search_fields = ["name"]
    ordering_fields = ["name", "id"]
    ordering = ["id"]
    lookup_value_regex = r"\d{1,18}"
