"""Hand-offs to AMS and BMS: queued, sent with an idempotency key, acknowledged, or waived with a reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from amscheckout import client as ams
from amscheckout.models import AmsCheckout
from audit.actor import Actor
from bmscheckout import client as bms
from bmscheckout.models import BmsCheckout
from task import notifications
from task.access import check_visible
from task.journal import Journal
from task.models import Task
from task.one_by_one import one_by_one
from task.run import Run, lock_run
from task.state_machine import COMPLETE
from task.visits import close
from ticketing_common.context import current_request_id, new_request_id
from ticketing_common.errors import Conflict, Forbidden, Invalid, NotFound
from tickets.checkout_client import Answer
from tickets.checkouts import Checkout
from tickets.reasons import ENDINGS, SENTENCES

MAX_ATTEMPTS = 6
FIRST_WAIT, MAX_WAIT = timedelta(seconds=30), timedelta(hours=1)
# How long a try may hang before another worker takes the row over.
LEASE = timedelta(seconds=60)
# How long the other system may take to acknowledge what it has accepted.
PATIENCE = timedelta(hours=24)
WAITING = ("queued", "sent")


@dataclass(frozen=True)
class System:
    """One of the two systems that tickets are handed off to."""

    name: str
    model: type[Checkout]
    takes_calls: Callable[[], bool]
    send: Callable[..., Answer]

    @property
    def checkouts(self) -> QuerySet[Any]:
        return self.model._default_manager.all()


AMS = System("AMS", AmsCheckout, ams.takes_calls, ams.send)
BMS = System("BMS", BmsCheckout, bms.takes_calls, bms.send)
SYSTEMS = (AMS, BMS)


class CheckoutSettled(Conflict):
    code = "checkout_settled"
    default_detail = "This hand-off is settled already."


class CheckoutNotFailed(Conflict):
    code = "checkout_not_failed"
    default_detail = "Only a failed hand-off can be tried again by hand."


def back_off(attempts: int) -> timedelta:
    return min(FIRST_WAIT * (1 << max(0, min(attempts, 20) - 1)), MAX_WAIT)


def send_due(*, now: datetime, limit: int = 50) -> int:
    """Send what is due to the systems that take calls; the others pull. Return how many were tried.

    Each row is leased in a transaction of its own, so no lock is held while the other system thinks, and several
    workers don't send one row at the same time.
    """
    tried = 0
    for system in SYSTEMS:
        _give_up_on_silence(system, now)
        if not system.takes_calls():
            continue
        for _ in range(limit):
            checkout = _lease(system, now)
            if checkout is None:
                break
            tried += one_by_one([checkout], lambda leased: _send(system, leased, now), what="hand-off")  # noqa: B023
    return tried


def _send(system: System, checkout: Checkout, now: datetime) -> int:
    """Send one hand-off. One that can't even be built counts as a failed try: it is tried again, and then given up."""
    try:
        answer = system.send(checkout, request_id=current_request_id() or new_request_id())
    except (TypeError, ValueError, LookupError) as error:
        answer = Answer("unreachable", error=type(error).__name__ + ENDINGS["handoff_not_sent"])
    note_answer(system, checkout.pk, answer, now=now)
    return 1


@transaction.atomic
def _lease(system: System, now: datetime) -> Checkout | None:
    checkout: Checkout | None = (
        system.checkouts.select_for_update(skip_locked=True)
        .filter(status__in=WAITING, next_attempt_at__lte=now)
        .order_by("next_attempt_at", "id")
        .first()
    )
    if checkout is None:
        return None
    checkout.attempts += 1
    checkout.status = "sent"
    checkout.sent_at = now
    checkout.next_attempt_at = now + LEASE
    checkout.save(update_fields=["attempts", "status", "sent_at", "next_attempt_at"])
    return checkout


@transaction.atomic
def note_answer(system: System, checkout_id: int, answer: Answer, *, now: datetime) -> Checkout:
    """Record what came of a try."""
    journal = Journal(now)
    checkout, run = _lock(system, checkout_id, journal)
    if checkout.status not in WAITING:
        return checkout
    if answer.outcome == "acknowledged":
        _settle(checkout, run, "acknowledged", reference=answer.reference)
    elif answer.outcome == "accepted":
        checkout.next_attempt_at = None
    elif answer.outcome == "unreachable" and checkout.attempts < MAX_ATTEMPTS:
        checkout.status, checkout.last_error = "queued", answer.error
        checkout.next_attempt_at = now + back_off(checkout.attempts)
    else:
        _fail(system, checkout, run, answer.error)
    checkout.save()
    journal.write()
    return checkout


def _give_up_on_silence(system: System, now: datetime) -> None:
    """Fail what was accepted and not acknowledged in time."""
    silent = system.checkouts.filter(status="sent", next_attempt_at__isnull=True, sent_at__lt=now - PATIENCE)
    ids = list(silent.values_list("pk", flat=True)[:100])
    one_by_one(ids, lambda checkout_id: _give_up(system, checkout_id, now), what="hand-off that was not acknowledged")


@transaction.atomic
def _give_up(system: System, checkout_id: int, now: datetime) -> int:
    journal = Journal(now)
    checkout, run = _lock(system, checkout_id, journal)
    if checkout.status == "sent" and checkout.next_attempt_at is None:
        _fail(system, checkout, run, SENTENCES["handoff_not_acknowledged"])
        checkout.save()
        journal.write()
    return 1


def _lock(system: System, checkout_id: int, journal: Journal) -> tuple[Checkout, Run]:
    """Lock the task first, as everything does, then its checkout."""
    task_id = system.checkouts.filter(pk=checkout_id).values_list("task_id", flat=True).first()
    if task_id is None:
        raise NotFound("There is no such hand-off.")
    run = lock_run(task_id, journal)
    checkout: Checkout = system.checkouts.select_for_update().get(pk=checkout_id)
    return checkout, run


def _check_is_theirs(run: Run, actor: Actor) -> None:
    """Refuse anybody but the assignee of the failed hand-off and administrators."""
    check_visible(actor, run.task.pk)
    if not actor.is_admin and run.task.assignee_id != actor.user_id:
        raise Forbidden("Only the person who has the task or an administrator may do this.")


def _fail(system: System, checkout: Checkout, run: Run, error: str) -> None:
    """Assign the task to its owner, and notify the owner and the administrators."""
    checkout.status, checkout.last_error, checkout.next_attempt_at = "failed", error, None
    task = run.task
    task.assignee_id = task.owner_id
    run.record("handoff_failed", actor=None, system=system.name, error=error, attempts=checkout.attempts)
    run.audit("handoff.failed", new={"system": system.name, "error": error, "attempts": checkout.attempts})
    people = [task.owner_id] if task.owner_id is not None else []
    run.journal.notify(
        *notifications.to_each(
            people + notifications.admin_ids(),
            task,
            "handoff_failed",
            subject=f"Hand-off of {task.ticket_number} to {system.name} failed",
            message=f"{system.name} did not take {task.ticket_number}. {error}",
            text=notifications.task_text(task, "handoff_failed", system=system.name, error=error),
            target=system.name,
            attempts=checkout.attempts,
            error=error,
        )
    )
    run.save()


def _settle(checkout: Checkout, run: Run, status: str, *, reference: str = "", actor: Actor | None = None) -> None:
    """End the hand-off: the task closes as completed."""
    checkout.status, checkout.next_attempt_at = status, None
    if status == "acknowledged":
        checkout.acknowledged_at, checkout.external_reference = run.now, reference[:128]
    run.record(f"handoff_{status}", actor=actor, reference=reference)
    run.audit(f"handoff.{status}", actor=actor, reason=checkout.waived_reason, new={"reference": reference})
    if run.task.status == Task.Status.HANDING_OFF:
        run.task.version += 1
        close(run, COMPLETE)
    run.save()


@transaction.atomic
def acknowledge(
    system: System, checkout_id: int, *, reference: str, actor: Actor | None, service: str, now: datetime
) -> Checkout:
    """The other system (or an admin in its name) confirms; a second confirmation changes nothing."""
    journal = Journal(now, actor)
    checkout, run = _lock(system, checkout_id, journal)
    if checkout.status == "acknowledged":
        return checkout
    if checkout.status == "waived":
        raise CheckoutSettled("This hand-off was waived.", status="waived")
    _settle(checkout, run, "acknowledged", reference=reference, actor=actor)
    journal.audit(
        "handoff.confirmed_by",
        f"{system.name.lower()}_checkout",
        checkout.pk,
        ticket_number=checkout.ticket_number,
        new={"service": service or None},
    )
    checkout.save()
    journal.write()
    return checkout


@transaction.atomic
def waive(system: System, checkout_id: int, *, reason: str, actor: Actor, now: datetime) -> Checkout:
    """Close the task without the other system's acknowledgement, for a stated reason."""
    if not reason.strip():
        raise Invalid("A reason is needed.", attr="reason")
    journal = Journal(now, actor)
    checkout, run = _lock(system, checkout_id, journal)
    _check_is_theirs(run, actor)
    if checkout.status in ("acknowledged", "waived"):
        raise CheckoutSettled(status=checkout.status)
    checkout.waived_reason, checkout.waived_by_id = reason.strip(), actor.user_id
    _settle(checkout, run, "waived", actor=actor)
    checkout.save()
    journal.write()
    return checkout


@transaction.atomic
def retry(system: System, checkout_id: int, *, actor: Actor, now: datetime) -> Checkout:
    """Queue a failed hand-off again, with all its tries."""
    journal = Journal(now, actor)
    checkout, run = _lock(system, checkout_id, journal)
    _check_is_theirs(run, actor)
    if checkout.status != "failed":
        raise CheckoutNotFailed(status=checkout.status)
    checkout.status, checkout.attempts, checkout.next_attempt_at = "queued", 0, now
    run.task.assignee_id = None
    run.record("handoff_retried", actor=actor, system=system.name)
    run.audit("handoff.retried", new={"system": system.name})
    run.save()
    checkout.save()
    journal.write()
    return checkout
