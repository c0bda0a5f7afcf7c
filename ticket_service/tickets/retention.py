"""What this service removes when it is old: the files of tickets that have ended. Their rows stay."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import QuerySet

from ticketing_common.retention.kinds import Kind
from tickets.models import Attachment, Ticket


def stored() -> QuerySet[Attachment]:
    return Attachment.objects.filter(removed_at=None)


def of_ended_tickets(cutoff: datetime) -> QuerySet[Attachment]:
    """Return files of tickets that had ended before the cut-off, and came before it themselves."""
    return stored().filter(ticket__status__in=Ticket.ENDED, ticket__status_at__lt=cutoff, created_at__lt=cutoff)


def remove_files(keys: Sequence[int], *, cutoff: datetime, days: int, now: datetime) -> int:
    """Mark files as removed and, after the commit, delete them."""
    files = list(of_ended_tickets(cutoff).filter(pk__in=keys).select_for_update(of=("self",), skip_locked=True))
    Attachment.objects.filter(pk__in=[file.pk for file in files]).update(removed_at=now, removed_after_days=days)
    for file in files:
        transaction.on_commit(partial(file.file.storage.delete, str(file.file.name)), robust=True)
    return len(files)


ATTACHMENTS = Kind(name="attachments", rows=stored, old=of_ended_tickets, remove=remove_files, size="size")
