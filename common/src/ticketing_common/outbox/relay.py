"""Take due messages, publish them, mark them: at least once, in order per key, several relays side by side."""

from __future__ import annotations

import os
import select
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from ticketing_common.database import database_now, listen
from ticketing_common.inbox.models import delete_old
from ticketing_common.logs import logger
from ticketing_common.outbox import CHANNEL
from ticketing_common.outbox.models import OutboxMessage
from ticketing_common.outbox.publisher import Publisher, PublishError
from ticketing_common.pulse import touch_life, touch_pulse

log = logger(__name__)

BATCH = 200
SWEEP_SECONDS = 1.0
#: ... and where no commit can be heard of.
UNHEARD_SWEEP_SECONDS = 0.2
FIRST_DELAY_SECONDS = 1.0
MAX_DELAY_SECONDS = 60.0
MAX_RECONNECT_SECONDS = 4.0
KEEP_PUBLISHED = timedelta(days=7)


def retry_delay(attempts: int) -> timedelta:
    """Return how long to wait after the given number of failed attempts: doubling, one minute at most."""
    return timedelta(seconds=min(FIRST_DELAY_SECONDS * 2 ** min(attempts - 1, 10), MAX_DELAY_SECONDS))


class BrokerAway(Exception):
    """The connection failed; no message is to blame."""


def relay_batch(publisher: Publisher, *, now: datetime) -> int:
    """Publish the due messages of one batch and return how many were confirmed.

    A message that the broker returns (no such queue), refuses, or closes the channel over (no such exchange, too
    large) is put off alone, so that it stops only its own key. A connection that breaks ends the batch: what was
    confirmed stays marked, the rest is tried again. All are on their way at once; only the head of each key is due,
    so no two of them have an order to keep.
    Raises `BrokerAway` when nothing could be sent at all.
    """
    with transaction.atomic():
        batch = list(
            OutboxMessage.objects.due(now).order_by("id").select_for_update(skip_locked=True, of=("self",))[:BATCH]
        )
        outcome = publisher.publish(batch)
        for place, error in outcome.refused:
            _put_off(batch[place], error, now)
        confirmed = [batch[place].pk for place in outcome.confirmed]
        if confirmed:
            OutboxMessage.objects.filter(pk__in=confirmed).update(published_at=timezone.now(), last_error="")
    if (broken := outcome.broken) is not None:
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


def cleanup(*, now: datetime) -> int:
    """Delete what no redelivery and no retry can ask for any more, and what the service's `CLEANUPS` name.

    Every service has a relay, not every one a beat. Each of `CLEANUPS` is the path of a function that takes `now` and
    returns how much it deleted.
    """
    own: list[Callable[..., int]] = [import_string(path) for path in getattr(settings, "CLEANUPS", [])]
    return delete_published(now=now) + delete_old(now=now) + sum(delete(now=now) for delete in own)


class Relay:
    """The loop of one relay process. `stop()` ends it after the batch at hand, also from a signal handler."""

    def __init__(self, sweep_seconds: float = SWEEP_SECONDS) -> None:
        self._running = True
        self._sweep_seconds = sweep_seconds
        self._wakeup, self._shutdown = os.pipe()  # wakes `select` at once when told to stop

    def stop(self) -> None:
        self._running = False
        os.write(self._shutdown, b".")

    def run(self) -> None:
        failures = 0
        cleaned_at = timezone.now()
        with Publisher(settings.RABBITMQ_URL) as publisher:
            if not listen(CHANNEL):
                self._sweep_seconds = min(self._sweep_seconds, UNHEARD_SWEEP_SECONDS)
            while self._running:
                try:
                    sent = relay_batch(publisher, now=database_now())
                    if sent == 0:
                        publisher.keep_alive()
                except (BrokerAway, *PublishError) as error:
                    publisher.close()
                    failures += 1
                    delay = min(0.25 * 2 ** min(failures, 5), MAX_RECONNECT_SECONDS)
                    log.warning("broker_away", error=str(error) or type(error).__name__, retry_in=delay)
                    self._rest(delay)
                    continue
                except (OperationalError, InterfaceError):
                    raise
                except Exception:
                    # A fault of ours must not end the process: it would only start again at the same message.
                    log.exception("relay_round_failed")
                    self._rest(FIRST_DELAY_SECONDS)
                    continue
                touch_pulse()
                if failures:
                    log.info("broker_back")
                    failures = 0
                if sent == 0:
                    if timezone.now() - cleaned_at > timedelta(hours=1):
                        cleaned_at = timezone.now()
                        self._clean_up(cleaned_at)
                    self._wait(self._sweep_seconds)

    def _clean_up(self, now: datetime) -> None:
        try:
            cleanup(now=now)
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            log.exception("cleanup_failed")

    def _rest(self, seconds: float) -> None:
        """Sleep, whatever is committed meanwhile, unless told to stop."""
        touch_life()
        select.select([self._wakeup], [], [], seconds)

    def _wait(self, seconds: float) -> None:
        """Sleep until a commit announces messages, at most so long."""
        raw = connection.connection
        with connection.wrap_database_errors:
            raw.poll()
            # A commit during the last batch was announced on the batch's own answers; nothing more would come.
            if not raw.notifies:
                select.select([raw, self._wakeup], [], [], seconds)
                raw.poll()
            raw.notifies.clear()
