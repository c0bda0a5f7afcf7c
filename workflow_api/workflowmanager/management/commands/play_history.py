"""`manage.py play_history`: work of the past by a plan, as `scripts/demo` makes it."""

from __future__ import annotations

import json
import sys
import time
from datetime import timedelta, timezone
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import now

from workflowmanager.management.commands.simulate_history import moment
from workflowmanager.planned_history import Course, PlanError, PlannedHistory, record_of
from workflowmanager.simulation import AlreadySimulating


class Command(BaseCommand):
    help = (
        "Read tickets and how the work on them went as JSON from standard input, make that history by the engine's own "
        "code, and print what happened as JSON. Tickets that are known are reported, not made again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--until", type=moment, help="When the history ends, ISO 8601 with an offset; now.")

    def handle(self, *args: Any, **options: Any) -> None:
        started, end = time.monotonic(), options["until"] or now()
        try:
            history = self._history(json.load(sys.stdin), end, options["seed"])
            counts = history.run()
        except (PlanError, AlreadySimulating, json.JSONDecodeError) as error:
            raise CommandError(str(error)) from error
        for name, count in sorted(counts.items()):
            self.stderr.write(f"{name:>28} {count}")
        self.stderr.write(f"{len(history.courses)} tickets in {time.monotonic() - started:.1f} s")
        self.stdout.write(json.dumps(record_of(history.numbers)))

    def _history(self, plan: Any, end: Any, seed: int) -> PlannedHistory:
        try:
            zone, entries = timezone(timedelta(minutes=plan["utc_offset_minutes"])), list(plan["tickets"])
        except (KeyError, TypeError, ValueError) as error:
            raise PlanError(f"The plan needs utc_offset_minutes and tickets: {error!r}") from error
        courses = [Course.read(entry, place) for place, entry in enumerate(entries, start=1)]
        days = max((end - min((course.arrives for course in courses), default=end)).days + 1, 1)
        return PlannedHistory(tickets=len(courses), days=days, seed=seed, end=end, courses=courses, zone=zone)
