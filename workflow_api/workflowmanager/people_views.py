"""Roles as auth told of them, with their people; leads and availability, which are kept here."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import viewsets
from rest_framework.decorators import action
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from role import availability
from role.models import Person, Role
from role.serializers import AgentOut, AvailabilityIn, LeadIn, RoleOut
from task.bulk_fields import BulkOut
from task.hand_over import hand_over
from ticketing_common.authentication import ApiKeyAuthentication, JWTAuthentication, ServiceIdentity
from ticketing_common.idempotency import in_parts, takes_key
from ticketing_common.permissions import IsAdmin, IsAgent, caller
from workflow.fields import checked
from workflow.serializers import ReasonIn
from workflowmanager import services as running
from workflowmanager import usage


class IsOwnService(BasePermission):
    """One of the product's own services, by the key that they share: auth asks which workflows need a role."""

    def has_permission(self, request: Request, view: Any) -> bool:
        user: Any = request.user
        return isinstance(user, ServiceIdentity) and user.may()


class RoleViewSet(viewsets.ReadOnlyModelViewSet[Role]):
    """Roles and who holds them. They are changed in the auth service; changes arrive here by message."""

    serializer_class = RoleOut
    authentication_classes = [JWTAuthentication, ApiKeyAuthentication]
    permission_classes = [IsAgent | IsOwnService]
    lookup_value_regex = "[0-9]{1,18}"
    filterset_fields = ("system", "name", "is_active", "is_custom")
    search_fields = ("name", "description")
    ordering_fields = ("id", "name", "system")
    ordering = ("system", "name", "id")

    def get_queryset(self) -> QuerySet[Role]:
        return usage.roles()

    @extend_schema(
        summary="Name a role's lead",
        description="The lead is asked where nobody is eligible, and may transfer, hold and decide for the role.",
        request=LeadIn,
        responses=RoleOut,
    )
    @action(detail=True, methods=["put"], permission_classes=[IsAdmin])
    def lead(self, request: Request, pk: str) -> Response:
        given = LeadIn(data=request.data)
        given.is_valid(raise_exception=True)
        availability.set_lead(role_id=int(pk), actor=caller(request), now=timezone.now(), **given.validated_data)
        return Response(RoleOut(get_object_or_404(usage.roles(), pk=int(pk))).data)


class PersonFilter(django_filters.FilterSet):  # type: ignore[misc]
    role = django_filters.NumberFilter(method="holding", decimal_places=0, max_digits=18)
    can_work = django_filters.BooleanFilter(method="working")

    class Meta:
        model = Person
        fields = ("is_active",)

    def holding(self, people: QuerySet[Person], name: str, value: int) -> QuerySet[Person]:
        return people.filter(memberships__role_id=int(value), memberships__is_active=True)

    def working(self, people: QuerySet[Person], name: str, value: bool) -> QuerySet[Person]:
        """Those who can be given work: their account is active and their invitation accepted."""
        able = Q(is_active=True, can_sign_in=True)
        return people.filter(able if value else ~able)


class PersonViewSet(viewsets.ReadOnlyModelViewSet[Person]):
    """People who work on tickets, and whether they take work now."""

    serializer_class = AgentOut
    permission_classes = [IsAgent]
    lookup_value_regex = "[0-9]{1,18}"
    filterset_class = PersonFilter
    search_fields = ("full_name", "email")
    ordering_fields = ("user_id", "full_name", "open_tasks")
    ordering = ("full_name", "user_id")

    def get_queryset(self) -> QuerySet[Person]:
        return usage.people()

    @extend_schema(
        summary="Go away, come back, name a substitute, set a capacity",
        description="For the person, a lead of one of their roles, and administrators.",
        request=AvailabilityIn,
        responses=AgentOut,
    )
    @action(detail=True, methods=["patch"])
    def availability(self, request: Request, pk: str) -> Response:
        given = AvailabilityIn(data=request.data)
        given.is_valid(raise_exception=True)
        now = timezone.now()
        availability.set_availability(user_id=int(pk), values=given.validated_data, actor=caller(request), now=now)
        running.person_changed(int(pk), now=now)
        return Response(AgentOut(get_object_or_404(usage.people(), pk=int(pk))).data)

    @extend_schema(
        summary="Hand over a person's open work",
        description=(
            "Each task that you may see goes to the substitute where they may have it, else to the next of its role."
            " For the person, their substitute while they are away, a lead of the task's role, and administrators."
            " The answer says for each task what came of it."
        ),
        request=ReasonIn,
        responses=BulkOut,
    )
    @action(detail=True, methods=["post"], url_path="hand-over")
    @takes_key
    def hand_over(self, request: Request, pk: str) -> Response:
        given = checked(ReasonIn(data=request.data))
        actor, now = caller(request), timezone.now()
        results = hand_over(user_id=int(pk), actor=actor, now=now, do=in_parts(request), **given)
        return Response({"results": results})
