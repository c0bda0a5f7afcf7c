"""The work: lists, one task with all about it, and what people do with it."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import exceptions, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from role.fields import MAX_ID
from task import explanations
from task.access import check_visible
from task.bulk import ACTS, act_on_many
from task.bulk_fields import BulkCommentIn, BulkIn, BulkOut, BulkTransitionIn
from task.detail import detail_of, read_detail
from task.list_views import VIEW, ListedTasks, TaskPagination
from task.lists import list_rows
from task.models import TaskTransition
from task.perform import calling_lead, perform
from task.rendering import FastJSONRenderer
from task.requester import requester_card
from task.requester_fields import RequesterCardOut
from task.selection import SelectionIn, SelectionOut, select_all
from task.serializers import (
    AssignmentOut,
    HoldIn,
    PerformedOut,
    PerformIn,
    PriorityIn,
    ResumeIn,
    TaskDetailOut,
    TaskGraphOut,
    TaskOptionalReasonIn,
    TaskReasonIn,
    TaskReasonOrCommentIn,
    TaskRowOut,
    TaskSlaExplainedOut,
    TimelineOut,
    TransferIn,
    VerbIn,
)
from task.wait_fields import WaitIn
from ticketing_common.filters import StrictOrdering, StrictParams
from ticketing_common.idempotency import idempotent, in_parts, takes_key
from ticketing_common.permissions import IsAgent, caller
from tickets.reasons import code_of
from workflow.fields import checked


class TaskViewSet(ListedTasks):
    """Tasks that you may see: those of your roles, and those that you own, are assigned, or took part in."""

    renderer_classes = [FastJSONRenderer]
    pagination_class = TaskPagination
    serializer_class = TaskDetailOut
    lookup_value_regex = "[0-9]{1,18}"

    @extend_schema(
        summary="List tasks",
        description="`count` is exact up to 10,000. `remaining_seconds` is working time.",
        parameters=[VIEW],
        responses=TaskRowOut(many=True),
    )
    def list(self, request: Request) -> Response:
        now = timezone.now()
        tasks: Any = self.list_asked_for(request, now)
        return self.get_paginated_response(list_rows(self.paginate_queryset(tasks) or [], now))

    @extend_schema(
        summary="Select all tasks of a list",
        description="Takes the filters, the search and the order of the list, of which it answers all pages: at most"
        " 1,000 tasks, else 400 `selection_too_large`. `count` is the number of tasks that the person was shown; 409"
        " `selection_changed` where it is another now, which the answer carries as `count`.",
        parameters=[VIEW, OpenApiParameter("count", int, required=True)],
        responses={
            200: SelectionOut,
            409: OpenApiResponse({"$ref": "#/components/schemas/Error"}, description="The list has changed."),
        },
        filters=True,
    )
    @action(detail=False, pagination_class=None, extra_query_params=("view", "count"))
    def selection(self, request: Request) -> Response:
        shown = checked(SelectionIn(data={"count": request.query_params.get("count")}))["count"]
        return Response({"tasks": select_all(self.list_asked_for(request, timezone.now()), shown=shown)})

    @extend_schema(summary="Read a task", responses=TaskDetailOut)
    def retrieve(self, request: Request, pk: str) -> Response:
        return Response(read_detail(caller(request), int(pk), timezone.now()))

    @extend_schema(summary="Read the timeline of a task", responses=TimelineOut(many=True))
    @action(
        detail=True,
        filter_backends=(StrictParams, StrictOrdering),
        filterset_class=None,
        extra_query_params=(),
        ordering_fields=("seq",),
        ordering=("seq",),
    )
    def timeline(self, request: Request, pk: str) -> Response:
        lines: Any = explanations.timeline(caller(request), int(pk))
        page: Any = self.paginate_queryset(self.filter_queryset(lines))
        return self.get_paginated_response(
            [
                {
                    "seq": line.seq,
                    "event": line.event,
                    "actor": _person(line.actor_id, line.actor_name),
                    "detail": line.detail,
                    "reason_code": code_of(line.detail.get("reason") or line.detail.get("error")),
                    "at": line.at,
                }
                for line in page or []
            ]
        )

    @extend_schema(summary="Read the workflow of a task with its path through it", responses=TaskGraphOut)
    @action(detail=True)
    def graph(self, request: Request, pk: str) -> Response:
        return Response(explanations.graph(caller(request), int(pk)))

    @extend_schema(summary="Explain the clocks of a task", responses=TaskSlaExplainedOut)
    @action(detail=True)
    def sla(self, request: Request, pk: str) -> Response:
        return Response(explanations.sla(caller(request), int(pk), timezone.now()))

    @extend_schema(summary="Explain who is assigned to the task and why", responses=AssignmentOut)
    @action(detail=True)
    def assignment(self, request: Request, pk: str) -> Response:
        return Response(explanations.assignment(caller(request), int(pk)))

    @extend_schema(
        summary="Read who asked for a task, and their other tasks that you may see",
        description="The newest five open and five closed ones, and how many there are.",
        responses=RequesterCardOut,
    )
    @action(detail=True)
    def requester(self, request: Request, pk: str) -> Response:
        return Response(requester_card(person=caller(request), task_id=int(pk), now=timezone.now()))

    def _do(self, request: Request, pk: str, name: str, given: dict[str, Any]) -> Response:
        run = ACTS[name](task_id=int(pk), actor=caller(request), now=timezone.now(), **given)
        return Response(detail_of(run, caller(request), timezone.now()))

    @extend_schema(summary="Claim a task from the unassigned queue", request=VerbIn, responses=TaskDetailOut)
    @action(detail=True, methods=["post"])
    @idempotent
    def claim(self, request: Request, pk: str) -> Response:
        return self._do(request, pk, "claim", checked(VerbIn(data=request.data)))

    @extend_schema(
        summary="Return a task to the unassigned queue", request=TaskOptionalReasonIn, responses=TaskDetailOut
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def release(self, request: Request, pk: str) -> Response:
        return self._do(request, pk, "release", checked(TaskOptionalReasonIn(data=request.data)))

    @extend_schema(summary="Transfer a task to another member of its role", request=TransferIn, responses=TaskDetailOut)
    @action(detail=True, methods=["post"])
    @idempotent
    def transfer(self, request: Request, pk: str) -> Response:
        return self._do(request, pk, "transfer", checked(TransferIn(data=request.data)))

    @extend_schema(summary="Escalate a task", request=TaskReasonOrCommentIn, responses=TaskDetailOut)
    @action(detail=True, methods=["post"])
    @idempotent
    def escalate(self, request: Request, pk: str) -> Response:
        return self._do(request, pk, "escalate", checked(TaskReasonOrCommentIn(data=request.data)))

    @extend_schema(
        summary="Put a task on hold; its clocks pause",
        description="It is resumed by itself at `until` or, with `until_answer`, when the requester answers, whichever"
        " comes first; else somebody resumes it. 400 `until_past`, `until_too_far`, `until_twice`.",
        request=HoldIn,
        responses=TaskDetailOut,
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def hold(self, request: Request, pk: str) -> Response:
        return self._do(request, pk, "hold", checked(HoldIn(data=request.data)))

    @extend_schema(summary="Resume a task", request=ResumeIn, responses=TaskDetailOut)
    @action(detail=True, methods=["post"])
    @idempotent
    def resume(self, request: Request, pk: str) -> Response:
        return self._do(request, pk, "resume", checked(ResumeIn(data=request.data)))

    @extend_schema(summary="Change the priority of a task", request=PriorityIn, responses=TaskDetailOut)
    @action(detail=True, methods=["post"])
    @idempotent
    def priority(self, request: Request, pk: str) -> Response:
        return self._do(request, pk, "priority", checked(PriorityIn(data=request.data)))

    @extend_schema(
        summary="Take back your vote while the approval is undecided",
        description="The vote stays in history, void; you may vote again. 409 `not_voted`, `stale_version`.",
        request=VerbIn,
        responses=TaskDetailOut,
    )
    @action(detail=True, methods=["post"], url_path="withdraw-vote")
    @idempotent
    def withdraw_vote(self, request: Request, pk: str) -> Response:
        return self._do(request, pk, "withdraw_vote", checked(VerbIn(data=request.data)))

    @extend_schema(summary="Do one thing to many tasks", request=BulkIn, responses=BulkOut)
    @action(detail=False, methods=["post"])
    @takes_key
    def bulk(self, request: Request) -> Response:
        given = checked(BulkIn(data=request.data))
        sent: Any = request.data
        verb = given["action"]
        serializer, wanted = BULK[verb]
        parameters = checked(serializer(data={name: sent[name] for name in wanted if name in given}))
        parameters.pop("expected_version", None)
        results = act_on_many(
            action=verb,
            task_ids=list(dict.fromkeys(given["task_ids"])),
            parameters=parameters,
            actor=caller(request),
            now=timezone.now(),
            do=in_parts(request),
        )
        return Response({"results": results})


BULK: dict[str, tuple[Any, tuple[str, ...]]] = {
    "claim": (VerbIn, ()),
    "release": (TaskOptionalReasonIn, ("reason",)),
    "transfer": (TransferIn, ("reason", "to_user_id")),
    "escalate": (TaskReasonIn, ("reason",)),
    "hold": (HoldIn, ("reason", *WaitIn().fields)),
    "resume": (VerbIn, ()),
    "priority": (PriorityIn, ("reason", "priority")),
    "transition": (BulkTransitionIn, ("transition", "with_comment")),
    "comment": (BulkCommentIn, ("with_comment",)),
}


def _person(user_id: int | None, full_name: str) -> dict[str, Any] | None:
    return None if user_id is None else {"user_id": user_id, "full_name": full_name}


class TransitionViewSet(viewsets.GenericViewSet[TaskTransition]):
    """Transitions: perform one, read the record."""

    permission_classes = [IsAgent]
    serializer_class = PerformedOut
    extra_query_params = ("task",)
    ordering_fields = ("performed_at", "id")
    ordering = ("performed_at", "id")

    def get_queryset(self) -> QuerySet[TaskTransition]:
        return TaskTransition.objects.select_related("from_step", "to_step")

    @extend_schema(
        summary="List the transitions that were performed on a task",
        parameters=[OpenApiParameter("task", int, required=True, description="The task's id.")],
        responses=PerformedOut(many=True),
    )
    def list(self, request: Request) -> Response:
        given = request.query_params.get("task", "")
        if not (given.isascii() and given.isdigit() and int(given) <= MAX_ID):
            raise exceptions.ValidationError({"task": ["Name the task by its id."]}, code="required")
        check_visible(caller(request), int(given))
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset().filter(task_id=int(given))))
        return self.get_paginated_response(
            [
                {
                    "id": row.pk,
                    "task_id": row.task_id,
                    "transition_id": row.transition_id,
                    "name": row.name,
                    "outcome": row.outcome,
                    "from_step": {"id": row.from_step_id, "name": row.from_step.name},
                    "to_step": {"id": row.to_step_id, "name": row.to_step.name},
                    "actor": _person(row.actor_id, row.actor_name),
                    "on_behalf_of_id": row.on_behalf_of_id,
                    "comment": row.comment,
                    "performed_at": row.performed_at,
                }
                for row in page or []
            ]
        )

    @extend_schema(
        summary="Perform a transition",
        description="409 `stale_version` carries `current`, the task as it is now, and `acted_by`.",
        request=PerformIn,
        responses={200: TaskDetailOut},
    )
    @takes_key
    def create(self, request: Request) -> Response:
        given = checked(PerformIn(data=request.data))
        with calling_lead(given["task_id"], actor=caller(request), now=timezone.now()):
            return self._perform(request, given)

    @idempotent
    def _perform(self, request: Request, given: dict[str, Any]) -> Response:
        run = perform(actor=caller(request), now=timezone.now(), **given)
        return Response(detail_of(run, caller(request), timezone.now()))
