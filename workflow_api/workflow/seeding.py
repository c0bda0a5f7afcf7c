"""The workflows that ship with the product. Each is made once; what an admin made of it is never overwritten."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from ticketing_common.contracts.messages import InitializeWorkflow
from ticketing_common.logs import logger
from ticketing_common.outbox import enqueue
from workflow import services
from workflow.graph import draft_of
from workflow.locks import SEEDING, one_at_a_time
from workflow.models import Category, Workflow
from workflow.role_names import resolve_names
from workflow.transfer import import_workflow
from workflow.validation import validate

log = logger(__name__)

SEEDS = Path(__file__).parent / "seeds"


def seeds() -> list[dict[str, Any]]:
    """Return the shipped documents, in order. Each has a `seed_key`, and the `seed_version` that brought it."""
    return [json.loads(path.read_text()) for path in sorted(SEEDS.glob("*.json"))]


@transaction.atomic
def seed_workflows(*, seed_version: int, now: datetime) -> list[Workflow]:
    """Create the shipped workflows that this installation never had, and queue their deploy."""
    one_at_a_time(SEEDING)
    made = []
    for document in seeds():
        if document["seed_version"] > seed_version:
            continue
        if Workflow.objects.filter(seed_key=document["seed_key"]).exists():
            continue
        if Workflow.objects.filter(name__iexact=document["name"]).exists():
            log.warning("seed_name_taken", seed=document["seed_key"])
            continue
        ensure_category(document["category"], document["sub_category"])
        workflow = import_workflow(document=document, actor=None, now=now)
        workflow.seed_key = document["seed_key"]
        workflow.deploy_when_ready = True
        workflow.save(update_fields=["seed_key", "deploy_when_ready", "updated_at"])
        made.append(workflow)
    enqueue(*(InitializeWorkflow(workflow_id=workflow.pk, deploy=True) for workflow in made))
    return made


def ensure_category(name: str, sub_category: str = "") -> None:
    """Make sure that the choice lists know the category."""
    if not name:
        return
    parent, _ = Category.objects.get_or_create(name=name, parent=None)
    if sub_category:
        Category.objects.get_or_create(name=sub_category, parent=parent)


@transaction.atomic
def make_ready(*, workflow_id: int, now: datetime) -> bool:
    """Initialize the workflow as far as its roles have arrived; return whether it may be deployed now.

    With roles missing it waits, and the next role message tries again. Raises `NotValid` for any other error.
    """
    workflow = services.locked(workflow_id)
    if workflow.is_archived or workflow.status in (Workflow.Status.DEPLOYED, Workflow.Status.PAUSED):
        return False
    if workflow.status == Workflow.Status.INITIALIZED:
        return True
    resolve_names(workflow)
    services.refresh_fingerprint(workflow)
    if validate(workflow, draft_of(workflow)).lacks_only_roles:
        return False
    services.initialize_workflow(workflow_id=workflow_id, actor=None, now=now)
    return True


def wait_for_roles(*, workflow_id: int) -> None:
    """Deploy the workflow as soon as its roles have arrived."""
    Workflow.objects.filter(pk=workflow_id, current_version=None).update(deploy_when_ready=True)
