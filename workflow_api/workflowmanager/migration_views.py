"""Migrate running tasks to another version over HTTP."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from role.fields import PersonOut
from task.migrate import migrate
from ticketing_common.idempotency import idempotent
from ticketing_common.permissions import IsAdmin, caller
from ticketing_common.serializers import BoundedList, StrictFields
from workflow.fields import IdField, StepRefOut, checked


class StepPairIn(StrictFields):
    from_step = IdField()
    to_step = IdField()


class MigrateIn(StrictFields):
    from_version = serializers.IntegerField(min_value=1, max_value=2**31 - 1)
    to_version = serializers.IntegerField(min_value=1, max_value=2**31 - 1)
    mapping = BoundedList(child=StepPairIn(), required=False, default=list, max_length=500)
    dry_run = serializers.BooleanField(default=False, help_text="Say what would come of it, and change nothing.")


class MigratedStepOut(serializers.Serializer):  # type: ignore[type-arg]
    from_step = StepRefOut()
    to_step = StepRefOut()
    tasks = serializers.IntegerField()


class MigratedTaskOut(serializers.Serializer):  # type: ignore[type-arg]
    task_id = serializers.IntegerField()
    ticket_number = serializers.CharField()
    from_step = StepRefOut()
    to_step = StepRefOut()
    assignee_before = PersonOut(allow_null=True)
    assignee_after = PersonOut(allow_null=True)
    owner_before = PersonOut(allow_null=True)
    owner_after = PersonOut(allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True)


class MigrationOut(serializers.Serializer):  # type: ignore[type-arg]
    from_version = serializers.IntegerField()
    to_version = serializers.IntegerField()
    dry_run = serializers.BooleanField()
    migrated = serializers.IntegerField()
    steps = MigratedStepOut(many=True)
    tasks = MigratedTaskOut(many=True)


class MigrateView(APIView):
    """Move the running tasks of one version to another."""

    permission_classes = [IsAdmin]

    @extend_schema(
        summary="Migrate running tasks to another version",
        description="409 `step_unmapped` lists the steps in `unmapped`. A dry run answers what the real one would.",
        request=MigrateIn,
        responses=MigrationOut,
    )
    @idempotent
    def post(self, request: Request, workflow_id: int) -> Response:
        given: dict[str, Any] = checked(MigrateIn(data=request.data))
        pairs = {pair["from_step"]: pair["to_step"] for pair in given.pop("mapping")}
        outcome = migrate(workflow_id=workflow_id, mapping=pairs, actor=caller(request), now=timezone.now(), **given)
        return Response(outcome)
