"""A delivered message has its effect once, whatever happens around it."""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from celery.exceptions import Reject
from django.db import OperationalError, connection
from django.utils import timezone
from odd_messages import INTAKE, RECEIVE, Odd, call, header, ticket
from project import tasks
from project.models import Effect
from support import Broker, Line, Process, wait_until

from ticketing_common.inbox import consume
from ticketing_common.inbox.models import DeadLetter, ProcessedMessage, delete_old
from ticketing_testing.clients import deliver

Start = Callable[..., Process]


def effects(what: str) -> int:
    return Effect.objects.filter(what=what).count()


@pytest.mark.django_db
class TestHandler:
    def test_runs_once_for_two_deliveries(self) -> None:
        deliver(tasks.seed_workflows, message_id="m1", seed_version=1)
        deliver(tasks.seed_workflows, message_id="m1", seed_version=1)

        assert effects("seed 1") == 1

    def test_runs_for_each_message(self) -> None:
        deliver(tasks.seed_workflows, message_id="m1", seed_version=1)
        deliver(tasks.seed_workflows, message_id="m2", seed_version=1)

        assert effects("seed 1") == 2

    def test_ignores_fields_of_a_newer_publisher(self) -> None:
        deliver(tasks.seed_workflows, seed_version=1, added_later=True)

        assert effects("seed 1") == 1

    def test_dead_letters_what_does_not_fit_the_schema(self) -> None:
        with pytest.raises(Reject) as raised:
            deliver(tasks.seed_workflows, message_id="m1", seed_version="one")

        letter = DeadLetter.objects.get()
        assert raised.value.requeue is False
        assert (letter.code, letter.message_id, letter.task) == (
            "invalid_message",
            "m1",
            "workflow.tasks.seed_workflows",
        )
        assert "seed_version" in letter.reason
        assert not ProcessedMessage.objects.exists()

    def test_dead_letters_its_own_failure_and_undoes_what_it_wrote(self) -> None:
        with pytest.raises(ValueError, match="the handler failed"):
            deliver(tasks.receive_ticket, message_id="m1", ticket_data=ticket("raise"))

        letter = DeadLetter.objects.get()
        assert (letter.code, letter.reason) == ("handler_failed", "ValueError: the handler failed")
        assert effects("raise") == 0
        assert not ProcessedMessage.objects.exists(), "a replay of the message must run"

    def test_keeps_what_it_wrote_when_it_returns_rejected(self) -> None:
        with pytest.raises(Reject):
            deliver(tasks.receive_ticket, message_id="m1", ticket_data=ticket("reject"))

        letter = DeadLetter.objects.get()
        assert (letter.code, letter.reason) == ("not_wanted", "Nobody wants it.")
        assert json.loads(letter.body)["kwargs"]["ticket_data"]["subject"] == "reject"
        assert effects("reject") == 1


@pytest.mark.django_db(transaction=True)
class TestParallel:
    def test_two_deliveries_at_once_have_one_effect(self) -> None:
        def run() -> None:
            try:
                deliver(tasks.receive_ticket, message_id="m1", ticket_data=ticket("slow"))
            finally:
                connection.close()

        threads = [threading.Thread(target=run) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert effects("slow") == 1

    def test_a_database_that_comes_back_in_time_costs_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        failures = iter([OperationalError("away"), OperationalError("away")])
        real = consume._run_once

        def flaky(*args: Any) -> Any:
            for failure in failures:
                raise failure
            return real(*args)

        monkeypatch.setattr(consume, "_run_once", flaky)
        deliver(tasks.seed_workflows, message_id="m1", seed_version=1)

        assert effects("seed 1") == 1
        assert not DeadLetter.objects.exists()

    def test_a_database_that_stays_away_sends_the_message_back(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def away(*_args: Any) -> None:
            raise OperationalError("away")

        monkeypatch.setattr(consume, "_run_once", away)
        monkeypatch.setattr(consume, "GIVE_UP_AFTER", 0.5)
        with pytest.raises(Reject) as raised:
            deliver(tasks.seed_workflows, seed_version=1)

        assert raised.value.requeue is True


@pytest.mark.django_db
def test_old_inbox_rows_are_deleted_after_a_month() -> None:
    now = timezone.now()
    ProcessedMessage.claim(consumer="c", message_ids=["old"])
    ProcessedMessage.claim(consumer="c", message_ids=["recent"])
    ProcessedMessage.objects.filter(message_id="old").update(processed_at=now - timedelta(days=31))

    assert delete_old(now=now) == 1
    assert ProcessedMessage.objects.get().message_id == "recent"


@pytest.mark.django_db(transaction=True)
class TestWorkerProcess:
    """A real worker, prefork, on a quorum queue."""

    @staticmethod
    def publish(broker: Broker, count: int, subject: str = "burst", **fields: Any) -> None:
        with broker.channel() as channel:
            for number in range(count):
                kwargs = {"ticket_data": ticket(subject, number=number, **fields)}
                Odd("one of many", call(kwargs), INTAKE, header(RECEIVE, id=f"{subject}-{number}")).publish(channel)

    def started(self, broker: Broker, start: Start, **kwargs: Any) -> Process:
        worker = start("worker", queue_names=[INTAKE], **kwargs)
        wait_until(lambda: broker.consumers(INTAKE), seconds=40, what="the worker's start")
        return worker

    def test_children_have_connections_of_their_own_and_keep_them(self, broker: Broker, start: Start) -> None:
        self.started(broker, start)
        with broker.channel() as channel:  # the main process writes a dead letter before any child has worked
            Odd("odd", b"[1]", INTAKE).publish(channel)
        wait_until(DeadLetter.objects.exists, what="the dead letter")

        self.publish(broker, 40)
        wait_until(lambda: effects("burst") == 40, what="40 effects")

        pairs = set(Effect.objects.filter(what="burst").values_list("pid", "backend_pid"))
        assert len({pid for pid, _ in pairs}) == len({backend for _, backend in pairs}) == len(pairs) <= 2

    def test_the_request_id_comes_along(self, broker: Broker, start: Start) -> None:
        self.started(broker, start)
        with broker.channel() as channel:
            kwargs = {"ticket_data": ticket("traced")}
            Odd("traced", call(kwargs), INTAKE, header(RECEIVE, request_id="cause-7")).publish(channel)
            plain = Odd("plain", json.dumps(ticket("plain")).encode(), INTAKE, {"request_id": "cause-8"})
            plain.properties = {"message_id": "m-8"}
            plain.publish(channel)
        wait_until(lambda: Effect.objects.count() == 2, what="both effects")

        traced, plain_effect = Effect.objects.order_by("what").values_list("what", "request_id", "message_id")[::-1]
        assert traced[:2] == ("traced", "cause-7")
        assert plain_effect == ("plain", "cause-8", "m-8")

    def test_a_killed_worker_loses_and_doubles_nothing(self, broker: Broker, start: Start) -> None:
        worker = self.started(broker, start)
        self.publish(broker, 200)
        wait_until(lambda: effects("burst") > 20, what="the first of the burst")

        worker.kill()
        self.started(broker, start)
        wait_until(lambda: effects("burst") >= 200, seconds=40, what="the rest of the burst")
        wait_until(lambda: broker.count(INTAKE) == 0, what="an empty queue")

        assert effects("burst") == Effect.objects.values("message_id").distinct().count() == 200
        assert broker.count(f"{INTAKE}.dead") == 0

    def test_starts_without_broker_and_resumes_after_a_cut(
        self, broker: Broker, start: Start, line_to: Callable[..., Line]
    ) -> None:
        line = line_to(broker.address)
        line.cut()
        worker = start(
            "worker",
            queue_names=[INTAKE],
            rabbitmq_url=broker.url.replace(f":{broker.address[1]}/", f":{line.port}/"),
        )
        wait_until(lambda: "Trying again in" in worker.log.read_text(), seconds=40, what="a first try")
        assert worker.is_alive

        line.mend()
        self.publish(broker, 5, "first")
        wait_until(lambda: effects("first") == 5, seconds=40, what="work after the late start")

        line.cut()
        self.publish(broker, 5, "second")
        time.sleep(1)
        line.mend()
        wait_until(lambda: effects("second") == 5, seconds=40, what="work after the cut")
        assert worker.is_alive
        assert Effect.objects.count() == 10

    def test_resumes_after_an_operator_closed_its_connections(self, broker: Broker, start: Start) -> None:
        worker = self.started(broker, start)
        self.publish(broker, 60)

        wait_until(broker.close_connections, what="a connection to close")
        wait_until(lambda: effects("burst") >= 60, seconds=40, what="the whole burst")

        assert effects("burst") == 60
        assert worker.is_alive

    def test_works_through_what_came_while_the_database_was_away(
        self, broker: Broker, start: Start, line_to: Callable[..., Line]
    ) -> None:
        values = connection.settings_dict
        line = line_to((values["HOST"], int(values["PORT"])))
        worker = self.started(broker, start, database_port=line.port)
        self.publish(broker, 10, "before")
        wait_until(lambda: effects("before") == 10, what="work before the cut")

        line.cut()
        self.publish(broker, 30, "during")
        time.sleep(3)
        assert effects("during") == 0
        line.mend()
        wait_until(lambda: effects("during") == 30, seconds=30, what="work after the cut")

        assert worker.is_alive
        assert broker.count(f"{INTAKE}.dead") == 0

    def test_stops_when_told_to_and_finishes_what_it_has_begun(self, broker: Broker, start: Start) -> None:
        worker = self.started(broker, start)
        self.publish(broker, 6, "slow")
        wait_until(lambda: effects("slow") > 0, what="the first effect")

        assert worker.stop() == 0
        self.started(broker, start)
        wait_until(lambda: effects("slow") == 6, what="the rest")
        assert Effect.objects.values("message_id").distinct().count() == 6

    def test_declares_nothing(self, broker: Broker, start: Start) -> None:
        before = {entry["name"] for entry in broker.api("GET", f"queues/{broker.vhost}")}
        exchanges = {entry["name"] for entry in broker.api("GET", f"exchanges/{broker.vhost}")}
        user = f"watcher-{uuid.uuid4().hex[:8]}"
        broker.api("PUT", f"users/{user}", json={"password": "for-this-test", "tags": ""})
        try:
            rights = {"configure": "^$", "write": ".*", "read": ".*"}
            broker.api("PUT", f"permissions/{broker.vhost}/{user}", json=rights)
            host, port = broker.address
            worker = self.started(
                broker, start, rabbitmq_url=f"amqp://{user}:for-this-test@{host}:{port}/{broker.vhost}"
            )
            self.publish(broker, 3)
            wait_until(lambda: effects("burst") == 3, what="work without any right to declare")
            assert worker.is_alive
            assert {entry["name"] for entry in broker.api("GET", f"queues/{broker.vhost}")} == before
            assert {entry["name"] for entry in broker.api("GET", f"exchanges/{broker.vhost}")} == exchanges
            worker.kill()
        finally:
            broker.api("DELETE", f"users/{user}")
