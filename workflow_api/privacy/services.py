"""Erase a requester here, ask the other services for the same, and keep what they confirm (ADR 0039)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from audit import services as audit
from audit.actor import Actor
from audit.redaction import NotRedactable, redact
from privacy.models import HERE, OTHERS, Erasure
from privacy.people import Subject, describe, open_numbers
from privacy.rows import audit_changes, erase_rows
from ticketing_common.contracts.messages import (
    ErasePerson,
    ErasePersonAtHelpDesk,
    ErasePersonInNotifications,
    ReportErasure,
)
from ticketing_common.erasure import PersonRef
from ticketing_common.errors import Conflict, Invalid, NotFound
from ticketing_common.outbox import enqueue
from ticketing_common.outbox.models import OutboxMessage


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
    default_detail = "Every service has confirmed the erasure."


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
        person=_document(person),
        person_digest=subject.digest,
        reason=person.clean(reason),
        ticket_count=len(tickets),
        parts={HERE: None, **dict.fromkeys(OTHERS)},
        requested_by_id=actor.user_id,
        requested_by_name=actor.full_name[:255],
        requested_at=now,
    )
    earlier = list(subject.earlier().select_for_update().order_by("pk"))
    counts = erase_rows(person=person, tickets=tickets, earlier=earlier, now=now)
    changes = audit_changes(person, earlier=[ticket.ticket_number for ticket in earlier])
    counts["audit_rows"] = len(changes)
    erasure.note(HERE, erased=counts, at=now, now=now)
    send(erasure, OTHERS)
    try:
        redact(changes=changes, actor=actor, now=now, object_id=erasure.pk, reason=erasure.reason)
    except NotRedactable as error:
        raise AuditBroken(str(error)) from error
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


def send(erasure: Erasure, services: tuple[str, ...] | list[str]) -> None:
    """Queue the erasure for these services."""
    enqueue(
        *(
            _message(
                service,
                erasure_id=erasure.pk,
                requested_at=erasure.requested_at.isoformat(),
                **(erasure.person or {}),
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
    return ErasePersonAtHelpDesk(**fields)


@transaction.atomic
def send_again(*, erasure_id: int, actor: Actor, now: datetime) -> Erasure:
    """Ask the services again that have not confirmed: their message may have been rejected. Erasing twice is harmless.

    Raises `ErasureNotFound`, `AlreadyErased`.
    """
    erasure = _locked(erasure_id)
    waiting = erasure.waiting_for
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
    """Keep what a service confirms; the first confirmation counts. Raises `ErasureNotFound`."""
    erasure = _locked(report.erasure_id)
    if report.service not in erasure.waiting_for:
        return
    erasure.note(report.service, erased=report.erased, at=occurred_at, now=now)
    if erasure.completed_at is not None:
        # They say who it was.
        OutboxMessage.objects.filter(task=ErasePerson.task, kwargs__erasure_id=erasure.pk).delete()


def _locked(erasure_id: int) -> Erasure:
    erasure = Erasure.objects.select_for_update().filter(pk=erasure_id).first()
    if erasure is None:
        raise ErasureNotFound()
    return erasure


def _document(person: PersonRef) -> dict[str, list[object]]:
    return {
        "emails": list(person.emails),
        "names": list(person.names),
        "requesters": list(person.requesters),
        "tickets": list(person.tickets),
    }
