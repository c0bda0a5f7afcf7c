"""Hand-offs over HTTP: the other systems pull theirs with a key, administrators watch."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from rest_framework import mixins, serializers, viewsets
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from ticketing_common.authentication import ApiKeyAuthentication, JWTAuthentication, ServiceIdentity
from ticketing_common.errors import Forbidden
from ticketing_common.permissions import SCOPES, IsAdmin, IsService
from tickets.checkouts import Checkout

SYSTEMS = frozenset(SCOPES["workflow_api"])
STATUSES = tuple(Checkout.Status.values)


class CheckoutOut(serializers.Serializer):  # type: ignore[type-arg]
    id = serializers.IntegerField()
    task_id = serializers.IntegerField()
    ticket_number = serializers.CharField()
    idempotency_key = serializers.UUIDField()
    payload = serializers.DictField()
    status = serializers.ChoiceField(STATUSES)
    is_overdue = serializers.SerializerMethodField(help_text="Not confirmed within 24 hours.")
    attempts = serializers.IntegerField()
    next_attempt_at = serializers.DateTimeField(allow_null=True)
    last_error = serializers.CharField()
    last_error_code = serializers.CharField(help_text="Of an error that the service found itself; empty for others.")
    external_reference = serializers.CharField()
    waived_reason = serializers.CharField()
    waived_reason_code = serializers.CharField(help_text="Of a reason that the system itself gives; else empty.")
    waived_by_id = serializers.IntegerField(allow_null=True)
    created_at = serializers.DateTimeField()
    sent_at = serializers.DateTimeField(allow_null=True)
    acknowledged_at = serializers.DateTimeField(allow_null=True)

    def get_is_overdue(self, checkout: Checkout) -> bool:
        return checkout.is_overdue(timezone.now())


class CheckoutFilter(django_filters.FilterSet):  # type: ignore[misc]
    status = django_filters.ChoiceFilter(choices=[(name, name) for name in STATUSES])
    ticket_number = django_filters.CharFilter()
    task = django_filters.NumberFilter(field_name="task_id")
    is_overdue = django_filters.BooleanFilter(method="overdue")

    def overdue(self, checkouts: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        late = checkouts.model.objects.overdue(timezone.now()).values("pk")
        return checkouts.filter(pk__in=late) if value else checkouts.exclude(pk__in=late)


class IsAdminOrService(BasePermission):
    def has_permission(self, request: Request, view: Any) -> bool:
        return IsAdmin().has_permission(request, view) or IsService().has_permission(request, view)


def check_key_is_of(system: str, request: Request) -> None:
    """Raise `Forbidden` for another system's key.

    A key opens a system's hand-offs by its scope; a key of our settings that bears a system's name, only its own.
    """
    user: Any = request.user
    if not isinstance(user, ServiceIdentity):
        return
    own = system.lower()
    if not user.may(own) or user.name.lower() in SYSTEMS - {own}:
        raise Forbidden("This key is another system's.")


class CheckoutViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Any]):
    """One system's hand-offs. Subclasses give their `queryset`."""

    authentication_classes = [JWTAuthentication, ApiKeyAuthentication]
    permission_classes = [IsAdminOrService]
    serializer_class = CheckoutOut
    filterset_class = CheckoutFilter
    lookup_value_regex = "[0-9]{1,18}"
    search_fields = ("ticket_number", "external_reference", "last_error")
    ordering_fields = ("created_at", "next_attempt_at", "id")
    ordering = ("-created_at", "-id")

    def get_queryset(self) -> QuerySet[Any]:
        checkouts: QuerySet[Any] = super().get_queryset()
        if self.request:
            check_key_is_of(checkouts.model.system, self.request)
        return checkouts
