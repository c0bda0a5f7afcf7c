"""Reports over HTTP, as JSON or as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request
from rest_framework.response import Response

from audit import replica
from audit.exports import BOM, cell
from role.fields import MAX_ID
from ticketing_common.filters import StrictParams
from ticketing_common.jwt import Identity
from ticketing_common.permissions import IsAdmin, caller
from workflowmanager import reports

MAX_PERIOD = timedelta(days=3660)
PARAMETERS = [
    OpenApiParameter("from", str, description="First day or moment; 30 days ago unless told."),
    OpenApiParameter("to", str, description="Day or moment after the last; now unless told. A day counts whole."),
    OpenApiParameter("workflow", int, description="One workflow only."),
    OpenApiParameter(
        "tz",
        str,
        description="Time zone of the days, such as Asia/Manila; else that of the caller's profile, else UTC.",
    ),
    OpenApiParameter("format", str, enum=["json", "csv"]),
]


class JSONOrCSV(BaseContentNegotiation):
    """`?format=csv` chooses the table; a refusal is JSON either way."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type


class ReportRowsOut(serializers.Serializer):  # type: ignore[type-arg]
    results = serializers.ListField(child=serializers.DictField())

    def get_fields(self) -> dict[str, serializers.Field]:  # type: ignore[type-arg]
        own = {"from": serializers.DateTimeField(), "to": serializers.DateTimeField()}
        return {**own, **super().get_fields()}  # `from` is a word of Python


class OverviewOut(serializers.Serializer):  # type: ignore[type-arg]
    now = serializers.DictField(child=serializers.IntegerField())
    period = serializers.DictField()
    per_day = serializers.ListField(child=serializers.DictField())
    by_workflow = serializers.ListField(child=serializers.DictField())
    by_role = serializers.ListField(child=serializers.DictField())
    by_assignee = serializers.ListField(child=serializers.DictField())

    def get_fields(self) -> dict[str, serializers.Field]:  # type: ignore[type-arg]
        own = {"from": serializers.DateTimeField(), "to": serializers.DateTimeField()}
        return {**own, **super().get_fields()}


def either(document: type[serializers.Serializer[Any]]) -> dict[Any, Any]:
    """Document an answer that is JSON or a table."""
    return {(200, "application/json"): document, (200, "text/csv"): OpenApiTypes.STR}


class AnalyticsViewSet(viewsets.GenericViewSet[Any]):
    """Reports for administrators, from the verdicts stored at the time."""

    permission_classes = [IsAdmin]
    content_negotiation_class = JSONOrCSV
    pagination_class = None
    filter_backends = (StrictParams,)
    extra_query_params = ("from", "to", "workflow", "tz")
    serializer_class = ReportRowsOut

    def _period(self, request: Request) -> reports.Period:
        self.filter_backends[0]().filter_queryset(request, None, self)  # type: ignore[arg-type]
        given = request.query_params
        if given.get("format") not in (None, "json", "csv"):
            raise exceptions.ValidationError({"format": ["Choose json or csv."]}, code="invalid_choice")
        zone = _zone(given.get("tz")) or _zone_of(caller(request))
        end = _moment("to", given.get("to"), zone, is_end=True) or timezone.now()
        start = _moment("from", given.get("from"), zone) or end - timedelta(days=30)
        if not start < end <= start + MAX_PERIOD:
            raise exceptions.ValidationError({"from": ["The period must end after it begins, within ten years."]})
        workflow = given.get("workflow")
        if workflow is not None and not (workflow.isascii() and workflow.isdigit() and int(workflow) <= MAX_ID):
            raise exceptions.ValidationError({"workflow": ["Name a workflow by its id."]})
        return reports.Period(start, end, int(workflow) if workflow else None, zone.key)

    def _report(self, request: Request, name: str, report: Callable[[reports.Period], reports.Rows]) -> Any:
        period = self._period(request)
        rows = replica.read(lambda: report(period))
        if request.query_params.get("format") == "csv":
            return as_csv(name, reports.table(rows))
        return Response({"from": period.start, "to": period.end, "results": rows})

    @extend_schema(
        summary="Count open tasks now, and the period day by day", parameters=PARAMETERS, responses=either(OverviewOut)
    )
    @action(detail=False)
    def overview(self, request: Request) -> Any:
        period, now = self._period(request), timezone.now()
        report = replica.read(lambda: reports.overview(period, now=now))
        if request.query_params.get("format") == "csv":
            return as_csv("overview", reports.table(report["per_day"]))
        return Response(report)

    @extend_schema(
        summary="SLA compliance by workflow and priority", parameters=PARAMETERS, responses=either(ReportRowsOut)
    )
    @action(detail=False)
    def sla(self, request: Request) -> Any:
        return self._report(request, "sla", reports.sla)

    @extend_schema(summary="Assignments by person", parameters=PARAMETERS, responses=either(ReportRowsOut))
    @action(detail=False)
    def agents(self, request: Request) -> Any:
        return self._report(request, "agents", reports.agents)

    @extend_schema(summary="Workflows by version", parameters=PARAMETERS, responses=either(ReportRowsOut))
    @action(detail=False)
    def workflows(self, request: Request) -> Any:
        return self._report(request, "workflows", reports.workflows)

    @extend_schema(summary="Steps by version", parameters=PARAMETERS, responses=either(ReportRowsOut))
    @action(detail=False)
    def steps(self, request: Request) -> Any:
        return self._report(request, "steps", reports.steps)


def _zone_of(person: Identity) -> ZoneInfo:
    """Return the zone of the person's profile; UTC where it names none that is known here."""
    return ZoneInfo(person.time_zone if person.time_zone in available_timezones() else "UTC")


def _zone(name: str | None) -> ZoneInfo | None:
    if not name:
        return None
    if name not in available_timezones():
        raise exceptions.ValidationError({"tz": ["Name a time zone such as Asia/Manila."]}, code="invalid_choice")
    return ZoneInfo(name)


def _moment(name: str, text: str | None, zone: ZoneInfo, *, is_end: bool = False) -> datetime | None:
    """Return a moment from a date or a date with time, in the zone; the last day counts whole."""
    if not text:
        return None
    try:
        day = parse_date(text)
        if day is not None:
            return datetime.combine(day + timedelta(days=is_end), time.min, tzinfo=zone)
        moment = parse_datetime(text)
        if moment is not None:
            return moment if moment.tzinfo else moment.replace(tzinfo=zone)
    except (ValueError, OverflowError):
        pass
    raise exceptions.ValidationError({name: ["Give a date such as 2026-03-31, or a moment in ISO 8601."]})


def as_csv(name: str, rows: Iterator[list[Any]]) -> StreamingHttpResponse:
    """Stream a table that no spreadsheet takes for formulas."""
    return StreamingHttpResponse(
        _lines(rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}-{timezone.now():%Y-%m-%d}.csv"'},
    )


def _lines(rows: Iterator[list[Any]]) -> Iterator[str]:
    yield BOM
    for row in rows:
        buffer = io.StringIO()
        csv.writer(buffer).writerow([str(value) if isinstance(value, float) else cell(_text(value)) for value in row])
        yield buffer.getvalue()


def _text(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
