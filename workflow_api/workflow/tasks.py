"""Seeding, initialisation, and the housekeeping tick."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from ticketing_common.contracts.messages import InitializeWorkflow, SeedWorkflows
from ticketing_common.inbox.consume import Delivery, Rejected, consumes
from workflow import housekeeping, seeding, services
from workflowmanager import services as running


@consumes(SeedWorkflows)
def seed_workflows(message: SeedWorkflows, delivery: Delivery) -> None:
    seeding.seed_workflows(seed_version=message.seed_version, now=timezone.now())


@consumes(InitializeWorkflow)
def initialize_workflow(message: InitializeWorkflow, delivery: Delivery) -> Rejected | None:
    now = timezone.now()
    try:
        is_ready = seeding.make_ready(workflow_id=message.workflow_id, now=now)
    except (services.NotValid, services.WorkflowNotFound) as refusal:
        return Rejected(refusal.code, refusal.detail)
    if message.deploy and is_ready:
        try:
            running.deploy_workflow(workflow_id=message.workflow_id, actor=None, now=now)
        except (services.NotValid, services.KeyTaken) as refusal:
            return Rejected(refusal.code, refusal.detail)
    elif message.deploy:
        seeding.wait_for_roles(workflow_id=message.workflow_id)
    return None


@shared_task(name="workflow.tasks.keep_house")
def keep_house() -> None:
    housekeeping.keep_house(now=timezone.now())
