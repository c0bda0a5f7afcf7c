"""Hand-offs over HTTP: AMS and BMS pull and acknowledge with a key, administrators watch, waive and try again."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from ticketing_common.authentication import ApiKeyAuthentication, JWTAuthentication, ServiceIdentity
from ticketing_common.errors import Forbidden
from ticketing_common.idempotency import idempotent
from ticketing_common.permissions import IsAdmin, IsAgent, IsService
from workflowmanager import handoffs
from workflowmanager.parts import StorableText, acting, checked

STATUSES = ("queued", "sent", "acknowledged", "failed", "waived")


class CheckoutOut(serializers.Serializer):  # type: ignore[type-arg]
    id = serializers.IntegerField()
    task_id = serializers.IntegerField()
    ticket_number = serializers.CharField()
    idempotency_key = serializers.UUIDField()
    payload = serializers.DictField()
    status = serializers.ChoiceField(STATUSES)
    attempts = serializers.IntegerField()
    next_attempt_at = serializers.DateTimeField(allow_null=True)
    last_error = serializers.CharField()
    external_reference = serializers.CharField()
    waived_reason = serializers.CharField()
    waived_by_id = serializers.IntegerField(allow_null=True)
    created_at = serializers.DateTimeField()
    sent_at = serializers.DateTimeField(allow_null=True)
    acknowledged_at = serializers.DateTimeField(allow_null=True)


class AcknowledgeIn(serializers.Serializer):  # type: ignore[type-arg]
    reference = StorableText(required=False, allow_blank=True, max_length=128, default="")


class WaiveIn(serializers.Serializer):  # type: ignore[type-arg]
    reason = StorableText(max_length=2000)


class CheckoutFilter(django_filters.FilterSet):  # type: ignore[misc]
    status = django_filters.ChoiceFilter(choices=[(name, name) for name in STATUSES])
    ticket_number = django_filters.CharFilter()
    task = django_filters.NumberFilter(field_name="task_id")


class IsAdminOrService(BasePermission):
    def has_permission(self, request: Request, view: Any) -> bool:
        return IsAdmin().has_permission(request, view) or IsService().has_permission(request, view)


def _service_of(request: Request) -> str:
    """Return the name of the calling service; empty for people."""
    user: Any = request.user
    return user.name if isinstance(user, ServiceIdentity) else ""


class CheckoutViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Any]):
    """One system's hand-offs. Subclasses name the system."""

    system: ClassVar[handoffs.System]
    authentication_classes = [JWTAuthentication, ApiKeyAuthentication]
    serializer_class = CheckoutOut
    filterset_class = CheckoutFilter
    lookup_value_regex = "[0-9]{1,18}"
    search_fields = ("ticket_number", "external_reference", "last_error")
    ordering_fields = ("created_at", "next_attempt_at", "id")
    ordering = ("-created_at", "-id")

    def get_permissions(self) -> list[BasePermission]:
        return [IsAgent() if self.action in ("waive", "retry") else IsAdminOrService()]

    def get_queryset(self) -> QuerySet[Any]:
        self._refuse_other_system()
        return self.system.model._default_manager.all()

    def _refuse_other_system(self) -> None:
        """A key opens a system's hand-offs by its scope; one of our settings that bears a system's name, only its."""
        user: Any = self.request.user if self.request else None
        if not isinstance(user, ServiceIdentity):
            return
        own = self.system.name.lower()
        others = {other.name.lower() for other in handoffs.SYSTEMS} - {own}
        if not user.may(own) or user.name.lower() in others:
            raise Forbidden("This key is another system's.")

    @extend_schema(summary="Confirm a hand-off", request=AcknowledgeIn, responses=CheckoutOut)
    @action(detail=True, methods=["post"])
    @idempotent
    def acknowledge(self, request: Request, pk: str) -> Response:
        self._refuse_other_system()
        given = checked(AcknowledgeIn(data=request.data))
        service = _service_of(request)
        checkout = handoffs.acknowledge(
            self.system,
            int(pk),
            reference=given["reference"],
            actor=None if service else acting(request),
            service=service,
            now=timezone.now(),
        )
        return Response(CheckoutOut(checkout).data)

    @extend_schema(
        summary="Close a task without the other system's word",
        description="For administrators, and for whoever has the task of a failed hand-off.",
        request=WaiveIn,
        responses=CheckoutOut,
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def waive(self, request: Request, pk: str) -> Response:
        given = checked(WaiveIn(data=request.data))
        checkout = handoffs.waive(
            self.system, int(pk), reason=given["reason"], actor=acting(request), now=timezone.now()
        )
        return Response(CheckoutOut(checkout).data)

    @extend_schema(
        summary="Queue a failed hand-off again",
        description="For administrators, and for whoever has the task of a failed hand-off.",
        request=None,
        responses=CheckoutOut,
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def retry(self, request: Request, pk: str) -> Response:
        checkout = handoffs.retry(self.system, int(pk), actor=acting(request), now=timezone.now())
        return Response(CheckoutOut(checkout).data)
