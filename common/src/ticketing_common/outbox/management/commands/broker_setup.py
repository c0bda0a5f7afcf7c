"""Create the queues, dead-letter queues, policies and exchanges of the whole system. Safe to repeat."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from ticketing_common.env import Env
from ticketing_common.outbox.rights import parties
from ticketing_common.outbox.topology import TopologyError, set_up


def passwords() -> dict[str, str]:
    """Return the passwords of the services' logins at the broker, as far as the environment gives them."""
    env = Env(settings.SERVICE_NAME, settings.BASE_DIR)
    found = {name: env.text(f"{name.partition('_')[0].upper()}_RABBITMQ_PASSWORD") for name in sorted(parties())}
    return {name: password for name, password in found.items() if password}


class Command(BaseCommand):
    help = "Create the RabbitMQ topology of queues.toml (idempotent)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--wait", type=float, default=0, help="seconds to wait for RabbitMQ")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            declared, policies = set_up(
                amqp_url=settings.RABBITMQ_URL,
                management_url=settings.RABBITMQ_MANAGEMENT_URL,
                passwords=passwords(),
                wait_seconds=options["wait"],
            )
        except TopologyError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{declared} queues and exchanges, {policies} policies are in place.")
