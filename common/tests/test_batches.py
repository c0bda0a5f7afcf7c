"""Which waiting messages become one job, and what becomes of each when it ends. The workers' tests use it for real."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from celery.exceptions import Reject, WorkerLostError
from kombu import Message
from project import tasks

from ticketing_common.celery import MAX_BATCH
from ticketing_common.inbox.batches import BatchStrategy


class Worker:
    """A worker's main process with a pool of so many: it keeps the jobs that it is given, and what is answered."""

    def __init__(self, processes: int) -> None:
        self.jobs: list[Any] = []
        self.answers: dict[str, str] = {}
        consumer = SimpleNamespace(
            pool=SimpleNamespace(num_processes=processes),
            hostname="here",
            connection_errors=(),
            on_task_request=self.jobs.append,
            task_consumer=SimpleNamespace(channel="first"),
        )
        self.consumer = consumer
        task = tasks.receive_ticket
        self.strategy = BatchStrategy(task, task.app, consumer)
        self.strategy._task = SimpleNamespace(
            **{"batch_key": lambda args, kwargs: kwargs["key"], "name": task.name, "ignore_result": True},
            **{"acks_late": True, "acks_on_failure": False, "reject_on_worker_lost": True},
            **{"backend": task.backend, "retry_on_worker_lost": False, "request_stack": task.request_stack},
        )

    def receive(self, *names: str, is_redelivered: bool = False, key: str = "") -> None:
        for name in names:
            headers = {"id": name, "task": tasks.receive_ticket.name, "request_id": f"r-{name}", "body_sha256": "0"}
            info = {"routing_key": "q", "redelivered": is_redelivered}
            channel = self.consumer.task_consumer.channel
            message = Message(headers=headers, delivery_info=info, content_type="application/json", channel=channel)
            message._decoded_cache = [[], {"key": key}, {}]
            self.strategy(message, None, self._answer(name, "done"), self._answer(name, "rejected"), ())

    def _answer(self, name: str, what: str) -> Any:
        def answer(_log: Any, _errors: Any, requeue: bool = False) -> None:
            self.answers[name] = "requeued" if requeue else what

        return answer

    @property
    def started(self) -> list[list[str]]:
        return [[headers["id"] for headers in job.request_dict["batch"]] for job in self.jobs]

    def end(self, number: int, refused: str = "[]") -> None:
        self.jobs[number].on_success((0, refused, 0.1))

    def fail(self, number: int, error: Exception) -> None:
        self.jobs[number].on_failure(SimpleNamespace(exception=error, traceback="", exc_info=None), return_ok=True)


def test_a_lone_message_starts_at_once_and_what_waits_is_one_job() -> None:
    worker = Worker(processes=2)
    worker.receive("a", "b", "c", "d", "e")
    assert worker.started == [["a"], ["b"]]
    worker.end(1)
    assert worker.started[2:] == [["c", "d", "e"]]
    assert worker.jobs[2].args == [[[], {"key": ""}]] * 3
    assert json.loads(worker.jobs[2].body) == [[[[], {"key": ""}]] * 3, {}, {}]


def test_a_job_has_a_bound() -> None:
    worker = Worker(processes=1)
    worker.receive(*(str(number) for number in range(MAX_BATCH + 2)))
    worker.end(0)
    assert [len(job) for job in worker.started] == [1, MAX_BATCH]
    worker.end(1)
    assert worker.started[2] == [str(MAX_BATCH + 1)]


def test_a_message_that_comes_again_goes_alone() -> None:
    worker = Worker(processes=1)
    worker.receive("a", "b")
    worker.receive("c", "d", is_redelivered=True)
    worker.receive("e", "f")
    for number in range(4):
        worker.end(number)
    assert worker.started == [["a"], ["b"], ["c"], ["d"], ["e", "f"]]


def test_messages_of_one_key_are_never_under_way_side_by_side() -> None:
    worker = Worker(processes=2)
    worker.receive("a1", key="A")
    worker.receive("a2", "a3", key="A")
    worker.receive("b1", key="B")
    worker.receive("a4", key="A")
    worker.receive("c1", key="C")
    assert worker.started == [["a1"], ["b1"]]
    worker.end(1)
    assert worker.started[2:] == [["c1"]]
    worker.end(0)
    assert worker.started[3:] == [["a2", "a3", "a4"]]


def test_each_is_answered_by_itself() -> None:
    worker = Worker(processes=1)
    worker.receive("a", "b", "c", "d")
    worker.end(0)
    worker.end(1, refused="[1]")
    assert worker.answers == {"a": "done", "b": "done", "c": "rejected", "d": "done"}


@pytest.mark.parametrize("error", [Reject("The database is away.", requeue=True), WorkerLostError("killed")])
def test_what_was_not_done_goes_back(error: Exception) -> None:
    worker = Worker(processes=1)
    worker.receive("a", "b", "c")
    worker.end(0)
    worker.fail(1, error)
    assert worker.answers == {"a": "done", "b": "requeued", "c": "requeued"}


def test_a_batch_that_fails_as_a_whole_comes_again_and_one_alone_dies() -> None:
    worker = Worker(processes=1)
    worker.receive("a", "b", "c")
    worker.fail(0, ValueError("out of time"))
    assert worker.answers == {"a": "rejected"}
    worker.fail(1, ValueError("out of time"))
    assert worker.answers == {"a": "rejected", "b": "requeued", "c": "requeued"}


def test_what_waits_is_dropped_with_its_connection() -> None:
    worker = Worker(processes=1)
    worker.receive("a", "b", "c")
    worker.consumer.task_consumer.channel = "second"
    worker.end(0)
    assert worker.started == [["a"]]
    assert "b" not in worker.answers
