"""Guards of transitions: conditions on a ticket's fields, as data.

A condition is one of
    {"field": "priority", "op": "eq", "value": "high"}
    {"all": [condition, …]}   {"any": [condition, …]}   {"not": condition}
`field` is a ticket's field, or a path into what the help desk sent, such as `dynamic_data.cost_centre`.
Texts compare without case; numbers may come as text. A missing field makes every comparison but `is_empty`, `ne` and
`not_in` false.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

OPERATORS = ("eq", "ne", "gt", "gte", "lt", "lte", "in", "not_in", "contains", "is_empty", "is_set")
MOST_DEEP = 8
MOST_PARTS = 50


def problem_with(condition: Any) -> str:
    """Return what is wrong with a condition, in words; empty when nothing is. None is no condition."""
    if condition is None:
        return ""
    parts = [0]
    return _problem(condition, 1, parts)


def _problem(condition: Any, depth: int, parts: list[int]) -> str:
    parts[0] += 1
    if depth > MOST_DEEP or parts[0] > MOST_PARTS:
        return "The condition is too large."
    if not isinstance(condition, dict) or not condition:
        return "A condition must be an object."
    for joint in ("all", "any"):
        if joint in condition:
            inner = condition[joint]
            if set(condition) != {joint} or not isinstance(inner, list) or not inner:
                return f"`{joint}` takes a list of conditions and nothing beside it."
            return next(filter(None, (_problem(part, depth + 1, parts) for part in inner)), "")
    if "not" in condition:
        if set(condition) != {"not"}:
            return "`not` takes one condition and nothing beside it."
        return _problem(condition["not"], depth + 1, parts)
    return _problem_of_comparison(condition)


def _problem_of_comparison(condition: dict[str, Any]) -> str:
    unknown = set(condition) - {"field", "op", "value"}
    if unknown:
        return f"Unknown part: {', '.join(sorted(unknown))}."
    name, operator, value = condition.get("field"), condition.get("op"), condition.get("value")
    if not isinstance(name, str) or not name.strip() or len(name) > 128:
        return "A comparison names a field."
    if operator not in OPERATORS:
        return f"Unknown operator {operator!r}. Known are: {', '.join(OPERATORS)}."
    if operator in ("is_empty", "is_set"):
        return ""
    if operator in ("in", "not_in"):
        simple = isinstance(value, list) and value and all(isinstance(v, str | int | float | bool) for v in value)
        return "" if simple else f"`{operator}` takes a list of values."
    if operator in ("gt", "gte", "lt", "lte"):
        return "" if _number(value) is not None else f"`{operator}` takes a number."
    return "" if isinstance(value, str | int | float | bool) else f"`{operator}` takes a text, a number or a flag."


def holds(condition: Mapping[str, Any] | None, fields: Mapping[str, Any]) -> bool:
    """Return whether the condition is true of these fields. No condition is always true."""
    if condition is None:
        return True
    if "all" in condition:
        return all(holds(part, fields) for part in condition["all"])
    if "any" in condition:
        return any(holds(part, fields) for part in condition["any"])
    if "not" in condition:
        return not holds(condition["not"], fields)
    return _compare(condition["op"], _value_at(fields, condition["field"]), condition.get("value"))


def _value_at(fields: Mapping[str, Any], path: str) -> Any:
    value: Any = fields
    for name in path.split("."):
        if not isinstance(value, Mapping) or name not in value:
            return None
        value = value[name]
    return value


def _compare(operator: str, left: Any, right: Any) -> bool:
    is_empty = left is None or left in ("", [], {})
    if operator == "is_empty":
        return is_empty
    if operator == "is_set":
        return not is_empty
    if operator == "eq":
        return _same(left, right)
    if operator == "ne":
        return not _same(left, right)
    if operator == "in":
        return any(_same(left, one) for one in right)
    if operator == "not_in":
        return not any(_same(left, one) for one in right)
    if operator == "contains":
        if isinstance(left, list):
            return any(_same(one, right) for one in left)
        return isinstance(left, str) and str(right).casefold() in left.casefold()
    first, second = _number(left), _number(right)
    if first is None or second is None:
        return False
    return {"gt": first > second, "gte": first >= second, "lt": first < second, "lte": first <= second}[operator]


def _same(left: Any, right: Any) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if left is None or right is None:
        return left is right
    first, second = _number(left), _number(right)
    if first is not None and second is not None:
        return first == second
    return str(left).strip().casefold() == str(right).strip().casefold()


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
