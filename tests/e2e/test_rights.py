"""Who may read a conversation follows the roles of now, on the wire: out and in within two seconds."""

from __future__ import annotations

import json
import secrets
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import requests
from stack import Person, Stack, eventually
from websockets.exceptions import ConnectionClosed

WITHIN_SECONDS = 2.0
# A busy machine may take longer once; what counts is the way that the news take.
TRIES = 3
STILL_SECONDS = 2.0
REVOKED, FORBIDDEN = 4401, 4403


def renew(person: Person) -> None:
    """Trade the session for a token with the roles of now, as a browser does."""
    answer = person.http.post(
        f"{person.stack.auth}/token/refresh/",
        headers={"X-Requested-With": "tts", "Origin": person.stack.frontend},
        timeout=10,
    )
    assert answer.status_code == 200, f"{answer.status_code} {answer.text[:300]}"
    person.token = answer.json()["access"]
    person.http.headers["Authorization"] = f"Bearer {person.token}"


def status_of(person: Person, address: str) -> int:
    """Return what the person gets with a token that is good."""
    answer = person.http.get(address, timeout=10)
    if answer.status_code == 401:
        renew(person)
        answer = person.http.get(address, timeout=10)
    return answer.status_code


class Watch(threading.Thread):
    """A browser that keeps the conversation open: renews a token that died, comes back, and notes what it is told."""

    def __init__(self, person: Person, number: str) -> None:
        super().__init__(daemon=True)
        # A session of its own: what the test asks over REST renews another one.
        self.person = Person(person.stack, person.account)
        self.path = f"ws/comments/{number}/"
        self.admitted: list[float] = []
        self.heard: list[float] = []  # when the frames of events came
        self.closed: list[tuple[float, int]] = []
        self.failure: BaseException | None = None
        self._ends = threading.Event()

    def run(self) -> None:
        while not self._ends.is_set():
            try:
                self._look()
            except (OSError, ConnectionClosed, AssertionError) as error:
                self.failure = error
                return

    def _look(self) -> None:
        with self.person.socket(self.path) as socket:
            while not self._ends.is_set():
                try:
                    frame = json.loads(socket.recv(timeout=0.2))
                except TimeoutError:
                    continue
                except ConnectionClosed as closed:
                    code = closed.rcvd.code if closed.rcvd else 0
                    self.closed.append((time.monotonic(), code))
                    if code == REVOKED:
                        renew(self.person)
                    else:
                        time.sleep(0.1)
                    return
                if frame["type"] == "connection_established":
                    self.admitted.append(time.monotonic())
                elif "seq" in frame:
                    self.heard.append(time.monotonic())

    def shut_out_at(self, since: float) -> float | None:
        return next((moment for moment, code in self.closed if code == FORBIDDEN and moment > since), None)

    def end(self) -> None:
        self._ends.set()
        self.join(10)
        assert self.failure is None, repr(self.failure)


class Writer(threading.Thread):
    """Writes on the ticket all the time: changes a comment, since new ones are limited to one a second."""

    def __init__(self, stack: Stack, number: str) -> None:
        super().__init__(daemon=True)
        self.http = Person(stack, stack.admin.account).http
        self.url, self.number = f"{stack.messaging}/comments/", number
        self.written = 0
        self._ends = threading.Event()

    def run(self) -> None:
        made = self.http.post(f"{self.url}?ticket_id={self.number}", json={"text": "0", "visibility": "public"})
        while not self._ends.is_set():
            changed = self.http.patch(
                f"{self.url}{made.json()['id']}/", json={"text": str(self.written + 1)}, timeout=10
            )
            self.written += changed.status_code == requests.codes.ok
            time.sleep(0.05)

    def end(self) -> None:
        self._ends.set()
        self.join(10)
        assert self.written > STILL_SECONDS


@dataclass
class Ticket:
    """A ticket in its second step: who did the first, who has it, who else is of its team."""

    number: str
    task_id: int
    performer: Person
    assignee: Person
    team: list[Person]

    def addresses(self, stack: Stack) -> dict[str, str]:
        return {
            "messaging": f"{stack.messaging}/comments/?ticket_id={self.number}",
            "workflow_api": f"{stack.workflow}/tasks/{self.task_id}/",
        }


class Desk:
    """Two roles of its own, people who hold them, and a workflow that leads from the one to the other."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.name = f"Rights {secrets.token_hex(4)}"
        self.holds: dict[tuple[int, int], int] = {}
        self.first, self.second = (self._role(f"{self.name} {kind}") for kind in ("desk", "leads"))
        people = [
            account.user_id
            for account in stack.accounts.values()
            if "Agent" in account.roles and "Ticket Coordinator" not in account.roles
        ]
        self.performer_id, *self.team_ids = people[:4]
        self.newcomer_id = people[4]
        self.give(self.performer_id, self.first)
        for user_id in self.team_ids:
            self.give(user_id, self.second)
        self.workflow_id = self._workflow()

    def _role(self, name: str) -> int:
        made = self.stack.admin.post(f"{self.stack.auth}/api/v1/roles/", {"system": "tts", "name": name}, status=201)
        return int(made["id"])

    def _workflow(self) -> int:
        admin, url = self.stack.admin, f"{self.stack.workflow}/workflows/"
        model = next(row for row in admin.everything(url) if row["name"] == "Access Request")
        document = admin.get(f"{url}{model['id']}/export/")
        document |= {"name": self.name, "category": self.name, "sub_category": "", "department": ""}
        document.pop("seed_key", None)
        review, approve = (step for step in document["steps"] if step["kind"] in ("review", "approval"))
        review["role"], approve["role"] = f"{self.name} desk", f"{self.name} leads"

        def imported() -> int | None:
            answer = admin.http.post(f"{url}import/", json=document, timeout=20)
            return answer.json()["id"] if answer.status_code == 201 else None

        def initialized() -> bool:
            return admin.http.post(f"{url}{made}/initialize/", json={}, timeout=20).status_code == 200

        made = eventually("the workflow API knows the roles", imported)
        eventually("the workflow API knows who holds the roles", initialized)
        admin.post(f"{url}{made}/deploy/", {})
        return int(made)

    def give(self, user_id: int, role_id: int) -> None:
        made = self.stack.admin.post(
            f"{self.stack.auth}/api/v1/user-system-roles/", {"user_id": user_id, "role_id": role_id}, status=201
        )
        self.holds[user_id, role_id] = made["id"]

    def take(self, user_id: int, role_id: int) -> None:
        hold_id = self.holds.pop((user_id, role_id))
        answer = self.stack.admin.http.delete(f"{self.stack.auth}/api/v1/user-system-roles/{hold_id}/", timeout=20)
        assert answer.status_code == 204, answer.text

    def rename(self, role_id: int, name: str) -> None:
        answer = self.stack.admin.http.patch(
            f"{self.stack.auth}/api/v1/roles/{role_id}/", json={"name": name}, timeout=20
        )
        assert answer.status_code == 200, answer.text

    def ticket(self) -> Ticket:
        """Return a new ticket, once everybody concerned can read its conversation."""
        stack, number = self.stack, self.stack.new_number()
        stack.publish(json.dumps(stack.ticket_data(number, category=self.name)).encode())
        task = stack.task_of(number)
        performer = stack.person(task["assignee"]["user_id"])
        assert performer.account.user_id == self.performer_id
        seen = performer.get(f"{stack.workflow}/tasks/{task['id']}/")
        way = next(entry for entry in seen["available_transitions"] if entry["outcome"] == "forward")
        performer.post(
            f"{stack.workflow}/transitions/",
            {"task_id": task["id"], "transition_id": way["id"], "comment": "", "expected_version": seen["version"]},
        )
        assignee_id = stack.task_of(number)["assignee"]["user_id"]
        team = [stack.person(user_id) for user_id in self.team_ids if user_id != assignee_id]
        ticket = Ticket(number, task["id"], performer, stack.person(assignee_id), team)
        for person in (ticket.performer, ticket.assignee, *team):
            for address in ticket.addresses(stack).values():
                eventually(f"{person.account.email} reads {address}", lambda: status_of(person, address) == 200)  # noqa: B023
        return ticket

    def close(self) -> None:
        for user_id, role_id in list(self.holds):
            self.take(user_id, role_id)
        self.stack.admin.post(f"{self.stack.workflow}/workflows/{self.workflow_id}/pause/", {})


@pytest.fixture(scope="module")
def desk(stack: Stack) -> Iterator[Desk]:
    made = Desk(stack)
    yield made
    made.close()


def take_and_watch(desk: Desk, ticket: Ticket, person: Person, role_id: int) -> dict[str, float]:
    """Take the role from somebody who has the conversation open; return after how long each service shut them out."""
    stack, user_id = desk.stack, person.account.user_id
    watch, writer = Watch(person, ticket.number), Writer(stack, ticket.number)
    watch.start(), writer.start()
    eventually("frames come", lambda: len(watch.heard) > 5)
    try:
        began = time.monotonic()
        desk.take(user_id, role_id)
        over: dict[str, float] = {}
        while len(over) < 3 and time.monotonic() - began < 10:
            for name, address in ticket.addresses(stack).items():
                if name not in over and status_of(person, address) == 404:
                    over[name] = time.monotonic() - began
            if "socket" not in over and (moment := watch.shut_out_at(began)):
                over["socket"] = moment - began
        time.sleep(STILL_SECONDS)
        assert over.keys() == {"messaging", "workflow_api", "socket"}, over
        assert not [moment for moment in (*watch.heard, *watch.admitted) if moment > began + over["socket"]]
        for address in ticket.addresses(stack).values():
            assert status_of(person, address) == 404
    finally:
        watch.end(), writer.end()
        desk.give(user_id, role_id)
    return over


@pytest.mark.parametrize("who", ["team", "performer", "assignee"])
def test_who_loses_the_role_gets_nothing_more_within_two_seconds(desk: Desk, who: str) -> None:
    tries = []
    for _ in range(TRIES):
        ticket = desk.ticket()
        person, role_id = {
            "team": (ticket.team[0], desk.second),
            "performer": (ticket.performer, desk.first),
            "assignee": (ticket.assignee, desk.second),
        }[who]
        tries.append(take_and_watch(desk, ticket, person, role_id))
        if max(tries[-1].values()) <= WITHIN_SECONDS:
            break
    told = ", ".join(f"{name} {after:.2f} s" for name, after in tries[-1].items())
    print(f"\n  {who}: out after {told}; try {len(tries)}")
    assert max(tries[-1].values()) <= WITHIN_SECONDS, tries


def test_who_gains_the_role_is_in_at_once_without_an_event_of_the_ticket(desk: Desk) -> None:
    stack, ticket = desk.stack, desk.ticket()
    newcomer = stack.person(desk.newcomer_id)
    addresses = ticket.addresses(stack)
    assert {status_of(newcomer, address) for address in addresses.values()} == {404}
    ticket_events = f"{stack.messaging}/tickets/{ticket.number}/events/"
    before = stack.admin.get(ticket_events)["seq"]
    old = Watch(ticket.team[0], ticket.number)
    old.start()
    try:
        eventually("the room is open", lambda: old.admitted)
        began = time.monotonic()
        desk.give(desk.newcomer_id, desk.second)
        took = {}
        for name, address in addresses.items():
            eventually(f"{name} lets them in", lambda: status_of(newcomer, address) == 200, pause=0.01)  # noqa: B023
            took[name] = time.monotonic() - began
        new = Watch(newcomer, ticket.number)
        new.start()
        eventually("their socket is in", lambda: new.admitted, pause=0.01)
        took["socket"] = new.admitted[0] - began
        assert stack.admin.get(ticket_events)["seq"] == before, "nothing happened to the ticket"
        writer = Writer(stack, ticket.number)
        writer.start()
        eventually("they hear what is written", lambda: len(new.heard) > 5)
        time.sleep(STILL_SECONDS)
        writer.end(), new.end()
        assert (len(new.admitted), new.closed) == (1, [])
    finally:
        old.end()
        desk.take(desk.newcomer_id, desk.second)
    print(f"\n  in after {', '.join(f'{name} {after:.2f} s' for name, after in took.items())}")
    assert max(took.values()) <= WITHIN_SECONDS, took


def test_a_renamed_role_goes_on_reading(desk: Desk) -> None:
    stack, ticket = desk.stack, desk.ticket()
    reader = ticket.team[0]
    watch, writer = Watch(reader, ticket.number), Writer(stack, ticket.number)
    watch.start(), writer.start()
    eventually("frames come", lambda: len(watch.heard) > 5)
    try:
        began = time.monotonic()
        desk.rename(desk.second, f"{desk.name} approvers")
        eventually("they are back with a token of now", lambda: watch.admitted[-1] > began)
        time.sleep(STILL_SECONDS)
    finally:
        watch.end(), writer.end()
        desk.rename(desk.second, f"{desk.name} leads")
    assert {code for _, code in watch.closed} <= {REVOKED}, "a renaming ends tokens, not rights"
    assert watch.heard[-1] > began + STILL_SECONDS / 2
    for address in ticket.addresses(stack).values():
        assert status_of(reader, address) == 200
