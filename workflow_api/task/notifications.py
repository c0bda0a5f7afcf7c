"""The messages that people and the source help desk get about a task. Nothing is sent here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from role.models import RoleMember
from task.models import Task
from ticketing_common.contracts.messages import (
    CreateInAppNotification,
    Message,
    SendAssignmentNotification,
    SendEmail,
    SendTicketStatus,
)
from tickets.models import Ticket
from workflow.graph import GraphStep

# The help desk whose numbers are its own tickets' numbers; every other source is addressed by the reference.
HOME_SOURCE = "hdts"
# Tickets that came by mail have no help desk: their requesters are answered by mail.
MAIL_SOURCE = "mail"
STATUS_EVENT = "tts-status-"


def iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def admin_ids() -> list[int]:
    """Return the people who administer the system, as far as auth told us."""
    admins = RoleMember.objects.active().filter(role__system="tts", role__name="Admin", role__is_active=True)
    return list(admins.order_by("person_id").values_list("person_id", flat=True))


def by_code(code: str, **params: Any) -> dict[str, Any]:
    """Return subject and message by code, for readers in other languages: notification_service has their sentences."""
    return {"code": code, "params": params}


def task_text(task: Task, code: str, **params: Any) -> dict[str, Any]:
    """Return a text that names the task by its ticket's number and subject."""
    return by_code(code, ticket=task.ticket_number, subject=task.subject, **params)


def event_id(task: Task, kind: str, user_id: int | str = "") -> str:
    """Return the key under which the notification is sent once, however often it is asked for."""
    return f"tts-{task.pk}-{task.event_seq}-{kind}-{user_id}".rstrip("-")


def link_to(task: Task) -> str:
    return f"/tickets/{task.ticket_number}"


def vote_request_key(task: Task, visit_id: int) -> str:
    """Return the key under which a person is asked for their vote once in a visit, by whichever notification.

    A visit that was moved to another version may be another approval, for which they are asked again.
    """
    return f"tts-{task.pk}-asked-{visit_id}-{task.workflow_version_id}"


def assigned(
    task: Task, *, user_id: int, role_name: str, step: GraphStep | None = None, workflow_name: str = "", key: str = ""
) -> Message:
    """The person is the assignee now: one mail and one in-app notification."""
    return SendAssignmentNotification(
        user_id=user_id,
        task_id=task.pk,
        ticket_number=task.ticket_number,
        task_title=task.subject,
        role_name=role_name,
        event_id=key or event_id(task, "assigned", user_id),
        step_kind=step.kind if step else None,
        step_name=step.name if step else None,
        workflow_name=workflow_name or None,
    )


def notification(
    task: Task,
    kind: str,
    *,
    user_id: int,
    subject: str,
    message: str,
    text: Mapping[str, Any],
    with_mail: bool = True,
    key: str = "",
    mail_key: str = "",
    **context: Any,
) -> list[Message]:
    """One in-app notification and, if asked, one mail. `key` and `mail_key` replace their event ids.

    `text` says by code what `subject` and `message` say in English.
    """
    base = key or event_id(task, kind, user_id)
    messages: list[Message] = [
        CreateInAppNotification(
            user_id=user_id,
            notification_type=kind,
            subject=subject[:255],
            message=message,
            link=link_to(task),
            event_id=base,
            text=dict(text),
        )
    ]
    if with_mail:
        details = {
            "ticket_number": task.ticket_number,
            "task_id": task.pk,
            "task_title": task.subject,
            "priority": task.priority,
            "title": subject,
            "message": message,
            "text": dict(text),
            "link": link_to(task),
        }
        messages.append(
            SendEmail(
                notification_type=kind,
                user_id=user_id,
                context={**details, **context},
                event_id=mail_key or f"{base}-mail",
            )
        )
    return messages


def to_each(user_ids: Iterable[int], task: Task, kind: str, **fields: Any) -> list[Message]:
    messages: list[Message] = []
    for user_id in dict.fromkeys(user_ids):
        messages += notification(task, kind, user_id=user_id, **fields)
    return messages


def source_number(ticket: Ticket) -> str:
    """Return the number under which the source knows the ticket."""
    return ticket.source_number if ticket.source_service == HOME_SOURCE else ticket.ticket_number


def source_status(ticket: Ticket, status: str, *, at: datetime, key: str, detail: str | None = None) -> Message:
    """Tell the source the ticket's state; `key` makes the event id unique."""
    return SendTicketStatus(
        ticket_number=source_number(ticket),
        new_status=status,
        event_id=f"{STATUS_EVENT}{key}-{status}",
        occurred_at=iso(at),
        detail=detail,
    )


def answer_by_mail(ticket: Ticket, task: Task, *, subject: str, message: str, text: Mapping[str, Any]) -> Message:
    """Answer who sent the ticket by mail; the notification service knows their mails, and writes to their sender."""
    return SendEmail(
        notification_type="ticket_answer",
        user_email=ticket.requester_email or None,
        context={
            "ticket_number": ticket.ticket_number,
            "title": subject,
            "message": message,
            "text": dict(text),
        },
        event_id=event_id(task, "requester"),
    )


def requester_mail(ticket: Ticket, task: Task, *, subject: str, message: str, text: Mapping[str, Any]) -> list[Message]:
    """Mail the employee who asked, where the help desk gave an address; who asked by mail, in the thread of it."""
    if ticket.source_service == MAIL_SOURCE:
        return [answer_by_mail(ticket, task, subject=subject, message=message, text=text)]
    if "@" not in ticket.requester_email:
        return []
    return [
        SendEmail(
            notification_type="system",
            user_email=ticket.requester_email,
            context={
                "ticket_number": ticket.ticket_number,
                "task_title": ticket.subject,
                "recipient_name": ticket.requester_name,
                "title": subject,
                "message": message,
                "text": dict(text),
            },
            event_id=event_id(task, "requester"),
        )
    ]
