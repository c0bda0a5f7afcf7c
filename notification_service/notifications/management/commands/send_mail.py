"""Send due mail until told to stop: woken by each commit that queues one, and each second. Any number may run."""

from __future__ import annotations

import os
import select
import signal
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError, connection

from notifications.delivery import send_due_mail
from notifications.services import MAIL_CHANNEL
from notifications.smtp import Outcome
from ticketing_common.database import listen, start_as
from ticketing_common.logs import logger
from ticketing_common.metrics import serve
from ticketing_common.pulse import touch_life, touch_pulse

log = logger("notifications.mailer")

SWEEP_SECONDS = 1.0
MAX_PAUSE_SECONDS = 10.0


class Command(BaseCommand):
    help = "Send due mail over SMTP until SIGTERM."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--sweep", type=float, default=SWEEP_SECONDS, help="look for due mail at least this often")

    def handle(self, *args: Any, **options: Any) -> None:
        start_as("worker")
        self.is_stopping = False
        self.sweep_seconds: float = options["sweep"]

        self.shutdown, wake_up = os.pipe()  # ends `select` at once when told to stop

        def stop(*_: Any) -> None:
            self.is_stopping = True
            os.write(wake_up, b".")

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        serve(with_gauges=True)
        log.info("mailer_started")
        touch_life()
        while not self.is_stopping:
            try:
                listen(MAIL_CHANNEL)
                self._send_until_stopped()
            except (OperationalError, InterfaceError) as error:
                log.warning("database_away", error=type(error).__name__)
                connection.close()
                touch_life()
                time.sleep(1)
        log.info("mailer_stopped")

    def _send_until_stopped(self) -> None:
        failures = 0
        while not self.is_stopping:
            counts = send_due_mail(keep_going=lambda: not self.is_stopping)
            if counts[Outcome.SERVER_AWAY]:
                failures += 1
                pause = min(0.5 * 2 ** min(failures, 6), MAX_PAUSE_SECONDS)
                log.warning("mail_server_away", retry_in=pause)
                touch_life()
                self._sleep(pause)
                continue
            touch_pulse()
            if failures:
                log.info("mail_server_back")
                failures = 0
            if counts[Outcome.SENT]:
                log.info("mail_sent", count=counts[Outcome.SENT])
            self._wait(self.sweep_seconds)

    def _wait(self, seconds: float) -> None:
        """Sleep until a commit announces mail, at most so long."""
        raw = connection.connection
        ready, _, _ = select.select([raw, self.shutdown], [], [], seconds)
        if raw in ready:
            raw.poll()
            raw.notifies.clear()

    def _sleep(self, seconds: float) -> None:
        """Sleep in small steps, so that a stop is heard while the mail server is away."""
        until = time.monotonic() + seconds
        while not self.is_stopping and time.monotonic() < until:
            time.sleep(0.1)
