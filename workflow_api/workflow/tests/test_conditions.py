"""Conditions on ticket fields: compared by type, in three values, and checked before they are stored."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.conditions import InvalidCondition, check_condition, explain, holds, reasons_of, undecided, values_at

FIELDS = {
    "priority": "high",
    "requested_budget": "12500.00",
    "tags": ["vip", "urgent"],
    "dynamic_data": {
        "share": "Finance",
        "count": 3,
        "room": "007",
        "version": "1.10",
        "centre": "1E5",
        "serial": 4123,
        "signed": True,
    },
    "cost_items": [{"name": "Dock", "amount": 250}, {"name": "Laptop", "amount": "1800.50"}, {"name": "Bag"}],
    "submitted_at": "2026-03-01T10:00:00+02:00",
    "expected_return_date": "2026-12-24",
    "flag": True,
}


def comparison(field: str, op: str, value: Any) -> dict[str, Any]:
    return {"field": field, "op": op, "value": value}


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (None, True),
        (comparison("priority", "eq", "HIGH"), True),
        (comparison("priority", "ne", "low"), True),
        (comparison("requested_budget", "gt", 9999), True),
        (comparison("requested_budget", "eq", 12500), True),
        (comparison("requested_budget", "lte", "12500"), True),
        (comparison("dynamic_data.count", "gte", 4), False),
        (comparison("dynamic_data.share", "in", ["sales", "finance"]), True),
        (comparison("dynamic_data.share", "not_in", ["sales"]), True),
        (comparison("tags", "contains", "vip"), True),
        (comparison("priority", "contains", "ig"), True),
        ({"field": "missing.deeper", "op": "exists"}, False),
        (comparison("missing", "exists", False), True),
        (comparison("flag", "eq", True), True),
        ({"not": comparison("priority", "eq", "low")}, True),
        (
            {
                "all": [
                    comparison("priority", "eq", "high"),
                    {"any": [{"field": "x", "op": "exists"}, {"field": "flag", "op": "exists"}]},
                ]
            },
            True,
        ),
        # Two texts are texts.
        (comparison("dynamic_data.room", "eq", "7"), False),
        (comparison("dynamic_data.room", "eq", "007"), True),
        (comparison("dynamic_data.centre", "eq", "100000"), False),
        (comparison("dynamic_data.version", "eq", "1.1"), False),
        (comparison("dynamic_data.version", "in", ["1.1", "1.10"]), True),
        # A number equals a text where one side is a number.
        (comparison("dynamic_data.room", "eq", 7), True),
        (comparison("dynamic_data.count", "eq", "3"), True),
        (comparison("dynamic_data.count", "eq", "three"), False),
        (comparison("dynamic_data.serial", "contains", "12"), True),
        # Instants and days.
        (comparison("submitted_at", "gt", "2026-03-01T09:00:00Z"), False),
        (comparison("submitted_at", "eq", "2026-03-01T08:00:00Z"), True),
        (comparison("submitted_at", "lt", "2026-03-01T08:30:00.5+00:00"), True),
        (comparison("expected_return_date", "lte", "2026-12-24"), True),
        (comparison("expected_return_date", "lt", "2026-12-24T18:00:00Z"), False),
        # Paths into lists: any entry, or the one that is named.
        (comparison("cost_items.amount", "gt", 1000), True),
        (comparison("cost_items.0.amount", "gt", 1000), False),
        (comparison("cost_items.name", "eq", "bag"), True),
        (comparison("cost_items.name", "ne", "bag"), False),
        (comparison("cost_items.name", "contains", "lap"), True),
        (comparison("tags", "eq", "urgent"), True),
    ],
    ids=str,
)
def test_a_condition_that_can_be_decided(condition: Any, expected: bool) -> None:
    check_condition(condition)
    assert explain(condition, FIELDS).value is expected


@pytest.mark.parametrize("amount", ["25,000.00", "25.000,00", "25 000", "$25000", "", "1e5", "٢٥", True, {}, "NaN"])
@pytest.mark.parametrize("op", ["gte", "lt", "eq", "ne"])
def test_an_amount_that_is_no_plain_number_is_unknown(amount: Any, op: str) -> None:
    condition = comparison("requested_budget", op, 5000)
    fields = {"requested_budget": amount}

    assert explain(condition, fields).value is None
    assert explain(condition, fields).reasons == ("requested_budget is not a number",)
    assert not holds({"not": condition}, fields)


@pytest.mark.parametrize(
    ("condition", "reason"),
    [
        (comparison("requested_budget", "gte", 5000), "requested_budget is not given"),
        (comparison("dynamic_data.share", "ne", "x"), "dynamic_data.share is not given"),
        (comparison("dynamic_data.share", "not_in", ["x"]), "dynamic_data.share is not given"),
        (comparison("expected_return_date", "lt", "2026-01-01"), "expected_return_date is not a date"),
        (comparison("submitted_at", "gt", "2026-01-01T00:00:00Z"), "submitted_at is not a time with its offset"),
        (comparison("dynamic_data.ok", "eq", True), "dynamic_data.ok is not yes or no"),
        (comparison("cost_items.amount", "gt", 5), "cost_items.amount is not a number"),
    ],
    ids=str,
)
def test_what_is_missing_or_of_another_type_is_unknown_also_under_not(condition: Any, reason: str) -> None:
    fields = {
        "expected_return_date": "24.12.2026",
        "submitted_at": "2026-03-01T10:00:00",
        "dynamic_data": {"ok": "perhaps"},
        "cost_items": [{"amount": "many"}, {"amount": 1}],
    }
    for asked in (condition, {"not": condition}, {"not": {"not": condition}}):
        assert explain(asked, fields).value is None
        assert explain(asked, fields).reasons == (reason,)
        assert not holds(asked, fields)


TRUE, FALSE = comparison("flag", "eq", True), comparison("flag", "eq", False)
UNKNOWN = comparison("missing", "eq", 1)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"all": [TRUE, UNKNOWN]}, None),
        ({"all": [FALSE, UNKNOWN]}, False),
        ({"any": [TRUE, UNKNOWN]}, True),
        ({"any": [FALSE, UNKNOWN]}, None),
        ({"not": {"any": [FALSE, UNKNOWN]}}, None),
        ({"not": {"all": [FALSE, UNKNOWN]}}, True),
    ],
    ids=str,
)
def test_all_and_any_follow_kleene(condition: Any, expected: bool | None) -> None:
    assert explain(condition, FIELDS).value is expected


def test_says_which_conditions_could_not_be_decided() -> None:
    verdicts = [
        explain(comparison("requested_budget", op, 5000), {"requested_budget": "$25000"}) for op in ("gte", "lt")
    ]
    assert undecided(verdicts) == "None of the conditions could be decided: requested_budget is not a number."
    assert undecided([explain(TRUE, FIELDS)]) == ""
    assert undecided([*verdicts, explain(FALSE, FIELDS)]).startswith("Not all of the conditions could be decided: ")


def test_a_declared_type_decides_for_the_workflow_s_own_fields() -> None:
    declared = {"dynamic_data.room": "number", "dynamic_data.at": "date_time", "dynamic_data.badge": "text"}
    fields = {"dynamic_data": {"room": "007", "at": "2026-03-01T10:00:00+02:00", "badge": 12}}

    assert holds(comparison("dynamic_data.room", "eq", "7"), fields, declared)
    assert holds(comparison("dynamic_data.at", "eq", "2026-03-01T08:00:00Z"), fields, declared)
    assert not holds(comparison("dynamic_data.at", "gt", "2026-03-01T09:00:00Z"), fields, declared)
    assert not holds(comparison("dynamic_data.badge", "eq", "12.0"), fields, declared)


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        ([], "condition_invalid"),
        ("priority == 'high'", "condition_invalid"),
        ({}, "condition_invalid"),
        ({"field": "priority"}, "condition_invalid"),
        (comparison("priority", "eval", "1"), "condition_invalid"),
        (comparison("", "eq", 1), "condition_invalid"),
        (comparison("employee..name", "eq", "x"), "condition_invalid"),
        ({"field": "priority", "op": "eq"}, "condition_invalid"),
        ({**comparison("priority", "eq", "1"), "then": "x"}, "condition_invalid"),
        ({"all": []}, "condition_invalid"),
        ({"any": {"field": "a", "op": "exists"}}, "condition_invalid"),
        ({"all": [{"field": "a", "op": "exists"}] * 60}, "condition_too_large"),
        ({"field": "priority", "op": ["eq"], "value": 1}, "condition_invalid"),
        (comparison("priority", "in", "high"), "condition_value"),
        (comparison("priority", "in", []), "condition_value"),
        (comparison("priority", "eq", 1), "condition_value"),
        (comparison("priority", "gt", "low"), "condition_operator"),
        (comparison("location", "lt", "Z"), "condition_operator"),
        (comparison("requested_budget", "contains", "5"), "condition_operator"),
        (comparison("requested_budget", "gte", "5,000"), "condition_value"),
        (comparison("requested_budget", "gte", True), "condition_value"),
        (comparison("requested_budget", "eq", None), "condition_value"),
        (comparison("expected_return_date", "lt", "20261224"), "condition_value"),
        (comparison("expected_return_date", "lt", "2026-02-30"), "condition_value"),
        (comparison("submitted_at", "lt", "2026-02-03T04:05:06"), "condition_value"),
        (comparison("dynamic_data.share", "lt", "Finance"), "condition_value"),
        (comparison("dynamic_data.share", "eq", {"a": 1}), "condition_value"),
        (comparison("dynamic_data.share", "exists", "yes"), "condition_value"),
        (comparison("dynamic_data.share", "exists", 0), "condition_value"),
        (comparison("dynamic_data.share", "exists", 1), "condition_value"),
        (comparison("a" * 256, "exists", True), "condition_invalid"),
    ],
    ids=str,
)
def test_refuses_what_can_not_be_evaluated(condition: Any, code: str) -> None:
    with pytest.raises(InvalidCondition) as refusal:
        check_condition(condition)
    assert refusal.value.code == code


PRESENT = {"field": "flag", "op": "exists"}


def nested(depth: int) -> dict[str, Any]:
    """Return a condition of so many levels."""
    return {"not": nested(depth - 1)} if depth > 1 else PRESENT


@pytest.mark.parametrize("wrap", [lambda part: {"all": [part]}, lambda part: {"not": part}], ids=["all", "not"])
def test_declared_types_count_at_any_depth(wrap: Callable[[Any], Any]) -> None:
    declared = {"dynamic_data.room": "number"}
    condition = comparison("dynamic_data.room", "eq", "seven")
    check_condition(wrap(condition))
    with pytest.raises(InvalidCondition):
        check_condition(wrap(condition), declared)
    fields = {"dynamic_data": {"room": "007"}}
    assert explain(wrap(comparison("dynamic_data.room", "eq", "7")), fields, declared) == explain(
        wrap(TRUE), FIELDS, declared
    )


@pytest.mark.parametrize(
    "condition",
    [
        nested(8),
        {"all": [nested(7)]},
        {"any": [PRESENT] * 49},
        {"field": "a" * 255, "op": "exists"},
        comparison("flag", "exists", None),
        comparison("flag", "exists", False),
    ],
    ids=["depth", "depth in a list", "parts", "path", "exists null", "exists false"],
)
def test_takes_what_is_just_within_the_limits(condition: Any) -> None:
    check_condition(condition)


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        (1, "condition: must be an object."),
        (nested(9), "condition" + ".not" * 8 + ": the condition is too large."),
        ({"all": [PRESENT, nested(8)]}, "condition.all.1" + ".not" * 7 + ": the condition is too large."),
        ({"any": [PRESENT] * 50}, "condition.any.49: the condition is too large."),
        ({"all": [PRESENT, {"not": []}]}, "condition.all.1.not: must be an object."),
        ({"not": {"any": []}}, "condition.not.any: must be a list of conditions."),
        ({"op": "eq"}, "condition.field: must name a field."),
        (
            comparison("priority", "eval", 1),
            "condition.op: must be one of eq, ne, gt, gte, lt, lte, in, not_in, contains, exists.",
        ),
        ({**PRESENT, "then": 1, "else": 2}, "condition: unknown else, then."),
        (comparison("flag", "exists", "yes"), "condition.value: must be true or false."),
        ({"field": "priority", "op": "eq"}, "condition.value: is missing."),
        (comparison("priority", "in", "high"), "condition.value: must be a list."),
        (comparison("priority", "gt", "low"), "condition.op: gt can't be asked of priority."),
        (
            comparison("dynamic_data.share", "in", ["a", None]),
            "condition.value: must be a text, a number, or true or false.",
        ),
        (
            comparison("dynamic_data.share", "lt", "Finance"),
            "condition.value: must be a number, a date or a time with its offset to lt.",
        ),
        (
            comparison("requested_budget", "in", [1, "2,0"]),
            "condition.value: must be a number: requested_budget is one.",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_refusal_names_the_place_and_the_problem(condition: Any, text: str) -> None:
    with pytest.raises(InvalidCondition) as refusal:
        check_condition(condition)
    assert str(refusal.value) == text
    assert refusal.value.where == text.split(":")[0]


@pytest.mark.parametrize(
    ("condition", "reason"),
    [
        (comparison("priority", "eq", "low"), "priority is not low"),
        (comparison("priority", "ne", "high"), "priority is high"),
        (comparison("requested_budget", "gt", 20000), "requested_budget is not above 20000"),
        (comparison("requested_budget", "gte", 20000), "requested_budget is below 20000"),
        (comparison("requested_budget", "lt", 5), "requested_budget is not below 5"),
        (comparison("requested_budget", "lte", 5), "requested_budget is above 5"),
        (comparison("priority", "in", ["low", "medium"]), "priority is none of low, medium"),
        (comparison("priority", "not_in", ["low", "high"]), "priority is one of low, high"),
        (comparison("tags", "contains", "gone"), "tags does not contain gone"),
        (comparison("flag", "eq", False), "flag is not no"),
        (comparison("flag", "ne", True), "flag is yes"),
        (comparison("missing", "exists", True), "missing is not given"),
        (comparison("flag", "exists", False), "flag is given"),
        ({"not": comparison("flag", "eq", True)}, "the opposite is so"),
        (
            {"all": [comparison("flag", "eq", False), comparison("priority", "eq", "low")]},
            "flag is not no; priority is not low",
        ),
    ],
    ids=str,
)
def test_says_why_it_is_not_fulfilled(condition: Any, reason: str) -> None:
    assert not holds(condition, FIELDS)
    assert reasons_of([explain(condition, FIELDS)] * 2) == reason


@pytest.mark.parametrize("empty", [None, "", [], {}], ids=str)
def test_what_is_empty_does_not_exist(empty: Any) -> None:
    assert not holds(PRESENT, {"flag": empty})
    assert holds(PRESENT, {"flag": 0})
    assert holds(PRESENT, {"flag": [empty, 0]})


def test_yes_and_no_are_no_numbers() -> None:
    assert not holds(comparison("dynamic_data.signed", "eq", "1"), FIELDS)
    assert not holds(comparison("dynamic_data.signed", "eq", 1), FIELDS)


def test_a_path_leads_through_lists() -> None:
    assert values_at("cost_items.amount", FIELDS) == [250, "1800.50", None]
    assert values_at("cost_items.1.name", FIELDS) == ["Laptop"]
    assert values_at("cost_items.9.name", FIELDS) == []


@pytest.mark.parametrize("operator", ["eval", "", None, ["eq"]])
def test_an_operator_that_is_none_is_unknown_also_under_not(operator: Any) -> None:
    condition = {"field": "priority", "op": operator, "value": "high"}
    assert explain(condition, FIELDS).value is None
    assert not holds({"not": condition}, FIELDS)


@pytest.mark.parametrize("condition", [{"all": None}, {"any": [1]}, {"not": None}, {"not": "x"}, {"x": 1}], ids=str)
def test_a_condition_that_is_none_is_unknown(condition: Any) -> None:
    assert not holds(condition, FIELDS)
    assert not holds({"not": condition}, FIELDS)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["field", "op", "value", "x"]), inner),
    max_leaves=8,
)
operators = st.sampled_from(["eq", "ne", "gt", "gte", "lt", "lte", "in", "not_in", "contains", "exists"])


@given(operators, anything, anything, st.sampled_from(["f", "f.x", "f.0", "requested_budget", "submitted_at"]))
def test_never_raises_whatever_the_ticket_says(operator: str, left: Any, right: Any, path: str) -> None:
    condition = comparison(path, operator, right)
    fields = {"f": left, "requested_budget": left, "submitted_at": left}

    verdict, opposite = explain(condition, fields), explain({"not": condition}, fields)

    assert (verdict.value is None) == (opposite.value is None)
    assert verdict.value is None or verdict.value is not opposite.value
    assert verdict.value is True or verdict.reasons
