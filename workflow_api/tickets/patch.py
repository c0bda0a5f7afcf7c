"""Put what a later message says into the payload that is known: a patch, not a replacement. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# Of the message, not of the ticket.
ENVELOPE = frozenset({"ticket_number", "source_service", "source_version", "event_id"})
# What columns of the ticket hold: their changes are told by the columns' names.
IN_COLUMNS = frozenset({"subject", "description", "category", "sub_category", "department", "priority", "status"})
EMPLOYEE_IN_COLUMNS = frozenset({"id", "name", "email"})


def patched(known: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the payload after the message: what it does not say stays, what it says null is emptied.

    `dynamic_data` is merged by its keys, `employee` too while it is the same person; other lists and objects are
    replaced as a whole. A ticket always has a priority, so null leaves it.
    """
    result = {**known, **given}
    if given.get("priority") is None and known.get("priority") is not None:
        result["priority"] = known["priority"]
    for name in ("dynamic_data", "employee"):
        old, new = known.get(name), given.get(name)
        if isinstance(old, dict) and isinstance(new, dict) and (name != "employee" or _is_same_person(old, new)):
            result[name] = {**old, **new}
    return result


def _is_same_person(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Return whether the employee is the same: by id where both give one, else by name and address."""
    both = [name for name in EMPLOYEE_IN_COLUMNS if old.get(name) is not None and new.get(name) is not None]
    if "id" in both:
        both = ["id"]
    return all(str(old[name]).strip().casefold() == str(new[name]).strip().casefold() for name in both)


def changes(known: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the fields of the payload that differ and are in no column, as {path: {"old", "new"}}."""
    old, new = _flat(known), _flat(now)
    return {
        path: {"old": old.get(path), "new": new.get(path)}
        for path in dict.fromkeys([*old, *new])
        if old.get(path) != new.get(path)
    }


def _flat(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the payload by paths: the keys of dynamic_data and employee are paths of their own."""
    flat: dict[str, Any] = {}
    for name, value in data.items():
        if name in ENVELOPE or name in IN_COLUMNS or name == "submitted_at":
            continue
        if name in ("dynamic_data", "employee") and isinstance(value, dict):
            skipped = EMPLOYEE_IN_COLUMNS if name == "employee" else frozenset()
            flat |= {f"{name}.{key}": item for key, item in value.items() if key not in skipped}
        elif name != "employee":
            flat[name] = value
    return flat
