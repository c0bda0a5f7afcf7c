"""The audit trail as CSV: streamed, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models import QuerySet

from audit import replica
from audit.actor import Actor
from audit.models import AuditHead, AuditLog
from audit.services import record

COLUMNS = (
    "id",
    "at",
    "actor_id",
    "actor_name",
    "on_behalf_of_id",
    "action",
    "object_type",
    "object_id",
    "ticket_number",
    "old",
    "new",
    "reason",
    "request_id",
    "ip_address",
    "previous_hash",
    "hash",
    "content_hash",
)
CHUNK = 500
BOM = "\ufeff"  # by which Excel knows UTF-8
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


@transaction.atomic
def start_export(*, rows: QuerySet[AuditLog], filters: dict[str, Any], actor: Actor, now: datetime) -> Iterator[str]:
    """Note who exports what, and return the lines.

    Exported is what was there before this note; from a replica, what had arrived there. The note says up to which row.
    """
    head, place = replica.read(lambda: (AuditHead.objects.using(replica.alias()).filter(pk=1).first(), replica.alias()))
    last_id = head.last_id if head else 0
    record(
        actor=actor,
        action="audit.exported",
        object_type="audit",
        object_id="export",
        at=now,
        new={"filters": filters, "up_to_id": last_id},
    )
    return lines(rows.using(place).filter(id__lte=last_id))


def lines(rows: QuerySet[AuditLog]) -> Iterator[str]:
    """Yield the byte order mark and the header, then one line per row by id, `CHUNK` rows at a time in memory."""
    buffer = io.StringIO()
    buffer.write(BOM)
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS)
    # A cursor outside a transaction would first copy all rows to a file of PostgreSQL's.
    last_id = 0
    while True:
        part = rows.filter(id__gt=last_id).order_by("id").values_list(*COLUMNS)[:CHUNK]
        try:
            chunk = list(part)
        except replica.FAILURES as error:
            if rows.db != replica.REPLICA:
                raise
            replica.note_failure(error)
            rows = rows.using(DEFAULT_DB_ALIAS)
            continue
        for values in chunk:
            writer.writerow([cell(value) for value in values])
        yield buffer.getvalue()
        if len(chunk) < CHUNK:
            return
        buffer.seek(0)
        buffer.truncate()
        last_id = chunk[-1][0]


def cell(value: Any) -> str:
    """Return the value as text that no spreadsheet takes for a formula."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat()
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"'{text}" if text.startswith(FORMULA_STARTS) and not isinstance(value, int | float) else text
