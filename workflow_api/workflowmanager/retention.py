"""What this service removes when it is old: the bodies of messages in the ledger. Their rows stay."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import BigIntegerField, Exists, F, Func, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from audit.services import record
from ticketing_common.inbox.models import DeadLetter
from ticketing_common.jwt import Identity
from ticketing_common.retention.kinds import Kind
from tickets.models import IntakeRecord, Ticket

Verdict = IntakeRecord.Verdict
# Celery repeats the arguments of a call in its headers.
HEADERS_WITH_CONTENT = ("argsrepr", "kwargsrepr")


def with_bodies() -> QuerySet[IntakeRecord]:
    return IntakeRecord.objects.filter(body_removed_at=None).exclude(body__isnull=True, raw_body="")


def decided(cutoff: datetime) -> QuerySet[IntakeRecord]:
    """Return messages from before the cut-off of which nobody has to decide anything any more.

    Their body stays while the ticket has no workflow yet, and while nobody has settled what could not be read.
    """
    unsettled = DeadLetter.objects.filter(pk=OuterRef("dead_letter_id"), resolved_at=None)
    replays = IntakeRecord.objects.filter(replay_of=OuterRef("pk"))
    could_not_be_read = Q(verdict__in=[Verdict.INVALID, Verdict.UNREADABLE])
    is_settled = Q(dead_letter_id__isnull=False) & ~Exists(unsettled)
    return (
        with_bodies()
        .filter(received_at__lt=cutoff)
        .exclude(ticket__isnull=False, ticket__intake_state=Ticket.IntakeState.UNMATCHED)
        .filter(~could_not_be_read | is_settled | Exists(replays))
    )


def body_hash(message: IntakeRecord) -> str:
    """Return the SHA-256 of the body: as JSON with sorted keys and no spaces, or as the text that was no JSON."""
    text = message.raw_body
    if message.body is not None:
        text = json.dumps(message.body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def remove_bodies(keys: Sequence[int], *, cutoff: datetime, days: int, now: datetime) -> int:
    """Remove bodies, and those of the dead letters of the same messages; keep their hashes."""
    messages = list(decided(cutoff).filter(pk__in=keys).select_for_update(of=("self",), skip_locked=True))
    for message in messages:
        message.body_sha256 = body_hash(message)
        message.body, message.raw_body, message.body_removed_at = None, "", now
        message.headers = {name: value for name, value in message.headers.items() if name not in HEADERS_WITH_CONTENT}
    IntakeRecord.objects.bulk_update(messages, ["body", "raw_body", "headers", "body_sha256", "body_removed_at"])
    letters = [message.dead_letter_id for message in messages if message.dead_letter_id is not None]
    if letters:
        # Nobody can send these again: the ledger's row is asked first, and says that its body is gone.
        DeadLetter.objects.filter(pk__in=letters).update(body="", raw_body=None)
    return len(messages)


def _stored(column: str) -> Coalesce:
    """As it lies on disk, compressed: reading it costs nothing."""
    return Coalesce(Func(F(column), function="pg_column_size", output_field=BigIntegerField()), 0)


INTAKE_BODIES = Kind(
    name="intake-bodies",
    rows=with_bodies,
    old=decided,
    remove=remove_bodies,
    size=_stored("body") + _stored("raw_body"),
)


def write_audit(act: str, *, kind: str, by: Identity | None, now: datetime, old: Any, new: Any) -> None:
    """Write a change of a rule, or a run, into the audit trail (`RETENTION_RECORD`)."""
    record(actor=by, action=f"retention.{act}", object_type="retention_rule", object_id=kind, at=now, old=old, new=new)
