"""Workflows: definitions, their life, and their versions. Agents read, administrators write."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from step import services as graphs
from step.queries import graph_document
from step.serializers import GraphIn, GraphOut, SavedGraphOut
from ticketing_common.idempotency import idempotent
from ticketing_common.permissions import caller
from workflow import queries, services
from workflow.filters import WorkflowFilter
from workflow.models import Workflow
from workflow.permissions import AgentsReadAdminsWrite
from workflow.serializers import (
    CompareParams,
    ComparisonOut,
    EditVersionIn,
    PauseIn,
    PreviewOut,
    ReasonIn,
    ReportOut,
    VersionDetailOut,
    VersionOut,
    WorkflowDocument,
    WorkflowFields,
    WorkflowOut,
    WorkflowUpdateIn,
)
from workflow.transfer import export_workflow, import_workflow
from workflowmanager import services as running
from workflowmanager.pausing import pause_workflow, resume_workflow

NUMBER = OpenApiParameter("number", int, OpenApiParameter.PATH, description="The version's number.")


def _valid(serializer: Any) -> dict[str, Any]:
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


@extend_schema_view(
    list=extend_schema(summary="List workflows", description="Archived ones only with `is_archived=true`."),
    retrieve=extend_schema(summary="Read a workflow"),
)
class WorkflowViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Workflow]):
    """Definitions of workflows. What runs is never touched by an edit; it needs a deploy."""

    serializer_class = WorkflowOut
    permission_classes = [AgentsReadAdminsWrite]
    lookup_value_regex = "[0-9]{1,18}"
    filterset_class = WorkflowFilter
    search_fields = ("name", "description", "category", "sub_category", "department")
    ordering_fields = ("id", "name", "status", "category", "department", "created_at", "updated_at", "running_tasks")
    ordering = ("name",)

    def get_queryset(self) -> QuerySet[Workflow]:
        workflows = Workflow.objects.with_parts().with_running_tasks()
        if self.action == "list" and "is_archived" not in self.request.query_params:
            return workflows.filter(is_archived=False)
        return workflows

    @extend_schema(summary="Create a draft", request=WorkflowFields, responses={201: WorkflowOut})
    @idempotent
    def create(self, request: Request) -> Response:
        values = _valid(WorkflowFields(data=request.data))
        workflow = services.create_workflow(values=values, actor=caller(request), now=timezone.now())
        return self._answer(workflow.pk, status.HTTP_201_CREATED)

    @extend_schema(
        summary="Change a workflow",
        description=(
            "Names, policy, and which tickets it serves; the last counts at once, the rest with the next deploy."
            " 409 `stale_edit_version` (with the current `edit_version`), `name_taken`, `key_taken` (with `other`),"
            " `illegal_move` when archived."
        ),
        request=WorkflowUpdateIn,
        responses=WorkflowOut,
    )
    def update(self, request: Request, pk: str) -> Response:
        return self._update(request, pk, partial=False)

    @extend_schema(summary="Change parts of a workflow", request=WorkflowUpdateIn, responses=WorkflowOut)
    def partial_update(self, request: Request, pk: str) -> Response:
        return self._update(request, pk, partial=True)

    @extend_schema(summary="Archive a workflow", description="The same as `archive/`.", responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        services.archive(workflow_id=int(pk), actor=caller(request), now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(methods=["get"], summary="Read the draft graph", responses=GraphOut)
    @extend_schema(
        methods=["put"],
        summary="Store the draft graph",
        description=(
            "New steps and transitions bear any text as id; `id_map` in the answer says what became of them. What is"
            " not in the document is deleted. 400 `graph_invalid` names the place; 409 `stale_edit_version`."
        ),
        request=GraphIn,
        responses=SavedGraphOut,
    )
    @action(detail=True, methods=["get", "put"])
    def graph(self, request: Request, pk: str) -> Response:
        if request.method == "GET":
            return Response(GraphOut(graph_document(workflow_id=int(pk))).data)
        given = _valid(GraphIn(data=request.data))
        saved = graphs.save_graph(workflow_id=int(pk), actor=caller(request), now=timezone.now(), **given)
        document = graph_document(workflow_id=int(pk))
        return Response(SavedGraphOut({**document, "id_map": saved.id_map}).data)

    @extend_schema(summary="Validate the draft", request=None, responses=ReportOut)
    @action(detail=True, methods=["get", "post"])
    def validate(self, request: Request, pk: str) -> Response:
        report = services.report(workflow_id=int(pk))
        return Response(ReportOut(queries.as_document(report)).data)

    @extend_schema(
        summary="Declare the draft valid",
        description="409 `definition_invalid` (with `findings`), `illegal_move` (with `legal_moves`).",
        request=EditVersionIn,
        responses=WorkflowOut,
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def initialize(self, request: Request, pk: str) -> Response:
        given = _valid(EditVersionIn(data=request.data))
        services.initialize_workflow(workflow_id=int(pk), actor=caller(request), now=timezone.now(), **given)
        return self._answer(pk)

    @extend_schema(
        summary="Deploy the draft as the next version",
        description=(
            "Running tasks stay on their version. Tickets that found no workflow are routed again. 409"
            " `definition_invalid` (with `findings`), `key_taken` (with `other`), `nothing_to_deploy`, `illegal_move`"
            " (with `legal_moves`), `stale_edit_version`."
        ),
        request=EditVersionIn,
        responses=WorkflowOut,
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def deploy(self, request: Request, pk: str) -> Response:
        given = _valid(EditVersionIn(data=request.data))
        running.deploy_workflow(workflow_id=int(pk), actor=caller(request), now=timezone.now(), **given)
        return self._answer(pk)

    @extend_schema(
        summary="Pause a workflow",
        description=(
            "Nothing new starts; its tickets wait as unmatched. Running tasks finish, or with `hold_running` are held:"
            " their clocks stand still until the workflow resumes."
        ),
        request=PauseIn,
        responses=WorkflowOut,
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def pause(self, request: Request, pk: str) -> Response:
        given = _valid(PauseIn(data=request.data))
        pause_workflow(workflow_id=int(pk), actor=caller(request), now=timezone.now(), **given)
        return self._answer(pk)

    @extend_schema(summary="Resume a paused workflow", request=None, responses=WorkflowOut)
    @action(detail=True, methods=["post"])
    @idempotent
    def resume(self, request: Request, pk: str) -> Response:
        resume_workflow(workflow_id=int(pk), actor=caller(request), now=timezone.now())
        return self._answer(pk)

    @extend_schema(summary="Archive a workflow", request=ReasonIn, responses=WorkflowOut)
    @action(detail=True, methods=["post"])
    @idempotent
    def archive(self, request: Request, pk: str) -> Response:
        given = _valid(ReasonIn(data=request.data))
        services.archive(workflow_id=int(pk), actor=caller(request), now=timezone.now(), **given)
        return self._answer(pk)

    @extend_schema(summary="Preview a deploy", responses=PreviewOut)
    @action(detail=True, methods=["get"], url_path="deploy-preview")
    def deploy_preview(self, request: Request, pk: str) -> Response:
        return Response(PreviewOut(queries.deploy_preview(workflow_id=int(pk))).data)

    @extend_schema(summary="Export the draft as one file", responses=WorkflowDocument)
    @action(detail=True, methods=["get"])
    def export(self, request: Request, pk: str) -> Response:
        document = export_workflow(workflow_id=int(pk))
        name = f'attachment; filename="workflow-{int(pk)}.json"'
        return Response(document, headers={"Content-Disposition": name})

    @extend_schema(
        summary="Create a draft from a file",
        description="Roles are found by name; those that aren't known yet stay named.",
        request=WorkflowDocument,
        responses={201: WorkflowOut},
    )
    @action(detail=False, methods=["post"], url_path="import")
    @idempotent
    def import_(self, request: Request) -> Response:
        document = _valid(WorkflowDocument(data=request.data))
        workflow = import_workflow(document=document, actor=caller(request), now=timezone.now())
        return self._answer(workflow.pk, status.HTTP_201_CREATED)

    @extend_schema(summary="List the deployed versions", responses=VersionOut(many=True))
    @action(
        detail=True,
        methods=["get"],
        filterset_class=None,
        search_fields=(),
        ordering_fields=("number", "deployed_at"),
        ordering=("-number",),
    )
    def versions(self, request: Request, pk: str) -> Response:
        queries.get_workflow(workflow_id=int(pk))
        rows: QuerySet[Any] = queries.versions_of(workflow_id=int(pk))
        page = self.paginate_queryset(self.filter_queryset(rows))
        return self.get_paginated_response(VersionOut(page, many=True).data)

    @extend_schema(summary="Read a deployed version", parameters=[NUMBER], responses=VersionDetailOut)
    @action(detail=True, methods=["get"], url_path="versions/(?P<number>[0-9]{1,9})")
    def version(self, request: Request, pk: str, number: str) -> Response:
        found = queries.version_detail(workflow_id=int(pk), number=int(number))
        return Response(VersionDetailOut(found).data)

    @extend_schema(summary="Compare two versions", parameters=[CompareParams], responses=ComparisonOut)
    @action(detail=True, methods=["get"], url_path="versions/compare")
    def compare(self, request: Request, pk: str) -> Response:
        given = _valid(CompareParams(data=request.query_params))
        found = queries.comparison(workflow_id=int(pk), old=given["from"], new=given["to"])
        return Response(ComparisonOut(found).data)

    @extend_schema(
        summary="Deploy an older version again",
        description=(
            "Becomes the next version. The draft stays as it is. 409 `nothing_to_deploy`, `roles_gone` (with `roles`),"
            " `key_taken`, `illegal_move`."
        ),
        parameters=[NUMBER],
        request=None,
        responses={201: VersionDetailOut},
    )
    @action(detail=True, methods=["post"], url_path="versions/(?P<number>[0-9]{1,9})/redeploy")
    @idempotent
    def redeploy(self, request: Request, pk: str, number: str) -> Response:
        version = running.redeploy_workflow(
            workflow_id=int(pk), number=int(number), actor=caller(request), now=timezone.now()
        )
        found = queries.version_detail(workflow_id=int(pk), number=version.number)
        return Response(VersionDetailOut(found).data, status=status.HTTP_201_CREATED)

    def _update(self, request: Request, pk: str, *, partial: bool) -> Response:
        values = _valid(WorkflowUpdateIn(data=request.data, partial=partial))
        if "edit_version" not in values:
            WorkflowUpdateIn(data={"name": values.get("name", "-")}).is_valid(raise_exception=True)
        services.update_workflow(
            workflow_id=int(pk),
            edit_version=values.pop("edit_version"),
            values=values,
            actor=caller(request),
            now=timezone.now(),
        )
        running.route_after_commit()
        return self._answer(pk)

    def _answer(self, pk: str | int, code: int = status.HTTP_200_OK) -> Response:
        return Response(WorkflowOut(queries.get_workflow(workflow_id=int(pk))).data, status=code)
