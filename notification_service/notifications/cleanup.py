"""Delete what nobody needs any more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction

from notifications.models import InAppNotification, Notification, NotificationLog
from ticketing_common.inbox.models import delete_old as delete_old_messages
from ticketing_common.logs import logger

log = logger(__name__)

BATCH = 2_000


def delete_old(*, now: datetime) -> dict[str, int]:
    """Delete closed mails, old notifications and old log rows, in batches that hold no lock for long.

    Each part runs whatever becomes of the others; a part that failed counts as -1.
    """
    mails_before = now - timedelta(days=settings.KEEP_MAILS_DAYS)
    notifications_before = now - timedelta(days=settings.KEEP_NOTICES_DAYS)
    parts: dict[str, Callable[[], int]] = {
        "mails": lambda: _delete(Notification, {"closed_at__lt": mails_before}),
        "notifications": lambda: _delete(InAppNotification, {"created_at__lt": notifications_before}),
        "log": lambda: _delete(NotificationLog, {"notification__isnull": True, "at__lt": notifications_before}),
        "inbox": lambda: delete_old_messages(now=now),
    }
    return {name: _run(name, part) for name, part in parts.items()}


def _run(name: str, part: Callable[[], int]) -> int:
    try:
        return part()
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # noqa: BLE001 -- the failure is this part's
        log.error("cleanup_failed", part=name, error=type(error).__name__)
        return -1


def _delete(model: type[Notification] | type[InAppNotification] | type[NotificationLog], old: dict[str, object]) -> int:
    deleted = 0
    while True:
        ids = list(model._default_manager.filter(**old).order_by("pk").values_list("pk", flat=True)[:BATCH])
        if not ids:
            return deleted
        with transaction.atomic():
            model._default_manager.filter(pk__in=ids).delete()
        deleted += len(ids)
