"""Holidays that were declared late, applied to running clocks over HTTP."""

from __future__ import annotations

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from task.late_holidays import apply_holidays, preview_holidays
from ticketing_common.idempotency import idempotent
from ticketing_common.permissions import IsAdmin, caller
from ticketing_common.serializers import BoundedList, StrictFields
from workflow.fields import StorableText, checked


class HolidaysIn(StrictFields):
    days = BoundedList(child=serializers.CharField(max_length=10), min_length=1, max_length=100)
    reason = StorableText(max_length=2000, required=False, default="", allow_blank=True)
    dry_run = serializers.BooleanField(default=False, help_text="Say which deadlines would move, and change nothing.")


class DeadlineMoveOut(serializers.Serializer):  # type: ignore[type-arg]
    """`step` is the step whose clock it is; null for the task's own. A kept clock stays as it is."""

    task_id = serializers.IntegerField()
    ticket_number = serializers.CharField()
    step = serializers.CharField(allow_null=True)
    due_at_before = serializers.DateTimeField(allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True)
    is_kept = serializers.BooleanField()


class DeadlineMovesOut(serializers.Serializer):  # type: ignore[type-arg]
    dry_run = serializers.BooleanField()
    moves = DeadlineMoveOut(many=True)


class ApplyHolidaysView(APIView):
    """Holidays of a calendar, for clocks that run already."""

    permission_classes = [IsAdmin]

    @extend_schema(
        summary="Apply holidays to running clocks",
        description=(
            "Clocks keep the calendar they were started with; this adds `days`, which must be holidays of the"
            " calendar, to the running clocks of workflows that use it. A clock that was recorded as at risk or"
            " breached at a moment that would move keeps its calendar (`is_kept`)."
        ),
        request=HolidaysIn,
        responses=DeadlineMovesOut,
    )
    @idempotent
    def post(self, request: Request, calendar_id: int) -> Response:
        given = checked(HolidaysIn(data=request.data))
        days, now = given["days"], timezone.now()
        if given["dry_run"]:
            moves = preview_holidays(calendar_id=calendar_id, days=days, now=now)
        else:
            actor = caller(request)
            moves = apply_holidays(calendar_id=calendar_id, days=days, reason=given["reason"], actor=actor, now=now)
        return Response(DeadlineMovesOut({"dry_run": given["dry_run"], "moves": moves}).data)
