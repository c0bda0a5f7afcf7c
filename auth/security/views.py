"""Security events, for administrators: listed, filtered, exported."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request

from security.models import SecurityEvent
from security.services import Kind, record
from signin.clients import actor_of
from ticketing_common.permissions import IsAdmin

COLUMNS = ("id", "occurred_at", "kind", "actor_id", "user_id", "address", "device", "request_id", "details")


class SecurityEventOut(serializers.ModelSerializer[SecurityEvent]):
    details = serializers.DictField()

    class Meta:
        model = SecurityEvent
        fields = COLUMNS
        read_only_fields = fields


class SecurityEventFilter(filters.FilterSet):  # type: ignore[misc]
    kind = filters.MultipleChoiceFilter(choices=SecurityEvent.Kind.choices)
    user_id = filters.NumberFilter()
    actor_id = filters.NumberFilter()
    address = filters.CharFilter(lookup_expr="exact")
    occurred_after = filters.IsoDateTimeFilter(field_name="occurred_at", lookup_expr="gte")
    occurred_before = filters.IsoDateTimeFilter(field_name="occurred_at", lookup_expr="lt")

    class Meta:
        model = SecurityEvent
        fields = ["kind", "user_id", "actor_id", "address", "request_id"]


def safe_cell(value: object) -> str:
    """Return the value as a cell that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


def csv_lines(events: QuerySet[SecurityEvent]) -> Iterator[str]:
    yield "\ufeff" + ",".join(COLUMNS) + "\r\n"  # the byte order mark by which Excel knows UTF-8
    for row in events.values_list(*COLUMNS).iterator(chunk_size=2_000):
        out = io.StringIO()
        *plain, details = row
        csv.writer(out).writerow([*(safe_cell(value) for value in plain), json.dumps(details)])
        yield out.getvalue()


@extend_schema(tags=["security-events"])
class SecurityEventViewSet(mixins.RetrieveModelMixin, mixins.ListModelMixin, viewsets.GenericViewSet[SecurityEvent]):
    permission_classes = [IsAdmin]
    queryset = SecurityEvent.objects.all()
    serializer_class = SecurityEventOut
    filterset_class = SecurityEventFilter
    search_fields = ["kind", "device"]
    ordering_fields = ["occurred_at", "id"]
    ordering = ["-occurred_at", "-id"]
    lookup_value_regex = r"\d{1,18}"

    @extend_schema(
        responses={(200, "text/csv"): OpenApiTypes.STR},
        summary="The same as CSV, newest first, however many there are",
    )
    @action(detail=False, methods=["get"], pagination_class=None)
    def export(self, request: Request) -> StreamingHttpResponse:
        events = self.filter_queryset(self.get_queryset())
        record(Kind.EVENTS_EXPORTED, now=timezone.now(), by=actor_of(request), filters=dict(request.query_params))
        response = StreamingHttpResponse(csv_lines(events), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="security-events.csv"'
        return response
