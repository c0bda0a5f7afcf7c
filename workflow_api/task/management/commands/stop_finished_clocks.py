"""Stop the clocks that still run although their ticket has ended or their visit is closed."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from task.clock_repair import stop_finished_clocks


class Command(BaseCommand):
    help = "Stop the running clocks of finished tasks and closed visits, at the moment of their end, and list them."

    def handle(self, *args: Any, **options: Any) -> None:
        stopped = stop_finished_clocks()
        for clock in stopped:
            kind = "visit" if clock.visit_id else "task"
            self.stdout.write(
                f"{clock.task.ticket_number}: {kind} clock {clock.pk} {clock.verdict}, {clock.stopped_at}"
            )
        self.stdout.write(f"{len(stopped)} clocks stopped.")
