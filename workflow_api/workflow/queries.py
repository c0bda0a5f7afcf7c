"""Reads over a workflow's draft, versions and running tasks."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce

from step.models import Step
from task.models import Task
from workflow import services, versions
from workflow.definition import draft_of, version_of
from workflow.models import VersionStep, VersionTransition, Workflow, WorkflowVersion
from workflow.validation import Report, validate


def get_workflow(*, workflow_id: int) -> Workflow:
    """Return one workflow with everything an answer shows, in one statement."""
    workflow = Workflow.objects.with_parts().with_running_tasks().filter(pk=workflow_id).first()
    if workflow is None:
        raise services.WorkflowNotFound()
    return workflow


def versions_of(*, workflow_id: int) -> QuerySet[WorkflowVersion]:
    """Return the versions with the number of tasks that run on each."""
    tasks = Task.objects.open().filter(workflow_version=OuterRef("pk")).order_by().values("workflow_version")
    counted = Subquery(tasks.annotate(count=Count("id")).values("count"), output_field=IntegerField())
    return (
        WorkflowVersion.objects.filter(workflow_id=workflow_id)
        .select_related("workflow")
        .annotate(running_tasks=Coalesce(counted, 0))
    )


def version_detail(*, workflow_id: int, number: int) -> WorkflowVersion:
    """Return one version with its graph, in three statements. Both lists are ready as attributes."""
    steps = VersionStep.objects.select_related("role", "escalate_to").order_by("order", "id")
    edges = VersionTransition.objects.order_by("order", "id")
    version = (
        versions_of(workflow_id=workflow_id)
        .filter(number=number)
        .prefetch_related(Prefetch("steps", queryset=steps), Prefetch("transitions", queryset=edges))
        .first()
    )
    if version is None:
        raise versions.VersionNotFound()
    return version


def comparison(*, workflow_id: int, old: str, new: str) -> dict[str, Any]:
    """Compare two versions, or a version and the draft."""
    workflow = get_workflow(workflow_id=workflow_id)
    found = versions.compare(versions.side(workflow, old), versions.side(workflow, new))
    return {**found, "is_same": versions.is_same(found)}


def deploy_preview(*, workflow_id: int) -> dict[str, Any]:
    """Return what a deploy would change, and the running tasks by version and step."""
    workflow = get_workflow(workflow_id=workflow_id)
    draft = draft_of(workflow)
    live = workflow.current_version
    running = versions.running_by_step(workflow)
    kept = set(Step.objects.filter(workflow=workflow).values_list("pk", flat=True))
    newest = WorkflowVersion.objects.filter(workflow=workflow).order_by("-number").values_list("number", flat=True)
    return {
        "status": workflow.status,
        "legal_moves": services.legal_moves(workflow),
        "live_version": live.number if live else None,
        "next_version": (newest.first() or 0) + 1,
        "has_changes": live is None or services.has_undeployed_changes(workflow),
        "changes": versions.compare(version_of(live), draft) if live else None,
        "report": as_document(validate(workflow, draft)),
        "running_tasks": sum(row["running_tasks"] for row in running),
        "running": [
            {
                "version": row["number"],
                "step": row["current_step_id"]
                and {"id": row["current_step_id"], "name": row["step_name"], "role": row["role"]},
                "running_tasks": row["running_tasks"],
                "is_in_draft": row["key"] in kept,
            }
            for row in running
        ],
    }


def as_document(report: Report) -> dict[str, Any]:
    return {
        "is_valid": report.is_valid,
        "errors": [finding.__dict__ for finding in report.errors],
        "warnings": [finding.__dict__ for finding in report.warnings],
    }
