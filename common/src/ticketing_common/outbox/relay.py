"""Take due messages, publish them, mark them: at least once, in order per key, several relays side by side."""

from __future__ import annotations

import select
from datetime import datetime, timedelta

import pika
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from ticketing_common.logs import logger
from ticketing_common.outbox import CHANNEL
from ticketing_common.outbox.models import OutboxMessage
from ticketing_common.outbox.publisher import Publisher, PublishError

log = logger(__name__)

BATCH = 200
SWEEP_SECONDS = 1.0
FIRST_DELAY_SECONDS = 1.0
MAX_DELAY_SECONDS = 60.0
KEEP_PUBLISHED = timedelta(days=7)


def retry_delay(attempts: int) -> timedelta:
    """Return how long to wait after the given number of failed attempts: doubling, one minute at most."""
    return timedelta(seconds=min(FIRST_DELAY_SECONDS * 2 ** min(attempts - 1, 10), MAX_DELAY_SECONDS))


class BrokerAway(Exception):
    """The connection failed; no message is to blame."""


def relay_batch(publisher: Publisher, *, now: datetime) -> int:
    """Publish the due messages of one batch and return how many were confirmed.

    A message that the broker returns (no such queue) or refuses is put off alone, so that it stops only its own
    key. A connection that breaks ends the batch: what was confirmed stays marked, the rest is tried again.
    Raises `BrokerAway` when nothing could be sent at all.
    """
    confirmed: list[int] = []
    broken: BaseException | None = None
    with transaction.atomic():
        batch = list(
            OutboxMessage.objects.due(now).order_by("id").select_for_update(skip_locked=True, of=("self",))[:BATCH]
        )
        for message in batch:
            try:
                publisher.publish(message)
            except (pika.exceptions.UnroutableError, pika.exceptions.NackError) as error:
                _put_off(message, error, now)
            except PublishError as error:
                broken = error
                break
            else:
                confirmed.append(message.pk)
        if confirmed:
            OutboxMessage.objects.filter(pk__in=confirmed).update(published_at=timezone.now(), last_error="")
    if broken is not None:
        publisher.close()
        raise BrokerAway(f"{type(broken).__name__}: {broken}") from broken
    return len(confirmed)


def _put_off(message: OutboxMessage, error: BaseException, now: datetime) -> None:
    message.attempts += 1
    message.last_error = type(error).__name__
    message.next_attempt_at = now + retry_delay(message.attempts)
    message.save(update_fields=["attempts", "last_error", "next_attempt_at"])
    log.error(
        "outbox_message_refused",
        message_id=str(message.message_id),
        queue=message.queue,
        error=message.last_error,
        attempts=message.attempts,
    )


def delete_published(*, now: datetime) -> int:
    """Delete what was published more than a week ago."""
    return OutboxMessage.objects.filter(published_at__lt=now - KEEP_PUBLISHED).delete()[0]


class Relay:
    """The loop of one relay process. `stop()` ends it after the batch at hand."""

    def __init__(self) -> None:
        self._running = True

    def stop(self) -> None:
        self._running = False

    def run(self) -> None:
        failures = 0
        cleaned_at = timezone.now()
        with Publisher(settings.RABBITMQ_URL) as publisher:
            self._listen()
            while self._running:
                try:
                    sent = relay_batch(publisher, now=timezone.now())
                except BrokerAway as error:
                    failures += 1
                    delay = min(0.5 * 2 ** min(failures, 5), 10.0)
                    log.warning("broker_away", error=str(error), retry_in=delay)
                    self._wait(delay)
                    continue
                if failures:
                    log.info("broker_back")
                    failures = 0
                if sent == 0:
                    publisher.keep_alive()
                    if timezone.now() - cleaned_at > timedelta(hours=1):
                        delete_published(now=timezone.now())
                        cleaned_at = timezone.now()
                    self._wait(SWEEP_SECONDS)

    def _listen(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"LISTEN {CHANNEL}")

    def _wait(self, seconds: float) -> None:
        """Sleep until a commit announces messages, at most so long."""
        raw = connection.connection
        ready, _, _ = select.select([raw], [], [], seconds)
        if ready:
            raw.poll()
            raw.notifies.clear()
