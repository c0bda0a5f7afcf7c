"""Delete messages and answers that are no longer needed."""

from __future__ import annotations

from datetime import datetime, timedelta

from ticketing_common.inbox.models import delete_old
from ticketing_common.outbox.models import OutboxMessage

PUBLISHED_KEPT_FOR = timedelta(days=7)


def delete_old_rows(*, now: datetime) -> int:
    """Delete messages published more than a week ago, and old inbox rows and answers. Return how many rows."""
    published = OutboxMessage.objects.filter(published_at__lt=now - PUBLISHED_KEPT_FOR).delete()[0]
    return published + delete_old(now=now)
