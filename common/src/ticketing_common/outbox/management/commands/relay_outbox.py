"""Publish this service's outbox until told to stop. Any number may run."""

from __future__ import annotations

import signal
import threading
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError, connection

from ticketing_common.database import start_as
from ticketing_common.inbox.dead_queues import DeadQueueWatch
from ticketing_common.logs import logger
from ticketing_common.metrics import serve
from ticketing_common.outbox.relay import SWEEP_SECONDS, Relay
from ticketing_common.pulse import touch_life

log = logger("outbox.relay")


class Command(BaseCommand):
    help = "Publish committed messages to RabbitMQ, with confirms, until SIGTERM."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--sweep", type=float, default=SWEEP_SECONDS, help="look for messages that no commit announced so often"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        start_as("worker")
        relay = Relay(options["sweep"])
        watch = DeadQueueWatch()
        stopping = threading.Event()

        def stop(*_: Any) -> None:
            stopping.set()
            watch.stop()
            relay.stop()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        watch.start()
        serve(with_gauges=True)
        log.info("relay_started")
        touch_life()
        while not stopping.is_set():
            try:
                relay.run()
            except (OperationalError, InterfaceError) as error:
                log.warning("database_away", error=type(error).__name__)
                connection.close()
                touch_life()
                stopping.wait(1)
        log.info("relay_stopped")
