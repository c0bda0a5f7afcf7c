"""What this service removes when it is old: the files of closed tickets. What was said about them stays."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from comments.models import CommentAttachment
from ticketing_common.retention.kinds import Kind
from tickets.models import TicketEvent

# What the workflow calls a task that has ended.
ENDED = ("completed", "rejected", "cancelled")


def stored() -> QuerySet[CommentAttachment]:
    return CommentAttachment.objects.filter(removed_at=None)


def of_closed_tickets(cutoff: datetime) -> QuerySet[CommentAttachment]:
    """Return files of tickets that had ended before the cut-off.

    The last thing that the workflow told of such a ticket is its end. A file that came later is kept as long again.
    """
    later = TicketEvent.objects.filter(
        ticket=OuterRef("comment__ticket"), kind=TicketEvent.Kind.TICKET, occurred_at__gte=cutoff
    )
    return stored().filter(~Exists(later), comment__ticket__task__status__in=ENDED, created_at__lt=cutoff)


def remove_files(keys: Sequence[int], *, cutoff: datetime, days: int, now: datetime) -> int:
    """Mark files as removed and, after the commit, delete them, unless a row that is kept shows the same file."""
    # With the tickets' locks, so that nobody shows one of these files on another comment meanwhile.
    old = of_closed_tickets(cutoff).filter(pk__in=keys).select_related("comment__ticket")
    files = list(old.select_for_update(of=("self", "comment__ticket"), skip_locked=True))
    gone = CommentAttachment.objects.filter(pk__in=[file.pk for file in files])
    gone.update(removed_at=now, removed_after_days=days)
    names = {file.storage_name for file in files}
    kept = set(stored().filter(storage_name__in=names).values_list("storage_name", flat=True))
    for name in names - kept:
        transaction.on_commit(partial(default_storage.delete, name), robust=True)
    return len(files)


ATTACHMENTS = Kind(name="attachments", rows=stored, old=of_closed_tickets, remove=remove_files, size="size")
