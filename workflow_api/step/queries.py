"""The draft graph as one document."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from step.models import Step, Transition
from workflow.graph import share_of
from workflow.models import Workflow
from workflow.services import WorkflowNotFound


def graph_document(*, workflow_id: int) -> dict[str, Any]:
    """Return the draft graph, in three statements."""
    workflow = Workflow.objects.select_related("current_version").filter(pk=workflow_id).first()
    if workflow is None:
        raise WorkflowNotFound()
    steps = list(Step.objects.filter(workflow=workflow).select_related("role", "escalate_to").order_by("order", "id"))
    total = sum((step.weight for step in steps if not step.is_end), Decimal(0))
    for step in steps:
        step.share = share_of(step, total)  # type: ignore[attr-defined]
    return {
        "workflow": workflow.pk,
        "edit_version": workflow.edit_version,
        "status": workflow.status,
        "has_undeployed_changes": workflow.has_undeployed_changes,
        "steps": steps,
        "transitions": list(Transition.objects.filter(workflow=workflow).order_by("order", "id")),
    }
