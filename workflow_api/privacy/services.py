"""Erase a requester here, ask the other services for the same, and keep what they confirm (ADR 0039)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from audit import services as audit
from audit.actor import Actor
from audit.redaction import NotRedactable, redact
from privacy.models import HERE, OTHERS, Erasure
from privacy.people import Subject, describe, document, open_numbers, without_reopened
from privacy.rows import audit_changes, erase_rows
from ticketing_common.contracts.messages import (
    ErasePerson,
    ErasePersonAtHelpDesk,
    ErasePersonInAccounts,
    ErasePersonInNotifications,
    ReportErasure,
)
from ticketing_common.erasure import PersonRef
from ticketing_common.errors import Conflict, Invalid, NotFound
from ticketing_common.outbox import enqueue
from ticketing_common.outbox.models import OutboxMessage
from tickets.models import Ticket


class ConfirmationMismatch(Invalid):
    code = "confirmation_mismatch"
    default_detail = "Type the person's address, or their id where they have none, to confirm."


class OpenTickets(Conflict):
    code = "person_has_open_tickets"
    default_detail = "The person has open tickets. End them first."


class AuditBroken(Conflict):
    code = "audit_chain_broken"
    default_detail = "A row of the audit trail was tampered with: check the chain before anything is taken out of it."


class ErasureNotFound(NotFound):
    code = "erasure_not_found"
    default_detail = "There is no such erasure."


class AlreadyErased(Conflict):
    code = "erasure_complete"
    default_detail = "Every service has confirmed; nothing waits to be sent again."


@transaction.atomic
def erase(*, subject: Subject, reason: str, confirmation: str, actor: Actor, now: datetime) -> Erasure:
    """Erase the person in this database and queue the same for the others.

    Raises `ConfirmationMismatch`, `PersonNotFound`, `OpenTickets`, `AuditBroken`, `TooManyTickets`.
    """
    if confirmation.strip().casefold() != subject.label.strip().casefold():
        raise ConfirmationMismatch(attr="confirmation")
    # In the order of locks of every act: the tickets first. Whoever opens a task holds its ticket's lock.
    tickets = list(subject.own().select_for_update().order_by("pk"))
    person = describe(subject, tickets)
    if numbers := open_numbers(tickets):
        raise OpenTickets(ticket_numbers=numbers[:100])
    erasure = Erasure.objects.create(
        person=document(person),
        person_digest=subject.digest,
        reason=person.clean(reason),
        ticket_count=len(tickets),
        parts={HERE: None, **dict.fromkeys(OTHERS)},
        requested_by_id=actor.user_id,
        requested_by_name=actor.full_name[:255],
        requested_at=now,
    )
    earlier = list(subject.earlier().select_for_update().order_by("pk"))
    counts = erase_here(erasure, person=person, tickets=tickets, earlier=earlier, actor=actor, now=now)
    audit.record(
        actor=actor,
        action="person.erased",
        object_type="erasure",
        object_id=erasure.pk,
        at=now,
        new={"tickets": len(tickets), "erased": counts},
        reason=erasure.reason,
    )
    return erasure


def erase_here(
    erasure: Erasure,
    *,
    person: PersonRef,
    tickets: list[Ticket],
    earlier: list[Ticket],
    actor: Actor | None,
    now: datetime,
) -> dict[str, int]:
    """Do a pass in this database and queue it for the others. Returns the rows of each kind that were changed.

    The tickets are locked. What is recorded of it comes last, as the audit trail wants it. Raises `AuditBroken`.
    """
    counts = erase_rows(person=person, tickets=tickets, earlier=earlier, now=now)
    changes = audit_changes(person, earlier=[ticket.ticket_number for ticket in earlier])
    counts["audit_rows"] = len(changes)
    erasure.note(HERE, erased=counts, at=now, now=now)
    send(erasure, OTHERS)
    try:
        redact(changes=changes, actor=actor, now=now, object_id=erasure.pk, reason=erasure.reason)
    except NotRedactable as error:
        raise AuditBroken(str(error)) from error
    return counts


def send(erasure: Erasure, services: tuple[str, ...] | list[str]) -> None:
    """Queue the pass under way for these services."""
    person = without_reopened(PersonRef(**(erasure.person or {})))
    enqueue(
        *(
            _message(
                service,
                erasure_id=erasure.pk,
                requested_at=erasure.requested_at.isoformat(),
                pass_number=erasure.pass_number,
                **document(person),
            )
            for service in services
        )
    )


def _message(service: str, **fields: Any) -> ErasePerson:
    """Return the erasure as the service is asked for it, in its own queue."""
    if service == "messaging":
        return ErasePerson(**fields)
    if service == "notification_service":
        return ErasePersonInNotifications(**fields)
    if service == "auth":
        return ErasePersonInAccounts(**fields)
    return ErasePersonAtHelpDesk(**fields)


@transaction.atomic
def send_again(*, erasure_id: int, actor: Actor, now: datetime) -> Erasure:
    """Ask the services again that have not confirmed: their message may have been rejected. Erasing twice is harmless.

    While who it was is known, auth is asked again as well for accounts that were active.

    Raises `ErasureNotFound`, `AlreadyErased`.
    """
    erasure = _locked(erasure_id)
    waiting = erasure.waiting_for
    if erasure.kept_accounts and erasure.person is not None:
        waiting = [*waiting, "auth"]
        erasure.parts["auth"], erasure.next_pass_at = None, None
        erasure.save()
    if not waiting:
        raise AlreadyErased()
    send(erasure, waiting)
    audit.record(
        actor=actor,
        action="person.erasure_repeated",
        object_type="erasure",
        object_id=erasure.pk,
        at=now,
        new={"services": waiting},
    )
    return erasure


def take_report(*, report: ReportErasure, occurred_at: datetime, now: datetime) -> None:
    """Keep what a service confirms; the first confirmation of a pass counts. Raises `ErasureNotFound`."""
    erasure = _locked(report.erasure_id)
    if (report.pass_number or 1) != erasure.pass_number or report.service not in erasure.waiting_for:
        return
    erasure.note(report.service, erased=report.erased, at=occurred_at, now=now)
    if erasure.waiting_for:
        return
    # They say who it was.
    OutboxMessage.objects.filter(task=ErasePerson.task, kwargs__erasure_id=erasure.pk).delete()
    audit.record(
        actor=None,
        action="person.erasure_pass_done",
        object_type="erasure",
        object_id=erasure.pk,
        at=now,
        new={"pass": erasure.pass_number, "erased": {name: part["erased"] for name, part in erasure.parts.items()}},
    )


def _locked(erasure_id: int) -> Erasure:
    erasure = Erasure.objects.select_for_update().filter(pk=erasure_id).first()
    if erasure is None:
        raise ErasureNotFound()
    return erasure
