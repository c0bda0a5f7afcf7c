"""What moves a hand-off, and with it the task: the other system confirms, people waive it or try again."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from ticketing_common.authentication import ApiKeyAuthentication, JWTAuthentication, ServiceIdentity
from ticketing_common.idempotency import idempotent
from ticketing_common.permissions import IsAgent, caller
from ticketing_common.serializers import StrictFields
from tickets.checkout_views import CheckoutOut, IsAdminOrService, check_key_is_of
from workflow.fields import StorableText, checked
from workflowmanager import handoffs


class AcknowledgeIn(serializers.Serializer):  # type: ignore[type-arg]
    reference = StorableText(required=False, allow_blank=True, max_length=128, default="")


class WaiveIn(StrictFields):
    reason = StorableText(max_length=2000)


class HandoffViewSet(viewsets.GenericViewSet[Any]):
    """One system's hand-offs. Subclasses name the system."""

    system: ClassVar[handoffs.System]
    authentication_classes = [JWTAuthentication, ApiKeyAuthentication]
    serializer_class = CheckoutOut
    lookup_value_regex = "[0-9]{1,18}"
    filter_backends = ()
    pagination_class = None

    def get_permissions(self) -> list[BasePermission]:
        return [IsAdminOrService() if self.action == "acknowledge" else IsAgent()]

    @extend_schema(summary="Confirm a hand-off", request=AcknowledgeIn, responses=CheckoutOut)
    @action(detail=True, methods=["post"])
    @idempotent
    def acknowledge(self, request: Request, pk: str) -> Response:
        check_key_is_of(self.system.name, request)
        given = checked(AcknowledgeIn(data=request.data))
        user: Any = request.user
        is_service = isinstance(user, ServiceIdentity)
        checkout = handoffs.acknowledge(
            self.system,
            int(pk),
            reference=given["reference"],
            actor=None if is_service else caller(request),
            service=user.name if is_service else "",
            now=timezone.now(),
        )
        return Response(CheckoutOut(checkout).data)

    @extend_schema(
        summary="Close a task without the other system's confirmation",
        description="For administrators, and for the assignee of a failed hand-off.",
        request=WaiveIn,
        responses=CheckoutOut,
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def waive(self, request: Request, pk: str) -> Response:
        given = checked(WaiveIn(data=request.data))
        checkout = handoffs.waive(
            self.system, int(pk), reason=given["reason"], actor=caller(request), now=timezone.now()
        )
        return Response(CheckoutOut(checkout).data)

    @extend_schema(
        summary="Queue a failed hand-off again",
        description="For administrators, and for the assignee of a failed hand-off.",
        request=None,
        responses=CheckoutOut,
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def retry(self, request: Request, pk: str) -> Response:
        checkout = handoffs.retry(self.system, int(pk), actor=caller(request), now=timezone.now())
        return Response(CheckoutOut(checkout).data)


class AmsHandoffViewSet(HandoffViewSet):
    """Finished tickets that are handed off to AMS."""

    system = handoffs.AMS


class BmsHandoffViewSet(HandoffViewSet):
    """Finished tickets that are handed off to BMS."""

    system = handoffs.BMS
