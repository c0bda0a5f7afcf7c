"""No message kills a real worker or vanishes: done + dead = sent, and each dead one has its reason."""

from __future__ import annotations

import json
import random
import string
from collections.abc import Callable
from typing import Any

import pytest
from odd_messages import INTAKE, JSON, MORE, OTHER, RECEIVE, TABLE, TIMERS, TYPES, Odd, call, header, ticket
from project.models import Effect
from support import Broker, Process, wait_until

from ticketing_common.inbox.models import DeadLetter

pytestmark = pytest.mark.django_db(transaction=True)

QUEUES = [INTAKE, OTHER, "workflow_seed_queue", TIMERS]


@pytest.fixture
def worker(broker: Broker, start: Callable[..., Process]) -> Process:
    process = start("worker", queue_names=QUEUES)
    wait_until(lambda: all(broker.consumers(name) for name in QUEUES), seconds=40, what="the worker's start")
    return process


def accounted(broker: Broker, sent: int, *, seconds: float) -> None:
    """Wait until nothing is under way, then check that every message is done or dead."""

    def state() -> dict[str, int]:
        waiting = {name: broker.count(name) for queue in QUEUES for name in (queue, f"{queue}.dead")}
        return {**waiting, "done": _done(), "letters": DeadLetter.objects.count()}

    def settled() -> bool:
        dead = sum(broker.count(f"{name}.dead") for name in QUEUES)
        return _done() + dead >= sent

    wait_until(settled, seconds=seconds, what=f"{sent} messages accounted for", state=state)
    dead = sum(broker.count(f"{name}.dead") for name in QUEUES)
    assert _done() + dead == sent
    assert DeadLetter.objects.count() == dead
    assert sum(broker.count(name) for name in QUEUES) == 0


def _done() -> int:
    """Count the effects of messages that were not dead-lettered after all."""
    dead_ids = DeadLetter.objects.exclude(message_id="").values("message_id")
    return Effect.objects.exclude(what__startswith="dead letter").exclude(message_id__in=dead_ids).count()


def still_works(broker: Broker, worker: Process) -> None:
    with broker.channel() as channel:
        Odd("one more", json.dumps(ticket("one more")).encode(), INTAKE).publish(channel)
    wait_until(lambda: Effect.objects.filter(what="one more").exists(), what="one more message")
    assert worker.is_alive
    assert "Unrecoverable" not in worker.log.read_text()


def test_each_odd_message_has_the_outcome_of_the_table(broker: Broker, worker: Process) -> None:
    with broker.channel() as channel:
        for message in TABLE:
            message.publish(channel)

    accounted(broker, len(TABLE), seconds=60)

    check_outcomes(TABLE)
    still_works(broker, worker)


def test_other_publishers_messages_are_read_or_refused_with_a_reason(broker: Broker, worker: Process) -> None:
    with broker.channel() as channel:
        for message in MORE:
            message.publish(channel)

    accounted(broker, len(MORE), seconds=60)

    check_outcomes(MORE)
    still_works(broker, worker)


def test_media_types_are_parsed_and_queues_carry_only_their_tasks(broker: Broker, worker: Process) -> None:
    with broker.channel() as channel:
        for message in TYPES:
            message.publish(channel)

    accounted(broker, len(TYPES), seconds=60)

    check_outcomes(TYPES)
    still_works(broker, worker)


def check_outcomes(messages: list[Odd]) -> None:
    letters = list(DeadLetter.objects.all())
    assert all(letter.reason and letter.code for letter in letters)
    assert sorted(letter.code for letter in letters) == sorted(m.dead for m in messages if m.dead)
    effects = list(Effect.objects.exclude(what__startswith="dead letter").values_list("what", flat=True))
    for message in messages:
        if message.done:
            assert message.done in effects, message.name
        elif message.headers and isinstance(message.headers.get("id"), str) and len(message.headers["id"]) < 200:
            assert [x.code for x in letters if x.message_id == message.headers["id"]] == [message.dead], message.name


def test_a_refused_message_keeps_what_the_handler_wrote_and_a_failed_one_does_not(
    broker: Broker, worker: Process
) -> None:
    with broker.channel() as channel:
        for subject in ("reject", "raise"):
            Odd(subject, call({"ticket_data": ticket(subject)}), INTAKE, header(RECEIVE)).publish(channel)

    wait_until(lambda: DeadLetter.objects.count() == 2, what="both dead letters")

    assert set(Effect.objects.values_list("what", flat=True)) == {
        "reject",
        "dead letter not_wanted",
        "dead letter handler_failed",
    }


@pytest.mark.parametrize("seed", [1, 2])
def test_random_messages_are_all_accounted_for(seed: int, broker: Broker, worker: Process) -> None:
    dice = random.Random(seed)
    messages = [_random_message(dice, index) for index in range(300)]
    with broker.channel() as channel:
        for message in messages:
            message.publish(channel)

    accounted(broker, len(messages), seconds=90)

    still_works(broker, worker)


def _random_message(dice: random.Random, index: int) -> Odd:
    queue = dice.choice(QUEUES)
    headers = _random_headers(dice, index) if dice.random() < 0.8 else None
    properties = dice.choice(
        [JSON, JSON, JSON, {}, {"content_type": _random_text(dice)}, {**JSON, "content_encoding": _random_text(dice)}]
    )
    good = dice.choice([GOOD_SEED, GOOD_WORKFLOW, GOOD_TICKET])
    body = dice.choice(
        [
            lambda: dice.randbytes(dice.randrange(200)),
            lambda: call(good),
            lambda: call(good, embed=_random_value(dice)),
            lambda: call(_random_value(dice), args=[_random_value(dice)]),
            lambda: json.dumps(_random_value(dice)).encode(),
            lambda: _damaged(dice, call(good)),
        ]
    )()
    return Odd(f"random {index}", body, queue, headers, dict(properties))


GOOD_TICKET = {"ticket_data": ticket("random")}
GOOD_WORKFLOW = {"workflow_id": 7, "deploy": True}
GOOD_SEED = {"seed_version": 1}
HEADER_NAMES = [
    "task",
    "id",
    "lang",
    "eta",
    "expires",
    "group",
    "retries",
    "timelimit",
    "root_id",
    "parent_id",
    "shadow",
    "request_id",
    "compression",
    "stamps",
    "stamped_headers",
    "replaced_task_nesting",
    "ignore_result",
    "argsrepr",
    "kwargsrepr",
    "x-death",
    "x-delivery-count",
    "origin",
    "reply_to",
]
TASKS = [RECEIVE, "workflow.tasks.initialize_workflow", "workflow.tasks.seed_workflows"]


def _random_headers(dice: random.Random, index: int) -> dict[str, Any]:
    headers = header(dice.choice(TASKS), id=f"random-{index}")
    for name in dice.sample([*HEADER_NAMES, _random_text(dice) or "x"], k=dice.randrange(4)):
        headers[name] = _random_value(dice)
    # Two of them with one id would rightly be one effect, which the sum can't tell from a loss.
    if not isinstance(headers["id"], list | dict | bool | None):
        headers["id"] = f"{index}-{str(headers['id'])[:150]}"
    return headers


def _random_text(dice: random.Random) -> str:
    return "".join(dice.choices(string.printable + "\x00ü€𝄞", k=dice.randrange(12)))


def _random_value(dice: random.Random, depth: int = 0) -> Any:
    kinds: list[Callable[[], Any]] = [
        lambda: None,
        lambda: dice.choice([True, False]),
        lambda: dice.randrange(-(2**31), 2**31),
        lambda: _random_text(dice),
    ]
    if depth < 2:
        kinds += [
            lambda: [_random_value(dice, depth + 1) for _ in range(dice.randrange(4))],
            lambda: {_random_text(dice) or "k": _random_value(dice, depth + 1) for _ in range(dice.randrange(4))},
        ]
    return dice.choice(kinds)()


def _damaged(dice: random.Random, body: bytes) -> bytes:
    at = dice.randrange(len(body))
    return body[:at] + dice.randbytes(dice.randrange(1, 4)) + body[at + dice.randrange(1, 6) :]
