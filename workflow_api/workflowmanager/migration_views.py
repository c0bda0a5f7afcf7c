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
from task.bulk_fields import BulkErrorOut
from task.migrate import KEPT, UNASSIGNED, migrate
from task.migrate_tasks import migrate_tasks, preview_tasks
from task.models import Assignment
from ticketing_common.idempotency import idempotent, in_parts, takes_key
from ticketing_common.permissions import IsAdmin, caller
from ticketing_common.serializers import BoundedList, StrictFields
from workflow.fields import IdField, StepRefOut, StorableText, checked


class StepPairIn(StrictFields):
    from_step = IdField()
    to_step = IdField()


class TwoVersionsIn(StrictFields):
    from_version = serializers.IntegerField(min_value=1, max_value=2**31 - 1)
    to_version = serializers.IntegerField(min_value=1, max_value=2**31 - 1)
    mapping = BoundedList(child=StepPairIn(), required=False, default=list, max_length=500)


class MigrateIn(TwoVersionsIn):
    dry_run = serializers.BooleanField(default=False, help_text="Say what would come of it, and change nothing.")


class MigratedStepOut(serializers.Serializer):  # type: ignore[type-arg]
    from_step = StepRefOut()
    to_step = StepRefOut()
    tasks = serializers.IntegerField()


class AssignedByField(serializers.ChoiceField):
    """How a moved task comes by its assignee."""

    def __init__(self, **arguments: Any) -> None:
        super().__init__((KEPT, UNASSIGNED, *Assignment.Origin.values), **arguments)


class MigratedTaskOut(serializers.Serializer):  # type: ignore[type-arg]
    task_id = serializers.IntegerField()
    ticket_number = serializers.CharField()
    from_step = StepRefOut()
    to_step = StepRefOut()
    assignee_before = PersonOut(allow_null=True)
    assignee_after = PersonOut(allow_null=True)
    assigned_by = AssignedByField()
    explanation = serializers.CharField()
    voided_votes = serializers.IntegerField()
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
        outcome = migrate(workflow_id=workflow_id, actor=caller(request), now=timezone.now(), **_with_pairs(given))
        return Response(outcome)


class MigratePreviewIn(TwoVersionsIn):
    after = serializers.IntegerField(
        min_value=0, max_value=2**63 - 1, default=0, help_text="The `next_after` of the page before."
    )


class PreviewStepOut(serializers.Serializer):  # type: ignore[type-arg]
    """A step with running tasks; `to_step` is null where it must be mapped first."""

    from_step = StepRefOut()
    to_step = StepRefOut(allow_null=True)
    running_tasks = serializers.IntegerField()


class PreviewTaskOut(serializers.Serializer):  # type: ignore[type-arg]
    """What moving the task would do; `error` says why it would not be moved."""

    task_id = serializers.IntegerField()
    ticket_number = serializers.CharField()
    version = serializers.IntegerField()
    from_step = StepRefOut(allow_null=True)
    to_step = StepRefOut(allow_null=True)
    assignee_before = PersonOut(allow_null=True)
    assignee_after = PersonOut(allow_null=True)
    assigned_by = AssignedByField()
    explanation = serializers.CharField()
    voided_votes = serializers.IntegerField(help_text="Votes that the move voids for good.")
    due_before = serializers.DateTimeField(allow_null=True)
    due_after = serializers.DateTimeField(allow_null=True)
    error = BulkErrorOut(allow_null=True)


class MigratePreviewOut(serializers.Serializer):  # type: ignore[type-arg]
    from_version = serializers.IntegerField()
    to_version = serializers.IntegerField()
    running_tasks = serializers.IntegerField()
    steps = PreviewStepOut(many=True)
    tasks = PreviewTaskOut(many=True)
    next_after = serializers.IntegerField(allow_null=True)


class MigratePreviewView(APIView):
    """What moving the running tasks of one version to another would do, a page of tasks at a time."""

    permission_classes = [IsAdmin]

    @extend_schema(
        summary="Preview the migration of running tasks",
        description="Nothing is stored. Tasks that could not be moved have an `error`: `step_unmapped`, `handing_off`.",
        request=MigratePreviewIn,
        responses=MigratePreviewOut,
    )
    def post(self, request: Request, workflow_id: int) -> Response:
        given = _with_pairs(checked(MigratePreviewIn(data=request.data)))
        return Response(preview_tasks(workflow_id=workflow_id, actor=caller(request), now=timezone.now(), **given))


class MigrateTaskIn(StrictFields):
    task_id = IdField()
    expected_version = serializers.IntegerField(min_value=1, max_value=2**31 - 1)
    to_step = IdField(required=False, help_text="Where this task goes, whatever the mapping says.")


class MigrateTasksIn(TwoVersionsIn):
    tasks = BoundedList(child=MigrateTaskIn(), min_length=1, max_length=100)
    reason = StorableText(max_length=2000)


class MigrateResultOut(serializers.Serializer):  # type: ignore[type-arg]
    task_id = serializers.IntegerField()
    ok = serializers.BooleanField()
    status = serializers.IntegerField()
    version = serializers.IntegerField(required=False)
    from_step = StepRefOut(required=False)
    to_step = StepRefOut(required=False)
    assignee_after = PersonOut(required=False, allow_null=True)
    assigned_by = AssignedByField(required=False)
    error = BulkErrorOut(required=False)


class MigrateResultsOut(serializers.Serializer):  # type: ignore[type-arg]
    results = MigrateResultOut(many=True)


class MigrateTasksView(APIView):
    """Move named tasks of one version to another; each succeeds or fails by itself."""

    permission_classes = [IsAdmin]

    @extend_schema(
        summary="Migrate named tasks to another version",
        description=(
            "Codes by task: `stale_version`, `not_of_version`, `step_unmapped`, `handing_off`, `task_closed`, "
            "`not_found`. To return tasks, send them the other way with the step that each came from."
        ),
        request=MigrateTasksIn,
        responses=MigrateResultsOut,
    )
    @takes_key
    def post(self, request: Request, workflow_id: int) -> Response:
        do = in_parts(request)
        given = _with_pairs(checked(MigrateTasksIn(data=request.data)))
        given["tasks"] = list({task["task_id"]: task for task in given["tasks"]}.values())
        results = migrate_tasks(workflow_id=workflow_id, actor=caller(request), now=timezone.now(), do=do, **given)
        return Response({"results": results})


def _with_pairs(given: dict[str, Any]) -> dict[str, Any]:
    return {**given, "mapping": {pair["from_step"]: pair["to_step"] for pair in given["mapping"]}}
