"""Conditions on a ticket's fields, written as data. They are compared here, never run as code.

A condition is `{"field": "requested_budget", "op": "gte", "value": 1000}`, or `{"all": [...]}`, `{"any": [...]}`,
`{"not": {...}}` of conditions. A field is named by its path: `employee.department`, `cost_items.0.amount`; a path
through a list without a place, `cost_items.amount`, names that field of every entry.

Values are compared by the type of the field (`workflow.field_types`), texts without case. An answer is true, false or
unknown: what is missing or can't be read as the type is unknown, the opposite of unknown is unknown, and `all` and
`any` follow Kleene's logic. Unknown is never fulfilled, and says why.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from workflow.field_types import NOUNS, ORDERED, FieldType, read, type_of, type_of_value

MAX_DEPTH = 8
MAX_PARTS = 50
MAX_PATH = 255  # characters
NO_TYPES: Mapping[str, str] = {}

_ORDER: Mapping[str, Callable[[Any, Any], Any]] = {
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}
_COMPARE: Mapping[str, Callable[[Any, Any], Any]] = {"eq": operator.eq, **_ORDER}
# The opposite of another operator.
_OPPOSITES = {"ne": "eq", "not_in": "in"}
OPERATORS = ("eq", "ne", *_ORDER, "in", "not_in", "contains", "exists")
_WORDS = {
    "eq": "is not {}",
    "ne": "is {}",
    "gt": "is not above {}",
    "gte": "is below {}",
    "lt": "is not below {}",
    "lte": "is above {}",
    "in": "is none of {}",
    "not_in": "is one of {}",
    "contains": "does not contain {}",
}


class InvalidCondition(ValueError):
    """The condition can't be evaluated; the text says where and why, `code` the kind of fault.

    Codes: `condition_invalid` (not a condition), `condition_too_large`, `condition_operator` (not for fields of this
    type), `condition_value` (not a value of the field's type).
    """

    def __init__(self, code: str, where: str, problem: str) -> None:
        super().__init__(f"{where}: {problem}")
        self.code = code
        self.where = where


@dataclass(frozen=True)
class Verdict:
    """Whether a condition is fulfilled: `value` is None for unknown. `reasons` say what keeps it from being true."""

    value: bool | None
    reasons: tuple[str, ...] = ()

    @property
    def is_unknown(self) -> bool:
        return self.value is None


FULFILLED = Verdict(True)
NOT_UNDERSTOOD = Verdict(None, ("the condition can't be understood",))


# --- checking ----------------------------------------------------------------------------------------------------


def check_condition(condition: Any, declared: Mapping[str, str] = NO_TYPES) -> None:
    """Raise `InvalidCondition` unless `explain` can evaluate it. None, no condition, is fine.

    `declared` are the types of the workflow's own fields by their paths.
    """
    if condition is not None:
        _check(condition, "condition", 1, [0], declared)


def _check(condition: Any, where: str, depth: int, count: list[int], declared: Mapping[str, str]) -> None:
    count[0] += 1
    if depth > MAX_DEPTH or count[0] > MAX_PARTS:
        raise InvalidCondition("condition_too_large", where, "the condition is too large.")
    if not isinstance(condition, dict):
        raise InvalidCondition("condition_invalid", where, "must be an object.")
    if set(condition) in ({"all"}, {"any"}):
        (kind,) = condition
        parts = condition[kind]
        if not isinstance(parts, list) or not parts:
            raise InvalidCondition("condition_invalid", f"{where}.{kind}", "must be a list of conditions.")
        for index, part in enumerate(parts):
            _check(part, f"{where}.{kind}.{index}", depth + 1, count, declared)
    elif set(condition) == {"not"}:
        _check(condition["not"], f"{where}.not", depth + 1, count, declared)
    else:
        _check_comparison(condition, where, declared)


def _check_comparison(condition: Mapping[str, Any], where: str, declared: Mapping[str, str]) -> None:
    path, op, value = condition.get("field"), condition.get("op"), condition.get("value")
    if not isinstance(path, str) or len(path) > MAX_PATH or not all(path.split(".")):
        raise InvalidCondition("condition_invalid", f"{where}.field", "must name a field.")
    if not isinstance(op, str) or op not in OPERATORS:
        raise InvalidCondition("condition_invalid", f"{where}.op", f"must be one of {', '.join(OPERATORS)}.")
    if unknown := set(condition) - {"field", "op", "value"}:
        raise InvalidCondition("condition_invalid", where, f"unknown {', '.join(sorted(unknown))}.")
    if op == "exists":
        if not (value is None or isinstance(value, bool)):  # 0 and 1 are equal to these, and mean neither
            raise InvalidCondition("condition_value", f"{where}.value", "must be true or false.")
        return
    if "value" not in condition:
        raise InvalidCondition("condition_invalid", f"{where}.value", "is missing.")
    if op in {"in", "not_in"} and (not isinstance(value, list) or not value):
        raise InvalidCondition("condition_value", f"{where}.value", "must be a list.")
    kind = type_of(path, declared)
    is_ordering = op in _ORDER
    if (is_ordering and kind is not None and kind not in ORDERED) or (op == "contains" and kind in ORDERED):
        raise InvalidCondition("condition_operator", f"{where}.op", f"{op} can't be asked of {path}.")
    for item in value if isinstance(value, list) and op in {"in", "not_in"} else [value]:
        if isinstance(item, list | dict) or item is None:
            raise InvalidCondition("condition_value", f"{where}.value", "must be a text, a number, or true or false.")
        wanted = kind or type_of_value(item, ordered=is_ordering)
        if wanted is None or (is_ordering and wanted not in ORDERED):
            raise InvalidCondition(
                "condition_value", f"{where}.value", f"must be a number, a date or a time with its offset to {op}."
            )
        if read(wanted, item) is None or (wanted in (FieldType.TEXT, FieldType.CHOICE) and not isinstance(item, str)):
            raise InvalidCondition("condition_value", f"{where}.value", f"must be {NOUNS[wanted]}: {path} is one.")


def comparisons_of(condition: Mapping[str, Any] | None) -> Iterator[Mapping[str, Any]]:
    """Yield the comparisons of a checked condition, however deep they stand."""
    if condition is None:
        return
    if "field" in condition:
        yield condition
    for part in (*condition.get("all", ()), *condition.get("any", ()), condition.get("not")):
        yield from comparisons_of(part)


def fields_of(condition: Mapping[str, Any] | None) -> Iterator[str]:
    """Yield the paths of the fields that a checked condition reads."""
    return (part["field"] for part in comparisons_of(condition))


def values_at(path: str, fields: Mapping[str, Any]) -> list[Any]:
    """Return what the path leads to in the fields; through a list, that of every entry."""
    return list(_leaves(fields, path.split(".")))


# --- evaluating --------------------------------------------------------------------------------------------------


def holds(
    condition: Mapping[str, Any] | None, fields: Mapping[str, Any], declared: Mapping[str, str] = NO_TYPES
) -> bool:
    """Return whether the ticket's fields fulfil the condition; unknown is not fulfilled."""
    return explain(condition, fields, declared).value is True


def explain(
    condition: Mapping[str, Any] | None, fields: Mapping[str, Any], declared: Mapping[str, str] = NO_TYPES
) -> Verdict:
    """Return whether the condition is true, false or unknown, and why it is not true. Never raises."""
    if condition is None:
        return FULFILLED
    for kind, decides in (("all", False), ("any", True)):
        if kind in condition:
            parts = condition[kind] if isinstance(condition[kind], list) else [None]
            return _joined([_part(part, fields, declared) for part in parts], decides)
    if "not" in condition:
        return _opposite(_part(condition["not"], fields, declared))
    return _compare(condition, fields, declared)


def _part(condition: Any, fields: Mapping[str, Any], declared: Mapping[str, str]) -> Verdict:
    return explain(condition, fields, declared) if isinstance(condition, Mapping) else NOT_UNDERSTOOD


def reasons_of(verdicts: Iterable[Verdict]) -> str:
    """Return the reasons of these verdicts, each once."""
    return "; ".join(dict.fromkeys(reason for verdict in verdicts for reason in verdict.reasons))


def undecided(verdicts: Iterable[Verdict]) -> str:
    """Say in a sentence which conditions could not be decided; empty where all could."""
    found = list(verdicts)
    unknown = [verdict for verdict in found if verdict.is_unknown]
    if not unknown:
        return ""
    which = "None" if len(unknown) == len(found) else "Not all"
    return f"{which} of the conditions could be decided: {reasons_of(unknown)}."


def _joined(verdicts: list[Verdict], decides: bool) -> Verdict:
    """Join by Kleene: one deciding answer is enough, else one unknown leaves it unknown."""
    values = [verdict.value for verdict in verdicts]
    value = decides if decides in values else None if None in values else not decides
    reasons = tuple(
        dict.fromkeys(reason for verdict in verdicts if verdict.value is value for reason in verdict.reasons)
    )
    return Verdict(value, () if value else reasons)


def _opposite(verdict: Verdict) -> Verdict:
    if verdict.value is None:
        return verdict
    return FULFILLED if not verdict.value else Verdict(False, ("the opposite is so",))


def _compare(condition: Mapping[str, Any], fields: Mapping[str, Any], declared: Mapping[str, str]) -> Verdict:
    path, op, value = str(condition.get("field", "")), condition.get("op"), condition.get("value")
    if not isinstance(op, str) or op not in OPERATORS:
        return Verdict(None, (f"{path} is compared by what is no operator",))
    leaves = list(_leaves(fields, path.split(".")))
    if op == "exists":
        wanted = value is not False
        is_there = any(not _is_empty(leaf) for leaf in leaves)
        return FULFILLED if is_there is wanted else Verdict(False, (f"{path} is {'not ' if wanted else ''}given",))
    found = [leaf for leaf in leaves if leaf is not None and leaf != []]
    if not found:
        return Verdict(None, (f"{path} is not given",))
    positive = _OPPOSITES.get(op, op)
    answers = [_single(positive, leaf, value, path, declared) for leaf in found]
    verdict = _joined(answers, True)
    if op in _OPPOSITES and verdict.value is not None:
        verdict = Verdict(not verdict.value)
    return verdict if verdict.value is not False else Verdict(False, (f"{path} {_WORDS[op].format(_shown(value))}",))


def _single(op: str, leaf: Any, value: Any, path: str, declared: Mapping[str, str]) -> Verdict:
    """Compare one value of the ticket; a list is compared entry by entry."""
    if isinstance(leaf, list):
        return _joined([_single("eq" if op == "contains" else op, item, value, path, declared) for item in leaf], True)
    if op == "in":
        choices = value if isinstance(value, list) else []
        return _joined([_single("eq", leaf, choice, path, declared) for choice in choices], True)
    kind = type_of(path, declared) or type_of_value(value, ordered=op in _ORDER)
    if kind is None or (op in _ORDER and kind not in ORDERED):
        return Verdict(None, (f"{path} can't be put in order by {_shown(value)}",))
    if op == "eq" and kind == FieldType.TEXT and type_of(path, declared) is None and _is_number(leaf):
        kind = FieldType.NUMBER  # nothing but the compared text says that the field is a text
        if read(kind, value) is None:
            return Verdict(False)
    left, right = read(kind, leaf), read(kind, value)
    if left is None:
        return Verdict(None, (f"{path} is not {NOUNS[kind]}",))
    if right is None:
        return Verdict(None, (f"{path} is compared with what is not {NOUNS[kind]}",))
    if op == "contains":
        return Verdict(isinstance(left, str) and isinstance(right, str) and right in left)
    return Verdict(bool(_COMPARE[op](left, right)))


def _leaves(value: Any, path: list[str]) -> Iterator[Any]:
    """Yield what the path leads to; through a list, that of every entry, or of the one whose place is named."""
    if not path:
        yield value
    elif isinstance(value, Mapping):
        yield from _leaves(value.get(path[0]), path[1:])
    elif isinstance(value, list):
        if path[0].isascii() and path[0].isdigit():
            place = int(path[0]) if len(path[0]) < 9 else len(value)
            yield from _leaves(value[place] if place < len(value) else None, path[1:])
        else:
            for item in value:
                yield from _leaves(item, path)


def _is_empty(value: Any) -> bool:
    return value is None or value == "" or value == [] or value == {}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(_shown(item) for item in value) if isinstance(value, list) else str(value)
