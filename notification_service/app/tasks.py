"""The Celery tasks of the notification service, under the names of the contract."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from celery import shared_task
from django.db import DatabaseError, InterfaceError, OperationalError, transaction
from django.utils import timezone

from app import erasure
from inbound_mail import requesters
from inbound_mail import services as inbound_mail
from notifications import cleanup, delivery, inapp, services
from notifications.contexts import BadContext, check_context
from notifications.links import BadLink, parse_link
from notifications.notification_types import TYPES
from ticketing_common.contracts.messages import (
    BulkCreateNotifications,
    CommentChanged,
    CreateInAppNotification,
    DeliverTicketEvent,
    ErasePersonInNotifications,
    InvalidMessage,
    MarkNotificationRead,
    SendAssignmentNotification,
    SendEmail,
    SyncUser,
)
from ticketing_common.errors import Refusal
from ticketing_common.inbox.consume import Arrival, Delivery, Rejected, consumes, consumes_batches
from ticketing_common.logs import logger
from webhooks import services as webhooks

log = logger(__name__)

INVALID = "invalid_message"


@consumes(SendAssignmentNotification)
def send_assignment_notification(message: SendAssignmentNotification, _delivery: Delivery) -> None:
    services.notify_assignment(
        user_id=message.user_id,
        ticket_number=message.ticket_number,
        task_title=message.task_title,
        role_name=message.role_name,
        event_id=message.event_id,
        step_kind=message.step_kind,
        step_name=message.step_name,
        workflow_name=message.workflow_name,
        now=timezone.now(),
    )


@consumes(SendEmail, is_validated_here=False)
def send_email(message: SendEmail, _delivery: Delivery) -> Rejected | None:
    """Queue one mail. Validated here, because no reason may quote a code or a link."""
    try:
        message = SendEmail.parse(message.as_kwargs())
        with transaction.atomic():
            if message.notification_type == requesters.TYPE:
                requesters.queue_answer(context=message.context, event_id=message.event_id, now=timezone.now())
                return None
            services.queue_mail(
                notification_type=message.notification_type,
                context=message.context,
                event_id=message.event_id,
                user_id=message.user_id,
                user_email=message.user_email,
                language=message.language,
                now=timezone.now(),
            )
    except InvalidMessage as error:
        quoted = (
            str(error) if _may_quote(message.notification_type) else f"{error.path or 'The message'}: is not valid."
        )
        return Rejected(INVALID, quoted)
    except Refusal as refusal:
        return Rejected(
            INVALID if refusal.attr == "context" and refusal.code == "invalid" else refusal.code, refusal.detail
        )
    return None


@consumes(CreateInAppNotification)
def create_inapp_notification(message: CreateInAppNotification, _delivery: Delivery) -> None:
    inapp.create_inapp(notifications=[_inapp(message)], now=timezone.now())


@consumes(MarkNotificationRead)
def mark_notification_read(message: MarkNotificationRead, _delivery: Delivery) -> None:
    try:
        inapp.mark_read(notification_id=message.notification_id, user_id=message.user_id, now=timezone.now())
    except inapp.NotificationNotFound:
        # Dismissed or deleted meanwhile, or another person's: there is nothing to mark and nothing to repair.
        log.info("notification_to_mark_not_found", notification_id=message.notification_id, user_id=message.user_id)


@consumes(BulkCreateNotifications, is_validated_here=False)
def bulk_create_notifications(message: BulkCreateNotifications, _delivery: Delivery) -> Rejected | None:
    """Create what is valid and log a result for each; entries that are not come to light as a dead letter.

    Validated here, entry by entry: what one of them holds must not keep the others out.
    """
    given: Any = message.notifications
    shapes: Any = [{} if isinstance(entry, dict) else None for entry in given] if isinstance(given, list) else None
    BulkCreateNotifications.parse({"notifications": shapes})
    entries: dict[int, inapp.NewNotification] = {}
    faults: dict[int, str] = {}
    for index, entry in enumerate(message.notifications):
        try:
            entries[index] = _inapp(CreateInAppNotification.parse(entry))
        except InvalidMessage as error:
            faults[index] = str(error)
    results, refused = _create_each(entries)
    faults |= refused
    for result in results:
        log.info(
            "bulk_notification",
            user_id=result.notification.user_id,
            event_id=result.notification.event_id,
            outcome=result.outcome,
        )
    if faults:
        quoted = "; ".join(f"{index}: {fault}" for index, fault in sorted(faults.items())[:20])
        reason = f"{len(faults)} of {len(message.notifications)} entries are not valid: {quoted}"
        return Rejected("invalid_entries", reason)
    return None


def _create_each(entries: dict[int, inapp.NewNotification]) -> tuple[list[inapp.Result], dict[int, str]]:
    """Create all at once; where the database refuses one of them, each alone."""
    now = timezone.now()
    try:
        with transaction.atomic():
            return inapp.create_inapp(notifications=list(entries.values()), now=now), {}
    except (OperationalError, InterfaceError):
        raise
    except (DatabaseError, ValueError):
        log.warning("bulk_created_one_by_one", count=len(entries))
    results: list[inapp.Result] = []
    faults: dict[int, str] = {}
    for index, entry in entries.items():
        try:
            with transaction.atomic():
                results += inapp.create_inapp(notifications=[entry], now=now)
        except (OperationalError, InterfaceError):
            raise
        except (DatabaseError, ValueError) as error:
            faults[index] = f"It can't be stored: {type(error).__name__}"
    return results, faults


@consumes(CommentChanged)
def apply_comment_change(message: CommentChanged, _delivery: Delivery) -> None:
    inapp.apply_comment_change(
        comment_id=message.comment_id, is_deleted=message.is_deleted, excerpt=message.excerpt, now=timezone.now()
    )


@consumes(SyncUser)
def sync_user(message: SyncUser, _delivery: Delivery) -> None:
    services.sync_person(
        user_id=message.user_id,
        email=message.email,
        full_name=message.full_name,
        is_active=message.is_active,
        avatar_url=message.avatar_url,
        roles=message.roles,
        time_zone=message.time_zone,
        language=message.language,
        version=message.version,
        now=timezone.now(),
    )


@consumes(ErasePersonInNotifications)
def erase_person(message: ErasePersonInNotifications, _delivery: Delivery) -> None:
    erasure.erase(message=message, now=timezone.now())


def ticket_key(args: Sequence[Any], kwargs: Mapping[str, Any]) -> str:
    """Return the number of the ticket that an event is of: those of one ticket are recorded in their order."""
    return str((args[0] if args else kwargs.get("ticket_number")) or "")


@consumes_batches(DeliverTicketEvent, key=ticket_key)
def record_ticket_events(arrivals: Sequence[Arrival[DeliverTicketEvent]]) -> list[None]:
    for arrival in arrivals:
        webhooks.record_event(message=arrival.message, now=timezone.now())
    return [None] * len(arrivals)


@shared_task(name="notifications.send_due_mail")
def send_due_mail() -> None:
    """Catch what no mailer process has sent."""

    def send() -> None:
        with delivery.only_tick() as is_mine:
            if is_mine:
                delivery.send_due_mail()

    _tick("send_due_mail", send)


@shared_task(name="notifications.keep_house")
def clean_up() -> None:
    _tick("clean_up", lambda: log.info("cleanup_done", **cleanup.delete_old(now=timezone.now())))
    _tick("clean_up_inbound_mail", lambda: inbound_mail.delete_old(now=timezone.now()))
    _tick("clean_up_webhooks", lambda: log.info("webhooks_deleted", count=webhooks.delete_old(now=timezone.now())))


def _tick(name: str, run: Callable[[], Any]) -> None:
    """Run one tick. What it raises is logged and ends this tick only; the next one comes."""
    try:
        run()
    except (OperationalError, InterfaceError) as error:
        log.warning("tick_skipped", tick=name, error=type(error).__name__)
    except Exception:
        log.exception("tick_failed", tick=name)


def _may_quote(notification_type: object) -> bool:
    """Return whether a reason may quote the payload of a mail of this type."""
    kind = TYPES.get(notification_type) if isinstance(notification_type, str) else None
    return kind is not None and not kind.is_security


def _inapp(message: CreateInAppNotification) -> inapp.NewNotification:
    """Return what is to be created, or raise `InvalidMessage` where it can't be stored or shown."""
    texts = {"subject": message.subject, "message": message.message, "event_id": message.event_id}
    by_code = {"text": message.text} if message.text is not None else {}
    try:
        check_context(texts | by_code)
        link = parse_link(message.link)
    except (BadContext, BadLink) as error:
        raise InvalidMessage(str(error), "link" if isinstance(error, BadLink) else "") from error
    if message.user_id >= 2**63:
        raise InvalidMessage("There is no such person.", "user_id")
    return inapp.NewNotification(
        user_id=message.user_id,
        notification_type=message.notification_type,
        subject=message.subject,
        message=message.message,
        link=link,
        event_id=message.event_id,
        comment_id=message.comment_id,
        text=message.text,
    )
