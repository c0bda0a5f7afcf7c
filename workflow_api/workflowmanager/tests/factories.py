"""The story's people, roles and workflows, as plain rows."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone
from rest_framework.test import APIClient

from audit.actor import PlainActor
from privacy.models import Erasure
from role.models import Person, Role, RoleMember
from task.models import Task
from ticketing_testing.clients import client_for, deliver
from tickets.models import Ticket
from workflow.models import REOPEN_DAYS, VersionStep, VersionTransition, Workflow, WorkflowVersion
from workflowmanager import feeds
from workflowmanager.models import CalendarFeed, Reminder
from workflowmanager.tasks import receive_ticket

HOUR = 3600
SLA = {"low": 120 * HOUR, "medium": 48 * HOUR, "high": 8 * HOUR, "urgent": 4 * HOUR}
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
_ids = itertools.count(1000)


def make_role(name: str, *members: Person, system: str = "tts", lead: Person | None = None) -> Role:
    role = Role.objects.create(id=next(_ids), name=name, system=system, lead=lead, version=1)
    for person in members:
        join(role, person)
    return role


def make_person(user_id: int, full_name: str = "", **fields: Any) -> Person:
    name = full_name or f"Person {user_id}"
    email = f"{name.lower().replace(' ', '.')}@example.com"
    return Person.objects.create(user_id=user_id, full_name=name, email=email, **fields)


def join(role: Role, person: Person) -> RoleMember:
    return RoleMember.objects.create(id=next(_ids), role=role, person=person, assigned_at=LONG_AGO, version=1)


def leave(role: Role, person: Person) -> None:
    RoleMember.objects.filter(role=role, person=person).update(is_active=False)


def make_workflow(
    name: str,
    *,
    coordinators: Role,
    steps: Sequence[Mapping[str, Any]],
    edges: Sequence[tuple[str, str, str, Mapping[str, Any]]],
    end_logic: str = "notification",
    category: str = "IT Support",
    sub_category: str = "",
    department: str = "IT Department",
    sla: Mapping[str, int] = SLA,
    calendar: Mapping[str, Any] | None = None,
    is_default: bool = False,
    status: str = "deployed",
    reopen_days: int = REOPEN_DAYS,
    policy: Mapping[str, Any] | None = None,
) -> WorkflowVersion:
    """Write a deployed workflow: `steps` are fields by name, `edges` are (from, to, outcome, fields).

    `policy` are more fields of the version.
    """
    workflow, _ = Workflow.objects.get_or_create(
        name=name,
        defaults={
            "category": category,
            "sub_category": sub_category,
            "department": department,
            "end_logic": end_logic,
            "coordinator_role": coordinators,
            "is_default": is_default,
        },
    )
    number = workflow.versions.count() + 1
    version = WorkflowVersion.objects.create(
        workflow=workflow,
        number=number,
        name=name,
        end_logic=end_logic,
        sla_seconds=dict(sla),
        at_risk_percent=75,
        reopen_days=reopen_days,
        calendar=dict(calendar) if calendar else None,
        coordinator_role_id=coordinators.pk,
        deployed_at=timezone.now(),
        **(policy or {}),
    )
    weights = sum(Decimal(str(step.get("weight", 1))) for step in steps if not step.get("is_end"))
    rows: dict[str, VersionStep] = {}
    for order, step in enumerate(steps):
        fields: dict[str, Any] = {
            "kind": "action",
            "assignment": "round_robin",
            "approval": {},
            "weight": Decimal(1),
            **step,
        }
        share = Decimal(0) if fields.get("is_end") else Decimal(str(fields["weight"])) / weights
        rows[str(step["name"])] = VersionStep.objects.create(
            version=version, key=order + 1, share=share, order=order, is_start=order == 0, **fields
        )
    for order, (origin, target, outcome, edge_fields) in enumerate(edges):
        VersionTransition.objects.create(
            version=version,
            key=order + 1,
            from_step=rows[origin],
            to_step=rows[target],
            outcome=outcome,
            order=order,
            **{"name": f"{origin} to {target}", **edge_fields},
        )
    Workflow.objects.filter(pk=workflow.pk).update(status=status, current_version=version)
    return version


def straight(coordinators: Role, support: Role, **fields: Any) -> WorkflowVersion:
    """Triage by coordinators, then Resolve by support, then done."""
    return make_workflow(
        fields.pop("name", "IT Support Request"),
        coordinators=coordinators,
        steps=[
            {"name": "Triage", "role": fields.pop("first_role", coordinators)},
            {"name": "Resolve", "role": support, "escalate_to": fields.pop("escalate_to", None)},
            {"name": "Done", "is_end": True, "end_status": "completed"},
        ],
        edges=[("Triage", "Resolve", "forward", {}), ("Resolve", "Done", "forward", {})],
        **fields,
    )


def one_step(role: Role, *, coordinators: Role | None = None, **fields: Any) -> WorkflowVersion:
    """A single step of the role."""
    step = {"name": "Work", "role": role, **fields.pop("step", {})}
    return make_workflow(
        fields.pop("name", "Simple"),
        coordinators=coordinators or role,
        steps=[step, {"name": "Done", "is_end": True, "end_status": "completed"}],
        edges=[("Work", "Done", fields.pop("outcome", "forward"), {})],
        **fields,
    )


def approval(support: Role, leads: Role, *, coordinators: Role, **fields: Any) -> WorkflowVersion:
    """Review by support, Approve by leads; refused ends rejected, returned goes back to Review."""
    approve = {
        "name": "Approve",
        "role": leads,
        "kind": "approval",
        "approval": {"required": 1, "mode": "count"},
        **fields.pop("approve", {}),
    }
    return make_workflow(
        fields.pop("name", "Access Request"),
        coordinators=coordinators,
        steps=[
            {"name": "Review", "role": support, "kind": "review", **fields.pop("review", {})},
            approve,
            {"name": "Granted", "is_end": True, "end_status": "completed"},
            {"name": "Rejected", "is_end": True, "end_status": "rejected"},
        ],
        edges=[
            ("Review", "Approve", "forward", {}),
            ("Approve", "Granted", "approve", {}),
            ("Approve", "Rejected", "reject", {}),
            ("Approve", "Review", "return", {}),
        ],
        **fields,
    )


def ticket_data(number: str = "TX1", **fields: Any) -> dict[str, Any]:
    return {
        "ticket_number": number,
        "subject": "Laptop does not start",
        "category": "IT Support",
        "department": "IT Department",
        **fields,
    }


def take_in(number: str = "TX1", *, message_id: str | None = None, **fields: Any) -> None:
    """Deliver a ticket as the broker would."""
    deliver(receive_ticket, message_id=message_id, ticket_data=ticket_data(number, **fields))


def task_of(number: str = "TX1") -> Task:
    return Task.objects.select_related("current_step", "current_visit").get(ticket_number=number)


def assignee_of(task: Task) -> Person:
    """Return who has the task now."""
    task.refresh_from_db()
    assert task.assignee is not None
    return task.assignee


def actor(person: Person, *, is_admin: bool = False) -> PlainActor:
    return PlainActor(person.user_id, person.full_name, is_admin)


def as_client(person: Person, *roles: str) -> APIClient:
    return client_for(person.user_id, full_name=person.full_name, roles={"tts": list(roles) or ["Agent"]})


def admin_client(user_id: int = 1) -> APIClient:
    return client_for(user_id, full_name="Ada Admin", roles={"tts": ["Admin"]})


def edge(task: Task, name: str) -> VersionTransition:
    """Return the transition of the task's version by its name."""
    return VersionTransition.objects.get(version_id=task.workflow_version_id, name=name)


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def make_reminder(owner_id: int, ticket_number: str, *, remind_at: datetime | None = None, note: str = "") -> Reminder:
    now = timezone.now()
    return Reminder.objects.create(
        owner_id=owner_id,
        ticket=Ticket.objects.get(ticket_number=ticket_number),
        remind_at=remind_at or now + timedelta(days=1),
        note=note,
        created_at=now,
        updated_at=now,
    )


def make_feed(owner_id: int, name: str = "Phone") -> tuple[CalendarFeed, str]:
    """Return a calendar feed and the name of its file: what its link ends with."""
    person = PlainActor(owner_id, "")
    feed, token = feeds.create_feed(name=name, time_zone="UTC", alarm_minutes=None, actor=person, now=timezone.now())
    return feed, f"{token}.ics"


def make_erasure() -> Erasure:
    """Return an erasure that no other service has confirmed."""
    return Erasure.objects.create(
        person={"emails": ["mia@example.com"], "names": [], "requesters": [], "tickets": []},
        person_digest="0" * 64,
        reason="Asked for.",
        ticket_count=0,
        parts={"workflow_api": {"erased_at": LONG_AGO.isoformat(), "erased": {}}, "messaging": None},
        requested_by_id=1,
        requested_at=LONG_AGO,
    )
