"""The audit trail, for administrators."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import viewsets
from rest_framework.decorators import action
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request
from rest_framework.response import Response

from audit.exports import start_export
from audit.filters import AuditLogFilter
from audit.models import AuditLog
from audit.pagination import AuditPagination
from audit.serializers import AuditLogOut, VerificationOut, VerifyParams
from audit.services import verify
from ticketing_common.permissions import IsAdmin, caller


class AnythingAccepted(BaseContentNegotiation):
    """The export is a stream of its own; whatever a client asks for, a refusal is JSON."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type


class AuditViewSet(viewsets.ReadOnlyModelViewSet[AuditLog]):
    """Who did what, when, on whose behalf, and why. Nothing here can be changed, by anybody."""

    serializer_class = AuditLogOut
    permission_classes = [IsAdmin]
    pagination_class = AuditPagination
    lookup_value_regex = "[0-9]{1,18}"
    filterset_class = AuditLogFilter
    search_fields = ()
    ordering_fields = ("id",)
    ordering = ("-id",)

    def get_queryset(self) -> QuerySet[AuditLog]:
        return AuditLog.objects.all()

    @extend_schema(
        summary="Export the audit trail as CSV",
        description="Takes the filters of the list. The export itself is noted in the trail.",
        responses={(200, "text/csv"): OpenApiTypes.STR},
    )
    @action(detail=False, methods=["get"], content_negotiation_class=AnythingAccepted, pagination_class=None)
    def export(self, request: Request) -> StreamingHttpResponse:
        rows = self.filter_queryset(self.get_queryset())
        now = timezone.now()
        content = start_export(rows=rows, filters=request.query_params.dict(), actor=caller(request), now=now)
        name = f"audit-{now:%Y-%m-%d-%H%M%S}.csv"
        return StreamingHttpResponse(
            content,
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    @extend_schema(summary="Check the chain", parameters=[VerifyParams], responses=VerificationOut)
    @action(detail=False, methods=["get"], filterset_class=None, pagination_class=None, ordering_fields=())
    def verify(self, request: Request) -> Response:
        given = VerifyParams(data=request.query_params)
        given.is_valid(raise_exception=True)
        return Response(VerificationOut(verify(**given.validated_data)).data)
