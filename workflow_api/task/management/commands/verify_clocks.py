"""Replay every SLA clock from its events and compare it with what is stored."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from task.clock_checks import verify


class Command(BaseCommand):
    help = "Replay every SLA clock from its events; fails with the clocks whose rows or facts say something else."

    def handle(self, *args: Any, **options: Any) -> None:
        result = verify()
        if not result.is_valid:
            lines = [f"Clock {item.clock_id} of {item.ticket_number}: {item.problem}." for item in result.wrong]
            raise CommandError("\n".join(lines))
        self.stdout.write(f"{result.checked} clocks, each as the replay of its events.")
