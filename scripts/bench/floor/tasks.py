"""F1: one read and four inserts in one transaction. F2: one insert."""

from typing import Any

from celery import shared_task
from django.db import transaction
from floor.models import First, Fourth, Second, Third


@shared_task(name="floor.one_read_four_inserts")
def one_read_four_inserts(*, ticket_data: dict[str, Any]) -> None:
    with transaction.atomic():
        First.objects.filter(number="nobody").first()
        for table in (First, Second, Third, Fourth):
            table.objects.create(number=ticket_data["ticket_number"], subject=ticket_data["subject"], data=ticket_data)


@shared_task(name="floor.one_insert")
def one_insert(*, ticket_data: dict[str, Any]) -> None:
    First.objects.create(number=ticket_data["ticket_number"], subject=ticket_data["subject"], data=ticket_data)
