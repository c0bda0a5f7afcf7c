"""Read what a help desk sent: checked against the contract, in our own spelling, storable. Pure."""

from __future__ import annotations

import hashlib
import json
import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ticketing_common.contracts.messages import InvalidMessage, check

MOST_BYTES = 1024 * 1024
DEEPEST = 60
DEFAULT_SOURCE = "hdts"
WITHDRAWN = frozenset({"withdrawn", "closed", "cancelled", "canceled"})
# Statuses as `is_status` reads them: small letters, one blank between words.
REOPENED = frozenset({"reopened", "re opened", "reopen", "re open", "resubmitted", "re submitted"})
ON_HOLD = frozenset({"on hold", "onhold", "hold"})
IN_PROGRESS = frozenset({"in progress", "inprogress", "work in progress", "active", "open", "resumed"})
PRIORITIES = {"low": "low", "medium": "medium", "high": "high", "urgent": "urgent", "critical": "urgent"}


class InvalidTicket(ValueError):
    """The payload is no ticket; `path` names the field at fault."""

    def __init__(self, detail: str, path: str = "") -> None:
        self.detail, self.path = detail, path
        super().__init__(f"{path}: {detail}" if path else detail)


@dataclass(frozen=True)
class Submission:
    """A ticket as a help desk describes it, valid."""

    source_service: str
    source_number: str
    source_version: int | None
    is_withdrawn: bool
    is_reopened: bool
    echo_of: str
    fields: dict[str, Any]  # the descriptive columns of a ticket
    data: dict[str, Any]
    payload_hash: str


def storable(value: Any, depth: int = 0) -> Any:
    """Return the value with what PostgreSQL can't store replaced: NUL characters, lone surrogates, NaN."""
    if depth > DEEPEST:
        raise InvalidTicket(f"The payload is nested deeper than {DEEPEST} levels.")
    if isinstance(value, str):
        return text(value)
    if isinstance(value, dict):
        return {text(str(key)): storable(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [storable(item, depth + 1) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def text(value: str) -> str:
    return value.replace("\x00", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()


def read(body: Any) -> Submission:
    """Return the submission, or raise `InvalidTicket`."""
    if not isinstance(body, dict):
        raise InvalidTicket("ticket_data must be an object.", "ticket_data")
    data = storable(body)
    canonical = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    if len(canonical.encode()) > MOST_BYTES:
        raise InvalidTicket("The payload is larger than 1 MiB.")
    try:
        check("ticket_data", data)
    except InvalidMessage as error:
        raise InvalidTicket(error.detail, error.path) from error
    for name in ("subject", "category", "department"):
        if not data[name].strip():
            raise InvalidTicket("The field is blank.", name)
    for name in ("ticket_number", "source_service", "priority"):
        # A pattern's end lets one line break pass.
        if (data.get(name) or "").endswith("\n"):
            raise InvalidTicket("The field ends with a line break.", name)
    return Submission(
        source_service=data.get("source_service") or DEFAULT_SOURCE,
        source_number=data["ticket_number"],
        source_version=data.get("source_version"),
        is_withdrawn=is_status(data, WITHDRAWN),
        echo_of=str(data.get("event_id") or ""),
        is_reopened=is_status(data, REOPENED),
        fields=described(data),
        data=data,
        payload_hash=hashlib.sha256(canonical.encode()).hexdigest(),
    )


def is_status(data: Mapping[str, Any], statuses: frozenset[str]) -> bool:
    """Return whether the payload's status is one of these, however it is written."""
    text = unicodedata.normalize("NFKC", data.get("status") or "").casefold()
    return " ".join(re.split(r"[\s_-]+", text)).strip() in statuses


def described(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the descriptive columns of a ticket with this payload."""
    employee = data.get("employee") or {}
    return {
        "subject": data["subject"].strip(),
        "description": data.get("description") or "",
        "category": data["category"].strip(),
        "sub_category": (data.get("sub_category") or "").strip(),
        "department": data["department"].strip(),
        "priority": PRIORITIES[(data.get("priority") or "medium").casefold()],
        "source_status": data.get("status") or "",
        "requester_name": (employee.get("name") or "").strip(),
        "requester_email": (employee.get("email") or "").strip(),
        "requester_id": str(employee["id"])[:64] if employee.get("id") is not None else "",
        "submitted_at": instant(data.get("submitted_at")),
    }


def instant(value: str | None) -> datetime | None:
    """Return the point in time; what is none is left out, the payload keeps it as it came."""
    if not value:
        return None
    try:
        moment = datetime.fromisoformat(value.strip())
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
