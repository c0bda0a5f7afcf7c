"""Signs of life of processes without a port, for health checks and the watchdog (`ticketing_common.watchdog`).

The setting `PULSE_FILE` names the pulse; where that is empty, nothing is written. Each good round of the main loop
touches it: one older than a minute means that the loop hangs, or that what it needs (broker, database) is away. The
life beside it, `PULSE_FILE.life`, is touched as long as the loop turns at all: one that is old means that it hangs.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Any

from celery import bootsteps
from celery.beat import PersistentScheduler
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection

from ticketing_common.logs import logger
from ticketing_common.watchdog import life_file

log = logger(__name__)

INTERVAL_SECONDS = 5


def touch_pulse() -> None:
    """Say that a round went well."""
    if settings.PULSE_FILE:
        Path(settings.PULSE_FILE).touch()
    touch_life()


def touch_life() -> None:
    """Say that the loop turns, whether or not the round went well."""
    if settings.PULSE_FILE:
        life_file(settings.PULSE_FILE).write_text(str(os.getpid()))


class WorkerPulse(bootsteps.StartStopStep):
    """Beats from the timer of a worker's event loop, so it stops with the loop and while the broker is away.

    While it is away there is no event loop, only tries to connect, each with a limit of time: a thread shows life.
    """

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def __init__(self, consumer: Any, **kwargs: Any) -> None:
        super().__init__(consumer, **kwargs)
        self._timer: Any = None
        self._is_started = threading.Event()
        self._live_until_started()

    def _live_until_started(self) -> None:
        self._is_started.clear()
        threading.Thread(target=self._live, daemon=True).start()

    def _live(self) -> None:
        touch_life()
        while not self._is_started.wait(INTERVAL_SECONDS):
            touch_life()

    def start(self, consumer: Any) -> None:
        self._is_started.set()
        touch_pulse()
        self._timer = consumer.timer.call_repeatedly(INTERVAL_SECONDS, touch_pulse)

    def stop(self, consumer: Any) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
            self._live_until_started()

    def shutdown(self, consumer: Any) -> None:
        self.stop(consumer)
        self._is_started.set()


TAKE = """
    INSERT INTO outbox_ticks AS tick (name, taken_at) VALUES (%s, clock_timestamp())
    ON CONFLICT (name) DO UPDATE SET taken_at = excluded.taken_at
    WHERE tick.taken_at <= excluded.taken_at - %s * interval '1 second' RETURNING name
"""


def take_tick(name: str, seconds: float) -> bool:
    """Say whether this beat is to send the entry: the row's lock lets one of several do so in each interval.

    Nine tenths of it count as the whole: no beat comes to the moment. While the database is away nobody sends.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute(TAKE, [name, 0.9 * seconds])
            return cursor.fetchone() is not None
    except (OperationalError, InterfaceError) as error:
        connection.close()
        log.warning("tick_not_taken", tick=name, error=type(error).__name__)
        return False


class PulsingScheduler(PersistentScheduler):
    """Celery's own scheduler, with a pulse at each look at its entries; beside others, each tick is sent once."""

    def apply_entry(self, entry: Any, producer: Any = None) -> None:
        if take_tick(entry.name, entry.schedule.run_every.total_seconds()):
            super().apply_entry(entry, producer=producer)

    def tick(self, *args: Any, **kwargs: Any) -> Any:
        pause = super().tick(*args, **kwargs)
        touch_pulse()
        return pause
