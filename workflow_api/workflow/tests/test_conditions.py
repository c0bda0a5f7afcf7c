"""Conditions on ticket fields: evaluated as data, checked before they are stored."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.conditions import InvalidCondition, check_condition, holds

FIELDS = {
    "priority": "high",
    "requested_budget": "12500.00",
    "tags": ["vip", "urgent"],
    "dynamic_data": {"share": "Finance", "count": 3},
    "flag": True,
}


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (None, True),
        ({"field": "priority", "op": "eq", "value": "HIGH"}, True),
        ({"field": "priority", "op": "ne", "value": "low"}, True),
        ({"field": "requested_budget", "op": "gt", "value": 9999}, True),
        ({"field": "requested_budget", "op": "eq", "value": 12500}, True),
        ({"field": "requested_budget", "op": "lte", "value": "12500"}, True),
        ({"field": "dynamic_data.count", "op": "gte", "value": 4}, False),
        ({"field": "dynamic_data.share", "op": "in", "value": ["sales", "finance"]}, True),
        ({"field": "dynamic_data.share", "op": "not_in", "value": ["sales"]}, True),
        ({"field": "tags", "op": "contains", "value": "vip"}, True),
        ({"field": "priority", "op": "contains", "value": "ig"}, True),
        ({"field": "missing", "op": "gt", "value": 1}, False),
        ({"field": "missing.deeper", "op": "exists"}, False),
        ({"field": "missing", "op": "exists", "value": False}, True),
        ({"field": "flag", "op": "eq", "value": True}, True),
        ({"field": "flag", "op": "eq", "value": 1}, False),
        ({"not": {"field": "priority", "op": "eq", "value": "low"}}, True),
        (
            {
                "all": [
                    {"field": "priority", "op": "eq", "value": "high"},
                    {"any": [{"field": "x", "op": "exists"}, {"field": "flag", "op": "exists"}]},
                ]
            },
            True,
        ),
    ],
)
def test_holds(condition: Any, expected: bool) -> None:
    check_condition(condition)
    assert holds(condition, FIELDS) is expected


@pytest.mark.parametrize(
    "condition",
    [
        [],
        "priority == 'high'",
        {},
        {"field": "priority"},
        {"field": "priority", "op": "eval", "value": "1"},
        {"field": "", "op": "eq", "value": 1},
        {"field": "priority", "op": "eq"},
        {"field": "priority", "op": "in", "value": "high"},
        {"field": "priority", "op": "eq", "value": 1, "then": "x"},
        {"all": []},
        {"any": {"field": "a", "op": "exists"}},
        {"all": [{"field": "a", "op": "exists"}] * 60},
        {"field": "priority", "op": ["eq"], "value": 1},
    ],
    ids=str,
)
def test_refuses_what_it_does_not_understand(condition: Any) -> None:
    with pytest.raises(InvalidCondition):
        check_condition(condition)


@pytest.mark.parametrize("operator", ["eval", "", None, ["eq"]])
def test_an_operator_that_is_none_is_never_fulfilled(operator: Any) -> None:
    assert not holds({"field": "priority", "op": operator, "value": "high"}, FIELDS)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["field", "op", "value", "x"]), inner),
    max_leaves=8,
)


@given(st.sampled_from(["eq", "ne", "gt", "gte", "lt", "lte", "contains", "exists"]), anything, anything)
def test_never_raises_whatever_the_ticket_says(operator: str, left: Any, right: Any) -> None:
    assert holds({"field": "f", "op": operator, "value": right}, {"f": left}) in (True, False)
