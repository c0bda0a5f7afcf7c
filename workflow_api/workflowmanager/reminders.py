"""Personal reminders of tickets: set by a person for themselves, sent once at their moment, then gone."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from audit.actor import Actor, PlainActor
from role.models import Person
from task.models import Task
from task.notifications import admin_ids, by_code
from task.one_by_one import one_by_one
from ticketing_common.contracts.messages import CreateInAppNotification, SendEmail
from ticketing_common.errors import Conflict, Invalid, NotFound
from ticketing_common.outbox import enqueue
from tickets.models import Ticket
from workflowmanager.models import Reminder

TEXT_CODES = {
    "": "reminder",
    "completed": "reminder_completed",
    "rejected": "reminder_rejected",
    "cancelled": "reminder_cancelled",
}
MAX_REMINDERS = 200  # of one person
MAX_AHEAD = timedelta(days=366)


class TicketNotFound(NotFound):
    default_detail = "There is no such ticket."


class ReminderNotFound(NotFound):
    default_detail = "There is no such reminder."


class ReminderInThePast(Invalid):
    code = "remind_at_past"
    default_detail = "Choose a time in the future."


class ReminderTooFar(Invalid):
    code = "remind_at_too_far"
    default_detail = "A reminder is at most a year ahead."


class TooManyReminders(Conflict):
    code = "too_many_reminders"
    default_detail = f"A person has at most {MAX_REMINDERS} reminders."


def reminders_of(person: Actor) -> QuerySet[Reminder]:
    """Return the person's own reminders of tickets that they may see now."""
    visible = Ticket.objects.visible_to(person).values("pk")
    return Reminder.objects.filter(owner_id=person.user_id, ticket_id__in=visible).select_related("ticket")


@transaction.atomic
def set_reminder(
    *, ticket_number: str, remind_at: datetime, actor: Actor, now: datetime, note: str = ""
) -> tuple[Reminder, bool]:
    """Remind the person of the ticket; return the reminder and whether it is new. It replaces an earlier one.

    Raises `TicketNotFound`, `ReminderInThePast`, `ReminderTooFar` and `TooManyReminders`.
    """
    ticket = Ticket.objects.visible_to(actor).filter(ticket_number=ticket_number).first()
    if ticket is None:
        raise TicketNotFound()
    _check_moment(remind_at, now)
    others = Reminder.objects.filter(owner_id=actor.user_id).exclude(ticket=ticket)
    if others.count() >= MAX_REMINDERS:
        raise TooManyReminders()
    values = {"remind_at": remind_at, "note": note, "updated_at": now}
    reminder, is_new = Reminder.objects.update_or_create(
        owner_id=actor.user_id, ticket=ticket, defaults=values, create_defaults={**values, "created_at": now}
    )
    return reminder, is_new


def change_reminder(
    *, reminder_id: int, actor: Actor, now: datetime, remind_at: datetime | None = None, note: str | None = None
) -> None:
    """Change the parts that are given. Raises as `set_reminder`, and `ReminderNotFound`, also of one sent meanwhile."""
    if remind_at is not None:
        _check_moment(remind_at, now)
    changes = {name: value for name, value in (("remind_at", remind_at), ("note", note)) if value is not None}
    if not reminders_of(actor).filter(pk=reminder_id).update(**changes, updated_at=now):
        raise ReminderNotFound()


def _check_moment(remind_at: datetime, now: datetime) -> None:
    if remind_at <= now:
        raise ReminderInThePast(attr="remind_at")
    if remind_at > now + MAX_AHEAD:
        raise ReminderTooFar(attr="remind_at")


def send_due_reminders(*, now: datetime) -> int:
    """Send every reminder that is due by `now`, the earliest first; return how many rows were dealt with."""
    due = Reminder.objects.filter(remind_at__lte=now).order_by("remind_at", "id")
    return one_by_one(due.values_list("pk", flat=True), lambda pk: _send(pk, now), what="reminder")


@transaction.atomic
def _send(reminder_id: int, now: datetime) -> int:
    """Send one and delete it in the same transaction, so that it is sent once; one that is locked is another's."""
    due = Reminder.objects.select_for_update(skip_locked=True).filter(pk=reminder_id, remind_at__lte=now)
    reminder = due.first()
    if reminder is None:
        return 0
    ticket = _visible_ticket(reminder)
    if ticket is not None:
        enqueue(*_messages(reminder, ticket))
    # Of a ticket that its person may not see any more it goes without a word.
    reminder.delete()
    return 1


def _visible_ticket(reminder: Reminder) -> Ticket | None:
    owner_id = reminder.owner_id
    if not Person.objects.filter(pk=owner_id, is_active=True).exists():
        return None
    owner = PlainActor(owner_id, "", owner_id in admin_ids())
    return Ticket.objects.visible_to(owner).filter(pk=reminder.ticket_id).first()


def _messages(reminder: Reminder, ticket: Ticket) -> tuple[CreateInAppNotification, SendEmail]:
    """The note is in the application alone: administrators can read the mails that were sent."""
    number, link, key = ticket.ticket_number, f"/tickets/{ticket.ticket_number}", f"tts-reminder-{reminder.pk}"
    message = f"You asked to be reminded of {number} “{ticket.subject}”."
    status = ""
    task = Task.objects.filter(ticket=ticket).order_by("-id").first()
    if task is not None and not task.is_open:
        message += f" It has been {task.status} meanwhile."
        status = task.status
    subject = f"Reminder: {number}"
    inapp = CreateInAppNotification(
        user_id=reminder.owner_id,
        notification_type="system",
        subject=subject,
        message=f"{message} {reminder.note}".strip(),
        link=link,
        event_id=key,
        text=by_code(TEXT_CODES[status], ticket=number, subject=ticket.subject, note=reminder.note),
    )
    mail = SendEmail(
        notification_type="system",
        user_id=reminder.owner_id,
        context={
            "ticket_number": number,
            "task_title": ticket.subject,
            "title": subject,
            "message": message,
            "text": by_code(TEXT_CODES[status], ticket=number, subject=ticket.subject, note=""),
            "link": link,
        },
        event_id=f"{key}-mail",
    )
    return inapp, mail
