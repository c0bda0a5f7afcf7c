"""File believable tickets at a steady rate, as a busy help desk would."""

from __future__ import annotations

import itertools
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from tickets import samples, services


class Command(BaseCommand):
    help = "File believable tickets: --count of them, --rate a second, the same ones for the same --seed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--rate", type=float, default=1.0, help="tickets a second; 0 is as fast as possible")
        parser.add_argument("--count", type=int, default=10, help="how many; 0 goes on until stopped")
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *args: Any, **options: Any) -> None:
        rate, count = options["rate"], options["count"]
        if rate < 0 or count < 0:
            raise CommandError("--rate and --count must not be negative.")
        told = samples.sample_tickets(seed=options["seed"], today=timezone.now().date())
        started = time.monotonic()
        for number, (values, employee) in enumerate(itertools.islice(told, count or None)):
            if rate:
                # Measured from the start, so that slow inserts do not lower the rate.
                time.sleep(max(0.0, started + number / rate - time.monotonic()))
            ticket = services.file_ticket(values=values, employee=employee, now=timezone.now())
            self.stdout.write(f"{ticket.ticket_number} {ticket.priority:<8} {ticket.category}: {ticket.subject}")
