"""Where the running system is: natively from the run directory, in containers from the compose file's ports."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from native.console import StartError
from native.layout import Layout
from native.plan import read_env_file
from native.ports import DEFAULT_PORTS

COMPOSE = ("docker", "compose")


@dataclass(frozen=True)
class Person:
    """Somebody who can sign in."""

    user_id: int
    email: str
    password: str = field(repr=False)
    roles: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return " ".join(part.capitalize() for part in self.email.split("@")[0].split("."))


@dataclass(frozen=True)
class Places:
    """The URLs of one running copy, and the people who can sign in to it."""

    auth: str
    workflow: str
    messaging: str
    notification: str
    ticket: str
    frontend: str
    mail: str
    admin: Person
    people: tuple[Person, ...]
    in_containers: bool
    authority: str | None = None  # a file with the certificate authority of HTTPS addresses; none: the system's

    def person(self, user_id: int) -> Person:
        for person in (self.admin, *self.people):
            if person.user_id == user_id:
                return person
        raise StartError(f"No demo account has the user id {user_id}.")

    def holders(self, role: str) -> list[Person]:
        return [person for person in self.people if role in person.roles]

    def mails_to(self, person: Person) -> list[dict[str, str]]:
        """Return subject, text and link of every mail the sink has for a person."""
        if self.in_containers:
            return self._mailpit(person)
        rows = get_json(f"{self.mail}/api/mails")
        return [
            {"subject": row["subject"], "text": row["text"] + row["html"], "link": f"{self.mail}/mails/{row['id']}"}
            for row in rows
            if person.email in row["to"]
        ]

    def _mailpit(self, person: Person) -> list[dict[str, str]]:
        found = get_json(f"{self.mail}/api/v1/messages", params={"limit": "100"})
        mails = []
        for row in found["messages"]:
            if person.email not in [address["Address"] for address in row["To"]]:
                continue
            whole = get_json(f"{self.mail}/api/v1/message/{row['ID']}")
            text = whole.get("Text", "") + whole.get("HTML", "")
            mails.append({"subject": row["Subject"].strip(), "text": text, "link": f"{self.mail}/view/{row['ID']}"})
        return mails


def get_json(url: str, params: dict[str, str] | None = None) -> Any:
    with requests.Session() as session:
        session.trust_env = False  # everything is on this machine: no proxy
        return session.get(url, params=params, timeout=10).json()


def native_places(layout: Layout) -> Places:
    """Read what scripts/up has left in the run directory."""
    values = read_env_file(layout.env_file)
    return _places(values, json.loads(layout.demo_file.read_text()), in_containers=False)


def container_places(root: Path) -> Places:
    """Take the ports from the environment or `.env`, as the compose file does, and the accounts from auth itself."""
    given = {**read_env_file(root / ".env"), **os.environ}
    port = {name: given.get(name) or str(default) for name, default in DEFAULT_PORTS.items()}
    values = {
        "DJANGO_AUTH_SERVICE": f"http://localhost:{port['AUTH_PORT']}",
        "DJANGO_WORKFLOW_API": f"http://localhost:{port['WORKFLOW_PORT']}",
        "DJANGO_MESSAGING_SERVICE": f"http://localhost:{port['MESSAGING_PORT']}",
        "DJANGO_NOTIFICATION_SERVICE": f"http://localhost:{port['NOTIFICATION_PORT']}",
        "DJANGO_TICKET_SERVICE": f"http://localhost:{port['TICKET_PORT']}",
        "FRONTEND_URL": f"http://localhost:{port['FRONTEND_PORT']}",
        "MAIL_URL": f"http://localhost:{port['MAIL_PORT']}",
    }
    command = [*COMPOSE, "exec", "-T", "auth-service", "python", "manage.py", "demo_accounts", "--json"]
    done = subprocess.run(command, cwd=root, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        raise StartError("auth's demo accounts could not be read.", log_tail=done.stderr)
    return _places(values, json.loads(done.stdout), in_containers=True)


def start_containers(root: Path) -> None:
    """Build and start what is not running; Compose waits for the health checks."""
    done = subprocess.run([*COMPOSE, "up", "-d", "--build", "--wait"], cwd=root, stdin=subprocess.DEVNULL, check=False)
    if done.returncode:
        raise StartError("docker compose up failed; see its messages above.")


def _places(values: dict[str, str], accounts: dict[str, Any], *, in_containers: bool) -> Places:
    return Places(
        auth=values["DJANGO_AUTH_SERVICE"],
        workflow=values["DJANGO_WORKFLOW_API"],
        messaging=values["DJANGO_MESSAGING_SERVICE"],
        notification=values["DJANGO_NOTIFICATION_SERVICE"],
        ticket=values["DJANGO_TICKET_SERVICE"],
        frontend=values["FRONTEND_URL"],
        mail=values["MAIL_URL"],
        admin=_person(accounts["admin"]),
        people=tuple(_person(user) for user in accounts["users"]),
        in_containers=in_containers,
    )


def _person(account: dict[str, Any]) -> Person:
    roles = tuple(account.get("roles", {}).get("tts", ()))
    return Person(account["user_id"], account["email"], account["password"], roles)
