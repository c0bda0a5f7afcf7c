"""Write comments of the past, as `scripts/demo` makes them."""

from __future__ import annotations

import json
import sys
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from comments import history

PAUSE_SECONDS = 0.25


class Command(BaseCommand):
    help = (
        "Read comments as JSON from standard input and write each at its own time, without notifying anybody. Where a "
        "history was written before, nothing is added."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--wait", type=float, default=60, help="seconds until the workflow has told of the tickets")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            comments = [history.PastComment.read(entry, place) for place, entry in enumerate(json.load(sys.stdin), 1)]
            self._wait_for({comment.ticket_number for comment in comments}, options["wait"])
            counts = history.write_history(comments, now=timezone.now())
        except (history.HistoryError, json.JSONDecodeError, TypeError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(json.dumps(counts))

    def _wait_for(self, numbers: set[str], seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while unknown := history.unknown_tickets(numbers):
            if time.monotonic() > deadline:
                raise CommandError(f"{len(unknown)} tickets are not known here, {min(unknown)} among them.")
            time.sleep(PAUSE_SECONDS)
