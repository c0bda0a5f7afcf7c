"""What the beat's tick does: each part by itself, so that one that fails does not keep the others from it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.db import DatabaseError
from django.db.models import Max
from django.utils import timezone

from ticketing_common.logs import logger
from tickets.models import Ticket
from workflow.models import Workflow
from workflowmanager import pooling, timing
from workflowmanager.intake import reroute_unmatched

log = logger(__name__)


def tick() -> None:
    """Sweep the clocks, settle the roles, and route what a deploy has made routable."""
    for name, part in PARTS.items():
        try:
            count = part()
        except DatabaseError as error:
            log.error("tick_failed", part=name, error=type(error).__name__)
            continue
        if count:
            log.info("tick", part=name, count=count)


def sweep() -> int:
    return timing.sweep_clocks(now=timezone.now())


def settle() -> int:
    now = timezone.now()
    return pooling.settle_roles(pooling.roles_to_settle(), now=now) + pooling.escalate_hopeless(now=now)


def catch_up_unmatched() -> int:
    """Route tickets that came in while a workflow was being deployed: neither saw the other."""
    changed_at = Workflow.objects.deployed().aggregate(at=Max("updated_at"))["at"]
    if changed_at is None:
        return 0
    unmatched = Ticket.objects.filter(intake_state=Ticket.IntakeState.UNMATCHED)
    if not unmatched.filter(updated_at__lt=changed_at + timedelta(minutes=1)).exists():
        return 0
    return reroute_unmatched(now=timezone.now())


PARTS: dict[str, Callable[[], int]] = {"clocks": sweep, "roles": settle, "unmatched": catch_up_unmatched}
