"""What the other services confirm, and the tick of the passes that are due."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from privacy import passes, services
from ticketing_common.contracts.messages import InvalidMessage, ReportErasure
from ticketing_common.errors import Refusal
from ticketing_common.inbox.consume import Delivery, Rejected, consumes


@consumes(ReportErasure)
def report_erasure(message: ReportErasure, delivery: Delivery) -> Rejected | None:
    occurred_at = parse_datetime(message.occurred_at)
    if occurred_at is None or occurred_at.tzinfo is None:
        raise InvalidMessage(f"{message.occurred_at!r} is no point in time.")
    try:
        services.take_report(report=message, occurred_at=occurred_at, now=timezone.now())
    except Refusal as refusal:
        return Rejected(refusal.code, refusal.detail)
    return None


@shared_task(name="privacy.tasks.run_passes")
def run_passes() -> None:
    """Erasures are done again some time after every service has confirmed."""
    passes.run_due(now=timezone.now())
