"""What can be wrong with the workflow API in particular."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Exists, OuterRef, Q

from role.models import RoleMember
from task.models import SlaClock, SlaFact
from ticketing_common.database import database_now
from ticketing_common.doctor import Finding
from workflow.models import VersionStep, Workflow

# The beat ticks every quarter of a minute.
LATE = timedelta(minutes=2)


def clocks() -> Iterator[Finding]:
    """Name clocks that nobody has swept: a breach that was not noted escalates nothing and tells nobody."""
    late = database_now() - LATE
    facts = SlaFact.objects.filter(clock_id=OuterRef("pk"))
    missed = SlaClock.objects.filter(
        Q(due_at__lt=late) & ~Exists(facts.filter(kind=SlaFact.Kind.BREACHED)), stopped_at__isnull=True
    ).count()
    if missed:
        yield Finding(
            "clocks_not_swept",
            f"{missed} SLA clocks were due more than two minutes ago and nobody has noted it.",
            "See whether workflow-beat and workflow-worker run: the beat's tick sweeps the clocks.",
        )


def roles() -> Iterator[Finding]:
    """Name roles of deployed workflows that nobody fills: what reaches them waits in the unassigned queue."""
    filled = RoleMember.objects.filter(role_id=OuterRef("role_id"), is_active=True, person__is_active=True)
    current = Workflow.objects.filter(status=Workflow.Status.DEPLOYED).values("current_version")
    steps = VersionStep.objects.filter(version__in=current, role__isnull=False)
    empty = steps.filter(~Exists(filled)).values_list("role__name", flat=True).distinct()
    if names := sorted(set(empty)):
        yield Finding(
            "roles_without_members",
            f"Deployed workflows need roles that nobody has: {', '.join(names[:5])}.",
            "Give somebody the role under /admin/roles; if somebody has it, compare the copies (role_drift).",
            "warning",
        )
