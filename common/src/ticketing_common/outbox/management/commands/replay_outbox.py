"""Publish again what this service has published since some time: after a restore, when a broker's messages are lost."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.utils.dateparse import parse_datetime

from ticketing_common.database import database_now
from ticketing_common.outbox import CHANNEL
from ticketing_common.outbox.models import OutboxMessage


class Command(BaseCommand):
    help = (
        "Publish again the messages of this service since a time. Safe to repeat: they keep their ids, and who has"
        " consumed one does nothing at its second delivery."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--since", required=True, help="published at or after, as ISO 8601 with a time zone")

    def handle(self, *args: Any, **options: Any) -> None:
        count = replay(since=_moment(options["since"]))
        self.stdout.write(f"{count} messages will be published again.")


def replay(*, since: datetime) -> int:
    """Mark the messages as unpublished; the relays do the rest, in the order in which they were written."""
    with transaction.atomic():
        count = OutboxMessage.objects.filter(published_at__gte=since).update(
            published_at=None, attempts=0, last_error="", next_attempt_at=database_now()
        )
        if count:
            with connection.cursor() as cursor:
                cursor.execute(f"NOTIFY {CHANNEL}")
    return count


def _moment(text: str) -> datetime:
    try:
        moment = parse_datetime(text)
    except ValueError as error:
        raise CommandError(f"--since: {error}") from error
    if moment is None or moment.tzinfo is None:
        raise CommandError("--since must be a time with its zone, such as 2026-03-01T12:00:00Z.")
    return moment
