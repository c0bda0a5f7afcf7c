"""Check the audit trail's chain and name the first bad row."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit.services import verify


class Command(BaseCommand):
    help = "Check the hash chain of the audit trail; fails with the first bad row."

    def handle(self, *args: Any, **options: Any) -> None:
        result = verify()
        if not result.is_valid:
            raise CommandError(
                f"Row {result.first_bad_id}: {result.problem} ({result.checked} rows before it are good.)"
            )
        self.stdout.write(f"{result.checked} rows, one unbroken chain, ending in {result.last_hash[:16]}.")
