"""Locks for checks over several rows, where no row of its own could be locked."""

from __future__ import annotations

from django.db import connection

KEYS = "workflow.keys"  # which tickets a deployed workflow serves
NAMES = "workflow.names"  # names of workflows, calendars and categories, compared without case
SEEDING = "workflow.seeds"


def one_at_a_time(what: str) -> None:
    """Wait until no other transaction checks the same; released with this transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [what])
