"""Say that a backup was taken and verified; the metric `backup_age_seconds` counts from it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from ticketing_common.database import database_now
from ticketing_common.outbox.models import BACKUP, Tick


class Command(BaseCommand):
    help = "Note a verified backup. The last step of whatever takes backups."

    def handle(self, *args: Any, **options: Any) -> None:
        Tick.objects.update_or_create(name=BACKUP, defaults={"taken_at": database_now()})
