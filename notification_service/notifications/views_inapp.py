"""The inbox in the application (API v2). Everyone sees and changes their own notifications only."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from notifications import inapp
from notifications.filters import InAppFilter
from notifications.models import InAppNotification
from notifications.serializers import InAppChangeIn, InAppIn, InAppOut, ReadAllOut, SkippedOut, UnreadOut
from ticketing_common.authentication import ApiKeyAuthentication, JWTAuthentication
from ticketing_common.idempotency import idempotent
from ticketing_common.permissions import IsAdmin, IsPerson, IsService, caller


class InAppViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[InAppNotification]):
    """Notifications of the caller, newest first."""

    authentication_classes = [JWTAuthentication, ApiKeyAuthentication]
    permission_classes = [IsPerson]
    queryset = InAppNotification.objects.all()
    serializer_class = InAppOut
    filterset_class = InAppFilter
    search_fields = ["subject", "message"]
    ordering_fields = ["created_at"]
    ordering = ["-created_at", "-id"]
    lookup_value_regex = r"[0-9]{1,18}"

    def get_queryset(self) -> QuerySet[InAppNotification]:
        if getattr(self, "swagger_fake_view", False):
            return InAppNotification.objects.none()
        return InAppNotification.objects.shown_to(caller(self.request).user_id)

    def paginate_queryset(self, queryset: Any) -> Any:
        page = super().paginate_queryset(queryset)
        inapp.refresh(page or [], now=timezone.now())
        return page

    def get_object(self) -> InAppNotification:
        row = super().get_object()
        inapp.refresh([row], now=timezone.now())
        return row

    def get_permissions(self) -> list[BasePermission]:
        if self.action == "create":
            return [(IsAdmin | IsService)()]  # type: ignore[list-item]
        return super().get_permissions()  # type: ignore[return-value]

    @extend_schema(request=InAppIn, responses={201: InAppOut, 200: InAppOut, 202: SkippedOut})
    @idempotent
    def create(self, request: Request) -> Response:
        """Make one: 201; for a known event 200 with the one it made; 202 when the person refuses the type."""
        data = InAppIn(data=request.data)
        data.is_valid(raise_exception=True)
        values: dict[str, Any] = {"event_id": f"rest-{uuid.uuid4().hex}", **data.validated_data}
        (result,) = inapp.create_inapp(notifications=[inapp.NewNotification(**values)], now=timezone.now())
        if result.row is None:
            return Response({"status": "skipped", "reason": "preference"}, status=status.HTTP_202_ACCEPTED)
        code = status.HTTP_201_CREATED if result.outcome == "created" else status.HTTP_200_OK
        return Response(InAppOut(result.row).data, status=code)

    @extend_schema(request=InAppChangeIn, responses=InAppOut)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Mark the notification as read or unread."""
        data = InAppChangeIn(data=request.data)
        data.is_valid(raise_exception=True)
        return self._mark(request, pk, is_read=data.validated_data["is_read"])

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Take the notification out of the inbox."""
        inapp.dismiss(notification_id=int(pk), user_id=caller(request).user_id, now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=None, responses=InAppOut)
    @action(detail=True, methods=["post"])
    def read(self, request: Request, pk: str) -> Response:
        return self._mark(request, pk, is_read=True)

    @extend_schema(request=None, responses=ReadAllOut, filters=True)
    @action(detail=False, methods=["post"], url_path="read-all")
    def read_all(self, request: Request) -> Response:
        """Mark all as read that the filters match; without a filter, everything."""
        updated, unread = inapp.mark_all_read(
            user_id=caller(request).user_id, rows=self.filter_queryset(self.get_queryset()), now=timezone.now()
        )
        return Response({"updated": updated, "unread_count": unread})

    @extend_schema(responses=UnreadOut, filters=False)
    @action(detail=False, url_path="unread-count", pagination_class=None)
    def unread_count(self, request: Request) -> Response:
        return Response({"unread_count": inapp.unread_count(caller(request).user_id)})

    def _mark(self, request: Request, pk: str, *, is_read: bool) -> Response:
        row = inapp.mark_read(
            notification_id=int(pk), user_id=caller(request).user_id, now=timezone.now(), is_read=is_read
        )
        inapp.refresh([row], now=timezone.now())
        return Response(InAppOut(row).data)
