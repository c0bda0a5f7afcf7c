"""Steps of drafts, one at a time. Whole graphs are at `/workflows/{id}/graph/`."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from step import services
from step.models import Step
from step.serializers import EditVersionParams, StepCreateIn, StepOut, StepUpdateIn
from ticketing_common.idempotency import idempotent
from ticketing_common.permissions import caller
from workflow.permissions import AgentsReadAdminsWrite


class StepViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Step]):
    """Steps of drafts. Every write names the workflow's `edit_version`; a stale one is a 409."""

    serializer_class = StepOut
    permission_classes = [AgentsReadAdminsWrite]
    lookup_value_regex = "[0-9]{1,18}"
    filterset_fields = ("workflow", "role", "kind", "is_start", "is_end")
    search_fields = ("name", "description", "instruction")
    ordering_fields = ("id", "order", "name")
    ordering = ("workflow", "order", "id")

    def get_queryset(self) -> QuerySet[Step]:
        return Step.objects.select_related("role", "escalate_to")

    @extend_schema(request=StepCreateIn, responses={201: StepOut})
    @idempotent
    def create(self, request: Request) -> Response:
        given = StepCreateIn(data=request.data)
        given.is_valid(raise_exception=True)
        values = dict(given.validated_data)
        step = services.create_step(
            workflow_id=values.pop("workflow"),
            edit_version=values.pop("edit_version"),
            values=values,
            actor=caller(request),
            now=timezone.now(),
        )
        return Response(StepOut(step).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=StepUpdateIn, responses=StepOut)
    def update(self, request: Request, pk: str) -> Response:
        return self._update(request, pk, partial=False)

    @extend_schema(request=StepUpdateIn, responses=StepOut)
    def partial_update(self, request: Request, pk: str) -> Response:
        return self._update(request, pk, partial=True)

    @extend_schema(parameters=[EditVersionParams], responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        given = EditVersionParams(data=request.query_params)
        given.is_valid(raise_exception=True)
        services.delete_step(step_id=int(pk), actor=caller(request), now=timezone.now(), **given.validated_data)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _update(self, request: Request, pk: str, *, partial: bool) -> Response:
        given = StepUpdateIn(data=request.data, partial=partial)
        given.is_valid(raise_exception=True)
        values: dict[str, Any] = dict(given.validated_data)
        if "edit_version" not in values:
            EditVersionParams(data={}).is_valid(raise_exception=True)
        step = services.update_step(
            step_id=int(pk),
            edit_version=values.pop("edit_version"),
            values=values,
            actor=caller(request),
            now=timezone.now(),
        )
        return Response(StepOut(step).data)
