"""What all views of lists of tasks share, and the views of a list beside its pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from audit.views import AnythingAccepted
from task.board import CARDS, MAX_FILLED, BoardOut, board_of
from task.choices import FIELDS, ChoiceOut, ChoicesIn, choices_of, choices_shown
from task.exports import COLUMNS, MAX_ROWS, ColumnsIn, start_export
from task.filters import TaskFilter, TaskFilters, TaskOrdering
from task.lists import VIEWS, TaskList, TaskPaginator
from task.models import Task
from task.offers import OffersIn, OffersOut, offers_for
from task.rendering import FastJSONRenderer
from ticketing_common.filters import BoundedSearch, StrictOrdering, StrictParams
from ticketing_common.pagination import Pagination
from ticketing_common.permissions import IsAgent, caller
from workflow.fields import checked

VIEW = OpenApiParameter("view", str, enum=list(VIEWS), description="A named part of the tasks that you may see.")


class TaskPagination(Pagination):
    django_paginator_class = TaskPaginator


class ListedTasks(viewsets.GenericViewSet[Task]):
    """Views that take the filters, the search and the order of the list of tasks."""

    permission_classes = [IsAgent]
    filter_backends = (StrictParams, TaskFilters, BoundedSearch, TaskOrdering)
    filterset_class = TaskFilter
    extra_query_params: tuple[str, ...] = ("view",)
    # As the ticket says them, where one index serves all three.
    search_fields = ("ticket__ticket_number", "ticket__subject", "ticket__requester_name")
    ordering_fields = ("due_at", "created_at", "updated_at", "closed_at", "priority", "ticket_number", "id")
    ordering: tuple[str, ...] | None = None  # of the list: by time left

    def get_queryset(self) -> QuerySet[Task, Any]:
        if getattr(self, "swagger_fake_view", False):
            return Task.objects.none()
        return Task.objects.visible_to(caller(self.request))

    def list_asked_for(self, request: Request, now: datetime) -> TaskList:
        name = request.query_params.get("view", "all")
        if name not in VIEWS:
            raise exceptions.ValidationError({"view": [f"Choose one of: {', '.join(VIEWS)}."]}, code="invalid_choice")
        return TaskList(name, caller(request), now, narrow=self.filter_queryset, key=_order_alone(request))


def _order_alone(request: Request) -> str | None:
    """Return the order that a list is asked for, None where it is filtered."""
    if set(request.query_params) <= {"view", "ordering", "page", "page_size"}:
        return str(request.query_params.get("ordering", ""))
    return None


class TaskListViewSet(ListedTasks):
    """Lists of tasks beside their pages."""

    serializer_class = ChoiceOut

    @extend_schema(
        summary="List the values that a filter of tasks can have",
        description="The categories, departments or requesters of the tasks that you may see. `value` is what the"
        " filter takes; with `?value=`, only that one.",
        parameters=[
            OpenApiParameter("field", str, enum=list(FIELDS), required=True),
            OpenApiParameter("search", str, description="A part of the label or the hint."),
            OpenApiParameter("value", str),
        ],
        responses=ChoiceOut(many=True),
    )
    @action(
        detail=False,
        filter_backends=(StrictParams, StrictOrdering),
        filterset_class=None,
        ordering_fields=(),
        pagination_class=TaskPagination,
        extra_query_params=("field", "value"),
    )
    def choices(self, request: Request) -> Response:
        self.filter_queryset(Task.objects.none())
        given = checked(ChoicesIn(data=request.query_params.dict()))
        found = choices_of(person=caller(request), **given)
        return self.get_paginated_response(choices_shown(given["field"], self.paginate_queryset(found) or []))

    @extend_schema(
        summary="Export a list of tasks as CSV",
        description="Takes the filters, the search and the order of the list, and answers all its rows: at most"
        f" {MAX_ROWS:,}, else 400 `export_too_large`. UTF-8 with a byte order mark, times in ISO 8601 with their zone;"
        " texts that a spreadsheet would take for a formula begin with an apostrophe. Noted in the audit trail.",
        parameters=[
            VIEW,
            OpenApiParameter("columns", str, description=f"By commas; all unless told: {', '.join(COLUMNS)}."),
        ],
        responses={(200, "text/csv"): OpenApiTypes.STR},
        filters=True,
    )
    @action(
        detail=False,
        content_negotiation_class=AnythingAccepted,
        pagination_class=None,
        extra_query_params=("view", "columns"),
    )
    def export(self, request: Request) -> StreamingHttpResponse:
        now = timezone.now()
        columns = checked(ColumnsIn(data=request.query_params.dict()))["columns"]
        content = start_export(
            tasks=self.list_asked_for(request, now),
            columns=columns,
            asked=request.query_params.dict(),
            actor=caller(request),
            now=now,
        )
        return StreamingHttpResponse(
            content,
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="tickets-{now:%Y-%m-%d-%H%M%S}.csv"'},
        )

    @extend_schema(
        summary="Read the board of a list of tasks",
        description="The list's open tasks by workflow and step. `count` is exact; of each column come the first"
        f" {CARDS} tasks, of those after the first {MAX_FILLED} columns none: read more of one with"
        " `/tasks/?workflow=…&step_key=…`, or `status=handing_off` for what has no step.",
        parameters=[VIEW],
        responses=BoardOut,
        filters=True,
    )
    @action(detail=False, pagination_class=None, renderer_classes=[FastJSONRenderer])
    def board(self, request: Request) -> Response:
        now = timezone.now()
        return Response({"columns": board_of(self.list_asked_for(request, now), now)})

    @extend_schema(
        summary="List the transitions that you may perform on many tasks",
        description="By their names, as `/tasks/bulk/` takes them; at most 100 tasks.",
        parameters=[OpenApiParameter("tasks", str, required=True, description="Ids, by commas.")],
        responses=OffersOut,
    )
    @action(
        detail=False,
        filter_backends=(StrictParams,),
        filterset_class=None,
        pagination_class=None,
        extra_query_params=("tasks",),
    )
    def offers(self, request: Request) -> Response:
        self.filter_queryset(Task.objects.none())
        task_ids = checked(OffersIn(data=request.query_params.dict()))["tasks"]
        return Response({"transitions": offers_for(person=caller(request), task_ids=task_ids, now=timezone.now())})
