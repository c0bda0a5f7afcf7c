"""The seeds, and the hourly cleanup."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from ticketing_common.contracts.messages import SeedWorkflows
from ticketing_common.inbox.consume import Delivery, consumes
from workflow import cleanup, seeding


@consumes(SeedWorkflows)
def seed_workflows(message: SeedWorkflows, delivery: Delivery) -> None:
    seeding.seed_workflows(seed_version=message.seed_version, now=timezone.now())


@shared_task(name="workflow.tasks.keep_house")
def delete_old_rows() -> None:
    cleanup.delete_old_rows(now=timezone.now())
