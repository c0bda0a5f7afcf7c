"""Timer ticks of the runtime."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from workflowmanager import handoffs, schedule


@shared_task(name="task.tasks.sweep_clocks")
def sweep_clocks() -> None:
    """Clocks, unassigned queues, and what waits for a workflow."""
    schedule.tick()


@shared_task(name="workflowmanager.tasks.send_checkouts")
def send_checkouts() -> None:
    """Hand-offs: they wait for other systems, so they are apart from the clocks."""
    handoffs.send_due(now=timezone.now())
