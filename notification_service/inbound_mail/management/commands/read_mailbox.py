"""Read the mailbox until told to stop. Two may run: the second waits for the first one's lease."""

from __future__ import annotations

import secrets
import signal
import threading
from collections import Counter
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError, connection

from inbound_mail import imap, lease, services
from ticketing_common.database import database_now, start_as
from ticketing_common.logs import logger
from ticketing_common.metrics import serve
from ticketing_common.pulse import touch_life, touch_pulse

log = logger("inbound_mail.reader")

MAX_PAUSE_SECONDS = 60.0
STANDBY_SECONDS = 5.0


class Command(BaseCommand):
    help = "Read the mailbox over IMAP until SIGTERM."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.MAILBOX_HOST:
            raise CommandError("No mailbox is configured: set MAILBOX_HOST (docs/mail.md).")
        start_as("worker")
        self.stopping = threading.Event()
        signal.signal(signal.SIGTERM, lambda *_: self.stopping.set())
        signal.signal(signal.SIGINT, lambda *_: self.stopping.set())
        serve(with_gauges=True)
        self.mailbox = lease.mailbox_name()
        self.holder = secrets.token_hex(16)
        self.tries: Counter[int] = Counter()
        self.failures = 0
        log.info("mailbox_reader_started")
        while not self.stopping.is_set():
            touch_life()
            try:
                self._read_while_leased()
            except (OperationalError, InterfaceError) as error:
                log.warning("database_away", error=type(error).__name__)
                connection.close()
                self.stopping.wait(1)
            except imap.AWAY as error:
                self.failures += 1
                pause = min(0.5 * 2 ** min(self.failures, 8), MAX_PAUSE_SECONDS)
                reason = f"{type(error).__name__}: {error}"[:300]
                log.warning("mailbox_away", error=reason, retry_in=pause)
                lease.note_failure(mailbox=self.mailbox, error=reason)
                self._wait(pause)
        log.info("mailbox_reader_stopped")

    def _read_while_leased(self) -> None:
        if not lease.take(mailbox=self.mailbox, holder=self.holder):
            touch_pulse()
            self.stopping.wait(STANDBY_SECONDS)
            return
        try:
            with imap.session() as folder:
                while self._goes_on():
                    count = imap.read_new(folder, tries=self.tries, keep_going=self._goes_on)
                    lease.take(mailbox=self.mailbox, holder=self.holder, has_read=True)
                    touch_pulse()
                    self.failures = 0
                    services.carry_waiting(keep_going=self._goes_on, clock=database_now)
                    if count:
                        log.info("inbound_mails_stored", count=count)
                    self._wait_for_news(folder)
        finally:
            lease.release(mailbox=self.mailbox, holder=self.holder)

    def _goes_on(self) -> bool:
        """Renew the lease; return whether there is more to do under it."""
        touch_life()
        return not self.stopping.is_set() and lease.take(mailbox=self.mailbox, holder=self.holder)

    def _wait_for_news(self, folder: imap.Folder) -> None:
        if folder.can_idle:
            folder.wait(keep_going=lambda: not self.stopping.is_set())
        else:
            self._wait(float(imap.IDLE_SECONDS))

    def _wait(self, seconds: float) -> None:
        """Sleep in steps that show signs of life."""
        while seconds > 0 and not self.stopping.is_set():
            touch_life()
            self.stopping.wait(min(seconds, 5.0))
            seconds -= 5.0
