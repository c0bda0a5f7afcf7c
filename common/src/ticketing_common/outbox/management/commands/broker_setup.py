"""Create the queues, dead-letter queues, policies and exchanges of the whole system. Safe to repeat."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from ticketing_common.outbox.topology import TopologyError, set_up


def passwords(pairs: str) -> dict[str, str]:
    """Read `service:password` pairs, separated by commas."""
    return dict(pair.strip().split(":", 1) for pair in pairs.split(",") if ":" in pair)


class Command(BaseCommand):
    help = "Create the RabbitMQ topology of queues.toml (idempotent)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--wait", type=float, default=0, help="seconds to wait for RabbitMQ")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            declared, policies = set_up(
                amqp_url=settings.RABBITMQ_URL,
                management_url=settings.RABBITMQ_MANAGEMENT_URL,
                passwords=passwords(os.environ.get("RABBITMQ_LOGINS", "")),
                wait_seconds=options["wait"],
            )
        except TopologyError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{declared} queues and exchanges, {policies} policies are in place.")
