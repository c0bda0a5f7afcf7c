"""Workflows: definitions, their life, and their versions. Agents read, administrators write."""

from __future__ import annotations

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from step import services as graphs
from step.queries import graph_document
from step.serializers import GraphIn, GraphOut, SavedGraphOut
from ticketing_common.idempotency import idempotent
from ticketing_common.permissions import caller
from workflow import archiving, comparison, files, loading, services
from workflow.documents import FileApplyIn, FileIn, FileOutcomeOut, WorkflowDocument
from workflow.fields import checked
from workflow.filters import WorkflowFilter
from workflow.models import Workflow
from workflow.permissions import AgentsReadAdminsWrite
from workflow.serializers import (
    CompareParams,
    ComparisonOut,
    EditVersionIn,
    LoadIn,
    ReasonIn,
    ReportOut,
    WorkflowFields,
    WorkflowOut,
    WorkflowUpdateIn,
)
from workflow.transfer import export_workflow, import_workflow

NUMBER = OpenApiParameter("number", int, OpenApiParameter.PATH, description="The version's number.")


class DefinitionViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Workflow]):
    """What concerns definitions alone; `workflowmanager` adds what reaches running work, and serves both."""

    serializer_class = WorkflowOut
    permission_classes = [AgentsReadAdminsWrite]
    lookup_value_regex = "[0-9]{1,18}"
    filterset_class = WorkflowFilter
    search_fields = ("name", "description", "category", "sub_category", "department")
    ordering_fields = ("id", "name", "status", "category", "department", "created_at", "updated_at", "running_tasks")
    ordering = ("name",)

    @extend_schema(summary="Create a draft", request=WorkflowFields, responses={201: WorkflowOut})
    @idempotent
    def create(self, request: Request) -> Response:
        values = checked(WorkflowFields(data=request.data))
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
        self.change(request, pk, partial=False)
        return self._answer(pk)

    @extend_schema(summary="Change parts of a workflow", request=WorkflowUpdateIn, responses=WorkflowOut)
    def partial_update(self, request: Request, pk: str) -> Response:
        self.change(request, pk, partial=True)
        return self._answer(pk)

    @extend_schema(summary="Archive a workflow", description="The same as `archive/`.", responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        archiving.archive(workflow_id=int(pk), actor=caller(request), now=timezone.now())
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
        given = checked(GraphIn(data=request.data))
        saved = graphs.save_graph(workflow_id=int(pk), actor=caller(request), now=timezone.now(), **given)
        document = graph_document(workflow_id=int(pk))
        return Response(SavedGraphOut({**document, "id_map": saved.id_map}).data)

    @extend_schema(summary="Validate the draft", request=None, responses=ReportOut)
    @action(detail=True, methods=["get", "post"])
    def validate(self, request: Request, pk: str) -> Response:
        report = services.report(workflow_id=int(pk))
        return Response(ReportOut(report).data)

    @extend_schema(
        summary="Declare the draft valid",
        description="409 `definition_invalid` (with `findings`), `illegal_move` (with `legal_moves`).",
        request=EditVersionIn,
        responses=WorkflowOut,
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def initialize(self, request: Request, pk: str) -> Response:
        given = checked(EditVersionIn(data=request.data))
        services.initialize_workflow(workflow_id=int(pk), actor=caller(request), now=timezone.now(), **given)
        return self._answer(pk)

    @extend_schema(summary="Archive a workflow", request=ReasonIn, responses=WorkflowOut)
    @action(detail=True, methods=["post"])
    @idempotent
    def archive(self, request: Request, pk: str) -> Response:
        given = checked(ReasonIn(data=request.data))
        archiving.archive(workflow_id=int(pk), actor=caller(request), now=timezone.now(), **given)
        return self._answer(pk)

    @extend_schema(
        summary="Bring an archived workflow back",
        description="It takes up where it was: as a draft, or paused. 409 `illegal_move` where it is not archived.",
        request=ReasonIn,
        responses=WorkflowOut,
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def restore(self, request: Request, pk: str) -> Response:
        given = checked(ReasonIn(data=request.data))
        archiving.restore(workflow_id=int(pk), actor=caller(request), now=timezone.now(), **given)
        return self._answer(pk)

    @extend_schema(
        summary="Load a version into the draft",
        description=(
            "The draft becomes what the version says; with the deployed version, all undeployed changes are discarded."
            " Which tickets the workflow serves is no part of a version and stays. 409 `stale_edit_version`,"
            " `name_taken`, `calendar_gone`, `illegal_move` when archived."
        ),
        parameters=[NUMBER],
        request=LoadIn,
        responses=WorkflowOut,
    )
    @action(detail=True, methods=["post"], url_path="versions/(?P<number>[0-9]{1,9})/load")
    @idempotent
    def load(self, request: Request, pk: str, number: str) -> Response:
        given = checked(LoadIn(data=request.data))
        loading.load_version(
            workflow_id=int(pk), number=int(number), actor=caller(request), now=timezone.now(), **given
        )
        return self._answer(pk)

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
        document = checked(WorkflowDocument(data=request.data))
        workflow = import_workflow(document=document, actor=caller(request), now=timezone.now())
        return self._answer(workflow.pk, status.HTTP_201_CREATED)

    @extend_schema(
        summary="Preview what a file changes",
        description=(
            "The file updates the workflow of its name, or creates it. 400 `names_unknown` lists roles and calendars"
            " that aren't known; 409 `illegal_move` where the workflow is archived. Nothing is changed."
        ),
        request=FileIn,
        responses=FileOutcomeOut,
    )
    @action(detail=False, methods=["post"], url_path="import/preview")
    def import_preview(self, request: Request) -> Response:
        given = checked(FileIn(data=request.data))
        outcome = files.preview(actor=caller(request), now=timezone.now(), **given)
        return Response(FileOutcomeOut(outcome).data)

    @extend_schema(
        summary="Apply a file",
        description=(
            "With the `edit_version` of the preview: 409 `stale_edit_version` where the draft was changed since,"
            " `name_taken` where the workflow was created since. With `deploy`, 409 `definition_invalid` or `key_taken`"
            " take the update back."
        ),
        request=FileApplyIn,
        responses=FileOutcomeOut,
    )
    @action(detail=False, methods=["post"], url_path="import/apply")
    @idempotent
    def import_apply(self, request: Request) -> Response:
        given = checked(FileApplyIn(data=request.data))
        outcome = files.apply(actor=caller(request), now=timezone.now(), **given)
        return Response(FileOutcomeOut(outcome).data)

    @extend_schema(summary="Compare two versions", parameters=[CompareParams], responses=ComparisonOut)
    @action(detail=True, methods=["get"], url_path="versions/compare")
    def compare(self, request: Request, pk: str) -> Response:
        given = checked(CompareParams(data=request.query_params))
        found = comparison.of_sides(workflow_id=int(pk), old=given["from"], new=given["to"])
        return Response(ComparisonOut(found).data)

    def change(self, request: Request, pk: str, *, partial: bool) -> None:
        values = checked(WorkflowUpdateIn(data=request.data, partial=partial))
        if "edit_version" not in values:
            WorkflowUpdateIn(data={"name": values.get("name", "-")}).is_valid(raise_exception=True)
        services.update_workflow(
            workflow_id=int(pk),
            edit_version=values.pop("edit_version"),
            values=values,
            actor=caller(request),
            now=timezone.now(),
        )

    def _answer(self, pk: str | int, code: int = status.HTTP_200_OK) -> Response:
        return Response(WorkflowOut(self.get_queryset().get(pk=int(pk))).data, status=code)
