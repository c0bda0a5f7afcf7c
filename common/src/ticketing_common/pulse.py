"""A sign of life for processes without a port: each good round of the main loop touches a file.

The setting `PULSE_FILE` names it; where that is empty, nothing is written. A health check looks at the file's age:
one older than a minute means that the loop hangs, or that what it needs (broker, database) is away.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from celery import bootsteps
from celery.beat import PersistentScheduler
from django.conf import settings

INTERVAL_SECONDS = 5


def touch_pulse() -> None:
    """Say that a round went well."""
    if settings.PULSE_FILE:
        Path(settings.PULSE_FILE).touch()


class WorkerPulse(bootsteps.StartStopStep):
    """Beats from the timer of a worker's event loop, so it stops with the loop and while the broker is away."""

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def __init__(self, consumer: Any, **kwargs: Any) -> None:
        super().__init__(consumer, **kwargs)
        self._timer: Any = None

    def start(self, consumer: Any) -> None:
        touch_pulse()
        self._timer = consumer.timer.call_repeatedly(INTERVAL_SECONDS, touch_pulse)

    def stop(self, consumer: Any) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    shutdown = stop


class PulsingScheduler(PersistentScheduler):
    """Celery's own scheduler, with a pulse at each look at its entries."""

    def tick(self, *args: Any, **kwargs: Any) -> Any:
        pause = super().tick(*args, **kwargs)
        touch_pulse()
        return pause
