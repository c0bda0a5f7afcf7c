"""A session that ended is over everywhere within two seconds: in every API, on open sockets, after a restart."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable

import pytest
import requests
from stack import Person, Stack, eventually
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

pytestmark = pytest.mark.usefixtures("healthy_afterwards")

WITHIN_SECONDS = 2.0
Undo = Callable[[], object] | None


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


def log_out(stack: Stack, person: Person) -> Undo:
    sign_out(stack, person)
    return None


def end_by_admin(stack: Stack, person: Person) -> Undo:
    expect_204(stack.admin.http.delete(f"{user_address(stack, person)}sessions/", timeout=10))
    return None


def deactivate(stack: Stack, person: Person) -> Undo:
    stack.admin.post(f"{user_address(stack, person)}deactivate/", {})
    return lambda: stack.admin.post(f"{user_address(stack, person)}activate/", {})


def deactivate_by_scim(stack: Stack, person: Person) -> Undo:
    """As the company's directory does, through the gateway."""
    body = {"name": f"directory-{secrets.token_hex(4)}", "scopes": ["scim"]}
    key = stack.admin.post(f"{stack.auth}/api/v1/api-keys/", body, status=201)

    def switch(is_active: str) -> None:
        operations = [{"op": "Replace", "path": "active", "value": is_active}]
        answer = requests.patch(
            f"{stack.frontend}/scim/v2/Users/{person.account.user_id}",
            json={"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations},
            headers={"Authorization": f"Bearer {key['key']}"},
            timeout=10,
        )
        assert answer.status_code == 200, answer.text

    def undo() -> None:
        switch("True")
        stack.admin.post(f"{stack.auth}/api/v1/api-keys/{key['id']}/revoke/", {})

    switch("False")
    return undo


def take_a_role(stack: Stack, person: Person) -> Undo:
    """Switch the person's role Agent off: their tokens say too much from now on."""
    holds = stack.admin.everything(
        f"{stack.auth}/api/v1/user-system-roles/", user_id=person.account.user_id, role_name="Agent", system="tts"
    )
    address = f"{stack.auth}/api/v1/user-system-roles/{holds[0]['id']}/"

    def switch(is_active: bool) -> None:
        answer = stack.admin.http.patch(address, json={"is_active": is_active}, timeout=10)
        assert answer.status_code == 200, answer.text

    switch(False)
    return lambda: switch(True)


def change_password(stack: Stack, person: Person) -> Undo:
    """From another browser; the demo password comes back afterwards."""
    other = Person(stack, person.account)
    old, new = person.account.password, f"for a moment {secrets.token_hex(8)}"

    def change(before: str, after: str) -> None:
        body = {"current_password": before, "new_password": after}
        answer = other.post(f"{stack.auth}/api/v1/password/change/", body)
        other.http.headers["Authorization"] = f"Bearer {answer['access']}"

    change(old, new)
    return lambda: change(new, old)


def expect_204(answer: requests.Response) -> None:
    assert answer.status_code == 204, f"{answer.status_code} {answer.text[:300]}"


def user_address(stack: Stack, person: Person) -> str:
    return f"{stack.auth}/api/v1/users/{person.account.user_id}/"


@pytest.mark.parametrize("end", [log_out, end_by_admin, deactivate, deactivate_by_scim, take_a_role, change_password])
def test_an_ended_session_is_refused_by_every_service_and_its_sockets_close(
    stack: Stack, end: Callable[[Stack, Person], Undo]
) -> None:
    person, number = fresh_assignee(stack)
    places = addresses(stack)
    for name, address in places.items():
        assert refusal(person, address) is None, name
    eventually(
        "the conversation is open to the assignee",
        lambda: person.http.get(f"{stack.messaging}/comments/", params={"ticket_id": number}, timeout=5).ok,
        seconds=120,  # behind the events of all the work that the deactivation before gave to others
        pause=0.5,
    )
    sockets = [person.socket("ws/inbox/"), person.socket(f"ws/comments/{number}/")]
    time.sleep(1)  # every process has begun to listen with the first token it saw

    undo = end(stack, person)
    began = time.monotonic()
    try:
        over: dict[str, float] = {}
        while len(over) < len(places) and time.monotonic() - began < 10:
            for name, address in places.items():
                if name not in over and refusal(person, address) == "token_revoked":
                    over[name] = time.monotonic() - began
        codes = []
        for socket in sockets:
            codes.append(close_code(socket))
            over[f"socket {len(codes)}"] = time.monotonic() - began
    finally:
        if undo:
            undo()

    print(f"\n  {end.__name__}: the session was over after at most {max(over.values()):.2f} s: {over}")
    assert over.keys() >= places.keys()
    # A lost role may be told to messaging as a person who may no longer read, before it hears of the token.
    assert set(codes) <= ({4401, 4403} if end is take_a_role else {4401})
    assert max(over.values()) < WITHIN_SECONDS, over


def test_services_that_were_stopped_meanwhile_learn_it_at_their_start(stack: Stack) -> None:
    person, _ = fresh_assignee(stack)
    places = {name: address for name, address in addresses(stack).items() if name != "auth"}
    for name, address in places.items():
        assert refusal(person, address) is None, name

    for name in places:
        stack.stop(f"{name}-web")
    sign_out(stack, person)
    for name in places:
        stack.start(f"{name}-web")
    stack.wait_until_healthy()

    for name, address in places.items():
        eventually(
            f"{name} refuses the session",
            lambda address=address: refusal(person, address) == "token_revoked",  # type: ignore[misc]
            seconds=WITHIN_SECONDS,
        )
