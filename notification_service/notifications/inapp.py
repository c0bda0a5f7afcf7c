"""The inbox in the application. Rows are the truth; what is pushed to open browsers is a hint."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Count

from notifications.models import Channel, InAppNotification, NotificationLog, Status, lock_inbox
from notifications.preferences import refused_inapp
from ticketing_common.contracts.messages import PushInboxEvent
from ticketing_common.errors import NotFound
from ticketing_common.outbox import enqueue


class NoticeNotFound(NotFound):
    code = "notification_not_found"
    default_detail = "There is no such notice in your inbox."


@dataclass(frozen=True, kw_only=True)
class NewNotice:
    """A notice to be put into one person's inbox."""

    user_id: int
    notification_type: str
    subject: str
    message: str
    event_id: str
    link: str | None = None


@dataclass(frozen=True)
class Result:
    """What became of one of them: `created`, `duplicate` or `skipped`, and the row that stands for it."""

    outcome: str
    notice: NewNotice
    row: InAppNotification | None


@transaction.atomic
def create_notices(*, notices: Sequence[NewNotice], now: datetime) -> list[Result]:
    """Put each notice into its person's inbox, once per event, unless the person refuses the type."""
    user_ids = sorted({notice.user_id for notice in notices})
    _lock_inboxes(user_ids)
    refused = refused_inapp(user_ids)
    known = {
        (row.user_id, row.event_id): row
        for row in InAppNotification.objects.filter(
            user_id__in=user_ids, event_id__in={notice.event_id for notice in notices}
        )
    }
    results: list[Result] = []
    for notice in notices:
        key = (notice.user_id, notice.event_id)
        if key in known:
            results.append(Result("duplicate", notice, known[key]))
        elif (notice.user_id, notice.notification_type) in refused:
            results.append(Result("skipped", notice, None))
        else:
            known[key] = InAppNotification(
                user_id=notice.user_id,
                event_id=notice.event_id,
                notification_type=notice.notification_type,
                subject=notice.subject,
                message=notice.message,
                link=safe_link(notice.link),
                created_at=now,
            )
            results.append(Result("created", notice, known[key]))
    created = [result.row for result in results if result.outcome == "created" and result.row]
    InAppNotification.objects.bulk_create(created)
    _log(results, now)
    counts = unread_counts({row.user_id for row in created})
    enqueue(*(_hint(row, "notification", counts[row.user_id], f"inbox-{row.pk}") for row in created))
    return results


@transaction.atomic
def mark_read(*, notification_id: int, user_id: int, now: datetime, is_read: bool = True) -> InAppNotification:
    """Mark the person's own notice; saying so twice changes nothing."""
    lock_inbox(user_id)
    row = InAppNotification.objects.shown_to(user_id).filter(pk=notification_id).first()
    if row is None:
        raise NoticeNotFound()
    if row.is_read != is_read:
        row.read_at = now if is_read else None
        row.save(update_fields=["read_at"])
        event = "read" if is_read else "unread"
        enqueue(_hint(row, event, unread_count(user_id), f"inbox-{row.pk}-{event}-{uuid.uuid4().hex[:8]}"))
    return row


@transaction.atomic
def mark_all_read(*, user_id: int, now: datetime) -> int:
    """Mark everything in the inbox as read; return how many were not."""
    lock_inbox(user_id)
    changed = InAppNotification.objects.shown_to(user_id).unread().update(read_at=now)
    if changed:
        event_id = f"inbox-all-{user_id}-{uuid.uuid4().hex[:8]}"
        enqueue(PushInboxEvent(user_id=user_id, event="read_all", unread_count=0, event_id=event_id))
    return changed


@transaction.atomic
def dismiss(*, notification_id: int, user_id: int, now: datetime) -> None:
    """Take the notice out of the inbox. Its row stays, so that its event can't bring it back."""
    lock_inbox(user_id)
    row = InAppNotification.objects.shown_to(user_id).filter(pk=notification_id).first()
    if row is None:
        raise NoticeNotFound()
    row.dismissed_at = now
    row.save(update_fields=["dismissed_at"])
    enqueue(_hint(row, "dismissed", unread_count(user_id), f"inbox-{row.pk}-dismissed"))


def unread_count(user_id: int) -> int:
    return InAppNotification.objects.shown_to(user_id).unread().count()


def unread_counts(user_ids: set[int]) -> dict[int, int]:
    rows = InAppNotification.objects.filter(user_id__in=user_ids, dismissed_at__isnull=True).unread()
    found = dict(rows.values_list("user_id").annotate(count=Count("id")))
    return {user_id: found.get(user_id, 0) for user_id in user_ids}


def safe_link(link: str | None) -> str:
    """Return the link if it stays in the application or is a web address, else nothing."""
    text = (link or "").strip()
    is_path = text.startswith("/") and not text.startswith(("//", "/\\"))
    return text if is_path or text.lower().startswith(("https://", "http://")) else ""


def as_json(row: InAppNotification) -> dict[str, Any]:
    """Return the notice as the REST API shows it."""
    return {
        "id": row.pk,
        "user_id": row.user_id,
        "notification_type": row.notification_type,
        "subject": row.subject,
        "message": row.message,
        "link": row.link or None,
        "is_read": row.is_read,
        "created_at": row.created_at.isoformat().replace("+00:00", "Z"),
        "read_at": row.read_at.isoformat().replace("+00:00", "Z") if row.read_at else None,
    }


def _lock_inboxes(user_ids: list[int]) -> None:
    """Lock in the order of the ids, so that two batches never wait for each other."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('inbox:' || id, 0))"
            " FROM (SELECT unnest(%s::bigint[]) AS id ORDER BY 1) AS people",
            [user_ids],
        )


def _hint(row: InAppNotification, event: str, count: int, event_id: str) -> PushInboxEvent:
    return PushInboxEvent(
        user_id=row.user_id, event=event, unread_count=count, event_id=event_id, notification=as_json(row)
    )


def _log(results: Sequence[Result], now: datetime) -> None:
    states = {"created": (Status.SENT, ""), "skipped": (Status.SKIPPED, "preference")}
    states["duplicate"] = (Status.SKIPPED, "duplicate")
    NotificationLog.objects.bulk_create(
        NotificationLog(
            channel=Channel.INAPP,
            event_id=result.notice.event_id,
            user_id=result.notice.user_id,
            notification_type=result.notice.notification_type,
            status=states[result.outcome][0],
            reason=states[result.outcome][1],
            at=now,
        )
        for result in results
    )
