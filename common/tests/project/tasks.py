"""Consumers of the test project. The ticket's subject says how the handler behaves."""

import os
import signal
import time

from celery import shared_task
from django.db import connection

from project.models import Effect
from ticketing_common.contracts.messages import InitializeWorkflow, ReceiveTicket, SeedWorkflows
from ticketing_common.inbox.consume import Delivery, Rejected, consumes


def _record(what: str, delivery: Delivery) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend_pid = cursor.fetchone()[0]
    Effect.objects.create(
        what=what,
        message_id=delivery.message_id,
        request_id=delivery.request_id,
        pid=os.getpid(),
        backend_pid=backend_pid,
    )


@consumes(ReceiveTicket, is_validated_here=False, in_batches=True)
def receive_ticket(message: ReceiveTicket, delivery: Delivery) -> Rejected | None:
    subject = str(message.ticket_data.get("subject"))
    _record(subject, delivery)
    if subject == "raise":
        raise ValueError("the handler failed")
    if subject == "reject":
        return Rejected("not_wanted", "Nobody wants it.")
    if subject == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if subject == "slow":
        time.sleep(0.3)
    return None


@consumes(SeedWorkflows)
def seed_workflows(message: SeedWorkflows, delivery: Delivery) -> None:
    _record(f"seed {message.seed_version}", delivery)


@consumes(InitializeWorkflow)
def initialize_workflow(message: InitializeWorkflow, delivery: Delivery) -> None:
    _record(f"workflow {message.workflow_id}", delivery)


@shared_task(name="task.tasks.sweep_clocks")
def tick() -> None:
    Effect.objects.create(what="tick")


@shared_task(name="workflow.tasks.keep_house")
def failing_tick() -> None:
    raise ValueError("the tick failed")
