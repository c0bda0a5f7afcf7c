"""File tickets of the past, as `scripts/demo` makes them."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tickets import history


class Command(BaseCommand):
    help = (
        "Read tickets of the past as JSON from standard input and file them, without sending them to the workflow. "
        "Prints all tickets of the past as the workflow receives them; where there were some, none is added."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            entries = [history.read_entry(entry, place) for place, entry in enumerate(json.load(sys.stdin), start=1)]
            added = history.file_history(entries)
        except (history.HistoryError, json.JSONDecodeError, TypeError) as error:
            raise CommandError(str(error)) from error
        tickets = [ticket.as_ticket_data() for ticket in history.history().prefetch_related("attachments")]
        self.stderr.write(f"{added} tickets filed, {len(tickets)} in all")
        self.stdout.write(json.dumps(tickets))
