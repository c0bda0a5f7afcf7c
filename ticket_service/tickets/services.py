"""What can be done with a ticket. Every change and the message about it are one transaction."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction

from ticketing_common.contracts.messages import ReceiveTicket
from ticketing_common.errors import Conflict, Forbidden, Invalid, NotFound
from ticketing_common.jwt import Identity
from ticketing_common.logs import logger
from ticketing_common.outbox import enqueue
from tickets import workflow
from tickets.messaging import FileRemoved
from tickets.models import Attachment, StatusChange, Ticket, is_help_desk_staff, next_ticket_number
from tickets.uploads import CheckedFile, TooManyFiles

log = logger(__name__)

REOPENED = "Reopened"  # as the workflow reads it
EMPLOYEE_FIELDS = {
    "id": "employee_user_id",
    "name": "employee_name",
    "email": "employee_email",
    "company_id": "employee_company_id",
    "department": "employee_department",
}


class TicketNotFound(NotFound):
    code = "ticket_not_found"
    default_detail = "There is no such ticket, or you may not see it."


class NotYourTicket(Forbidden):
    code = "not_your_ticket"
    default_detail = "Only the person who asked and the help desk's staff may change a ticket."


class OnlyForYourself(Forbidden):
    code = "employee_not_allowed"
    default_detail = "Only the help desk's staff may file a ticket for another person."


class EmployeeMissing(Invalid):
    code = "employee_required"
    default_detail = "Say for whom the ticket is: the employee's email or id."


class TicketStillOpen(Conflict):
    code = "ticket_open"
    default_detail = "The ticket has not ended."


class VersionConflict(Conflict):
    code = "version_conflict"
    default_detail = "The ticket was changed meanwhile."


def create_ticket(*, values: dict[str, Any], files: Sequence[CheckedFile], person: Identity, now: datetime) -> Ticket:
    """Keep the ticket and queue it for the workflow."""
    employee = _employee_from(person, values.pop("employee", None))
    return file_ticket(values=values, employee=employee, files=files, created_by_id=person.user_id, now=now)


def file_for_service(*, values: dict[str, Any], files: Sequence[CheckedFile], service: str, now: datetime) -> Ticket:
    """Keep a ticket that a service files for an employee, and queue it. `service` is the name of its key.

    Raises `EmployeeMissing` where nobody could be answered.
    """
    employee = values.pop("employee", None) or {}
    if not (employee.get("email") or employee.get("id")):
        raise EmployeeMissing(attr="employee")
    ticket = file_ticket(values=values, employee=employee, files=files, now=now)
    log.info("ticket_filed_by_service", service=service, ticket_number=ticket.ticket_number)
    return ticket


def file_ticket(
    *,
    values: dict[str, Any],
    employee: dict[str, Any],
    files: Sequence[CheckedFile] = (),
    created_by_id: int | None = None,
    number: str | None = None,
    now: datetime,
) -> Ticket:
    """Keep a ticket of this employee and queue it. One that has a `number` keeps it."""
    with _files_go_with_the_transaction() as written, transaction.atomic():
        ticket = Ticket(
            ticket_number=number or next_ticket_number(now),
            status_at=now,
            submitted_at=now,
            updated_at=now,
            created_by_id=created_by_id,
            **values,
            **_employee_columns(employee),
        )
        ticket.save(force_insert=True)
        _attach(ticket, files, created_by_id, written)
        _record_own_status(ticket, "", None, now)
        enqueue(ReceiveTicket(ticket_data=ticket.as_ticket_data()))
    return ticket


def change_ticket(
    *,
    ticket_number: str,
    values: dict[str, Any],
    files: Sequence[CheckedFile],
    person: Identity,
    now: datetime,
) -> Ticket:
    """Change what the employee said and queue the new version.

    `source_version` among the values is the version the caller has seen; another one is a conflict.
    """
    with _files_go_with_the_transaction() as written, transaction.atomic():
        ticket = lock_ticket(ticket_number, person)
        ticket.require_open()
        expected = values.pop("source_version", None)
        if expected is not None and expected != ticket.source_version:
            raise VersionConflict(source_version=ticket.source_version)
        employee = values.pop("employee", None)
        if employee is not None:
            known = {"company_id": ticket.employee_company_id, "department": ticket.employee_department}
            values |= _employee_columns(_employee_from(person, employee, known=known))
        if ticket.attachments.count() + len(files) > settings.ATTACHMENT_MAX_FILES:
            raise TooManyFiles(attr="attachments")
        for name, value in values.items():
            setattr(ticket, name, value)
        _attach(ticket, files, person.user_id, written)
        _save_new_version(ticket, now)
    return ticket


@transaction.atomic
def withdraw_ticket(*, ticket_number: str, reason: str, person: Identity, now: datetime) -> Ticket:
    """End the ticket on the employee's wish, and tell the workflow."""
    ticket = lock_ticket(ticket_number, person)
    ticket.require_open()
    _withdraw(ticket, reason, person, now)
    return ticket


@transaction.atomic
def reopen_ticket(*, ticket_number: str, reason: str, person: Identity, now: datetime) -> Ticket:
    """Open an ended ticket again on the employee's wish, and tell the workflow."""
    ticket = lock_ticket(ticket_number, person)
    if not ticket.has_ended:
        raise TicketStillOpen(f"The ticket is {ticket.status}: it has not ended.", status=ticket.status)
    before = ticket.status
    ticket.status, ticket.status_at, ticket.status_detail = Ticket.Status.NEW, now, reason
    ticket.withdrawn_at = None
    _record_own_status(ticket, before, person, now)
    _save_new_version(ticket, now, status=REOPENED)
    return ticket


@transaction.atomic
def delete_ticket(*, ticket_number: str, person: Identity, now: datetime) -> None:
    """Remove the ticket and its files; one that is still open is withdrawn first, so that nobody works on it."""
    ticket = lock_ticket(ticket_number, person)
    if not is_help_desk_staff(person):
        raise NotYourTicket("Only the help desk's staff may delete a ticket. You can withdraw it.")
    if not ticket.has_ended:
        _withdraw(ticket, "Deleted at the help desk.", person, now)
    files = [attachment.file for attachment in ticket.attachments.all()]
    ticket.delete()
    for file in files:
        transaction.on_commit(partial(file.delete, save=False), robust=True)


def apply_status(
    *, ticket_number: str, new_status: str, event_id: str, occurred_at: datetime, detail: str, now: datetime
) -> StatusChange | None:
    """Record what the workflow reports. Each event counts once, and older news never replaces newer.

    Returns None for an event that is known. A withdrawn ticket stays withdrawn, whatever the workflow did meanwhile.
    """
    with transaction.atomic():
        ticket = Ticket.objects.select_for_update().filter(ticket_number=ticket_number).first()
        is_news = ticket is not None and (occurred_at >= ticket.status_at and ticket.status != Ticket.Status.WITHDRAWN)
        change, is_first = StatusChange.objects.get_or_create(
            event_id=event_id,
            defaults={
                "ticket": ticket,
                "ticket_number": ticket_number,
                "origin": StatusChange.Origin.WORKFLOW,
                "old_status": ticket.status if ticket else "",
                "new_status": new_status,
                "detail": detail,
                "is_applied": is_news,
                "occurred_at": occurred_at,
                "recorded_at": now,
            },
        )
        if not is_first:
            return None
        if ticket is not None and is_news:
            ticket.status, ticket.status_at, ticket.status_detail = new_status, occurred_at, detail
            ticket.updated_at = now
            ticket.save(update_fields=["status", "status_at", "status_detail", "updated_at"])
        return change


def readable_attachment(*, attachment_id: int, person: Identity | None) -> Attachment:
    """Return a file that the person may see; None stands for a service, which may see all."""
    attachment = Attachment.objects.select_related("ticket").filter(pk=attachment_id).first()
    if attachment is not None and (person is None or _may_read(attachment.ticket, person)):
        if attachment.removed_at is not None:
            days = attachment.removed_after_days
            raise FileRemoved(f"The retention rule removed this file {days} days after the ticket was closed.")
        return attachment
    raise NotFound("There is no such file, or you may not see it.")


def readable_ticket(*, ticket_number: str, person: Identity | None) -> Ticket:
    """Return the ticket to those who may read it now: who asked, the help desk's staff, and whom the workflow names.

    None stands for a service, which may see all.
    """
    ticket = Ticket.objects.prefetch_related("attachments").filter(ticket_number=ticket_number).first()
    if ticket is None or not (person is None or _may_read(ticket, person)):
        raise TicketNotFound()
    return ticket


def _may_read(ticket: Ticket, person: Identity) -> bool:
    return ticket.may_change(person) or workflow.may_read(ticket, person)


def changeable_ticket(*, ticket_number: str, person: Identity) -> Ticket:
    """Return the ticket to those who may change it: who asked, and the help desk's staff."""
    ticket = Ticket.objects.visible_to(person).filter(ticket_number=ticket_number).first()
    if ticket is None:
        raise TicketNotFound()
    return ticket


def lock_ticket(ticket_number: str, person: Identity) -> Ticket:
    """Return the ticket, locked, to those who may change it."""
    ticket = Ticket.objects.visible_to(person).select_for_update().filter(ticket_number=ticket_number).first()
    if ticket is None:
        raise TicketNotFound()
    return ticket


def _withdraw(ticket: Ticket, reason: str, person: Identity, now: datetime) -> None:
    before = ticket.status
    ticket.status, ticket.status_at, ticket.status_detail = Ticket.Status.WITHDRAWN, now, reason
    ticket.withdrawn_at = now
    _record_own_status(ticket, before, person, now)
    _save_new_version(ticket, now)


def _save_new_version(ticket: Ticket, now: datetime, *, status: str | None = None) -> None:
    """Save the ticket and queue it; `status` is what the workflow is told instead of the ticket's own."""
    ticket.source_version += 1
    ticket.updated_at = now
    ticket.save()
    data = ticket.as_ticket_data()
    enqueue(ReceiveTicket(ticket_data=data if status is None else {**data, "status": status}))


def _record_own_status(ticket: Ticket, before: str, person: Identity | None, now: datetime) -> None:
    StatusChange.objects.create(
        ticket=ticket,
        ticket_number=ticket.ticket_number,
        event_id=f"help-desk-{uuid.uuid4().hex}",
        origin=StatusChange.Origin.HELP_DESK,
        old_status=before,
        new_status=ticket.status,
        detail=ticket.status_detail,
        actor_id=person.user_id if person else ticket.created_by_id,
        actor_name=person.full_name if person else ticket.employee_name,
        occurred_at=now,
        recorded_at=now,
    )


def _employee_from(
    person: Identity, claimed: dict[str, Any] | None, *, known: dict[str, str] | None = None
) -> dict[str, Any]:
    """Return who asks. The help desk's staff name anybody; everybody else themselves, as their account says.

    Name and address come from the account, the company from what the staff entered before (`known`).
    """
    if claimed and is_help_desk_staff(person):
        return claimed
    claimed, known = claimed or {}, known or {}
    if claimed and claimed.get("id") != person.user_id:
        raise OnlyForYourself(attr="employee")
    return {
        "id": person.user_id,
        "name": person.full_name,
        "email": person.email,
        "company_id": known.get("company_id", ""),
        "department": claimed.get("department", known.get("department", "")),
    }


def _employee_columns(employee: dict[str, Any]) -> dict[str, Any]:
    columns = {column: employee.get(name) or "" for name, column in EMPLOYEE_FIELDS.items()}
    return columns | {"employee_user_id": employee.get("id")}


def _attach(ticket: Ticket, files: Sequence[CheckedFile], person_id: int | None, written: list[Attachment]) -> None:
    for checked in files:
        attachment = Attachment(
            ticket=ticket,
            file_name=checked.file_name,
            content_type=checked.content_type,
            size=checked.size,
            sha256=checked.sha256,
            uploaded_by_id=person_id,
        )
        attachment.file.save(checked.file_name, checked.file, save=False)
        written.append(attachment)
        attachment.save()


@contextlib.contextmanager
def _files_go_with_the_transaction() -> Iterator[list[Attachment]]:
    """Remove the files written so far when the change fails: a rollback can't."""
    written: list[Attachment] = []
    try:
        yield written
    except BaseException:
        for attachment in written:
            attachment.file.delete(save=False)
        raise
