"""What a PATCH does to a group, read without the list of its members, which may be long."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from scim2_models import PatchOp, PatchOperation
from scim2_models.path import (
    CompareOperator,
    Comparison,
    FilterNode,
    LogicalExpr,
    LogicalOperator,
    Path,
    ValuePath,
)

from scim import filters
from scim.refusals import InvalidFilter, InvalidSyntax, InvalidValue
from scim.resources import Group

Op = PatchOperation.Op


@dataclass
class GroupChange:
    """`external_id` and `display_name` are None where they stay. `steps` change the set of members, in order."""

    display_name: str | None = None
    external_id: str | None = None
    steps: list[tuple[Op, set[int]]] = field(default_factory=list)

    def replace(self, members: set[int]) -> None:
        self.steps.append((Op.replace_, members))

    def members_after(self, before: set[int]) -> set[int]:
        members = set(before)
        for op, ids in self.steps:
            if op == Op.add:
                members |= ids
            elif op == Op.remove:
                members -= ids
            else:
                members = set(ids)
        return members


def change_of(patch: PatchOp[Group]) -> GroupChange:
    """Return what the operations ask for. Attributes that the schema lacks are ignored, as everywhere."""
    change = GroupChange()
    for operation in patch.operations or []:
        if operation.path is None:
            if not isinstance(operation.value, dict):
                raise InvalidSyntax("An operation without a path needs an object as its value.")
            for name, value in operation.value.items():
                _set(change, operation.op, name, value)
        elif (selected := _selected(operation.path)) is not None:
            if operation.op != Op.remove:
                raise InvalidValue("Members are added and removed; they have nothing to be replaced.", attr="members")
            change.steps.append((Op.remove, selected))
        else:
            value = operation.value
            if operation.op == Op.remove:
                _remove(change, str(operation.path), value)
            else:
                _set(change, operation.op, str(operation.path), value)
    return change


def _attribute(name: str) -> str:
    """Return the name of an attribute in lower case, without its schema in front."""
    return name.lower().removeprefix(f"{Group.__schema__}:".lower())


def _set(change: GroupChange, op: Op, name: str, value: Any) -> None:
    match _attribute(name):
        case "displayname":
            change.display_name = _text(value, "displayName")
        case "externalid":
            change.external_id = "" if value is None else _text(value, "externalId")
        case "members":
            change.steps.append((op, ids_of(value)))


def _remove(change: GroupChange, name: str, value: Any) -> None:
    match _attribute(name):
        case "displayname":
            raise InvalidValue("A group needs a displayName.", attr="displayName")
        case "externalid":
            change.external_id = ""
        case "members":
            # With a value, as Entra ID sends it, those whom it names; else all.
            change.steps.append((Op.replace_, set()) if value is None else (Op.remove, ids_of(value, missing_ok=True)))


def _text(value: Any, attribute: str) -> str:
    if not isinstance(value, str):
        raise InvalidValue(f"{attribute} must be a text.", attr=attribute)
    return value


def ids_of(value: Any, *, missing_ok: bool = False) -> set[int]:
    """Return the ids of `[{"value": "17"}, …]`. With `missing_ok`, what is no id of anybody's is left out."""
    entries = value if isinstance(value, list) else [] if value is None else [value]
    found = set()
    for entry in entries:
        values = {key.lower(): item for key, item in entry.items()} if isinstance(entry, dict) else {"value": entry}
        if str(values.get("type") or "User").lower() != "user":
            raise InvalidValue("Only people can be members of a group.", attr="members")
        text = values.get("value")
        number = filters.as_id(text) if isinstance(text, (str, int)) and not isinstance(text, bool) else None
        if number is not None:
            found.add(number)
        elif not missing_ok:
            raise InvalidValue(f"There is no person {text!r}.", attr="members")
    return found


def _selected(path: Path[Group]) -> set[int] | None:
    """Return whom a path such as `members[value eq "17"]` selects, None for a path without a selection."""
    node = path.ast
    if not isinstance(node, ValuePath):
        return None
    if _attribute(str(node.attr_path)) != "members" or node.sub_attr not in (None, "value"):
        raise InvalidFilter("Only members can be selected.")
    return _ids_in(node.val_filter)


def _ids_in(node: FilterNode) -> set[int]:
    if isinstance(node, LogicalExpr) and node.op == LogicalOperator.or_:
        return set().union(*(_ids_in(term) for term in node.terms))
    if not isinstance(node, Comparison) or node.op != CompareOperator.eq or node.attr_path.attr.lower() != "value":
        raise InvalidFilter('Members are selected by their value: members[value eq "17"].')
    number = filters.as_id(node.value)
    return set() if number is None else {number}
