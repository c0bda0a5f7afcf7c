"""Check payloads against the JSON Schemas beside this file, with formats, by one validator.

What passes can be stored: no NUL, no half of a surrogate pair, and every field bounded as its column is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Any

import jsonschema_rs
import orjson

Json = dict[str, Any]


class InvalidMessage(Exception):
    """The payload does not fit the contract. `path` names the field at fault, for example `ticket_data.priority`."""

    def __init__(self, detail: str, path: str = "") -> None:
        self.detail = detail
        self.path = path
        super().__init__(f"{path}: {detail}" if path else detail)


MASKED = "The value"
# Their values hold codes and links: what is wrong with one is told without it.
NEVER_QUOTED = frozenset(
    {
        "notifications.send_email",
        "notifications.create_inapp_notification",
        "notifications.bulk_create_notifications",
        "task.send_assignment_notification",
        "tts.revocations",
    }
)
SURROGATE = re.compile(r"[\ud800-\udfff]")


@cache
def schema(schema_name: str) -> Json:
    """Return the document `schemas/<schema_name>.v1.json`."""
    text = files(__package__).joinpath("schemas", f"{schema_name}.v1.json").read_text()
    return dict(json.loads(text))


RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)", re.ASCII)


def _is_date_time(value: str) -> bool:
    """True for RFC 3339 with an offset, and a moment that Python and PostgreSQL know (no leap second, no year 0)."""
    if not RFC3339.fullmatch(value):
        return False
    try:
        datetime.fromisoformat(value.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        return False
    return True


@cache
def validator(schema_name: str) -> jsonschema_rs.Validator:
    """Return the compiled schema. Formats count, and a pattern's `$` is the end of the text."""
    return jsonschema_rs.validator_for(
        schema(schema_name),
        validate_formats=True,
        ignore_unknown_formats=False,
        formats={"date-time": _is_date_time},
        mask=MASKED if schema_name in NEVER_QUOTED else None,
    )


def check(schema_name: str, payload: Any) -> None:
    """Raise `InvalidMessage` for the most telling violation of the schema, or for what PostgreSQL can't store."""
    if (path := _unstorable(payload)) is not None:
        raise InvalidMessage("A name or a text holds what can't be stored (NUL, half a character).", ".".join(path))
    compiled = validator(schema_name)
    if not compiled.is_valid(payload):
        error = max(compiled.iter_errors(payload), key=_weight)
        raise InvalidMessage(_told(schema_name, error)[:500], ".".join(str(part) for part in error.instance_path))


def _weight(error: jsonschema_rs.ValidationError) -> tuple[int, bool]:
    """The violation nearest to the root tells most; that none of several forms fits tells least."""
    return -len(error.instance_path), error.kind.name not in {"anyOf", "oneOf"}


def _told(schema_name: str, error: jsonschema_rs.ValidationError) -> str:
    """Say what is wrong; where a pattern is missed, in the schema's words if it has any."""
    rule: Any = error.schema_path[-1]
    parent: Any = schema(schema_name)
    for part in error.schema_path[:-1]:
        parent = parent[part]
    description = parent.get("description") if isinstance(parent, dict) else None
    if rule == "pattern" and description:
        shown = MASKED if schema_name in NEVER_QUOTED else repr(str(error.instance)[:100])
        return f"{shown} is not {description}."
    return str(error.message)


def _unstorable(payload: Any) -> list[str] | None:
    """Return the path to a NUL or half a surrogate pair, None where there is none."""
    try:
        if b"\\u0000" not in orjson.dumps(payload):
            return None
    except TypeError:
        pass  # an integer beyond 64 bits, say: look at each value
    return _path_to_unstorable(payload)


def _path_to_unstorable(value: Any) -> list[str] | None:
    if isinstance(value, str):
        return [] if "\x00" in value or SURROGATE.search(value) else None
    if not isinstance(value, dict | list):
        return None
    items: Iterable[tuple[Any, Any]] = enumerate(value)
    if isinstance(value, dict):
        items = value.items()
        if not all(isinstance(name, str) and _path_to_unstorable(name) is None for name in value):
            return []
    for name, inner in items:
        if (path := _path_to_unstorable(inner)) is not None:
            return [str(name), *path]
    return None


def examples(schema_name: str) -> dict[str, Any]:
    """Return the published examples of a message by name. Both sides test against the same files."""
    folder = files(__package__).joinpath("examples", f"{schema_name}.v1")
    return {
        entry.name.removesuffix(".json"): json.loads(entry.read_text())
        for entry in folder.iterdir()
        if entry.name.endswith(".json")
    }
