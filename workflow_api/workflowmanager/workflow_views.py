"""Workflows over HTTP: the definitions, and every act on them that reaches running work."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from ticketing_common.idempotency import idempotent
from ticketing_common.permissions import caller
from workflow import deploy_requests
from workflow.fields import checked
from workflow.models import Workflow
from workflow.serializers import (
    DeployIn,
    PauseIn,
    PreviewOut,
    ReasonIn,
    VersionDetailOut,
    VersionOut,
    WorkflowOut,
)
from workflow.views import NUMBER, DefinitionViewSet
from workflowmanager import services as running
from workflowmanager import usage
from workflowmanager.pauses import pause_workflow, resume_workflow


@extend_schema_view(
    list=extend_schema(summary="List workflows", description="Archived ones only with `is_archived=true`."),
    retrieve=extend_schema(summary="Read a workflow"),
)
class WorkflowViewSet(DefinitionViewSet):
    """Definitions of workflows. What runs is never touched by an edit; it needs a deploy."""

    def get_queryset(self) -> QuerySet[Workflow]:
        if self.action == "list" and "is_archived" not in self.request.query_params:
            return usage.workflows().filter(is_archived=False)
        return usage.workflows()

    def change(self, request: Request, pk: str, *, partial: bool) -> None:
        super().change(request, pk, partial=partial)
        running.route_after_commit()

    @extend_schema(
        summary="Deploy the draft as the next version",
        description=(
            "Running tasks stay on their version. Tickets that found no workflow are routed again. 409"
            " `definition_invalid` (with `findings`), `key_taken` (with `other`), `nothing_to_deploy`, `illegal_move`"
            " (with `legal_moves`), `stale_edit_version`, and with `DEPLOY_NEEDS_SECOND_PERSON` `second_person_needed`."
        ),
        request=DeployIn,
        responses=WorkflowOut,
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def deploy(self, request: Request, pk: str) -> Response:
        given = checked(DeployIn(data=request.data))
        running.deploy_workflow(workflow_id=int(pk), actor=caller(request), now=timezone.now(), **given)
        return self._answer(pk)

    @extend_schema(
        summary="Ask another administrator to deploy the draft",
        description=(
            "The other administrators are notified. An edit makes the request out of date. 409 `definition_invalid`"
            " (with `findings`), `nothing_to_deploy`, `illegal_move` (with `legal_moves`), `stale_edit_version`."
        ),
        request=DeployIn,
        responses=WorkflowOut,
    )
    @action(detail=True, methods=["post"], url_path="deploy-request")
    @idempotent
    def deploy_request(self, request: Request, pk: str) -> Response:
        given = checked(DeployIn(data=request.data))
        running.request_deploy(workflow_id=int(pk), actor=caller(request), now=timezone.now(), **given)
        return self._answer(pk)

    @extend_schema(summary="Withdraw the request for a deploy", responses={204: None})
    @deploy_request.mapping.delete
    def withdraw_deploy_request(self, request: Request, pk: str) -> Response:
        deploy_requests.withdraw_request(workflow_id=int(pk), actor=caller(request), now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)

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
        given = checked(PauseIn(data=request.data))
        pause_workflow(workflow_id=int(pk), actor=caller(request), now=timezone.now(), **given)
        return self._answer(pk)

    @extend_schema(summary="Resume a paused workflow", request=None, responses=WorkflowOut)
    @action(detail=True, methods=["post"])
    @idempotent
    def resume(self, request: Request, pk: str) -> Response:
        resume_workflow(workflow_id=int(pk), actor=caller(request), now=timezone.now())
        return self._answer(pk)

    @extend_schema(summary="Preview a deploy", responses=PreviewOut)
    @action(detail=True, methods=["get"], url_path="deploy-preview")
    def deploy_preview(self, request: Request, pk: str) -> Response:
        return Response(PreviewOut(usage.deploy_preview(workflow_id=int(pk))).data)

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
        get_object_or_404(Workflow, pk=int(pk))
        rows: QuerySet[Any] = usage.versions_of(workflow_id=int(pk))
        page = self.paginate_queryset(self.filter_queryset(rows))
        return self.get_paginated_response(VersionOut(page, many=True).data)

    @extend_schema(summary="Read a deployed version", parameters=[NUMBER], responses=VersionDetailOut)
    @action(detail=True, methods=["get"], url_path="versions/(?P<number>[0-9]{1,9})")
    def version(self, request: Request, pk: str, number: str) -> Response:
        found = usage.version_detail(workflow_id=int(pk), number=int(number))
        return Response(VersionDetailOut(found).data)

    @extend_schema(
        summary="Deploy an older version again",
        description=(
            "Becomes the next version. The draft stays as it is. 409 `nothing_to_deploy`, `roles_gone` (with `roles`),"
            " `key_taken`, `illegal_move`."
        ),
        parameters=[NUMBER],
        request=ReasonIn,
        responses={201: VersionDetailOut},
    )
    @action(detail=True, methods=["post"], url_path="versions/(?P<number>[0-9]{1,9})/redeploy")
    @idempotent
    def redeploy(self, request: Request, pk: str, number: str) -> Response:
        given = checked(ReasonIn(data=request.data))
        version = running.redeploy_workflow(
            workflow_id=int(pk), number=int(number), actor=caller(request), now=timezone.now(), **given
        )
        found = usage.version_detail(workflow_id=int(pk), number=version.number)
        return Response(VersionDetailOut(found).data, status=status.HTTP_201_CREATED)
