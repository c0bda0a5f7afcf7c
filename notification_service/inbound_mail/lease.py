"""One process at a time reads the mailbox: whoever holds the lease. Who dies leaves one that ends."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db.models import Q

from inbound_mail.models import MailboxLease
from ticketing_common.database import database_now


def mailbox_name() -> str:
    """Return what the configured mailbox is called, empty where none is configured."""
    if not settings.MAILBOX_HOST:
        return ""
    return f"{settings.MAILBOX_USER}@{settings.MAILBOX_HOST}/{settings.MAILBOX_FOLDER}"[:255]


# Well over what one call to the mail server may take.
LEASE = timedelta(seconds=120)


def take(*, mailbox: str, holder: str, has_read: bool = False) -> bool:
    """Take or renew the lease; return whether it is held."""
    now = database_now()
    MailboxLease.objects.bulk_create([MailboxLease(mailbox=mailbox, leased_until=now)], ignore_conflicts=True)
    read = {"read_at": now, "error": "", "failed_at": None} if has_read else {}
    values = {"holder": holder, "leased_until": now + LEASE, **read}
    free = MailboxLease.objects.filter(Q(holder=holder) | Q(leased_until__lte=now), mailbox=mailbox)
    return bool(free.update(**values))


def note_failure(*, mailbox: str, error: str) -> None:
    """Keep why the mailbox could not be read, until it is read again."""
    MailboxLease.objects.filter(mailbox=mailbox).update(error=error[:300], failed_at=database_now())


def release(*, mailbox: str, holder: str) -> None:
    """Let another process read at once."""
    MailboxLease.objects.filter(mailbox=mailbox, holder=holder).update(holder="", leased_until=database_now())
