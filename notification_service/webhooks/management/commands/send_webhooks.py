"""Deliver webhooks until told to stop: woken by each commit that queues one, and each second. Any number may run."""

from __future__ import annotations

import select
import signal
import threading
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError, connection

from ticketing_common.database import listen, start_as
from ticketing_common.logs import logger
from ticketing_common.metrics import serve
from ticketing_common.pulse import touch_life, touch_pulse
from webhooks.delivery import deliver_next
from webhooks.services import CHANNEL

log = logger("webhooks.worker")

SWEEP_SECONDS = 1.0
THREADS = 8


class Command(BaseCommand):
    help = "Deliver webhooks until SIGTERM."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--sweep", type=float, default=SWEEP_SECONDS, help="look for work at least this often")
        parser.add_argument("--threads", type=int, default=THREADS, help="endpoints that are called side by side")

    def handle(self, *args: Any, **options: Any) -> None:
        start_as("worker")
        self.stopping = threading.Event()
        self.work = threading.Semaphore(0)
        self.sweep_seconds: float = options["sweep"]
        signal.signal(signal.SIGTERM, lambda *_: self.stopping.set())
        signal.signal(signal.SIGINT, lambda *_: self.stopping.set())
        serve(with_gauges=True)
        threads = [threading.Thread(target=self._send_until_stopped) for _ in range(options["threads"])]
        for thread in threads:
            thread.start()
        log.info("webhooks_started")
        while not self.stopping.is_set():
            self._listen()
        for _ in threads:
            self.work.release()
        for thread in threads:
            thread.join()
        log.info("webhooks_stopped")

    def _listen(self) -> None:
        """Wake a thread by each announcement and each sweep, and show signs of life."""
        touch_life()
        try:
            is_listening = listen(CHANNEL)
            while not self.stopping.is_set():
                self.work.release()
                with connection.cursor() as cursor:
                    cursor.execute("SELECT 1")
                touch_pulse()
                self._wait(is_listening)
        except (OperationalError, InterfaceError) as error:
            log.warning("database_away", error=type(error).__name__)
            connection.close()
            self.stopping.wait(1)

    def _wait(self, is_listening: bool) -> None:
        if not is_listening:
            self.stopping.wait(self.sweep_seconds)
            return
        raw = connection.connection
        try:
            ready, _, _ = select.select([raw], [], [], self.sweep_seconds)
        except InterruptedError:
            return
        if ready:
            raw.poll()
            raw.notifies.clear()

    def _send_until_stopped(self) -> None:
        try:
            while not self.stopping.is_set():
                self.work.acquire()
                self._send_what_is_due()
        finally:
            self.stopping.set()  # after a fault of ours the process ends, and is started again
            connection.close()

    def _send_what_is_due(self) -> None:
        try:
            # Whoever has found work lets another look for more.
            while not self.stopping.is_set() and deliver_next(on_taken=self.work.release) is not None:
                pass
        except (OperationalError, InterfaceError) as error:
            log.warning("database_away", error=type(error).__name__)
            connection.close()
            self.stopping.wait(1)
