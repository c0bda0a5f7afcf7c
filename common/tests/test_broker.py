"""Several addresses of a broker: what publishes and what consumes goes to the one that is there."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable

import pika
import pytest
from django.db import transaction
from django.utils import timezone
from support import Broker, Line, Process, wait_until

from ticketing_common.broker import blocking_connection, broker_parameters
from ticketing_common.contracts.messages import SendTicketStatus
from ticketing_common.outbox import enqueue
from ticketing_common.outbox.models import OutboxMessage
from ticketing_common.outbox.publisher import Publisher
from ticketing_common.outbox.relay import relay_batch

pytestmark = pytest.mark.django_db(transaction=True)

QUEUE = "ticket_status-default"


def through(broker: Broker, port: int) -> str:
    """Return the broker's URL by way of a local port."""
    return broker.url.replace(f"{broker.address[0]}:{broker.address[1]}/", f"127.0.0.1:{port}/")


@pytest.fixture
def nobody() -> int:
    """A port where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def commit() -> None:
    with transaction.atomic():
        enqueue(
            SendTicketStatus(
                ticket_number="TX1", new_status="received", event_id="e", occurred_at="2026-11-22T12:00:00+00:00"
            )
        )


def test_each_address_gets_its_limits_of_time() -> None:
    found = broker_parameters("amqp://a:b@one:5672/%2F,amqps://a:b@two/%2F", name="n", seconds=2)

    assert [(each.host, each.port) for each in found] == [("one", 5672), ("two", 5671)]
    for each in found:
        assert (each.socket_timeout, each.blocked_connection_timeout, each.connection_attempts) == (2, 2, 1)
        assert each.heartbeat == 10


def test_a_plain_connection_passes_over_an_address_that_is_away(broker: Broker, nobody: int) -> None:
    with blocking_connection(f"{through(broker, nobody)},{broker.url}") as connection:
        assert connection.is_open


def test_a_broker_that_is_silent_is_passed_over_and_alone_it_is_a_failure_of_the_line(broker: Broker) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = through(broker, silent.getsockname()[1])
        with blocking_connection(f"{address},{broker.url}", seconds=1) as connection:
            assert connection.is_open
        with pytest.raises(pika.exceptions.AMQPConnectionError):
            blocking_connection(address, seconds=1)


def test_the_relay_publishes_by_the_address_that_is_left(
    broker: Broker, nobody: int, line_to: Callable[[tuple[str, int]], Line]
) -> None:
    line = line_to(broker.address)
    with Publisher(f"{through(broker, line.port)},{through(broker, nobody)},{broker.url}") as publisher:
        commit()
        assert relay_batch(publisher, now=timezone.now()) == 1
        line.cut()
        commit()
        wait_until(lambda: _try(publisher), seconds=20, what="a way to the broker")

    assert OutboxMessage.objects.unpublished().count() == 0
    assert len(broker.take_all(QUEUE)) == 2


def _try(publisher: Publisher) -> bool:
    from ticketing_common.outbox.relay import BrokerAway

    try:
        return relay_batch(publisher, now=timezone.now()) == 1
    except BrokerAway:
        return False


def test_where_none_answers_the_last_one_s_failure_is_told(nobody: int) -> None:
    url = f"amqp://a:b@127.0.0.1:{nobody}/"
    with Publisher(f"{url},{url}") as publisher, pytest.raises(pika.exceptions.AMQPError):
        publisher.connect()


def test_a_worker_moves_on_when_its_address_goes_away(
    broker: Broker, line_to: Callable[[tuple[str, int]], Line], start: Callable[..., Process]
) -> None:
    line = line_to(broker.address)
    worker = start(
        "worker", queue_names=["workflow_seed_queue"], rabbitmq_url=f"{through(broker, line.port)},{broker.url}"
    )
    wait_until(lambda: broker.consumers("workflow_seed_queue") == 1, seconds=90, what="a worker")

    line.cut()
    time.sleep(3)  # by then the broker counts the lost worker no more; it may have come back before anybody looked

    wait_until(lambda: broker.consumers("workflow_seed_queue") == 1, seconds=60, what="a worker at the other address")
    assert worker.is_alive
