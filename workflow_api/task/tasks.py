"""Timer ticks of the runtime: clocks, pools, what waits for a workflow."""

from __future__ import annotations

from celery import shared_task

from workflowmanager import ticking


@shared_task(name="task.tasks.sweep_clocks")
def sweep_clocks() -> None:
    ticking.tick()
