"""Whatever lands in a dead-letter queue has a row that says why."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

import pika
import pytest
from odd_messages import INTAKE, JSON, OTHER, RECEIVE, Odd, call, header, ticket
from support import Broker, Process, wait_until

from ticketing_common.inbox.dead_queues import DeadQueueWatch
from ticketing_common.inbox.models import DeadLetter

pytestmark = pytest.mark.django_db(transaction=True)


def publish(broker: Broker, body: bytes, queue: str = INTAKE, **properties: Any) -> None:
    with broker.channel() as channel:
        channel.basic_publish("", queue, body, pika.BasicProperties(delivery_mode=2, **{**JSON, **properties}))


def dead(broker: Broker, count: int, queue: str = INTAKE) -> None:
    wait_until(lambda: broker.count(f"{queue}.dead") == count, what=f"{count} dead letters")


def test_what_expires_gets_a_row_with_that_reason(broker: Broker) -> None:
    message_id = uuid.uuid4().hex
    publish(broker, json.dumps(ticket("late")).encode(), expiration="1", message_id=message_id)
    publish(broker, call({"workflow_id": 5}), OTHER, expiration="1", headers=header(id="h1"))
    dead(broker, 1)
    dead(broker, 1, OTHER)

    assert DeadQueueWatch().look() == 2

    letter = DeadLetter.objects.get(queue=INTAKE)
    assert (letter.code, letter.message_id, letter.ticket_number) == ("expired", message_id, "TX1")
    assert json.loads(letter.body)["subject"] == "late"
    other = DeadLetter.objects.get(queue=OTHER)
    assert (other.code, other.message_id, other.task) == ("expired", "h1", "workflow.tasks.initialize_workflow")
    dead(broker, 1)


def test_equal_messages_without_an_id_get_a_row_each_and_only_one(broker: Broker) -> None:
    for _ in range(2):
        publish(broker, json.dumps(ticket("twice")).encode(), expiration="1")
    dead(broker, 2)

    assert DeadQueueWatch().look() == 2
    assert DeadQueueWatch().look() == 0

    publish(broker, json.dumps(ticket("twice")).encode(), expiration="1")
    dead(broker, 3)
    assert DeadQueueWatch().look() == 1
    assert DeadLetter.objects.count() == 3


def test_what_a_consumer_rejected_keeps_its_one_row(broker: Broker, start: Callable[..., Process]) -> None:
    start("worker", queue_names=[INTAKE, OTHER])
    odd = [
        Odd("refused", json.dumps(ticket("reject")).encode(), INTAKE),
        Odd("raises", call({"ticket_data": ticket("raise")}), INTAKE, header(RECEIVE)),
        Odd("a mark", b"\xef\xbb\xbf" + json.dumps(ticket("reject")).encode(), INTAKE),
        Odd("unreadable", b"{", INTAKE),
        Odd("forged", b"x", INTAKE, header(**{"x-death": "x"})),
    ]
    with broker.channel() as channel:
        for message in odd:
            message.publish(channel)
    dead(broker, len(odd))
    assert DeadLetter.objects.count() == len(odd)

    assert DeadQueueWatch().look() == 0
    assert DeadLetter.objects.count() == len(odd)


def test_a_rejection_whose_reason_was_lost_gets_a_row(broker: Broker, start: Callable[..., Process]) -> None:
    start("worker", queue_names=[INTAKE])
    publish(broker, b'{"ticket_number": "TX7", ')
    dead(broker, 1)
    DeadLetter.objects.all().delete()

    assert DeadQueueWatch().look() == 1

    letter = DeadLetter.objects.get()
    assert (letter.code, letter.ticket_number, letter.body) == ("rejected", "TX7", '{"ticket_number": "TX7", ')


def test_a_relay_looks_by_itself(
    broker: Broker, start: Callable[..., Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(broker, json.dumps(ticket("late")).encode(), expiration="1")
    dead(broker, 1)
    start("relay")

    wait_until(lambda: DeadLetter.objects.filter(code="expired").exists(), seconds=40, what="the row")


class TestBodies:
    def test_a_body_that_is_no_text_is_kept_as_it_came(self, broker: Broker, start: Callable[..., Process]) -> None:
        start("worker", queue_names=[INTAKE])
        body = b'\xff\xff{"ticket_number": "TX8"'
        publish(broker, body)

        wait_until(lambda: DeadLetter.objects.exists(), what="the row")
        letter = DeadLetter.objects.get()
        assert bytes(letter.raw_body or b"") == body
        assert letter.ticket_number == "TX8"
