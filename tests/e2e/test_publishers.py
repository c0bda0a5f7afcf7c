"""A publisher with rights on one queue: what it may send there changes nothing but by the queue's own tasks."""

from __future__ import annotations

import gzip
import json
import uuid
from typing import Any

import pika
import pytest
from stack import INTAKE, Stack, eventually
from test_least_rights import broker_channel

JSON = "application/json"


def celery(name: str, kwargs: dict[str, Any]) -> tuple[bytes, dict[str, Any]]:
    """Return body and headers of a call as Celery publishes it."""
    body = json.dumps([[], kwargs, {"callbacks": None, "errbacks": None, "chain": None, "chord": None}]).encode()
    return body, {"task": name, "id": str(uuid.uuid4()), "lang": "py", "root_id": None, "parent_id": None}


ROLE = {"role_id": 990001, "name": "Made by a publisher", "system": "tts", "is_active": True, "version": 1}
#: What is sent, and the code that its dead letter must have.
SENT: dict[str, tuple[tuple[bytes, dict[str, Any]], dict[str, Any], str]] = {
    "a role": (celery("role.tasks.sync_role", {"action": "create", **ROLE}), {"content_type": JSON}, "wrong_queue"),
    "a reader list": (
        celery("tickets.tasks.apply_ticket_event", {"ticket_number": "TX1", "seq": 1, "event": "x"}),
        {"content_type": JSON},
        "wrong_queue",
    ),
    "a task of Celery": (celery("celery.backend_cleanup", {}), {"content_type": JSON}, "wrong_queue"),
    "a timer's tick": (celery("task.tasks.sweep_clocks", {}), {"content_type": JSON}, "wrong_queue"),
    "a compressed body": (
        (gzip.compress(b"{}" * 100), {"compression": "application/x-gzip"}),
        {"content_type": JSON, "content_encoding": "utf-8"},
        "compressed",
    ),
    "three MiB": ((b'{"a":"' + b"x" * (3 << 20) + b'"}', {}), {"content_type": JSON}, "too_large"),
    "a pickle": ((b"\x80\x04N.", {}), {"content_type": "application/x-python-serialize"}, "undecodable"),
    "depth": ((b'{"a":' * 3000 + b"1" + b"}" * 3000, {}), {"content_type": JSON}, ""),
}


@pytest.mark.parametrize("name", SENT)
def test_what_the_queue_does_not_carry_is_dead_with_its_reason(stack: Stack, name: str) -> None:
    (body, headers), properties, reason = SENT[name]
    message_id = f"publisher-{uuid.uuid4()}"
    headers = headers | ({"id": message_id} if "task" in headers else {})
    before = stack.processes()["workflow-worker"]
    with broker_channel(stack, "ticket") as channel:
        told = pika.BasicProperties(delivery_mode=2, message_id=message_id, headers=headers, **properties)
        channel.basic_publish("from.ticket_service", INTAKE, body, told, mandatory=True)

    def look() -> list[dict[str, Any]]:
        rows = stack.admin.get(f"{stack.workflow}/dead-letters/", page_size=100)["results"]
        return [row for row in rows if message_id in json.dumps(row)]

    [letter] = eventually(f"the dead letter of {name}", look)
    if reason:
        assert letter["code"] == reason
    assert "Made by a publisher" not in json.dumps(stack.admin.everything(f"{stack.workflow}/roles/"))
    number = stack.new_number()
    stack.publish(json.dumps(stack.ticket_data(number)).encode())
    assert stack.task_of(number)
    after = stack.processes()["workflow-worker"]
    assert (after["pid"], after["restarts"]) == (before["pid"], before["restarts"])


def test_it_publishes_to_no_other_queue_and_declares_nothing(stack: Stack) -> None:
    with broker_channel(stack, "ticket") as channel, pytest.raises(pika.exceptions.ChannelClosedByBroker) as refused:
        channel.basic_publish("from.auth", "tts.role.sync", b"{}", mandatory=True)
    assert refused.value.reply_code == 403
    with broker_channel(stack, "ticket") as channel, pytest.raises(pika.exceptions.UnroutableError):
        channel.basic_publish("from.ticket_service", "tts.role.sync", b"{}", mandatory=True)
    with broker_channel(stack, "ticket") as channel, pytest.raises(pika.exceptions.ChannelClosedByBroker) as refused:
        channel.queue_bind(INTAKE, "amq.direct", "mine")
    assert refused.value.reply_code == 403
