"""One process at a time reads the mailbox: whoever holds the lease. Who dies leaves one that ends."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q

from inbound_mail.models import MailboxLease
from ticketing_common.database import database_now

# Well over what one call to the mail server may take.
LEASE = timedelta(seconds=120)


def take(*, mailbox: str, holder: str, has_read: bool = False) -> bool:
    """Take or renew the lease; return whether it is held."""
    now = database_now()
    MailboxLease.objects.bulk_create([MailboxLease(mailbox=mailbox, leased_until=now)], ignore_conflicts=True)
    values = {"holder": holder, "leased_until": now + LEASE} | ({"read_at": now} if has_read else {})
    free = MailboxLease.objects.filter(Q(holder=holder) | Q(leased_until__lte=now), mailbox=mailbox)
    return bool(free.update(**values))


def release(*, mailbox: str, holder: str) -> None:
    """Let another process read at once."""
    MailboxLease.objects.filter(mailbox=mailbox, holder=holder).update(holder="", leased_until=database_now())
