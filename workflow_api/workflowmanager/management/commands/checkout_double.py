"""`manage.py checkout_double`: an AMS or BMS that fails as it is told. Point AMS_URL or BMS_URL at it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from workflowmanager.checkout_double import HANG_UP, CheckoutDouble


class Command(BaseCommand):
    help = "Stand in for AMS or BMS: answer by a script (503,hang-up,201), then as a good one would."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8100)
        parser.add_argument("--prefix", default="AMS", help="Of the references it gives.")
        parser.add_argument("--script", default="", help="Status codes and hang-up, separated by commas.")

    def handle(self, *args: Any, **options: Any) -> None:
        words = [word.strip() for word in options["script"].split(",") if word.strip()]
        for word in words:
            if word != HANG_UP and not (word.isdigit() and 200 <= int(word) <= 599):
                raise CommandError(f"{word!r} is neither a status code nor {HANG_UP}.")
        script = [word if word == HANG_UP else int(word) for word in words]
        double = CheckoutDouble(port=options["port"], script=script, prefix=options["prefix"])
        self.stdout.write(f"{options['prefix']} at {double.url}; stop with Ctrl-C")
        try:
            double.serve_forever()
        except KeyboardInterrupt:
            self.stdout.write(f"{len(double.calls)} calls, {len(double.known)} checkouts")
