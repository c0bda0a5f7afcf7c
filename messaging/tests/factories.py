"""The people and tickets of the tests' story."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from ticketing_common.contracts.messages import ApplyTicketEvent, SyncUserForMessaging
from ticketing_common.jwt import Identity, verify
from ticketing_testing.clients import token_for
from tickets.models import Ticket
from tickets.workflow_events import apply_ticket_event
from users.models import Person
from users.services import sync_user

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
NUMBER = "TX20260302000018"

AMARA, JONAS, LEILA, ADMIN, STRANGER = 7, 4, 9, 1, 66
NAMES = {AMARA: "Amara Okafor", JONAS: "Jonas Weber", LEILA: "Leila Haddad", ADMIN: "Ada Admin", STRANGER: "Sam Stray"}
AGENT_ROLES = {"tts": ["Agent", "IT Support"]}
ADMIN_ROLES = {"tts": ["Admin"]}
PLAIN_ROLES = {"tts": ["User"]}

# Roles of `tts` by auth's ids, and one of another system.
COORDINATOR, SUPPORT, LEAD, ELSEWHERE = 3, 6, 8, 108


def roles_of(user_id: int) -> dict[str, list[str]]:
    return ADMIN_ROLES if user_id == ADMIN else AGENT_ROLES


def token(user_id: int, **claims: Any) -> str:
    claims = {"full_name": NAMES.get(user_id, f"Person {user_id}"), "roles": roles_of(user_id)} | claims
    return token_for(user_id, **claims)


def identity(user_id: int, **claims: Any) -> Identity:
    return verify(token(user_id, **claims))


def participant(user_id: int, relation: str = "performer", **more: Any) -> dict[str, Any]:
    return {"user_id": user_id, "full_name": NAMES.get(user_id, f"Person {user_id}"), "relation": relation} | more


def task_state(**changes: Any) -> dict[str, Any]:
    return {
        "id": 81,
        "status": "in_progress",
        "version": 1,
        "workflow": {"id": 3, "name": "Access Request"},
        "current_step": {"id": 9, "name": "Approve", "role": "IT Lead"},
        "assignee": {"user_id": AMARA, "full_name": NAMES[AMARA]},
        "owner": {"user_id": JONAS, "full_name": NAMES[JONAS]},
        "priority": "high",
        "subject": "Access to the finance share",
    } | changes


def ticket_event(
    *,
    number: str = NUMBER,
    seq: int = 1,
    event: str = "transition",
    people: Iterable[int] = (AMARA, JONAS),
    source: dict[str, str] | None = None,
    **task: Any,
) -> ApplyTicketEvent:
    relations = ["assignee", "owner"]
    return ApplyTicketEvent(
        ticket_number=number,
        seq=seq,
        event=event,
        participants=[
            participant(user_id, relations[index] if index < 2 else "team") for index, user_id in enumerate(people)
        ],
        task_state=task_state(**task),
        occurred_at="2026-03-02T12:00:00Z",
        event_id=f"event-{number}-{seq}-{uuid.uuid4().hex[:6]}",
        source=source,
    )


def make_ticket(
    number: str = NUMBER,
    *,
    people: Iterable[int] = (AMARA, JONAS),
    seq: int = 1,
    source: dict[str, str] | None = None,
) -> Ticket:
    """Return a ticket as it stands after workflow_api's first event."""
    apply_ticket_event(message=ticket_event(number=number, people=people, seq=seq, source=source), now=NOON)
    return Ticket.objects.get(ticket_number=number)


def make_team_ticket(*members: int, role: str) -> Ticket:
    """Return a ticket with Amara, whose team are the members of a role."""
    people = [participant(AMARA, "assignee"), *(participant(member, "team", role=role) for member in members)]
    apply_ticket_event(message=dataclasses.replace(ticket_event(), participants=people), now=NOON)
    return Ticket.objects.get(ticket_number=NUMBER)


def tell(*people: dict[str, Any], seq: int = 1, team: int | None = LEAD, name: str = "IT Lead") -> Ticket:
    """Return the ticket after an event as workflow_api tells it: who took part, and the role of the stay."""
    message = dataclasses.replace(
        ticket_event(seq=seq), participants=list(people), team_role_id=team, team_role=name if team else None
    )
    apply_ticket_event(message=message, now=NOON)
    return Ticket.objects.get(ticket_number=NUMBER)


def now_has(user_id: int, *role_ids: int, names: Iterable[str] = ("Agent",), is_active: bool = True) -> None:
    """Take over the next that auth says of the person. In another system they hold `ELSEWHERE`."""
    known = Person.objects.filter(user_id=user_id).first()
    message = SyncUserForMessaging(
        user_id=user_id,
        email=f"person.{user_id}@example.com",
        full_name=NAMES.get(user_id, f"Person {user_id}"),
        is_active=is_active,
        avatar_url="",
        roles={"tts": list(names)},
        role_ids={"tts": list(role_ids), "hdts": [ELSEWHERE]},
        version=known.version + 1 if known else 1,
    )
    sync_user(message=message)


def make_person(user_id: int, *, roles: dict[str, list[str]] | None = None, **fields: Any) -> Person:
    name = NAMES.get(user_id, f"Person {user_id}")
    values = {
        "email": f"{name.lower().replace(' ', '.')}@example.com",
        "full_name": name,
        "roles": roles or roles_of(user_id),
        "version": 1,
    } | fields
    return Person.objects.create(user_id=user_id, **values)
