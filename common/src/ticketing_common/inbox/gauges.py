"""Rejected messages that nobody has looked at: the second alarm that matters."""

from __future__ import annotations

from ticketing_common.inbox.models import DeadLetter
from ticketing_common.metrics import gauge


@gauge("dead_letters_open", "Dead letters that were neither replayed nor dismissed.")
def open_dead_letters() -> float:
    return float(DeadLetter.objects.filter(resolved_at__isnull=True).count())
