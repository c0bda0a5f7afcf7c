"""The retention of a service over REST, for administrators."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ticketing_common.permissions import IsAdmin, caller
from ticketing_common.retention import services
from ticketing_common.retention.kinds import Kind, kind_named, kinds
from ticketing_common.retention.models import RetentionChange, RetentionRun
from ticketing_common.serializers import StrictFields

SHOWN = 20


class RetentionRuleIn(StrictFields):
    days = serializers.IntegerField(min_value=1, max_value=36_500, allow_null=True, help_text="Null: for ever.")
    version = serializers.IntegerField(min_value=0, help_text="Of the rule that this change is made to.")


class RetentionDaysIn(StrictFields):
    days = serializers.IntegerField(min_value=1, max_value=36_500, required=False)


class RetentionAmountOut(serializers.Serializer[Any]):
    rows = serializers.IntegerField()
    bytes = serializers.IntegerField(allow_null=True, help_text="About; null where they are not counted.")


class RetentionRunOut(serializers.ModelSerializer[RetentionRun]):
    class Meta:
        model = RetentionRun
        fields = (
            "id",
            "days",
            "cutoff",
            "started_at",
            "finished_at",
            "removed",
            "removed_bytes",
            "failed",
            "is_complete",
            "asked_by_id",
            "asked_by_name",
        )


class RetentionChangeOut(serializers.ModelSerializer[RetentionChange]):
    class Meta:
        model = RetentionChange
        fields = ("id", "old_days", "new_days", "at", "by_id", "by_name")


class RetentionKindOut(serializers.Serializer[Any]):
    kind = serializers.CharField()
    days = serializers.IntegerField(allow_null=True, help_text="Null: for ever.")
    version = serializers.IntegerField()
    setting = serializers.CharField(help_text="The environment variable that says the days; empty: changed here.")
    kept = RetentionAmountOut(help_text="What is there now.")
    due = RetentionAmountOut(help_text="What a run would remove now.")
    last_run = RetentionRunOut(allow_null=True)
    next_run_at = serializers.DateTimeField(allow_null=True, help_text="Within an hour from then on; null: never.")


class RetentionKindDetailOut(RetentionKindOut):
    runs = RetentionRunOut(many=True)
    changes = RetentionChangeOut(many=True)


def document(kind: Kind, *, days: int | None = None) -> dict[str, Any]:
    """Return the kind as it is now; what is due with other `days` where they are given."""
    now = timezone.now()
    (saved, version), runs = services.days_of(kind), services.newest(RetentionRun.objects, kind, SHOWN)
    last = runs[0] if runs else None
    is_run_here = saved is not None and not kind.setting
    return {
        "kind": kind.name,
        "days": saved,
        "version": version,
        "setting": kind.setting,
        "kept": services.amount(kind, kind.rows()),
        "due": services.due(kind, days=days or saved, now=now),
        "last_run": last,
        "next_run_at": services.next_run_at(last, now=now) if is_run_here else None,
        "runs": runs,
        "changes": services.newest(RetentionChange.objects, kind, SHOWN),
    }


class RetentionView(APIView):
    permission_classes = [IsAdmin]

    @extend_schema(summary="For how long each kind of data is kept", responses=RetentionKindOut(many=True))
    def get(self, request: Request) -> Response:
        return Response(RetentionKindOut([document(kind) for kind in kinds()], many=True).data)


class RetentionKindView(APIView):
    permission_classes = [IsAdmin]

    @extend_schema(
        summary="One kind, with its newest runs and changes",
        description="With `days`, `due` says what a run would remove if the kind were kept for so many days.",
        parameters=[OpenApiParameter("days", int)],
        responses=RetentionKindDetailOut,
    )
    def get(self, request: Request, kind: str) -> Response:
        given = RetentionDaysIn(data=request.query_params)
        given.is_valid(raise_exception=True)
        return Response(RetentionKindDetailOut(document(kind_named(kind), **given.validated_data)).data)

    @extend_schema(
        summary="Keep a kind for another number of days",
        description="409 `stale_version`: somebody changed the rule since the `version` that is named.",
        request=RetentionRuleIn,
        responses=RetentionKindDetailOut,
    )
    def put(self, request: Request, kind: str) -> Response:
        given = RetentionRuleIn(data=request.data)
        given.is_valid(raise_exception=True)
        changed = services.change_days(name=kind, by=caller(request), now=timezone.now(), **given.validated_data)
        return Response(RetentionKindDetailOut(document(changed)).data)


class RetentionRunView(APIView):
    permission_classes = [IsAdmin]

    @extend_schema(
        summary="Remove what is old now",
        description="Works for at most ten seconds; what is left then goes with the next run. Doing it again is safe.",
        request=None,
        responses=RetentionRunOut,
    )
    def post(self, request: Request, kind: str) -> Response:
        return Response(RetentionRunOut(services.run(name=kind, by=caller(request), now=timezone.now())).data)
