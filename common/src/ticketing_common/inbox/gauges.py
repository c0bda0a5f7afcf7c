"""Rejected messages that nobody has looked at, and what waits: the second alarm that matters."""

from __future__ import annotations

from django.db.models import Count

from ticketing_common.inbox.dead_queues import waiting
from ticketing_common.inbox.models import DeadLetter
from ticketing_common.metrics import gauge, known_queue


@gauge("dead_letters_open", "Dead letters neither replayed nor dismissed, by queue and reason.", "queue", "code")
def open_dead_letters() -> dict[tuple[str, ...], float]:
    rows = DeadLetter.objects.filter(resolved_at__isnull=True).values_list("queue", "code").annotate(n=Count("id"))
    found: dict[tuple[str, ...], float] = {}
    for queue, code, count in rows:
        key = (known_queue(queue), code)
        found[key] = found.get(key, 0) + count
    return found


@gauge("queue_messages", "Messages that wait for a worker; known to relays.", "queue")
def depths() -> dict[tuple[str, ...], float]:
    return {(queue,): float(depth) for queue, (depth, _age) in waiting().items()}


@gauge("queue_oldest_seconds", "How long a queue has not been empty: no message in it is older.", "queue")
def ages() -> dict[tuple[str, ...], float]:
    return {(queue,): age for queue, (_depth, age) in waiting().items()}
