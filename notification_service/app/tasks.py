"""The Celery tasks of the notification service, under the names of the contract."""

from __future__ import annotations

from celery import shared_task
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from notifications import housekeeping, inapp, mailing, services
from ticketing_common.contracts.messages import (
    BulkCreateNotifications,
    CreateInAppNotification,
    InvalidMessage,
    MarkNotificationRead,
    SendAssignmentNotification,
    SendEmail,
    SyncUser,
)
from ticketing_common.errors import Refusal
from ticketing_common.inbox.consume import Delivery, Rejected, consumes
from ticketing_common.logs import logger

log = logger(__name__)


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


@consumes(SendEmail)
def send_email(message: SendEmail, _delivery: Delivery) -> Rejected | None:
    try:
        services.queue_mail(
            notification_type=message.notification_type,
            context=message.context,
            event_id=message.event_id,
            user_id=message.user_id,
            user_email=message.user_email,
            now=timezone.now(),
        )
    except Refusal as refusal:
        return Rejected(refusal.code, refusal.detail)
    return None


@consumes(CreateInAppNotification)
def create_inapp_notification(message: CreateInAppNotification, _delivery: Delivery) -> None:
    inapp.create_notices(notices=[_notice(message)], now=timezone.now())


@consumes(MarkNotificationRead)
def mark_notification_read(message: MarkNotificationRead, _delivery: Delivery) -> None:
    try:
        inapp.mark_read(notification_id=message.notification_id, user_id=message.user_id, now=timezone.now())
    except inapp.NoticeNotFound:
        # Dismissed or deleted meanwhile, or another person's: there is nothing to mark and nothing to repair.
        log.info("notice_to_mark_not_found", notification_id=message.notification_id, user_id=message.user_id)


@consumes(BulkCreateNotifications)
def bulk_create_notifications(message: BulkCreateNotifications, _delivery: Delivery) -> Rejected | None:
    """Create what is valid and log a result for each; entries that are not come to light as a dead letter."""
    notices, faults = [], []
    for index, entry in enumerate(message.notifications):
        try:
            notices.append(_notice(CreateInAppNotification.parse(entry)))
        except InvalidMessage as error:
            faults.append(f"{index}: {error}")
    results = inapp.create_notices(notices=notices, now=timezone.now())
    for result in results:
        log.info(
            "bulk_notice",
            user_id=result.notice.user_id,
            event_id=result.notice.event_id,
            outcome=result.outcome,
        )
    if faults:
        reason = f"{len(faults)} of {len(message.notifications)} entries are not valid: {'; '.join(faults[:20])}"
        return Rejected("invalid_entries", reason)
    return None


@consumes(SyncUser)
def sync_user(message: SyncUser, _delivery: Delivery) -> None:
    services.sync_person(
        user_id=message.user_id,
        email=message.email,
        full_name=message.full_name,
        is_active=message.is_active,
        avatar_url=message.avatar_url,
        roles=message.roles,
        version=message.version,
        now=timezone.now(),
    )


@shared_task(name="notifications.send_due_mail")
def send_due_mail() -> None:
    """Catch what no mailer process has sent."""
    try:
        with mailing.only_tick() as is_mine:
            if is_mine:
                mailing.send_due_mail()
    except (OperationalError, InterfaceError) as error:
        log.warning("tick_skipped", error=type(error).__name__)  # the next one comes in seconds


@shared_task(name="notifications.keep_house")
def keep_house() -> None:
    try:
        log.info("house_kept", **housekeeping.keep_house(now=timezone.now()))
    except (OperationalError, InterfaceError) as error:
        log.warning("tick_skipped", error=type(error).__name__)


def _notice(message: CreateInAppNotification) -> inapp.NewNotice:
    return inapp.NewNotice(
        user_id=message.user_id,
        notification_type=message.notification_type,
        subject=message.subject,
        message=message.message,
        link=message.link,
        event_id=message.event_id,
    )
