"""Take in what should be told to whom. Mail is a row first; `mailing` sends the rows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection, transaction

from notifications.inapp import NewNotice, create_notices
from notifications.models import Channel, Notification, NotificationLog, Person, Status
from notifications.rendering import facts, render_message, render_subject
from notifications.template_editing import current_wording
from notifications.wording import TYPES, NoticeType
from ticketing_common.context import current_request_id
from ticketing_common.errors import Conflict, Invalid, NotFound

# PostgreSQL channel that wakes the mailer when a mail was committed.
MAIL_CHANNEL = "mail_queued"

PERSON_UNKNOWN = "person_unknown"
MAX_CONTEXT_BYTES = 64_000


class MissingVariable(Invalid):
    code = "missing_variable"


class ContextTooLarge(Invalid):
    code = "context_too_large"
    default_detail = f"The context may have at most {MAX_CONTEXT_BYTES} bytes."


class InvalidAddress(Invalid):
    code = "invalid_address"
    default_detail = "This is not a mail address."


class NotRetryable(Conflict):
    code = "not_retryable"


@transaction.atomic
def queue_mail(
    *,
    notification_type: str,
    context: Mapping[str, Any],
    event_id: str,
    user_id: int | None = None,
    user_email: str | None = None,
    now: datetime,
) -> tuple[Notification, bool]:
    """Record one mail for one recipient; return it, and whether the event was new for this recipient.

    With both a person and an address, the mail goes to the address and the person's preferences count. What concerns
    the safety of a person's account is shown in the application too, unless it is a code or a single-use link.
    """
    notice = TYPES[notification_type]
    for name in notice.required:
        if not context.get(name):
            raise MissingVariable(f"A {notification_type} needs {name!r} in its context.", attr="context")
    if len(json.dumps(context, default=str)) > MAX_CONTEXT_BYTES:
        raise ContextTooLarge(attr="context")
    address = (user_email or "").strip()
    if address:
        try:
            validate_email(address)
        except ValidationError as error:
            raise InvalidAddress(attr="user_email") from error
    is_own_action = user_id is not None and context.get("actor_id") == user_id and not notice.is_security
    mail, is_new = Notification.objects.get_or_create(
        event_id=event_id,
        recipient=f"user:{user_id}" if user_id is not None else f"mail:{address.lower()}",
        channel=Channel.EMAIL,
        defaults={
            "user_id": user_id,
            "given_address": address,
            "email": address,
            "notification_type": notification_type,
            "is_urgent": notice.is_prompt,
            "context": dict(context),
            "due_at": now,
            "created_at": now,
            "request_id": current_request_id(),
        },
    )
    if is_new:
        log_state(mail, now)
        if is_own_action:
            mail.close(status=Status.SKIPPED, reason="own_action", now=now)
            log_state(mail, now)
        else:
            wake_mailer()
        if user_id is not None and notice.is_security and not notice.secret:
            create_notices(notices=[_notice_of(notice, user_id, context, event_id)], now=now)
    return mail, is_new


@transaction.atomic
def notify_assignment(
    *,
    user_id: int,
    ticket_number: str,
    task_title: str,
    role_name: str,
    event_id: str,
    step_kind: str | None = None,
    step_name: str | None = None,
    workflow_name: str | None = None,
    now: datetime,
) -> None:
    """Tell a person of their new task: by mail, and in the application. Who has to decide is asked for that instead."""
    notice = TYPES["approval_requested" if step_kind == "approval" else "task_assignment"]
    details = {"role_name": role_name, "step_name": step_name, "workflow_name": workflow_name}
    context = {
        "ticket_number": ticket_number,
        "task_title": task_title,
        "link": f"/tickets/{ticket_number}",
        **{name: value for name, value in details.items() if value},
    }
    queue_mail(notification_type=notice.name, context=context, event_id=event_id, user_id=user_id, now=now)
    create_notices(notices=[_notice_of(notice, user_id, context, event_id)], now=now)


def _notice_of(notice: NoticeType, user_id: int, context: Mapping[str, Any], event_id: str) -> NewNotice:
    """Return the notice in the application, in the wording of its type's template."""
    _, wording = current_wording(notice.name)
    values = facts(notice, context)
    return NewNotice(
        user_id=user_id,
        notification_type=notice.name,
        subject=render_subject(wording.subject, values),
        message=render_message(wording.inapp_message, values),
        link=str(context.get("link") or notice.path),
        event_id=event_id,
    )


@transaction.atomic
def sync_person(
    *,
    user_id: int,
    email: str,
    full_name: str,
    is_active: bool,
    avatar_url: str,
    roles: Mapping[str, Any],
    version: int,
    now: datetime,
) -> bool:
    """Keep the person if this version is newer than what is known, and release the mail that waited for them."""
    values = {
        "email": email,
        "full_name": full_name,
        "is_active": is_active,
        "avatar_url": avatar_url[:500],
        "roles": dict(roles),
        "version": version,
        "updated_at": now,
    }
    person, is_new = Person.objects.select_for_update().get_or_create(user_id=user_id, defaults=values)
    if not is_new:
        if version <= person.version:
            return False
        for name, value in values.items():
            setattr(person, name, value)
        person.save()
    waiting = Notification.objects.open().filter(user_id=user_id, reason=PERSON_UNKNOWN)
    if waiting.update(due_at=now):
        wake_mailer()
    return True


@transaction.atomic
def retry_mail(*, notification_id: int, now: datetime) -> Notification:
    """Put a failed mail back into the queue. One whose secret is gone can't be sent again."""
    mail = Notification.objects.select_for_update().filter(pk=notification_id).first()
    if mail is None:
        raise NotFound("There is no such mail.")
    if mail.status != Status.FAILED:
        raise NotRetryable(f"The mail is {mail.status}; only a failed one can be sent again.", status=mail.status)
    if mail.notice.secret:
        raise NotRetryable("Its code or link is not kept; ask for a new one instead.")
    mail.status, mail.reason, mail.due_at, mail.closed_at = Status.QUEUED, "retry_by_hand", now, None
    mail.save()
    log_state(mail, now)
    wake_mailer()
    return mail


def log_state(mail: Notification, now: datetime) -> None:
    NotificationLog.objects.create(
        notification=mail,
        channel=mail.channel,
        event_id=mail.event_id,
        user_id=mail.user_id,
        notification_type=mail.notification_type,
        status=mail.status,
        reason=mail.reason,
        detail=mail.last_error,
        attempt=mail.attempts,
        at=now,
    )


def wake_mailer() -> None:
    """Tell the mailer when, and only when, this transaction commits."""
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {MAIL_CHANNEL}")
