"""Write the audit trail, in the caller's transaction, and check that nobody has touched it."""

from __future__ import annotations

import hashlib
import ipaddress
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from audit.actor import Actor
from audit.context import current_client_address
from audit.models import AuditHead, AuditLog
from ticketing_common.context import current_request_id

FIRST_HASH = "0" * 64
# Every field that the hash covers, in the names of the model. `id` is covered by the chain's order.
HASHED = (
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
)
# The action of the rows that name redacted ones.
REDACTED = "audit.redacted"


class NoTransaction(RuntimeError):
    """`record` was called outside a transaction: the row could outlive a rolled-back change."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One action, as `record` takes it."""

    actor: Actor | None
    action: str
    object_type: str
    object_id: int | str
    at: datetime
    ticket_number: str = ""
    old: Any = None
    new: Any = None
    reason: str = ""
    on_behalf_of_id: int | None = None
    ip_address: str | None = None
    request_id: str = field(default_factory=current_request_id)


def record(
    *,
    actor: Actor | None,
    action: str,
    object_type: str,
    object_id: int | str,
    at: datetime,
    ticket_number: str = "",
    old: Any = None,
    new: Any = None,
    reason: str = "",
    on_behalf_of_id: int | None = None,
    ip_address: str | None = None,
) -> AuditLog:
    """Write one row. `actor=None` is the system itself. See `record_many` for when to call it."""
    entry = Entry(
        actor=actor,
        action=action,
        object_type=object_type,
        object_id=object_id,
        at=at,
        ticket_number=ticket_number,
        old=old,
        new=new,
        reason=reason,
        on_behalf_of_id=on_behalf_of_id,
        ip_address=ip_address,
    )
    return record_many([entry])[0]


def record_many(entries: Iterable[Entry]) -> list[AuditLog]:
    """Write rows in this order, in one statement, in the caller's transaction.

    The chain's end is a row lock that is held until the commit, so call this last in the transaction, once, with
    everything: whatever comes after it is waited for by every other writer, and a row lock taken after it may
    deadlock.
    """
    rows = [_row(entry) for entry in entries]
    if not rows:
        return []
    if not connection.in_atomic_block:
        raise NoTransaction("The audit trail is written in the transaction of the change.")
    sealed = ",".join(_sealed(row) for row in rows)
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, previous_hash, hash FROM audit_append(%s::jsonb)", [f"[{sealed}]"])
        links = cursor.fetchall()
    return [
        AuditLog(id=row_id, previous_hash=previous, hash=digest, **row)
        for row, (row_id, previous, digest) in zip(rows, links, strict=True)
    ]


def last_actor(object_type: str, object_id: int | str) -> dict[str, Any] | None:
    """Return who acted on the object last, as a person in an answer; None where nobody did."""
    rows = AuditLog.objects.filter(object_type=object_type, object_id=str(object_id), actor_id__isnull=False)
    last = rows.order_by("-id").values("actor_id", "actor_name").first()
    return {"user_id": last["actor_id"], "full_name": last["actor_name"]} if last else None


def content_hash(row: Mapping[str, Any]) -> str:
    """Return the SHA-256 of the row's content in canonical JSON: the same before and after the database."""
    return hashlib.sha256(_content(row).encode()).hexdigest()


def _content(row: Mapping[str, Any]) -> str:
    content = {name: row[name] for name in HASHED}
    content["at"] = _instant(content["at"])
    content["ip_address"] = _address(content["ip_address"])
    return _as_canonical_json(_canonical(content))


def _sealed(row: Mapping[str, Any]) -> str:
    """Return the row's content with its hash, as `audit_append` reads it: its canonical JSON is made once."""
    content = _content(row)
    return f'{content[:-1]},"content_hash":"{hashlib.sha256(content.encode()).hexdigest()}"}}'


def chain_hash(previous_hash: str, content: str) -> str:
    """Return a row's hash. The database function `audit_append` computes the same."""
    return hashlib.sha256(f"{previous_hash}{content}".encode()).hexdigest()


@dataclass(frozen=True)
class Verification:
    """What checking a stretch of the chain found."""

    checked: int
    last_id: int
    last_hash: str
    is_complete: bool  # the end of the chain was reached
    first_bad_id: int | None = None
    problem: str = ""

    @property
    def is_valid(self) -> bool:
        return self.first_bad_id is None and not self.problem


def verify(*, after_id: int = 0, limit: int | None = None) -> Verification:
    """Walk the chain in order and name the first row that was changed, removed, or put in.

    `after_id` and `limit` check it piece by piece; the row `after_id` is taken as good. A redacted row is good when
    the hash that it keeps of what it held continues the chain, and a later row names it with the digest of what it
    holds now.
    """
    while True:
        named = redactions()
        result = _verify(after_id, limit, named)
        # A redaction that was committed in between is no finding: look again.
        if result.is_valid or redactions() == named:
            return result


def redactions() -> dict[int, str]:
    """Return the digests that redacted rows must have now, by id: those that the newest row naming them says."""
    digests: dict[int, str] = {}
    for row_id, new in AuditLog.objects.filter(action=REDACTED).order_by("id").values_list("id", "new"):
        rows = new.get("rows") if isinstance(new, dict) else None
        for name, digest in (rows if isinstance(rows, dict) else {}).items():
            if name.isdecimal() and int(name) < row_id:
                digests[int(name)] = str(digest)
    return digests


def _verify(after_id: int, limit: int | None, named: Mapping[int, str]) -> Verification:
    newest = AuditLog.objects.order_by("-id").values_list("id", flat=True).first() or 0
    # Read after the newest row: rows that are committed in between are behind this head, never ahead of it.
    head = AuditHead.objects.filter(pk=1).first() or AuditHead(last_id=0, last_hash=FIRST_HASH)
    previous, expected, checked = FIRST_HASH, after_id, 0
    if after_id:
        start = AuditLog.objects.filter(pk=after_id).values_list("hash", flat=True).first()
        if start is None:
            return Verification(0, after_id, "", True, after_id, "The row is missing.")
        previous = start
    rows = AuditLog.objects.filter(id__gt=after_id, id__lte=head.last_id).order_by("id")
    if limit is not None:
        rows = rows[:limit]
    for row in rows.values("id", "previous_hash", "hash", "content_hash", *HASHED).iterator(chunk_size=2000):
        expected += 1
        problem = ""
        if row["id"] != expected:
            return Verification(checked, expected - 1, previous, True, expected, "The row is missing.")
        if row["previous_hash"] != previous:
            problem = "The row does not continue the row before it."
        else:
            problem = _problem(row, previous, named)
        if problem:
            return Verification(checked, expected - 1, previous, True, expected, problem)
        previous = row["hash"]
        checked += 1
    if limit is not None and checked == limit and expected < head.last_id:
        return Verification(checked, expected, previous, False)
    if expected != head.last_id:
        return Verification(checked, expected, previous, True, expected + 1, "The row is missing.")
    if previous != head.last_hash:
        return Verification(checked, expected, previous, True, expected, "The chain's end is not this row.")
    if newest > head.last_id:
        return Verification(
            checked, expected, previous, True, head.last_id + 1, "The row was put in behind the chain's end."
        )
    return Verification(checked, expected, previous, True)


def _problem(row: Mapping[str, Any], previous: str, named: Mapping[int, str]) -> str:
    content, kept = content_hash(row), row["content_hash"]
    if row["hash"] != chain_hash(previous, kept or content):
        return "The row's content does not fit its hash."
    if row["id"] in named:
        return "" if named[row["id"]] == content else "The row is not what its redaction left."
    return "The row was redacted, and no later row says so." if kept is not None else ""


def _row(entry: Entry) -> dict[str, Any]:
    return {
        "at": entry.at,
        "actor_id": entry.actor.user_id if entry.actor else None,
        "actor_name": _text(entry.actor.full_name)[:255] if entry.actor else "",
        "on_behalf_of_id": entry.on_behalf_of_id,
        "action": entry.action,
        "object_type": entry.object_type,
        "object_id": str(entry.object_id),
        "ticket_number": entry.ticket_number,
        "old": plain(entry.old),
        "new": plain(entry.new),
        "reason": _text(entry.reason),
        "request_id": entry.request_id,
        "ip_address": _address(entry.ip_address or current_client_address()),
    }


_as_json = DjangoJSONEncoder().encode
_as_canonical_json = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False).encode


def plain(value: Any) -> Any:
    """Return the value as PostgreSQL will give it back: JSON types only, no character it can't store."""
    if value is None:
        return None
    return _canonical(json.loads(_as_json(value)))


def _canonical(value: Any) -> Any:
    """Remove what differs between a value and its copy in a jsonb column: 1e22 comes back as an integer."""
    if isinstance(value, dict):
        return {_text(str(key)): _canonical(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_canonical(item) for item in value]
    if isinstance(value, float):
        if not math.isfinite(value):
            return str(value)
        return int(value) if value.is_integer() else value
    return _text(value) if isinstance(value, str) else value


def _text(value: str) -> str:
    if value.isascii() and "\x00" not in value:
        return value
    return value.replace("\x00", "�").encode("utf-8", "replace").decode()


def _instant(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def _address(value: str | None) -> str | None:
    """Return the address in one spelling; what is no address is left out."""
    try:
        address = ipaddress.ip_address(value) if value else None
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    return str(mapped or address) if address else None
