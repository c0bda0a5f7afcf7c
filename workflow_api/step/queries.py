"""The draft graph as one document."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from step.models import Step, Transition
from workflow.definition import SHARE_DIGITS
from workflow.models import Workflow
from workflow.services import WorkflowNotFound, has_undeployed_changes


def graph_document(*, workflow_id: int) -> dict[str, Any]:
    """Return the draft graph, in three statements."""
    workflow = Workflow.objects.select_related("current_version").filter(pk=workflow_id).first()
    if workflow is None:
        raise WorkflowNotFound()
    steps = list(Step.objects.filter(workflow=workflow).select_related("role", "escalate_to").order_by("order", "id"))
    total = sum((step.weight for step in steps if not step.is_end), Decimal(0))
    for step in steps:
        share = step.weight / total if total > 0 and not step.is_end else Decimal(0)
        step.share = share.quantize(SHARE_DIGITS)  # type: ignore[attr-defined]
    return {
        "workflow": workflow.pk,
        "edit_version": workflow.edit_version,
        "status": workflow.status,
        "has_undeployed_changes": has_undeployed_changes(workflow),
        "steps": steps,
        "transitions": list(Transition.objects.filter(workflow=workflow).order_by("order", "id")),
    }
