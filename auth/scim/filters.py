"""Filters of SCIM as conditions of the database. The grammar and its precedence are the library's."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Q
from scim2_models.path import (
    AttrPath,
    CompareOperator,
    Comparison,
    FilterNode,
    FilterVisitor,
    LogicalExpr,
    LogicalOperator,
    Not,
    Present,
    ScimFilter,
    ValuePath,
)

from scim.refusals import InvalidFilter
from scim.resources import EnterpriseUser, FullUser, Group

# A condition of one attribute: the Django lookup (`exact`, `contains`, …) and the value to what it asks.
Condition = Callable[[str, Any], Q]

MAX_FILTER = 4_000
LOOKUPS = {
    CompareOperator.eq: "exact",
    CompareOperator.co: "contains",
    CompareOperator.sw: "startswith",
    CompareOperator.ew: "endswith",
    CompareOperator.gt: "gt",
    CompareOperator.ge: "gte",
    CompareOperator.lt: "lt",
    CompareOperator.le: "lte",
}
EVERYTHING = Q(pk__isnull=False)
NOTHING = Q(pk__isnull=True)
# Of multi-valued attributes, what a comparison without a sub-attribute looks at.
VALUED = ("emails", "members", "groups")
# No stored text has these, and PostgreSQL takes no parameter with them.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
SCHEMAS = {str(schema.__schema__).lower() for schema in (FullUser, EnterpriseUser, Group)}


class ConditionBuilder(FilterVisitor[Q]):
    """Turns a syntax tree into a condition. `attributes` knows each attribute by its name in lower case."""

    def __init__(self, attributes: Mapping[str, Condition], prefix: str = "") -> None:
        self.attributes = attributes
        self.prefix = prefix

    def visit_comparison(self, node: Comparison) -> Q:
        condition = self._condition(node.attr_path)
        if node.value is None:
            is_null = ~condition("pr", None)
            return ~is_null if node.op == CompareOperator.ne else is_null
        if isinstance(node.value, str) and _UNSTORABLE.search(node.value):
            return EVERYTHING if node.op == CompareOperator.ne else NOTHING
        if node.op == CompareOperator.ne:
            return ~condition("exact", node.value)
        return condition(LOOKUPS[node.op], node.value)

    def visit_present(self, node: Present) -> Q:
        return self._condition(node.attr_path)("pr", None)

    def visit_not(self, node: Not) -> Q:
        return ~self.visit(node.expr)

    def visit_logical_expr(self, node: LogicalExpr) -> Q:
        first, *others = (self.visit(term) for term in node.terms)
        for other in others:
            first = first & other if node.op == LogicalOperator.and_ else first | other
        return first

    def visit_value_path(self, node: ValuePath) -> Q:
        if self.prefix:
            raise InvalidFilter("A selection can't hold another one.")
        return ConditionBuilder(self.attributes, f"{_name(node.attr_path)}.").visit(node.val_filter)

    def _condition(self, path: AttrPath) -> Condition:
        name = f"{self.prefix}{_name(path)}"
        if name in VALUED:
            name = f"{name}.value"
        if name not in self.attributes:
            raise InvalidFilter(f"The attribute {name!r} can't be filtered by.")
        return self.attributes[name]


def _name(path: AttrPath) -> str:
    if path.uri is not None and path.uri.lower() not in SCHEMAS:
        raise InvalidFilter(f"The schema {path.uri!r} is not served here.")
    return (path.attr if path.sub_attr is None else f"{path.attr}.{path.sub_attr}").lower()


def parsed(text: str) -> FilterNode:
    """Return the syntax tree of a filter, or raise the library's `InvalidFilterException`."""
    if len(text) > MAX_FILTER:
        raise InvalidFilter(f"At most {MAX_FILTER} characters.")
    return ScimFilter(text).ast


def condition_of(text: str | None, attributes: Mapping[str, Condition]) -> Q:
    return EVERYTHING if text is None else ConditionBuilder(attributes).visit(parsed(text))


def column(name: str) -> Condition:
    """Compare a text column without case."""

    def condition(lookup: str, value: Any) -> Q:
        if lookup == "pr":
            return ~Q(**{name: ""})
        text = as_text(value)
        return Q(**{f"{name}__{lookup if lookup in ('gt', 'gte', 'lt', 'lte') else f'i{lookup}'}": text})

    return condition


def identifier(name: str) -> Condition:
    """Compare an id: only equality makes sense, and what is no number is nobody's id."""

    def condition(lookup: str, value: Any) -> Q:
        if lookup == "pr":
            return EVERYTHING
        if lookup != "exact":
            raise InvalidFilter("Ids can be compared by eq and ne only.")
        number = as_id(value)
        return NOTHING if number is None else Q(**{name: number})

    return condition


def constant(actual: str | bool) -> Condition:
    """An attribute that has the same value for everybody."""

    def condition(lookup: str, value: Any) -> Q:
        if lookup == "pr":
            return EVERYTHING
        if lookup != "exact":
            raise InvalidFilter("This attribute can be compared by eq and ne only.")
        asked = as_flag(value) if isinstance(actual, bool) else as_text(value).lower()
        return EVERYTHING if asked == actual else NOTHING

    return condition


def flag(name: str) -> Condition:
    def condition(lookup: str, value: Any) -> Q:
        if lookup == "pr":
            return EVERYTHING
        if lookup != "exact":
            raise InvalidFilter("A truth value can be compared by eq and ne only.")
        return Q(**{name: as_flag(value)})

    return condition


def as_text(value: Any) -> str:
    if not isinstance(value, str):
        raise InvalidFilter("This attribute is compared with a text.")
    return value


def as_flag(value: Any) -> bool:
    """Return the truth value; Entra ID sends it as the text "True" or "False"."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    raise InvalidFilter("This attribute is compared with true or false.")


def as_id(value: Any) -> int | None:
    """Return the number that an id stands for, None where it can be nobody's."""
    text = str(value)
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else None
