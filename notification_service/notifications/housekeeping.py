"""Delete what nobody needs any more."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings

from notifications.models import InAppNotification, Notification, NotificationLog
from ticketing_common.inbox.models import delete_old

BATCH = 2_000


def keep_house(*, now: datetime) -> dict[str, int]:
    """Delete closed mails, old notices and old log rows, in batches that hold no lock for long."""
    mails_before = now - timedelta(days=settings.KEEP_MAILS_DAYS)
    notices_before = now - timedelta(days=settings.KEEP_NOTICES_DAYS)
    return {
        "mails": _delete(Notification, {"closed_at__lt": mails_before}),
        "notices": _delete(InAppNotification, {"created_at__lt": notices_before}),
        "log": _delete(NotificationLog, {"notification__isnull": True, "at__lt": notices_before}),
        "inbox": delete_old(now=now),
    }


def _delete(model: type[Notification] | type[InAppNotification] | type[NotificationLog], old: dict[str, object]) -> int:
    deleted = 0
    while True:
        ids = list(model._default_manager.filter(**old).order_by("pk").values_list("pk", flat=True)[:BATCH])
        if not ids:
            return deleted
        model._default_manager.filter(pk__in=ids).delete()
        deleted += len(ids)
