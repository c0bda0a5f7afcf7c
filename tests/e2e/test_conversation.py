"""A public conversation between those who work on a ticket and those who asked at the help desk, over the wire."""

from __future__ import annotations

import json
import time
from typing import Any

import pika
from stack import Person, Stack, eventually, frame

REPLIES = "ticket_reply-default"


def _ticket(stack: Stack) -> tuple[str, Person]:
    """File a ticket at the help desk; return its number and who works on it, once messaging knows both."""
    posted = stack.employee.post(
        f"{stack.ticket}/tickets/",
        {"subject": "A licence", "department": "IT Department", "category": "IT Support", "priority": "High"},
        status=201,
    )
    number = posted["ticket_number"]
    agent = stack.person(stack.task_of(number)["assignee"]["user_id"])
    url = f"{stack.messaging}/comments/?ticket_id={number}"
    eventually("messaging knows the ticket", lambda: agent.http.get(url, timeout=10).status_code == 200)
    return number, agent


def _at_the_desk(stack: Stack, number: str) -> list[dict[str, Any]]:
    return stack.employee.everything(f"{stack.ticket}/tickets/{number}/comments/")


def _publish(stack: Stack, reply: dict[str, Any], *, times: int = 1) -> None:
    """Publish as a help desk without Celery does."""
    with stack.channel() as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        for _ in range(times):
            body = json.dumps(reply).encode()
            channel.basic_publish("", REPLIES, body, pika.BasicProperties(delivery_mode=2), mandatory=True)


def test_a_comment_reaches_the_help_desk_and_the_answer_comes_back_once_without_echo(stack: Stack) -> None:
    number, agent = _ticket(stack)
    post = f"{stack.messaging}/comments/?ticket_id={number}"
    with agent.socket(f"ws/comments/{number}/") as socket:
        frame(socket, "connection_established")
        agent.post(post, {"text": "The supplier is slow.", "visibility": "internal"}, status=201)
        asked = agent.post(post, {"text": "Which version?", "visibility": "public"}, status=201)
        (there,) = eventually("the comment at the help desk", lambda: _at_the_desk(stack, number))
        assert (there["text"], there["author"]["user_id"]) == ("Which version?", agent.account.user_id)

        stack.employee.post(
            f"{stack.ticket}/tickets/{number}/comments/", {"text": "The 9.2.", "parent_id": there["id"]}, status=201
        )
        shown = frame(socket, "comment_update", containing="The 9.2.")
        assert (shown["action"], shown["comment"]["parent_id"]) == ("reply", asked["id"])
        assert shown["comment"]["author"] is None
        own = stack.employee.get(f"{stack.auth}/api/v1/users/me/")["full_name"]
        assert shown["comment"]["outside_author"] == {"full_name": own, "service": "hdts"}

    def notices() -> list[Any]:
        rows = agent.get(f"{stack.notification}/api/v2/notifications/inapp/", page_size=50)["results"]
        return [row for row in rows if row["notification_type"] == "requester_reply" and number in row["subject"]]

    assert len(eventually("the notice of the reply", notices)) == 1
    agent.http.patch(f"{stack.messaging}/comments/{asked['id']}/", json={"text": "Which version, 9.1 or 9.2?"})
    eventually("the edit", lambda: "9.1 or" in json.dumps(_at_the_desk(stack, number)))
    agent.http.delete(f"{stack.messaging}/comments/{asked['id']}/")
    eventually("the deletion", lambda: "Which version" not in json.dumps(_at_the_desk(stack, number)))

    time.sleep(1)  # an echo would be on its way now
    desk = _at_the_desk(stack, number)
    assert [row["text"] for row in desk] == ["", "The 9.2."]
    assert "supplier" not in json.dumps(desk)
    here = agent.everything(f"{stack.messaging}/comments/", ticket_id=number)
    assert [row["text"] for row in here] == ["The supplier is slow.", "", "The 9.2."]


def test_a_foreign_help_desk_answers_in_plain_json(stack: Stack) -> None:
    number = stack.new_number()
    reply = {
        "ticket_number": number,
        "source_service": "acme",
        "reply_id": f"acme-{number}",
        "author": {"name": "Rosa Lim"},
        "text": "It is the grey one.",
    }
    _publish(stack, reply, times=5)  # before the ticket, and more than once
    stack.publish(json.dumps(stack.ticket_data(number, source_service="acme")).encode())
    agent = stack.person(stack.task_of(number)["assignee"]["user_id"])

    def shown() -> list[Any]:
        answer = agent.http.get(f"{stack.messaging}/comments/", params={"ticket_id": number}, timeout=10)
        return list(answer.json()["results"]) if answer.status_code == 200 else []

    (row,) = eventually("the reply on the ticket", shown)
    assert row["outside_author"] == {"full_name": "Rosa Lim", "service": "acme"}
    _publish(stack, reply | {"action": "update", "version": 2, "text": "It is the black one."})
    eventually("the correction", lambda: [row["text"] for row in shown()] == ["It is the black one."])
    _publish(stack, reply | {"text": ""})
    eventually(
        "the empty one among the dead letters",
        lambda: any(number in str(letter) for letter in stack.dead_letters(REPLIES)),
    )
    assert [row["text"] for row in shown()] == ["It is the black one."]
