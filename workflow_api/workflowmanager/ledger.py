"""The ledger of messages from help desks: one row for each, as it came, with what became of it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from audit.actor import Actor
from ticketing_common.bodies import Unreadable
from ticketing_common.context import current_request_id
from ticketing_common.inbox.models import DeadLetter
from tickets.models import IntakeRecord
from tickets.submission import InvalidTicket, storable, text
from workflowmanager.raw_bodies import raw_body_of, ticket_in

QUEUE = "TICKET_TASKS_PRODUCTION"
TASK_NAME = "tickets.tasks.receive_ticket"
MAX_BODY_BYTES = 2 * 1024 * 1024
Verdict = IntakeRecord.Verdict


@dataclass(frozen=True)
class Origin:
    """How a message came."""

    queue: str
    message_id: str = ""
    headers: dict[str, Any] = field(default_factory=dict)
    replay_of_id: int | None = None
    actor: Actor | None = None
    request_id: str = field(default_factory=current_request_id)


def new_record(body: Any, origin: Origin, now: datetime) -> IntakeRecord:
    """Return the row of a message that has just come, without a verdict; not saved."""
    record = IntakeRecord(
        queue=origin.queue,
        message_id=origin.message_id[:200],
        headers=_headers(origin.headers),
        replay_of_id=origin.replay_of_id,
        replayed_by_id=origin.actor.user_id if origin.actor else None,
        request_id=origin.request_id,
        received_at=now,
    )
    number = body.get("ticket_number") if isinstance(body, dict) else None
    record.ticket_number = text(str(number))[:200] if number is not None else ""
    try:
        record.body = storable(body)
        if len(json.dumps(record.body)) > MAX_BODY_BYTES:
            raise InvalidTicket("too large to keep as an object")
    except InvalidTicket:
        record.body, record.raw_body = None, text(json.dumps(body, default=str))[:200_000]
    return record


def _headers(headers: dict[str, Any]) -> dict[str, Any]:
    try:
        return dict(storable(json.loads(json.dumps(headers, default=str))))
    except (InvalidTicket, ValueError):
        return {}


def note_dead_letter(letter: DeadLetter) -> None:
    """Keep in the ledger what could not be read as a ticket (`DEAD_LETTER_HOOK`, in the letter's transaction)."""
    if letter.queue != QUEUE and letter.task != TASK_NAME:
        return
    known = (
        IntakeRecord.objects.filter(message_id=letter.message_id, verdict=Verdict.INVALID)
        if letter.message_id
        else None
    )
    if known is not None and known.filter(dead_letter_id__isnull=True).update(dead_letter_id=letter.pk):
        return
    record = IntakeRecord(
        queue=letter.queue,
        message_id=letter.message_id,
        headers=letter.headers,
        raw_body=letter.body,
        body=_ticket_data_in(letter),
        verdict=Verdict.UNREADABLE,
        reason=f"{letter.code}: {letter.reason}",
        dead_letter_id=letter.pk,
        request_id=letter.request_id,
        received_at=letter.created_at,
    )
    said = record.body.get("ticket_number") if isinstance(record.body, dict) else None
    record.ticket_number = (text(str(said)) if said else letter.ticket_number)[:200]
    record.save()


def _ticket_data_in(letter: DeadLetter) -> Any:
    """Return the ticket in a dead letter's body where one can be made out, so that it can be replayed as it is."""
    try:
        return storable(ticket_in(raw_body_of(letter)))
    except (Unreadable, InvalidTicket):
        return None
