"""Who and what running work uses: open tasks of workflows and versions, workflows that need a role, work of people."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, F, IntegerField, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from role.models import Person, Role, RoleMember
from step.models import Step
from task.models import Assignment, Task
from workflow.comparison import compare
from workflow.graph import draft_of, version_of
from workflow.models import VersionStep, VersionTransition, Workflow, WorkflowQuerySet, WorkflowVersion
from workflow.services import WorkflowNotFound
from workflow.validation import validate
from workflow.versions import VersionNotFound


def _open_tasks(field: str) -> Coalesce:
    """Return the number of open tasks whose `field` is the outer row."""
    tasks = Task.objects.open().filter(**{field: OuterRef("pk")}).order_by().values(field)
    return Coalesce(Subquery(tasks.annotate(count=Count("id")).values("count"), output_field=IntegerField()), 0)


def workflows() -> WorkflowQuerySet:
    """Return workflows with everything an answer shows, their open tasks counted, in one statement."""
    return Workflow.objects.with_parts().annotate(running_tasks=_open_tasks("workflow"))


def versions_of(*, workflow_id: int) -> QuerySet[WorkflowVersion]:
    """Return the versions with the number of open tasks on each, and the name of who deployed it."""
    found = WorkflowVersion.objects.filter(workflow_id=workflow_id).select_related("workflow")
    return found.annotate(
        running_tasks=_open_tasks("workflow_version"),
        deployed_by_name=_name_of("deployed_by_id"),
        requested_by_name=_name_of("requested_by_id"),
    )


def _name_of(field: str) -> Subquery:
    return Subquery(Person.objects.filter(pk=OuterRef(field)).values("full_name"))


def version_detail(*, workflow_id: int, number: int) -> WorkflowVersion:
    """Return one version with its graph, in three statements. Both lists are ready as attributes."""
    steps = VersionStep.objects.select_related("role", "escalate_to").order_by("order", "id")
    transitions = VersionTransition.objects.order_by("order", "id")
    version = (
        versions_of(workflow_id=workflow_id)
        .filter(number=number)
        .prefetch_related(Prefetch("steps", queryset=steps), Prefetch("transitions", queryset=transitions))
        .first()
    )
    if version is None:
        raise VersionNotFound()
    return version


def deploy_preview(*, workflow_id: int) -> dict[str, Any]:
    """Return what a deploy would change, and the running tasks by version and step."""
    workflow = workflows().filter(pk=workflow_id).first()
    if workflow is None:
        raise WorkflowNotFound()
    draft = draft_of(workflow)
    live = workflow.current_version
    running = _running_by_step(workflow)
    kept = set(Step.objects.filter(workflow=workflow).values_list("pk", flat=True))
    newest = WorkflowVersion.objects.filter(workflow=workflow).order_by("-number").values_list("number", flat=True)
    return {
        "status": workflow.status,
        "legal_moves": workflow.legal_moves,
        "live_version": live.number if live else None,
        "next_version": (newest.first() or 0) + 1,
        "has_changes": live is None or workflow.has_undeployed_changes,
        "needs_second_person": settings.DEPLOY_NEEDS_SECOND_PERSON,
        "deploy_request": _request_of(workflow),
        "changes": compare(version_of(live), draft) if live else None,
        "report": validate(workflow, draft),
        "running_tasks": sum(row["running_tasks"] for row in running),
        "running": [
            {
                "version": row["number"],
                "step": row["current_step_id"]
                and {"id": row["current_step_id"], "name": row["step_name"], "role": row["role_name"]},
                "running_tasks": row["running_tasks"],
                "is_in_draft": row["key"] in kept,
            }
            for row in running
        ],
    }


def _request_of(workflow: Workflow) -> dict[str, Any] | None:
    asked = getattr(workflow, "deploy_request", None)
    if asked is None:
        return None
    person = Person.objects.filter(pk=asked.requested_by_id).first()
    return {
        "requested_by": {"user_id": asked.requested_by_id, "full_name": person.full_name if person else ""},
        "requested_at": asked.requested_at,
        "reason": asked.reason,
        "is_current": workflow.is_deploy_requested,
    }


def _running_by_step(workflow: Workflow) -> list[dict[str, Any]]:
    """Return the workflow's open tasks by version and step, in one statement."""
    rows = (
        Task.objects.open()
        .filter(workflow=workflow)
        .values(
            "current_step_id",
            number=F("workflow_version__number"),
            step_name=F("current_step__name"),
            key=F("current_step__key"),
            role_name=F("current_step__role__name"),
        )
        .annotate(running_tasks=Count("id"))
        .order_by("number", "current_step__order", "current_step_id")
    )
    return [dict(row) for row in rows]


def roles() -> QuerySet[Role]:
    """Return roles with members, lead, and the names of the workflows that need them; two statements."""
    members = RoleMember.objects.active().select_related("person").order_by("person__full_name", "id")
    names = _versions_in_use().filter(_needs(OuterRef("pk"))).order_by("workflow__name").values("workflow__name")
    return (
        Role.objects.select_related("lead")
        .annotate(used_by=ArraySubquery(names.distinct()))
        .prefetch_related(Prefetch("members", queryset=members, to_attr="active_members"))
    )


def _versions_in_use() -> QuerySet[WorkflowVersion]:
    """Return the versions that take tickets, and those with running tasks, whatever became of their workflow."""
    live = Q(
        workflow__current_version=F("pk"),
        workflow__is_archived=False,
        workflow__status__in=[Workflow.Status.DEPLOYED, Workflow.Status.PAUSED],
    )
    return WorkflowVersion.objects.filter(live | Exists(Task.objects.open().filter(workflow_version=OuterRef("pk"))))


def _needs(role: OuterRef) -> Q:
    of_steps = Q(steps__role=role) | Q(steps__escalate_to=role)
    return of_steps | Q(coordinator_role=role) | Q(second_escalation_role=role)


def people() -> QuerySet[Person]:
    """Return people with their roles in TTS and their open tasks; two statements."""
    open_assignments = (
        Assignment.objects.filter(person_id=OuterRef("pk"), ended_at=None, is_owner=False)
        .order_by()
        .values("person_id")
        .annotate(count=Count("id"))
        .values("count")
    )
    memberships = (
        RoleMember.objects.active()
        .filter(role__system="tts", role__is_active=True)
        .select_related("role")
        .order_by(F("role__name"))
    )
    return (
        Person.objects.select_related("substitute")
        .annotate(open_tasks=Coalesce(Subquery(open_assignments, output_field=IntegerField()), 0))
        .prefetch_related(Prefetch("memberships", queryset=memberships, to_attr="active_holds"))
    )
