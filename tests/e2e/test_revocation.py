"""A session that ended is over everywhere within two seconds: in every API, on open sockets, after a restart."""

from __future__ import annotations

import json
import time

import pytest
from stack import Person, Stack, eventually
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

pytestmark = pytest.mark.usefixtures("healthy_afterwards")

WITHIN_SECONDS = 2.0


def addresses(stack: Stack) -> dict[str, str]:
    return {
        "auth": f"{stack.auth}/api/v1/users/me/",
        "workflow": f"{stack.workflow}/tasks/",
        "messaging": f"{stack.messaging}/tickets/none/events/",
        "notification": f"{stack.notification}/api/v2/notifications/inapp/",
        "ticket": f"{stack.ticket}/tickets/",
    }


def sign_out(stack: Stack, person: Person) -> None:
    answer = person.http.post(
        f"{stack.auth}/logout/",
        headers={"X-Requested-With": "tts", "Origin": stack.frontend},
        timeout=10,
    )
    assert answer.status_code < 300, f"{answer.status_code} {answer.text[:300]}"


def refusal(person: Person, address: str) -> str | None:
    """Return the code with which the service refuses the person's token, None when it accepts it."""
    answer = person.http.get(address, timeout=10)
    return str(answer.json()["errors"][0]["code"]) if answer.status_code == 401 else None


def close_code(socket: ClientConnection) -> int | None:
    """Read frames until the server closes the socket; return its code."""
    while True:
        try:
            socket.recv(timeout=10)
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else None


def fresh_assignee(stack: Stack) -> tuple[Person, str]:
    """Sign the assignee of a new ticket in once more: a session of its own, that no other test uses."""
    number = stack.new_number()
    stack.publish(json.dumps(stack.ticket_data(number)).encode())
    task = stack.task_of(number)
    return Person(stack, stack.accounts[task["assignee"]["user_id"]]), number


def test_a_signed_out_session_is_refused_by_every_service_and_its_sockets_close(stack: Stack) -> None:
    person, number = fresh_assignee(stack)
    places = addresses(stack)
    for name, address in places.items():
        assert refusal(person, address) is None, name
    eventually(
        "the conversation is open to the assignee",
        lambda: person.http.get(f"{stack.messaging}/comments/", params={"ticket_id": number}, timeout=5).ok,
    )
    sockets = [person.socket("ws/inbox/"), person.socket(f"ws/comments/{number}/")]
    time.sleep(1)  # every process has begun to listen with the first token it saw

    sign_out(stack, person)
    began = time.monotonic()
    over: dict[str, float] = {}
    while len(over) < len(places) and time.monotonic() - began < 10:
        for name, address in places.items():
            if name not in over and refusal(person, address) == "token_revoked":
                over[name] = time.monotonic() - began
    codes = []
    for socket in sockets:
        codes.append(close_code(socket))
        over[f"socket {len(codes)}"] = time.monotonic() - began

    print(f"\n  a signed-out session was over after at most {max(over.values()):.2f} s: {over}")
    assert codes == [4401, 4401]
    assert over.keys() >= places.keys()
    assert max(over.values()) < WITHIN_SECONDS, over


@pytest.mark.parametrize("name", ["notification", "workflow"])
def test_a_service_that_was_stopped_meanwhile_learns_it_at_its_start(stack: Stack, name: str) -> None:
    person, _ = fresh_assignee(stack)
    address = addresses(stack)[name]
    assert refusal(person, address) is None

    stack.stop(f"{name}-web")
    sign_out(stack, person)
    stack.start(f"{name}-web")
    stack.wait_until_healthy()

    eventually(
        f"{name} refuses the session", lambda: refusal(person, address) == "token_revoked", seconds=WITHIN_SECONDS
    )
