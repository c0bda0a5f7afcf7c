"""Reopen, move and cancel tasks over HTTP."""

from __future__ import annotations

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from role.fields import MAX_ID, NamedOut
from task.detail import detail_of, find
from task.journal import Journal
from task.models import Task
from task.run import Run, as_run
from task.serializers import TaskDetailOut, TaskReasonIn
from task.state_machine import MOVE, Standing
from ticketing_common.idempotency import idempotent
from ticketing_common.permissions import IsAdmin, IsAgent, caller
from workflow.fields import IdField, StepRefOut, checked
from workflowmanager import task_acts


class MoveIn(TaskReasonIn):
    workflow_id = IdField()


class MovePreviewOut(serializers.Serializer):  # type: ignore[type-arg]
    workflow = NamedOut()
    workflow_version = serializers.IntegerField()
    first_step = StepRefOut()
    target_seconds = serializers.IntegerField()
    due_at = serializers.DateTimeField(allow_null=True, help_text="Of the new task, whose clock has the ticket's age.")
    due_at_before = serializers.DateTimeField(allow_null=True)
    voids_votes = serializers.IntegerField()


class TaskActViewSet(viewsets.GenericViewSet[Task]):
    """Tasks as a whole."""

    permission_classes = [IsAgent]
    serializer_class = TaskDetailOut
    lookup_value_regex = "[0-9]{1,18}"
    filter_backends = ()
    pagination_class = None
    queryset = Task.objects.none()
    extra_query_params: tuple[str, ...] = ()

    def _answer(self, request: Request, run: Run) -> Response:
        return Response(detail_of(run, caller(request), timezone.now()))

    @extend_schema(
        summary="Reopen a closed task",
        description="Answers the task's next cycle; after the workflow's window, a new task that goes on from it.",
        request=TaskReasonIn,
        responses=TaskDetailOut,
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def reopen(self, request: Request, pk: str) -> Response:
        given = checked(TaskReasonIn(data=request.data))
        return self._answer(
            request, task_acts.reopen(task_id=int(pk), actor=caller(request), now=timezone.now(), **given)
        )

    @extend_schema(summary="Cancel a task", request=TaskReasonIn, responses=TaskDetailOut)
    @action(detail=True, methods=["post"], permission_classes=[IsAdmin])
    @idempotent
    def cancel(self, request: Request, pk: str) -> Response:
        given = checked(TaskReasonIn(data=request.data))
        return self._answer(
            request, task_acts.cancel(task_id=int(pk), actor=caller(request), now=timezone.now(), **given)
        )

    @extend_schema(
        summary="Move a task to another workflow",
        description="The task is cancelled as moved; the answer is the new one, whose clock has the ticket's age.",
        request=MoveIn,
        responses=TaskDetailOut,
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def move(self, request: Request, pk: str) -> Response:
        given = checked(MoveIn(data=request.data))
        return self._answer(
            request, task_acts.move(task_id=int(pk), actor=caller(request), now=timezone.now(), **given)
        )

    @extend_schema(
        summary="Show what moving a task to another workflow would come to",
        parameters=[OpenApiParameter("workflow_id", int, required=True, description="The other workflow's id.")],
        responses=MovePreviewOut,
    )
    @action(detail=True, url_path="move-preview", extra_query_params=("workflow_id",))
    def move_preview(self, request: Request, pk: str) -> Response:
        now, person = timezone.now(), caller(request)
        run = as_run(find(person, int(pk)), Journal(now, person))
        MOVE.check(run, Standing(person, run))
        given = request.query_params.get("workflow_id", "")
        if not (given.isascii() and given.isdigit() and int(given) <= MAX_ID):
            raise exceptions.ValidationError({"workflow_id": ["Name the workflow by its id."]}, code="required")
        return Response(task_acts.preview_move(run, int(given), now))
