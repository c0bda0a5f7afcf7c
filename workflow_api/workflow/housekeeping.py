"""Delete what nobody will ask for again."""

from __future__ import annotations

from datetime import datetime, timedelta

from ticketing_common.inbox.models import delete_old
from ticketing_common.outbox.models import OutboxMessage

KEEP_PUBLISHED = timedelta(days=7)


def keep_house(*, now: datetime) -> int:
    """Delete messages published more than a week ago, and old inbox rows and answers. Return how many rows."""
    published = OutboxMessage.objects.filter(published_at__lt=now - KEEP_PUBLISHED).delete()[0]
    return published + delete_old(now=now)
