"""`manage.py simulate_history`: fill the database with believable work of the past."""

from __future__ import annotations

import argparse
import time
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from workflowmanager.simulation import AlreadySimulating, Simulation


def moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no moment such as 2026-11-29T12:00:00+00:00.") from error
    if found.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text!r} has no offset, such as +00:00.")
    return found


class Command(BaseCommand):
    help = "Walk tickets through the deployed workflows, by the engine's own code, under a moving clock."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--tickets", type=int, default=500)
        parser.add_argument("--days", type=int, default=30, help="How far back the history begins.")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--until", type=moment, help="When the history ends, ISO 8601 with an offset; now.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["tickets"] < 1 or options["days"] < 1:
            raise CommandError("Give at least one ticket and one day.")
        started = time.monotonic()
        simulation = Simulation(
            tickets=options["tickets"],
            days=options["days"],
            seed=options["seed"],
            end=options["until"] or timezone.now(),
            report=self._report,
        )
        try:
            counts = simulation.run()
        except (ValueError, AlreadySimulating) as error:
            raise CommandError(str(error)) from error
        took = time.monotonic() - started
        for name, count in sorted(counts.items()):
            self.stdout.write(f"{name:>28} {count}")
        self.stdout.write(f"{counts['tickets']} tickets in {took:.1f} s, {counts['tickets'] / took:.1f} tickets/s")

    def _report(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
