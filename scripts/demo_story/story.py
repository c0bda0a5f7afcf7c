"""The story of one ticket: from the help desk through every step to its end, checked at each turn."""

from __future__ import annotations

import json
import ssl
import time
import uuid
from typing import Any

from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from demo_story.client import SignedIn, StoryBroken, eventually
from demo_story.places import Person, Places
from native.console import Console

#: Outcomes that bring a ticket forward.
ONWARD = ("approve", "forward")
MOST_STEPS = 12
SECOND = 1000

TICKET = {
    "subject": "Diagram editor for the facilities team",
    "department": "IT Department",
    "category": "Software Installation",
    "description": (
        "We draw floor plans for the office move and need the diagram editor on four workstations "
        "before the planning week begins."
    ),
    "priority": "High",
}


class Story:
    """Tells and checks. Every method is one chapter."""

    def __init__(self, places: Places, console: Console) -> None:
        self.places = places
        self.console = console
        self._sessions: dict[int, SignedIn] = {}
        self._chapter = 0
        self._posted_at = 0.0

    def tell(self) -> None:
        admin = self.as_person(self.places.admin)
        requester = self.post_ticket()
        task = self.ticket_becomes_a_task(admin)
        self.assignee_is_notified(task)
        self.two_agents_talk(task)
        task = self.every_step_is_done(admin, task)
        self.help_desk_knows(requester)
        self.trail_is_complete(admin, task)

    # Telling

    def chapter(self, title: str) -> None:
        self._chapter += 1
        self.console.line(f"\n{self._chapter}. {title}")

    def say(self, text: str) -> None:
        self.console.line(f"   {text}")

    def as_person(self, person: Person) -> SignedIn:
        """Sign in once and stay signed in."""
        if person.user_id not in self._sessions:
            self._sessions[person.user_id] = SignedIn(self.places, person)
        return self._sessions[person.user_id]

    # The chapters

    def post_ticket(self) -> SignedIn:
        self.chapter("The help desk posts a ticket")
        asker = next((p for p in self.places.people if "User" in p.roles), self.places.people[-1])
        requester = self.as_person(asker)
        self._posted_at = time.monotonic()
        answer = requester.post(f"{self.places.ticket}/tickets/", TICKET)
        self.number: str = answer["ticket_number"]
        self.say(f"{requester.full_name} asks: “{TICKET['subject']}”")
        self.say(f"The help desk calls it {self.number}, status {answer['status']}.")
        self.say(f"{self.places.ticket}/tickets/{self.number}/")
        return requester

    def ticket_becomes_a_task(self, admin: SignedIn) -> dict[str, Any]:
        self.chapter("It travels through TICKET_TASKS_PRODUCTION and becomes a task")

        def assigned() -> dict[str, Any] | None:
            rows = admin.get(f"{self.places.workflow}/tasks/", view="all", search=self.number)["results"]
            found = [row for row in rows if row["ticket_number"] == self.number and row["assignee"]]
            return found[0] if found else None

        row = eventually(f"A task for {self.number} with an assignee", assigned)
        took = (time.monotonic() - self._posted_at) * SECOND
        task: dict[str, Any] = admin.get(f"{self.places.workflow}/tasks/{row['id']}/")
        self.say(
            f"Workflow “{task['workflow']['name']}”, version {task['workflow_version']}, {took:.0f} ms after the post."
        )
        self.say(f"Step “{task['current_step']['name']}” for the role {task['current_step']['role']}.")
        if task.get("sla") and task["sla"].get("due_at"):
            self.say(f"Due {task['sla']['due_at']}.")
        why = admin.get(f"{self.places.workflow}/tasks/{task['id']}/assignment/")["current"]
        self.say(f"It went to {task['assignee']['full_name']}. Why? {why['explanation']}")
        self.say(f"{self.places.frontend}/tickets/{self.number}")
        return task

    def assignee_is_notified(self, task: dict[str, Any]) -> None:
        self.chapter("The assignee hears of it, by mail and in the application")
        person = self.places.person(task["assignee"]["user_id"])

        def mail() -> dict[str, str] | None:
            found = [m for m in self.places.mails_to(person) if self.number in m["subject"] + m["text"]]
            return found[0] if found else None

        received = eventually(f"A mail to {person.email} about {self.number}", mail)
        self.say(f"Mail to {person.email}: “{received['subject']}”")
        self.say(received["link"])
        agent = self.as_person(person)

        def notice() -> dict[str, Any] | None:
            rows = agent.get(f"{self.places.notification}/api/v2/notifications/inapp/", page_size="50")["results"]
            found = [row for row in rows if self.number in json.dumps(row)]
            return found[0] if found else None

        seen = eventually(f"An in-app notice for {person.email} about {self.number}", notice)
        self.say(f"In-app notice: “{seen['subject']}”")

    def two_agents_talk(self, task: dict[str, Any]) -> None:
        self.chapter("The agent signs in, reads it and comments; a colleague sees the comment live")
        person = self.places.person(task["assignee"]["user_id"])
        role = task["current_step"]["role"]
        colleague = next((p for p in self.places.holders(role) if p.user_id != person.user_id), None)
        if colleague is None:
            raise StoryBroken(f"Nobody else holds the role {role}.")
        agent, second = self.as_person(person), self.as_person(colleague)
        read = agent.get(f"{self.places.workflow}/tasks/{task['id']}/")
        offered = ", ".join(f"“{transition['name']}”" for transition in read["available_transitions"])
        self.say(f"{agent.full_name} may do: {offered}")
        text = f"I have read it. Licences are there; I start today. ({uuid.uuid4().hex[:6]})"
        address = f"{self.places.frontend.replace('http', 'ws', 1)}/ws/comments/{self.number}/"
        try:
            with connect(
                address,
                subprotocols=[Subprotocol("tts.v1"), Subprotocol(second.token)],
                origin=Origin(self.places.frontend),
                open_timeout=10,
                proxy=None,
                ssl=ssl.create_default_context(cafile=self.places.authority) if address.startswith("wss:") else None,
            ) as watching:
                hello = frame(watching, "connection_established")
                began = time.monotonic()
                agent.post(
                    f"{self.places.messaging}/comments/",
                    {"ticket_id": self.number, "text": text, "visibility": "internal", "client_id": uuid.uuid4().hex},
                    ticket_id=self.number,
                )
                seen = frame(watching, "comment_update", containing=text)
                took = (time.monotonic() - began) * SECOND
        except (WebSocketException, OSError) as error:
            raise StoryBroken(f"The socket {address}: {error}") from error
        self.say(f"{agent.full_name}: “{seen['comment']['text']}”")
        self.say(
            f"{second.full_name} saw it {took:.0f} ms after it was sent (event {seen['seq']}, before {hello['seq']})."
        )

    def every_step_is_done(self, admin: SignedIn, task: dict[str, Any]) -> dict[str, Any]:
        self.chapter("Every step is done by the person it is assigned to")
        address = f"{self.places.workflow}/tasks/{task['id']}/"
        for _ in range(MOST_STEPS):
            task = eventually("The next step has an assignee", lambda: settled(admin.get(address)))
            if task["current_step"] is None or task["status"] not in ("pending", "in_progress"):
                break
            agent = self.as_person(self.places.person(task["assignee"]["user_id"]))
            seen = agent.get(address)
            onward = [t for t in seen["available_transitions"] if t["outcome"] in ONWARD]
            if not onward:
                raise StoryBroken(f"{agent.full_name} is offered no way on from “{seen['current_step']['name']}”.")
            chosen = onward[0]
            agent.post(
                f"{self.places.workflow}/transitions/",
                {
                    "task_id": task["id"],
                    "transition_id": chosen["id"],
                    "comment": "Looks right to me.",
                    "expected_version": seen["version"],
                },
            )
            target = chosen["to_step"]["name"] if chosen["to_step"] else "the end"
            self.say(f"{agent.full_name:<18} “{seen['current_step']['name']}” — {chosen['name']} → {target}")
        else:
            raise StoryBroken(f"The task has not ended after {MOST_STEPS} steps.")
        if task["status"] != "completed":
            raise StoryBroken(f"The task ended as {task['status']}, not completed.")
        self.say(f"The task is {task['status']}.")
        return task

    def help_desk_knows(self, requester: SignedIn) -> None:
        self.chapter("The help desk's own record says Resolved")
        address = f"{self.places.ticket}/tickets/{self.number}/status-history/"

        def resolved() -> list[dict[str, Any]] | None:
            rows: list[dict[str, Any]] = requester.get(address, page_size="100")["results"]
            return rows if any(row["new_status"].lower() == "resolved" for row in rows) else None

        rows = eventually(f"{self.number} is Resolved at the help desk", resolved)
        for row in rows:
            teller = "the workflow" if row["origin"] == "workflow" else "the help desk"
            self.say(f"{row['occurred_at'][:19].replace('T', ' ')}  {row['new_status']:<12} (told by {teller})")
        record = requester.get(f"{self.places.ticket}/tickets/{self.number}/")
        if record["status"].lower() != "resolved":
            raise StoryBroken(f"The help desk's record says {record['status']}.")
        self.say(address)

    def trail_is_complete(self, admin: SignedIn, task: dict[str, Any]) -> None:
        self.chapter("The audit trail tells the whole story")
        page = admin.get(f"{self.places.workflow}/audit/", ticket_number=self.number, page_size="100")
        rows = sorted(page["results"], key=lambda row: row["id"])
        if not rows:
            raise StoryBroken(f"The audit trail has nothing about {self.number}.")
        for row in rows:
            who = row["actor"]["full_name"] if row["actor"] else "the system"
            self.say(f"{row['at'][11:19]}  {row['action']:<26} {who:<20} {row['reason']}".rstrip())
        self.say(f"{self.places.workflow}/audit/?ticket_number={self.number}")


def settled(task: dict[str, Any]) -> dict[str, Any] | None:
    """Return the task when somebody can act on it or nobody needs to any more."""
    is_open = task["status"] in ("pending", "in_progress")
    if (is_open and task["assignee"]) or task["status"] in ("completed", "rejected", "cancelled"):
        return task
    return None


def frame(socket: ClientConnection, kind: str, *, containing: str = "", seconds: float = 10) -> dict[str, Any]:
    """Return the next frame of a kind, past all others."""
    deadline = time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0:
        try:
            received: dict[str, Any] = json.loads(socket.recv(timeout=left))
        except TimeoutError:
            break
        if received.get("type") == kind and containing in json.dumps(received, ensure_ascii=False):
            return received
    raise StoryBroken(f"No {kind} frame came over the socket within {seconds:.0f} s.")
