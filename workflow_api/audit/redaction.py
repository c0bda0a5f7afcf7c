"""Take personal data out of rows of the audit trail, so that the chain still verifies (ADR 0039)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection

from audit.actor import Actor
from audit.models import AuditLog
from audit.services import HASHED, REDACTED, Entry, chain_hash, content_hash, plain, record_many, redactions

# What of a row may be replaced; everything else stays as it was.
REDACTABLE = ("actor_name", "old", "new", "reason")
# Rows that one row of the trail names at most.
NAMED_TOGETHER = 1_000


class NotRedactable(RuntimeError):
    """A row is missing, is itself the record of a redaction, or was tampered with: redacting would hide that."""


def redact(
    *, changes: Mapping[int, Mapping[str, Any]], actor: Actor | None, now: datetime, object_id: int | str, reason: str
) -> int:
    """Replace columns of rows, and append what names them and the digests of what remains. Returns the rows changed.

    `changes` holds the new values of some of `REDACTABLE` by the row's id. `object_id` is the erasure, which `reason`
    explains. Call it last in the transaction: it locks the chain's end as `record_many` does.
    """
    named = redactions()
    found = {row["id"]: row for row in AuditLog.objects.filter(id__in=changes).values(*_COLUMNS)}
    updates, digests = [], {}
    for row_id, change in sorted(changes.items()):
        row = found.get(row_id)
        if row is None:
            raise NotRedactable(f"Row {row_id} is missing.")
        after = row | {name: plain(change[name]) for name in REDACTABLE if name in change}
        if content_hash(after) == content_hash(row):
            continue
        kept = row["content_hash"] or content_hash(row)
        is_as_named = row_id not in named or named[row_id] == content_hash(row)
        if row["action"] == REDACTED or row["hash"] != chain_hash(row["previous_hash"], kept) or not is_as_named:
            raise NotRedactable(f"Row {row_id} can't be redacted: check the chain.")
        updates.append({"id": row_id, "content_hash": kept} | {name: after[name] for name in REDACTABLE})
        digests[str(row_id)] = content_hash(after)
    if not updates:
        return 0
    names = list(digests)
    record_many(
        Entry(
            actor=actor,
            action=REDACTED,
            object_type="erasure",
            object_id=object_id,
            at=now,
            new={"rows": {name: digests[name] for name in names[start : start + NAMED_TOGETHER]}},
            reason=reason,
        )
        for start in range(0, len(names), NAMED_TOGETHER)
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_redact(%s::jsonb)", [json.dumps(updates)])
        (changed,) = cursor.fetchone()
    return int(changed)


_COLUMNS = ("id", "previous_hash", "hash", "content_hash", *HASHED)
