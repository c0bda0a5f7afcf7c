"""The inbox in the application. Rows are the truth; what is pushed to open browsers is a hint."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, QuerySet

from notifications.links import safe_link, ticket_of
from notifications.models import (
    Channel,
    InAppNotification,
    Notification,
    NotificationLog,
    NotificationTypes,
    Status,
    lock_inbox,
)
from notifications.preferences import languages_of, refused_inapp, zones_of
from notifications.renderer import MAX_SUBJECT, one_line
from notifications.sentences import sentence
from notifications.sources import READER_GRACE, Answer, SourceAway, Sources, reference_of_row
from notifications.texts import phrase
from ticketing_common.contracts.messages import PushInboxEvent
from ticketing_common.errors import NotFound
from ticketing_common.outbox import enqueue

ENGLISH = "en"


class NotificationNotFound(NotFound):
    code = "notification_not_found"
    default_detail = "There is no such notification in your inbox."


@dataclass(frozen=True, kw_only=True)
class NewNotification:
    """A notification to be put into one person's inbox."""

    user_id: int
    notification_type: str
    subject: str
    message: str
    event_id: str
    link: str | None = None
    comment_id: int | None = None
    text: Mapping[str, Any] | None = None  # subject and message by code, for other languages than English


@dataclass(frozen=True)
class Result:
    """What became of one of them: `created`, `duplicate` or `skipped`, and the row that stands for it."""

    outcome: str
    notification: NewNotification
    row: InAppNotification | None


@transaction.atomic
def create_inapp(*, notifications: Sequence[NewNotification], now: datetime) -> list[Result]:
    """Put each notification into its person's inbox, once per event, unless the person refuses the type.

    What comes by code is put into the person's language.
    """
    notifications = _in_their_languages(notifications)
    user_ids = sorted({notification.user_id for notification in notifications})
    _lock_inboxes(user_ids)
    refused = refused_inapp(user_ids)
    known = {
        (row.user_id, row.event_id): row
        for row in InAppNotification.objects.filter(
            user_id__in=user_ids, event_id__in={notification.event_id for notification in notifications}
        )
    }
    results: list[Result] = []
    for notification in notifications:
        key = (notification.user_id, notification.event_id)
        if key in known:
            results.append(Result("duplicate", notification, known[key]))
        elif (notification.user_id, notification.notification_type) in refused:
            results.append(Result("skipped", notification, None))
        else:
            known[key] = InAppNotification(
                user_id=notification.user_id,
                event_id=notification.event_id,
                notification_type=notification.notification_type,
                subject=notification.subject,
                message=notification.message,
                link=safe_link(notification.link),
                comment_id=notification.comment_id,
                ticket_number=ticket_of(notification.link),
                created_at=now,
            )
            results.append(Result("created", notification, known[key]))
    created = [result.row for result in results if result.outcome == "created" and result.row]
    InAppNotification.objects.bulk_create(created)
    _log(results, now)
    counts = unread_counts({row.user_id for row in created})
    enqueue(*(_hint(row, "notification", counts[row.user_id], f"inbox-{row.pk}") for row in created))
    return results


def _in_their_languages(notifications: Sequence[NewNotification]) -> list[NewNotification]:
    user_ids = {each.user_id for each in notifications if each.text is not None}
    languages = languages_of(user_ids) if user_ids else {}
    others = {user_id: language for user_id, language in languages.items() if language != ENGLISH}
    zones = zones_of(others) if others else {}
    return [
        _in_language(each, others[each.user_id], zones[each.user_id]) if each.user_id in others else each
        for each in notifications
    ]


def _in_language(notification: NewNotification, language: str, zone: tzinfo) -> NewNotification:
    found = sentence(notification.text, language=language, zone=zone)
    if found is None:
        return notification
    subject, message = found
    return replace(notification, subject=one_line(subject)[:MAX_SUBJECT], message=message)


@transaction.atomic
def mark_read(*, notification_id: int, user_id: int, now: datetime, is_read: bool = True) -> InAppNotification:
    """Mark the person's own notification; saying so twice changes nothing."""
    lock_inbox(user_id)
    row = InAppNotification.objects.shown_to(user_id).filter(pk=notification_id).first()
    if row is None:
        raise NotificationNotFound()
    if row.is_read != is_read:
        row.read_at = now if is_read else None
        row.save(update_fields=["read_at"])
        event = "read" if is_read else "unread"
        enqueue(_hint(row, event, unread_count(user_id), f"inbox-{row.pk}-{event}-{uuid.uuid4().hex[:8]}"))
    return row


@transaction.atomic
def mark_all_read(*, user_id: int, rows: QuerySet[InAppNotification], now: datetime) -> tuple[int, int]:
    """Mark those of the person's rows that are unread; return how many they were, and how many are unread still."""
    lock_inbox(user_id)
    wanted = rows.filter(user_id=user_id, read_at=None, dismissed_at=None).order_by().values("pk")
    changed = InAppNotification.objects.filter(pk__in=wanted).update(read_at=now)
    left = unread_count(user_id)
    if changed:
        event_id = f"inbox-all-{user_id}-{uuid.uuid4().hex[:8]}"
        enqueue(PushInboxEvent(user_id=user_id, event="read_all", unread_count=left, event_id=event_id))
    return changed, left


@transaction.atomic
def dismiss(*, notification_id: int, user_id: int, now: datetime) -> None:
    """Take the notification out of the inbox. Its row stays, so that its event can't bring it back."""
    lock_inbox(user_id)
    row = InAppNotification.objects.shown_to(user_id).filter(pk=notification_id).first()
    if row is None:
        raise NotificationNotFound()
    row.dismissed_at = now
    row.save(update_fields=["dismissed_at"])
    enqueue(_hint(row, "dismissed", unread_count(user_id), f"inbox-{row.pk}-dismissed"))


def unread_count(user_id: int) -> int:
    return InAppNotification.objects.shown_to(user_id).unread().count()


def unread_counts(user_ids: set[int]) -> dict[int, int]:
    rows = InAppNotification.objects.filter(user_id__in=user_ids, dismissed_at__isnull=True).unread()
    found = dict(rows.values_list("user_id").annotate(count=Count("id")))
    return {user_id: found.get(user_id, 0) for user_id in user_ids}


def refresh(rows: Sequence[InAppNotification], *, now: datetime) -> None:
    """Put the words of now into the rows that are about to be shown; nothing is stored.

    Asked of messaging: what the person may not read any more is withdrawn. While messaging does not answer, the words
    of comments are left out.
    """
    asked = [(row, reference) for row in rows if (reference := reference_of_row(row)) is not None]
    if not asked:
        return
    try:
        answers: list[Answer | None] = [*Sources(timeout=(0.5, 1.0)).ask([reference for _, reference in asked])]
    except SourceAway:
        answers = [None] * len(asked)
    withdrawn = [row for (row, _), answer in zip(asked, answers, strict=True) if not _show(row, answer, now)]
    languages = languages_of({row.user_id for row in withdrawn}) if withdrawn else {}
    for row in withdrawn:
        row.subject, row.message, row.link = phrase(languages[row.user_id], "withdrawn"), "", ""


def _show(row: InAppNotification, answer: Answer | None, now: datetime) -> bool:
    """Put the words of now into the row; return False where it may not be shown any more."""
    is_comment = row.comment_id is not None
    if answer is None:
        row.message = "" if is_comment else row.message
    elif answer.is_readable or (answer.is_readable is None and not is_comment):
        row.message = answer.excerpt or row.message if is_comment else row.message
    elif is_comment or now - row.created_at >= READER_GRACE:
        return False
    return True


@transaction.atomic
def apply_comment_change(*, comment_id: int, is_deleted: bool, excerpt: str, now: datetime) -> None:
    """Take the former words of a comment out of what is stored: in-app rows, and the texts of mails that have left."""
    rows = InAppNotification.objects.filter(comment_id=comment_id)
    if is_deleted:
        for language, user_ids in _by_language(rows).items():
            rows.filter(user_id__in=user_ids).update(message=phrase(language, "comment_deleted"))
    elif excerpt:
        rows.update(message=excerpt)
    for mail in Notification.objects.filter(comment_id=comment_id).select_for_update():
        mail.context.pop("excerpt", None)
        if mail.notification_type == NotificationTypes.TICKET_ANSWER:
            _withdraw_answer(mail, is_deleted=is_deleted, excerpt=excerpt, now=now)
        mail.body_text = mail.body_html = ""
        mail.save(update_fields=["context", "body_text", "body_html"])


def _by_language(rows: QuerySet[InAppNotification]) -> dict[str, list[int]]:
    """Return the people of the rows by their language."""
    people: dict[str, list[int]] = {}
    for user_id, language in languages_of(rows.order_by().values_list("user_id", flat=True).distinct()).items():
        people.setdefault(language, []).append(user_id)
    return people


def _withdraw_answer(mail: Notification, *, is_deleted: bool, excerpt: str, now: datetime) -> None:
    """Have an answer that has not left say what its comment reads now; one whose comment is gone does not leave."""
    mail.context["message"] = excerpt
    if is_deleted and mail.status in Notification.OPEN:
        mail.close(status=Status.SKIPPED, reason="comment_deleted", now=now)


def as_json(row: InAppNotification) -> dict[str, Any]:
    """Return the notification as the REST API shows it, but for the quoted words of a comment: a push is no place to
    ask whether they may still be read."""
    return {
        "id": row.pk,
        "user_id": row.user_id,
        "notification_type": row.notification_type,
        "subject": row.subject,
        "message": row.message if row.comment_id is None else "",
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
            event_id=result.notification.event_id,
            user_id=result.notification.user_id,
            notification_type=result.notification.notification_type,
            status=states[result.outcome][0],
            reason=states[result.outcome][1],
            at=now,
        )
        for result in results
    )
