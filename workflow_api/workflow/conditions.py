"""Conditions on a ticket's fields, written as data. They are compared here, never run as code.

A condition is `{"field": "requested_budget", "op": "gte", "value": 1000}`, or `{"all": [...]}`, `{"any": [...]}`,
`{"not": {...}}` of conditions. A field is named by its path: `dynamic_data.share`, `employee.department`. Texts
compare without case; numbers may come as text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

DEEPEST = 8
MOST_PARTS = 50


class InvalidCondition(ValueError):
    """The condition can't be understood; the text says where and why."""


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _same(left: Any, right: Any) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, str) and isinstance(right, str) and left.strip().casefold() == right.strip().casefold():
        return True
    first, second = _number(left), _number(right)
    if first is not None and second is not None:
        return first == second
    return bool(left == right)


def _ordered(left: Any, right: Any, compare: Callable[[Any, Any], bool]) -> bool:
    """Compare as numbers where both are, else as texts (ISO dates order as texts); other kinds are not ordered."""
    first, second = _number(left), _number(right)
    if first is not None and second is not None:
        return compare(first, second)
    if isinstance(left, str) and isinstance(right, str):
        return compare(left, right)
    return False


def _is_in(value: Any, choices: Any) -> bool:
    return isinstance(choices, list) and any(_same(value, choice) for choice in choices)


def _contains(value: Any, part: Any) -> bool:
    if isinstance(value, str):
        return isinstance(part, str) and part.casefold() in value.casefold()
    return isinstance(value, list) and any(_same(item, part) for item in value)


def _is_empty(value: Any) -> bool:
    return value is None or value == "" or value == [] or value == {}


OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": _same,
    "ne": lambda left, right: not _same(left, right),
    "gt": lambda left, right: _ordered(left, right, lambda a, b: a > b),
    "gte": lambda left, right: _ordered(left, right, lambda a, b: a >= b),
    "lt": lambda left, right: _ordered(left, right, lambda a, b: a < b),
    "lte": lambda left, right: _ordered(left, right, lambda a, b: a <= b),
    "in": _is_in,
    "not_in": lambda left, right: not _is_in(left, right),
    "contains": _contains,
    "exists": lambda left, right: _is_empty(left) is (right is False),
}


def check_condition(condition: Any) -> None:
    """Raise `InvalidCondition` unless `holds` can evaluate it. None, no condition, is fine."""
    if condition is not None:
        _check(condition, "condition", 1, [0])


def _check(condition: Any, where: str, depth: int, count: list[int]) -> None:
    count[0] += 1
    if depth > DEEPEST or count[0] > MOST_PARTS:
        raise InvalidCondition(f"{where}: the condition is too large.")
    if not isinstance(condition, dict):
        raise InvalidCondition(f"{where}: must be an object.")
    if set(condition) in ({"all"}, {"any"}):
        (kind,) = condition
        parts = condition[kind]
        if not isinstance(parts, list) or not parts:
            raise InvalidCondition(f"{where}.{kind}: must be a list of conditions.")
        for index, part in enumerate(parts):
            _check(part, f"{where}.{kind}.{index}", depth + 1, count)
        return
    if set(condition) == {"not"}:
        _check(condition["not"], f"{where}.not", depth + 1, count)
        return
    if not isinstance(condition.get("field"), str) or not condition["field"]:
        raise InvalidCondition(f"{where}.field: must name a field.")
    if not isinstance(condition.get("op"), str) or condition["op"] not in OPERATORS:
        raise InvalidCondition(f"{where}.op: must be one of {', '.join(OPERATORS)}.")
    if condition["op"] in {"in", "not_in"} and not isinstance(condition.get("value"), list):
        raise InvalidCondition(f"{where}.value: must be a list.")
    if condition["op"] != "exists" and "value" not in condition:
        raise InvalidCondition(f"{where}.value: is missing.")
    if unknown := set(condition) - {"field", "op", "value"}:
        raise InvalidCondition(f"{where}: unknown {', '.join(sorted(unknown))}.")


def holds(condition: Mapping[str, Any] | None, fields: Mapping[str, Any]) -> bool:
    """Return whether the ticket's fields fulfil the condition; what can't be understood is not fulfilled."""
    if condition is None:
        return True
    if "all" in condition:
        return all(holds(part, fields) for part in condition["all"])
    if "any" in condition:
        return any(holds(part, fields) for part in condition["any"])
    if "not" in condition:
        return not holds(condition["not"], fields)
    operator = OPERATORS.get(str(condition.get("op")))
    if operator is None:
        return False
    return operator(_value(fields, str(condition.get("field", ""))), condition.get("value"))


def _value(fields: Mapping[str, Any], path: str) -> Any:
    value: Any = fields
    for part in path.split("."):
        if not isinstance(value, Mapping):
            return None
        value = value.get(part)
    return value
