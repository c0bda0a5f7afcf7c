"""Messages are recorded with the change they tell of, or not at all."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from ticketing_common.context import request_id_var
from ticketing_common.contracts.messages import (
    InitializeWorkflow,
    InvalidMessage,
    Message,
    SendTicketStatus,
    SyncRole,
)
from ticketing_common.inbox.models import ProcessedMessage
from ticketing_common.outbox import NoTransaction, broadcast, enqueue
from ticketing_common.outbox.models import OutboxMessage
from ticketing_common.outbox.relay import cleanup, delete_published, retry_delay
from ticketing_testing.clients import published_messages


def status(ticket: str = "TX1", state: str = "received") -> SendTicketStatus:
    return SendTicketStatus(
        ticket_number=ticket, new_status=state, event_id="e1", occurred_at="2026-11-22T12:00:00+00:00"
    )


def rows(*messages: Message) -> list[OutboxMessage]:
    ids = enqueue(*messages)
    return [OutboxMessage.objects.get(pk=row_id) for row_id in ids]


@pytest.mark.django_db(transaction=True)
class TestEnqueue:
    def test_refuses_to_work_outside_a_transaction(self) -> None:
        with pytest.raises(NoTransaction):
            enqueue(status())

        assert OutboxMessage.objects.count() == 0

    def test_leaves_nothing_when_the_change_is_rolled_back(self) -> None:
        with transaction.atomic():
            enqueue(status())
            transaction.set_rollback(True)

        assert published_messages() == []

    def test_keeps_queue_task_key_and_the_request_id_of_the_cause(self) -> None:
        token = request_id_var.set("cause-1")
        try:
            with transaction.atomic():
                [row_id] = enqueue(status())
        finally:
            request_id_var.reset(token)

        row = OutboxMessage.objects.get(pk=row_id)
        assert (row.queue, row.task, row.key) == ("ticket_status-default", "send_ticket_status", "ticket:TX1")
        assert row.request_id == "cause-1"
        assert row.kwargs == {
            "ticket_number": "TX1",
            "new_status": "received",
            "event_id": "e1",
            "occurred_at": "2026-11-22T12:00:00+00:00",
        }

    def test_refuses_what_does_not_fit_the_schema_and_records_nothing(self) -> None:
        with pytest.raises(InvalidMessage, match="new_status"), transaction.atomic():
            enqueue(status(), status(state="lost"))

        assert OutboxMessage.objects.count() == 0

    def test_refuses_a_queue_that_the_service_does_not_produce_for(self) -> None:
        role = SyncRole(
            role_id=1, name="Agent", system="tts", description="", is_custom=False, action="upsert", version=1
        )

        with pytest.raises(ValueError, match="does not list workflow_api"), transaction.atomic():
            enqueue(role)

    def test_refuses_to_broadcast_to_an_unknown_exchange(self) -> None:
        with pytest.raises(ValueError, match=r"not in queues\.toml"), transaction.atomic():
            broadcast("no.such.exchange", {})


@pytest.mark.django_db
class TestDue:
    def test_lets_only_the_oldest_message_of_a_key_out(self) -> None:
        first, second, other = rows(status("TX1"), status("TX1", "resolved"), status("TX2"))

        due = list(OutboxMessage.objects.due(timezone.now()).order_by("id"))

        assert due == [first, other]
        first.published_at = timezone.now()
        first.save()
        assert list(OutboxMessage.objects.due(timezone.now()).order_by("id")) == [second, other]

    def test_holds_back_the_later_messages_of_a_key_that_waits_for_a_retry(self) -> None:
        first, _second = rows(status("TX1"), status("TX1", "resolved"))
        first.next_attempt_at = timezone.now() + timedelta(minutes=1)
        first.save()

        assert not OutboxMessage.objects.due(timezone.now()).exists()

    def test_messages_without_key_do_not_wait_for_each_other(self) -> None:
        messages = enqueue(*(InitializeWorkflow(workflow_id=n, deploy=False) for n in (1, 2, 3)))

        assert OutboxMessage.objects.due(timezone.now()).count() == len(messages)


def test_retry_delay_doubles_up_to_a_minute() -> None:
    assert [retry_delay(n).total_seconds() for n in (1, 2, 3, 7, 40)] == [1, 2, 4, 60, 60]


@pytest.mark.django_db
def test_delete_published_keeps_what_is_recent_or_waits() -> None:
    now = timezone.now()
    old, recent, _waiting = rows(*(InitializeWorkflow(workflow_id=n, deploy=False) for n in (1, 2, 3)))
    OutboxMessage.objects.filter(pk=old.pk).update(published_at=now - timedelta(days=8))
    OutboxMessage.objects.filter(pk=recent.pk).update(published_at=now - timedelta(days=6))

    assert delete_published(now=now) == 1
    assert OutboxMessage.objects.count() == 2


@pytest.mark.django_db
def test_the_relay_keeps_house_for_the_inbox_too() -> None:
    now = timezone.now()
    (old,) = rows(InitializeWorkflow(workflow_id=1, deploy=False))
    OutboxMessage.objects.filter(pk=old.pk).update(published_at=now - timedelta(days=8))
    for message_id, age in [("long-ago", 31), ("lately", 29)]:
        ProcessedMessage.claim(consumer="task", message_ids=[message_id])
        ProcessedMessage.objects.filter(message_id=message_id).update(processed_at=now - timedelta(days=age))

    assert cleanup(now=now) == 2
    assert ProcessedMessage.objects.get().message_id == "lately"
