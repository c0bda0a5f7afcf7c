"""Repair tickets that a source closed after their task had ended, and that were recorded as withdrawn."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from workflowmanager.repairs import repair_withdrawn


class Command(BaseCommand):
    help = "Mark as matched the tickets that were recorded as withdrawn after their task was completed or rejected."

    def handle(self, *args: Any, **options: Any) -> None:
        repaired = repair_withdrawn(now=timezone.now())
        for number in repaired:
            self.stdout.write(f"{number}: matched instead of withdrawn.")
        self.stdout.write(f"{len(repaired)} tickets repaired.")
