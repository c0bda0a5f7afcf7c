"""Queue what is to be sent to whom. Mail is a row first; `delivery` sends the rows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection, transaction

from notifications.contexts import BadContext, check_context
from notifications.inapp import NewNotification, create_inapp
from notifications.links import safe_link
from notifications.models import Channel, Notification, NotificationLog, Person, Status
from notifications.notification_types import TYPES, NotificationType, type_in
from notifications.preferences import language_of, zone_of
from notifications.renderer import facts, render_message, render_subject
from notifications.templates import current_template
from notifications.texts import LANGUAGES
from notifications.times import zone_named
from ticketing_common.context import current_request_id
from ticketing_common.errors import Conflict, Invalid, NotFound

# PostgreSQL channel that wakes the mailer when a mail was committed.
MAIL_CHANNEL = "mail_queued"

PERSON_UNKNOWN = "person_unknown"


class MissingVariable(Invalid):
    code = "missing_variable"


class InvalidAddress(Invalid):
    code = "invalid_address"
    default_detail = "This is not a mail address."


class NotRetryable(Conflict):
    code = "not_retryable"


class NotDiscardable(Conflict):
    code = "not_discardable"


@transaction.atomic
def queue_mail(
    *,
    notification_type: str,
    context: Mapping[str, Any],
    event_id: str,
    user_id: int | None = None,
    user_email: str | None = None,
    language: str | None = None,
    now: datetime,
) -> tuple[Notification, bool]:
    """Record one mail for one recipient; return it, and whether the event was new for this recipient.

    With both a person and an address, the mail goes to the address and the person's preferences count. What concerns
    the safety of a person's account is shown in the application too, unless it is a code or a single-use link.
    """
    kind = TYPES[notification_type]
    try:
        check_context(context)
    except BadContext as error:
        raise invalid_context(error) from error
    for name in kind.required:
        if not context.get(name):
            raise MissingVariable(f"A {notification_type} needs {name!r} in its context.", attr="context")
    address = (user_email or "").strip()
    if address:
        try:
            validate_email(address)
        except ValidationError as error:
            raise InvalidAddress(attr="user_email") from error
    is_own_action = user_id is not None and context.get("actor_id") == user_id and not kind.is_security
    mail, is_new = Notification.objects.get_or_create(
        event_id=event_id,
        recipient=f"user:{user_id}" if user_id is not None else f"mail:{address.lower()}",
        channel=Channel.EMAIL,
        defaults={
            "user_id": user_id,
            "given_address": address,
            "email": address,
            "language": language if language in LANGUAGES else "",
            "notification_type": notification_type,
            "is_urgent": kind.is_prompt,
            "context": dict(context),
            "comment_id": comment_of(context),
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
        if user_id is not None and kind.is_security and not kind.secret:
            create_inapp(notifications=[_inapp_of(kind, user_id, context, event_id)], now=now)
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
    """Notify a person of their new task, by mail and in the application; who has to approve, of the request."""
    kind = TYPES["approval_requested" if step_kind == "approval" else "task_assignment"]
    details = {"role_name": role_name, "step_name": step_name, "workflow_name": workflow_name}
    context = {
        "ticket_number": ticket_number,
        "task_title": task_title,
        "link": f"/tickets/{ticket_number}",
        **{name: value for name, value in details.items() if value},
    }
    queue_mail(notification_type=kind.name, context=context, event_id=event_id, user_id=user_id, now=now)
    create_inapp(notifications=[_inapp_of(kind, user_id, context, event_id)], now=now)


def _inapp_of(kind: NotificationType, user_id: int, context: Mapping[str, Any], event_id: str) -> NewNotification:
    """Return the in-app notification, in the words of its type's template in the person's language."""
    kind = type_in(kind.name, language_of(user_id))
    _, template = current_template(kind.name, kind.language)
    values = facts(kind, context, zone=zone_of(user_id))
    link = safe_link(str(context.get("link") or "")) or kind.path
    return NewNotification(
        user_id=user_id,
        notification_type=kind.name,
        subject=render_subject(template.subject, values),
        message=render_message(template.inapp_message, values),
        link=link,
        event_id=event_id,
        comment_id=comment_of(context),
    )


def comment_of(context: Mapping[str, Any]) -> int | None:
    """Return the id of the comment that a notification quotes."""
    value = context.get("comment_id")
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**63 else None


def invalid_context(error: BadContext) -> Invalid:
    refusal = Invalid(error.detail, attr="context")
    refusal.code = error.code
    return refusal


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
    time_zone: str | None = None,
    language: str | None = None,
) -> bool:
    """Keep the person if this version is newer than what is known, and release the mail that waited for them."""
    values: dict[str, Any] = {
        "email": email,
        "full_name": full_name,
        "is_active": is_active,
        "avatar_url": avatar_url[:500],
        "roles": dict(roles),
        "version": version,
        "updated_at": now,
    }
    if time_zone is not None:
        values["time_zone"] = time_zone if zone_named(time_zone) else ""
    if language is not None:
        values["language"] = language
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
    """Put a failed or parked mail back into the queue. One whose secret is gone can't be sent again."""
    mail = _lock(notification_id)
    if mail.status not in {Status.FAILED, Status.PARKED}:
        raise NotRetryable(
            f"The mail is {mail.status}; only a failed or parked one can be sent again.", status=mail.status
        )
    if mail.secret_names:
        raise NotRetryable("Its code or link is not kept; ask for a new one instead.")
    mail.status, mail.reason, mail.due_at, mail.closed_at = Status.QUEUED, "retry_by_hand", now, None
    mail.faults = 0
    mail.save()
    log_state(mail, now)
    wake_mailer()
    return mail


@transaction.atomic
def discard_mail(*, notification_id: int, now: datetime) -> Notification:
    """End a mail that waits, failed or is parked: it is not sent."""
    mail = _lock(notification_id)
    if mail.status not in {*Notification.OPEN, Status.FAILED, Status.PARKED}:
        raise NotDiscardable(f"The mail is {mail.status} already.", status=mail.status)
    mail.close(status=Status.SKIPPED, reason="discarded_by_hand", now=now)
    log_state(mail, now)
    return mail


def _lock(notification_id: int) -> Notification:
    mail = Notification.objects.select_for_update().filter(pk=notification_id).first()
    if mail is None:
        raise NotFound("There is no such mail.")
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
    """Wake the mailer when, and only when, this transaction commits."""
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {MAIL_CHANNEL}")
