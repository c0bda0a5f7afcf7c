"""Roles that a draft names: found by name when auth has told of them."""

from __future__ import annotations

from django.db.models import Q

from role.models import Role
from step.models import Step
from ticketing_common.contracts.messages import InitializeWorkflow
from ticketing_common.outbox import enqueue
from workflow.models import Workflow


def deploy_waiting() -> list[int]:
    """Queue the deploy of every workflow whose roles have all arrived by now. Call it after a change of roles."""
    waiting = list(Workflow.objects.filter(deploy_when_ready=True, is_archived=False).order_by("id"))
    if not waiting:
        return []
    ready = [workflow.pk for workflow in waiting if not unresolved_names(workflow)]
    enqueue(*(InitializeWorkflow(workflow_id=workflow_id, deploy=True) for workflow_id in ready))
    return ready


def unresolved_names(workflow: Workflow) -> set[str]:
    """Return the role names of the draft that no active role of TTS bears."""
    steps = Step.objects.filter(workflow=workflow)
    wanted = set(steps.filter(role=None).exclude(role_name="").values_list("role_name", flat=True))
    wanted |= set(
        steps.filter(escalate_to=None).exclude(escalate_to_name="").values_list("escalate_to_name", flat=True)
    )
    wanted |= _own_names(workflow)
    known = Role.objects.filter(system="tts", is_active=True, name__in=wanted).values_list("name", flat=True)
    return wanted - set(known)


def resolve_names(workflow: Workflow) -> None:
    """Point the draft's named roles at the roles of these names, as far as they are known."""
    steps = Step.objects.filter(workflow=workflow)
    named = Q(role=None) & ~Q(role_name="") | Q(escalate_to=None) & ~Q(escalate_to_name="")
    open_steps = list(steps.filter(named))
    names = {name for step in open_steps for name in (step.role_name, step.escalate_to_name) if name}
    names |= _own_names(workflow)
    if not names:
        return
    # Of two roles with one name, which can be for a moment, the later one.
    roles = {
        role.name: role for role in Role.objects.filter(system="tts", is_active=True, name__in=names).order_by("id")
    }
    for step in open_steps:
        step.role = step.role or roles.get(step.role_name)
        step.escalate_to = step.escalate_to or roles.get(step.escalate_to_name)
    Step.objects.bulk_update(open_steps, ["role", "escalate_to"])
    workflow.coordinator_role = workflow.coordinator_role or roles.get(workflow.coordinator_role_name)
    workflow.second_escalation_role = workflow.second_escalation_role or roles.get(workflow.second_escalation_role_name)
    workflow.save(update_fields=["coordinator_role", "second_escalation_role", "updated_at"])


def _own_names(workflow: Workflow) -> set[str]:
    """Return the names of roles that the workflow itself waits for, beside those of its steps."""
    named = [
        (workflow.coordinator_role_id, workflow.coordinator_role_name),
        (workflow.second_escalation_role_id, workflow.second_escalation_role_name),
    ]
    return {name for role_id, name in named if role_id is None and name}
