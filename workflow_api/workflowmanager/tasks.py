"""Timer tick of the hand-offs: it waits for other systems, so it is apart from the clocks."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from workflowmanager import handing_off


@shared_task(name="workflowmanager.tasks.send_checkouts")
def send_checkouts() -> None:
    handing_off.send_due(now=timezone.now())
