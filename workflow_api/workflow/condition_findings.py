"""What is wrong, or looks wrong, with the conditions of a definition."""

from __future__ import annotations

import difflib
import itertools
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from workflow.conditions import InvalidCondition, check_condition, comparisons_of, fields_of, holds
from workflow.field_types import BUILT_IN, FieldType, is_known, read, type_of, type_of_value, without_indexes
from workflow.findings import Finding, error, warning
from workflow.graph import Definition, GraphStep, GraphTransition

# How many tickets are tried to find one that fulfils two conditions.
MAX_TRIED = 5000


def of_conditions(definition: Definition) -> Iterator[Finding]:
    """Yield the findings: conditions that can't be evaluated, unknown fields, steps that a ticket can't leave."""
    checkable: set[int] = set()
    for item in definition.transitions.values():
        try:
            check_condition(item.condition, definition.field_types)
        except InvalidCondition as problem:
            yield error(problem.code, f"{item.name}: {problem}", transition_id=item.key)
        else:
            checkable.add(item.id)
            yield from _of_unknown_fields(definition, item)
    for step in definition.steps.values():
        outgoing = [item for item in definition.outgoing(step.id) if item.outcome != "return"]
        if step.is_end or not outgoing:
            continue
        if all(item.condition is not None for item in outgoing):
            yield warning(
                "no_transition_left",
                f"Every transition of {step.name} has a condition: a ticket that fulfils none can't go on.",
                step_id=step.key,
            )
        automatic = [item for item in outgoing if item.is_automatic and item.id in checkable]
        yield from _of_overlaps(definition, step, automatic)


def _of_unknown_fields(definition: Definition, item: GraphTransition) -> Iterator[Finding]:
    for path in dict.fromkeys(fields_of(item.condition)):
        if is_known(path, definition.field_types):
            continue
        near = difflib.get_close_matches(path, [*BUILT_IN, *definition.field_types], n=1, cutoff=0.5)
        hint = f" Is {near[0]} meant?" if near else ""
        yield warning("field_unknown", f"{item.name}: no ticket has a field {path}.{hint}", transition_id=item.key)


def _of_overlaps(definition: Definition, step: GraphStep, automatic: list[GraphTransition]) -> Iterator[Finding]:
    """Of two automatic transitions that can hold at once, the first is taken: only their order decides."""
    for first, second in itertools.combinations(automatic, 2):
        if first.condition is None:
            yield warning(
                "automatic_overlap",
                f"{second.name} is never taken: {first.name} leaves {step.name} before it, without a condition.",
                transition_id=second.key,
            )
        elif second.condition is not None and _can_both_hold(first, second, definition.field_types):
            yield warning(
                "automatic_overlap",
                f"{first.name} and {second.name} can hold for the same ticket; then {first.name} is taken.",
                transition_id=second.key,
            )


def _can_both_hold(first: GraphTransition, second: GraphTransition, declared: Mapping[str, str]) -> bool:
    """Try tickets whose fields lie at, beside and between the values that the two conditions name."""
    samples: dict[str, list[Any]] = {}
    for part in (*comparisons_of(first.condition), *comparisons_of(second.condition)):
        values = part["value"] if isinstance(part.get("value"), list) else [part.get("value")]
        found = samples.setdefault(without_indexes(part["field"]), [None])
        found += [sample for value in values for sample in _around(part["field"], part["op"], value, declared)]
    choices = [[(path, value) for value in dict.fromkeys(values)] for path, values in samples.items()]
    for ticket in itertools.islice(itertools.product(*choices), MAX_TRIED):
        fields: dict[str, Any] = {}
        for path, value in ticket:
            _put(fields, path.split("."), value)
        if holds(first.condition, fields, declared) and holds(second.condition, fields, declared):
            return True
    return False


def _around(path: str, op: str, value: Any, declared: Mapping[str, str]) -> list[Any]:
    if op == "exists":
        return ["something"]
    kind = type_of(path, declared) or type_of_value(value, ordered=op in {"gt", "gte", "lt", "lte"})
    known = read(kind, value) if kind else None
    if isinstance(known, bool):
        return [True, False]
    if isinstance(known, Decimal):
        return [str(known + step) for step in (Decimal(-1), Decimal("-0.01"), 0, Decimal("0.01"), Decimal(1))]
    if isinstance(known, datetime):
        return [(known + timedelta(seconds=step)).isoformat() for step in (-1, 0, 1)]
    if isinstance(known, date):
        return [(known + timedelta(days=step)).isoformat() for step in (-1, 0, 1)]
    return [value, f"not {value}"] if kind in (FieldType.TEXT, FieldType.CHOICE) else []


def _put(fields: dict[str, Any], path: list[str], value: Any) -> None:
    for name in path[:-1]:
        inner = fields.setdefault(name, {})
        if not isinstance(inner, dict):
            return
        fields = inner
    fields[path[-1]] = value
