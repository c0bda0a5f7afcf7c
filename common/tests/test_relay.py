"""A relay process against the real broker: everything committed arrives, in order, soon, whatever breaks."""

from __future__ import annotations

import json
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pika
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone
from support import Broker, Line, Process, wait_until

from ticketing_common.contracts.messages import InitializeWorkflow, SendTicketStatus
from ticketing_common.outbox import enqueue
from ticketing_common.outbox import publisher as publisher_module
from ticketing_common.outbox.models import OutboxMessage
from ticketing_common.outbox.publisher import Publisher
from ticketing_common.outbox.relay import BrokerAway, relay_batch

pytestmark = pytest.mark.django_db(transaction=True)

STATUS, WORKFLOW = "ticket_status-default", "workflow_seed"
Start = Callable[..., Process]


def commit(ticket: str, event: str = "e") -> None:
    with transaction.atomic():
        enqueue(
            SendTicketStatus(
                ticket_number=ticket, new_status="received", event_id=event, occurred_at="2026-11-22T12:00:00+00:00"
            )
        )


def bodies(broker: Broker, queue: str = STATUS) -> list[dict[str, Any]]:
    return [json.loads(body)[1] for _, body in broker.take_all(queue)]


def unpublished() -> int:
    return OutboxMessage.objects.unpublished().count()


def drained(seconds: float = 20) -> None:
    wait_until(lambda: unpublished() == 0, seconds=seconds, what="an empty outbox", state=unpublished)


def ready(relay: Process) -> None:
    """Wait until the relay is through its start and listens."""
    commit("warm-up")
    drained()
    time.sleep(0.2)
    assert relay.is_alive


class TestBatch:
    def test_publishes_what_a_celery_worker_understands(self, broker: Broker) -> None:
        commit("TX1")

        with Publisher(broker.url) as publisher:
            assert relay_batch(publisher, now=timezone.now()) == 1

        row = OutboxMessage.objects.get()
        [(properties, body)] = broker.take_all(STATUS)
        assert row.published_at is not None
        assert properties.delivery_mode == 2
        assert properties.content_type == "application/json"
        assert properties.headers["task"] == "send_ticket_status"
        assert properties.headers["id"] == properties.message_id == str(row.message_id)
        args, kwargs, _embed = json.loads(body)
        assert (args, kwargs) == ([], row.kwargs)

    def test_puts_off_a_message_without_queue_and_publishes_the_others(self, broker: Broker) -> None:
        commit("TX1")
        OutboxMessage.objects.update(queue="no-such-queue")
        commit("TX1", "behind it")
        commit("TX2")

        with Publisher(broker.url) as publisher:
            assert relay_batch(publisher, now=timezone.now()) == 1

        refused = OutboxMessage.objects.get(queue="no-such-queue")
        assert (refused.attempts, refused.last_error) == (1, "UnroutableError")
        assert refused.next_attempt_at > timezone.now()
        assert [kwargs["ticket_number"] for kwargs in bodies(broker)] == ["TX2"]

    def test_puts_off_a_message_that_closes_the_channel_and_publishes_the_others(self, broker: Broker) -> None:
        commit("TX1")
        OutboxMessage.objects.update(exchange="no.such.exchange")
        commit("TX2")

        with Publisher(broker.url) as publisher:
            confirmed = [relay_batch(publisher, now=timezone.now()) for _ in range(2)]

        assert sum(confirmed) == 1
        assert OutboxMessage.objects.get(exchange="no.such.exchange").last_error == "ChannelClosedByBroker"
        assert [kwargs["ticket_number"] for kwargs in bodies(broker)] == ["TX2"]

    def test_those_refused_among_many_are_put_off_alone(self, broker: Broker) -> None:
        total = 60
        for number in range(total):
            commit(f"TX{number}")
        ids = list(OutboxMessage.objects.order_by("id").values_list("pk", flat=True))
        OutboxMessage.objects.filter(pk=ids[5]).update(queue="no-such-queue")
        OutboxMessage.objects.filter(pk__in=(ids[20], ids[40])).update(exchange="no.such.exchange")

        with Publisher(broker.url) as publisher:
            assert relay_batch(publisher, now=timezone.now()) == total - 3

        refused = OutboxMessage.objects.unpublished().order_by("id")
        assert [(row.pk, row.attempts, row.last_error) for row in refused] == [
            (ids[5], 1, "UnroutableError"),
            (ids[20], 1, "ChannelClosedByBroker"),
            (ids[40], 1, "ChannelClosedByBroker"),
        ]
        arrived = {kwargs["ticket_number"] for kwargs in bodies(broker)}
        assert arrived == {f"TX{number}" for number in range(total) if number not in (5, 20, 40)}

    def test_marks_nothing_that_a_silent_broker_did_not_confirm(
        self, broker: Broker, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(publisher_module, "CONFIRM_SECONDS", 0.5)
        for number in range(3):
            commit(f"TX{number}")

        class Deaf(Publisher):
            def _on_answer(self, frame: Any) -> None:
                """Hear no confirm."""

        with pytest.raises(BrokerAway), Deaf(broker.url) as publisher:
            relay_batch(publisher, now=timezone.now())
        assert unpublished() == 3

    def test_a_message_that_was_put_off_goes_out_once_its_queue_is_there(self, broker: Broker) -> None:
        commit("TX1")
        OutboxMessage.objects.update(queue="no-such-queue")
        with Publisher(broker.url) as publisher:
            relay_batch(publisher, now=timezone.now())
            OutboxMessage.objects.update(queue=STATUS, next_attempt_at=timezone.now())

            assert relay_batch(publisher, now=timezone.now()) == 1

    def test_without_broker_nothing_is_marked_and_no_message_is_to_blame(self) -> None:
        commit("TX1")

        with pytest.raises(BrokerAway), Publisher("amqp://admin:admin@127.0.0.1:9/") as publisher:
            relay_batch(publisher, now=timezone.now())

        row = OutboxMessage.objects.get()
        assert (row.published_at, row.attempts) == (None, 0)

    def test_a_cut_line_keeps_what_was_confirmed(self, broker: Broker, line_to: Callable[..., Line]) -> None:
        line = line_to(broker.address)
        for number in range(4):
            commit(f"TX{number}")
        url = broker.url.replace(f":{broker.address[1]}/", f":{line.port}/")

        class CutAfterTwo(Publisher):
            window = 2

            def _send_window(self, batch: Any) -> Any:
                if batch[0][0] == 2:
                    line.cut()
                return super()._send_window(batch)

        with pytest.raises(BrokerAway), CutAfterTwo(url) as publisher:
            relay_batch(publisher, now=timezone.now())

        assert unpublished() == 2
        assert len(bodies(broker)) == 2


class TestRelayProcess:
    def test_wakes_at_commit(self, broker: Broker, start: Start) -> None:
        ready(start("relay", sweep_seconds=60))
        broker.purge()
        with broker.channel() as channel:
            for number in range(20):
                commit(f"TX{number}")
                committed_at = time.monotonic()
                while channel.basic_get(STATUS, auto_ack=True)[0] is None:
                    assert time.monotonic() - committed_at < 20, "none may wait for the sweep"

    def test_two_relays_under_load_keep_the_order_of_each_key(self, broker: Broker, start: Start) -> None:
        relays = [start("relay"), start("relay")]
        keys, each = 8, 40

        def write(key: int) -> None:
            try:
                for number in range(each):
                    commit(f"TX{key}", str(number))
            finally:
                connection.close()

        threads = [threading.Thread(target=write, args=(key,)) for key in range(keys)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        drained(60)

        by_key: dict[str, list[int]] = defaultdict(list)
        for kwargs in bodies(broker):
            by_key[kwargs["ticket_number"]].append(int(kwargs["event_id"]))
        assert by_key == {f"TX{key}": list(range(each)) for key in range(keys)}
        assert all(relay.is_alive for relay in relays)

    def test_publishes_what_was_committed_while_the_broker_was_away(
        self, broker: Broker, start: Start, line_to: Callable[..., Line]
    ) -> None:
        line = line_to(broker.address)
        relay = start("relay", rabbitmq_url=broker.url.replace(f":{broker.address[1]}/", f":{line.port}/"))
        ready(relay)
        broker.purge()

        line.cut()
        for number in range(50):
            commit(f"TX{number}")
        time.sleep(1.5)
        assert unpublished() == 50
        line.mend()
        drained(15)

        assert sorted(kwargs["ticket_number"] for kwargs in bodies(broker)) == sorted(f"TX{n}" for n in range(50))
        assert relay.is_alive

    def test_does_not_hammer_an_absent_broker(self, broker: Broker, start: Start) -> None:
        relay = start("relay", rabbitmq_url="amqp://admin:admin@127.0.0.1:9/")
        wait_until(lambda: any(e["event"] == "relay_started" for e in relay.events()), what="the relay's start")

        for number in range(60):
            commit(f"TX{number}")
            time.sleep(0.03)

        tries = [event for event in relay.events() if event["event"] == "broker_away"]
        assert 1 <= len(tries) <= 6

    def test_comes_back_after_its_connections_are_closed(self, broker: Broker, start: Start) -> None:
        relay = start("relay")
        ready(relay)
        broker.purge()

        wait_until(broker.close_connections, what="a connection to close")
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        commit("TX1")
        drained(15)

        assert relay.is_alive
        assert [kwargs["ticket_number"] for kwargs in bodies(broker)] == ["TX1"]

    def test_a_killed_relay_loses_nothing(self, broker: Broker, start: Start) -> None:
        total = 400
        relay = start("relay")
        ready(relay)
        broker.purge()
        with transaction.atomic():
            enqueue(*(InitializeWorkflow(workflow_id=number, deploy=False) for number in range(1, total + 1)))
        wait_until(lambda: broker.count(WORKFLOW) > 0, what="the first of the burst")

        relay.kill()
        start("relay")
        drained(30)

        messages = [(properties.message_id, json.loads(body)[1]) for properties, body in broker.take_all(WORKFLOW)]
        assert {kwargs["workflow_id"] for _, kwargs in messages} == set(range(1, total + 1))
        assert len({message_id for message_id, _ in messages}) == total, "a second copy has the same id"

    def test_stops_at_once_when_told_to(self, broker: Broker, start: Start) -> None:
        relay = start("relay", sweep_seconds=60)
        ready(relay)

        assert relay.stop() == 0
        assert relay.events()[-1]["event"] == "relay_stopped"

    def test_a_queue_that_takes_nothing_stops_only_its_own_messages(self, broker: Broker, start: Start) -> None:
        full = {"pattern": f"^{WORKFLOW}$", "apply-to": "queues", "priority": 99}
        full["definition"] = {"max-length": 1, "overflow": "reject-publish"}  # type: ignore[assignment]
        broker.api("PUT", f"policies/{broker.vhost}/full", json=full)
        try:
            wait_until(lambda: _refuses(broker), what="a full queue")
            start("relay")
            with transaction.atomic():
                enqueue(InitializeWorkflow(workflow_id=1, deploy=False))
            commit("TX1")
            wait_until(lambda: bodies(broker), what="the message of the other queue")
            refused = OutboxMessage.objects.filter(queue=WORKFLOW, published_at=None)
            # Each answer of the broker comes at its own time.
            wait_until(lambda: refused.get().last_error, what="the refusal")
            assert refused.get().last_error == "NackError"
        finally:
            broker.api("DELETE", f"policies/{broker.vhost}/full")


def _refuses(broker: Broker) -> bool:
    try:
        with broker.channel() as channel:
            channel.basic_publish("", WORKFLOW, b"filler", mandatory=True)
    except pika.exceptions.NackError:
        return True
    return False


class TestPoisonedRow:
    def test_a_message_that_fits_no_frame_is_put_off_alone(self, broker: Broker) -> None:
        commit("TX1")
        OutboxMessage.objects.update(queue="ü" * 128)  # AMQP takes 255 bytes
        commit("TX2")

        with Publisher(broker.url) as publisher:
            assert relay_batch(publisher, now=timezone.now()) == 1

        refused = OutboxMessage.objects.unpublished().get()
        assert (refused.attempts, refused.last_error) == (1, "ShortStringTooLong")
        assert [kwargs["ticket_number"] for kwargs in bodies(broker)] == ["TX2"]

    def test_a_relay_goes_on_with_the_others(self, broker: Broker, start: Start) -> None:
        commit("TX1")
        OutboxMessage.objects.update(queue="ü" * 128)
        relay = start("relay")
        commit("TX2")

        wait_until(lambda: unpublished() == 1, what="the other message")
        assert relay.is_alive
        assert [kwargs["ticket_number"] for kwargs in bodies(broker)] == ["TX2"]


class TestReplay:
    def test_publishes_again_what_was_published_since_with_the_same_ids_in_the_same_order(self, broker: Broker) -> None:
        for event in ("a", "b", "c"):
            commit("TX1", event)
            with Publisher(broker.url) as publisher:
                relay_batch(publisher, now=timezone.now())
        ids = [properties.message_id for properties, _ in broker.take_all(STATUS)]
        first = OutboxMessage.objects.order_by("id")[0]
        first.published_at -= timedelta(hours=1)
        first.save()

        call_command("replay_outbox", since=(timezone.now() - timedelta(minutes=30)).isoformat())
        with Publisher(broker.url) as publisher:
            while relay_batch(publisher, now=timezone.now()):
                continue

        assert [properties.message_id for properties, _ in broker.take_all(STATUS)] == ids[1:]

    @pytest.mark.parametrize("since", ["yesterday", "2026-03-01T12:00:00", "2026-13-01T12:00:00Z"])
    def test_refuses_what_is_no_moment(self, since: str) -> None:
        with pytest.raises(CommandError, match="--since"):
            call_command("replay_outbox", since=since)
