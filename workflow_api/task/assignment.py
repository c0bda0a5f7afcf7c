"""Whose turn it is: choose among a role's members, and say why. Pure; the caller holds the role's cursor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

ROUND_ROBIN, LEAST_LOADED, CLAIM = "round_robin", "least_loaded", "claim"
RETURN, SUBSTITUTE = "return", "substitute"

# Why somebody is passed over.
INACTIVE, AWAY, AT_CAPACITY = "inactive", "away", "at_capacity"


@dataclass(frozen=True)
class Member:
    """A member of the role, as it matters for a turn."""

    user_id: int
    full_name: str
    is_active: bool = True
    is_away: bool = False
    substitute_id: int | None = None
    capacity: int | None = None
    load: int = 0  # open visits in hand
    last_assigned_at: datetime | None = None

    def why_not(self) -> str:
        """Return why no work goes to them now; empty when it may."""
        if not self.is_active:
            return INACTIVE
        if self.is_away:
            return AWAY
        if self.capacity is not None and self.load >= self.capacity:
            return AT_CAPACITY
        return ""

    @property
    def as_person(self) -> dict[str, Any]:
        return {"user_id": self.user_id, "full_name": self.full_name}


@dataclass(frozen=True)
class Choice:
    """The outcome of one turn. `user_id` is None when nobody is eligible. `why` is stored and can be replayed."""

    user_id: int | None
    origin: str
    cursor: int | None  # whose turn it was; remembered for the next one
    why: dict[str, Any] = field(default_factory=dict)


def choose(
    strategy: str,
    members: Sequence[Member],
    *,
    last_user_id: int | None,
    excluded: Mapping[int, str] | None = None,
    preferred_id: int | None = None,
) -> Choice:
    """Choose by the strategy. `excluded` maps people to why they may not have this turn.

    `preferred_id` gets it before any turn is taken, if eligible: a returned step goes to its previous performer.
    """
    excluded = excluded or {}
    by_id = {member.user_id: member for member in members}
    reasons = {member.user_id: excluded.get(member.user_id) or member.why_not() for member in members}
    why: dict[str, Any] = {"strategy": strategy, "cursor_before": last_user_id, "cursor_after": last_user_id}
    if preferred_id is not None and reasons.get(preferred_id) == "":
        why |= {"strategy": RETURN, "candidates": [preferred_id], "passed_over": []}
        return Choice(preferred_id, RETURN, last_user_id, why)
    if preferred_id is not None:
        why["previous_performer"] = {"user_id": preferred_id, "why": reasons.get(preferred_id) or "left_role"}
    turns = _rotation_order(members, last_user_id)
    if strategy == LEAST_LOADED:
        turns = sorted(turns, key=_load_order)
        why["loads"] = {str(member.user_id): member.load for member in turns}
    why["candidates"] = [member.user_id for member in turns]
    passed_over: list[dict[str, Any]] = []
    why["passed_over"] = passed_over
    for member in turns:
        if not reasons[member.user_id]:
            return _chosen(member.user_id, strategy, strategy, member.user_id, why)
        stand_in = by_id.get(member.substitute_id or 0)
        if reasons[member.user_id] == AWAY and stand_in is not None and not reasons[stand_in.user_id]:
            why["stands_in_for"] = member.user_id
            return _chosen(stand_in.user_id, SUBSTITUTE, strategy, member.user_id, why)
        passed_over.append({"user_id": member.user_id, "why": reasons[member.user_id]})
    return Choice(None, strategy, last_user_id, why)


def _chosen(user_id: int, origin: str, strategy: str, turn_of: int, why: dict[str, Any]) -> Choice:
    why["chosen"] = user_id
    if strategy == ROUND_ROBIN:
        why["cursor_after"] = turn_of
    return Choice(user_id, origin, why["cursor_after"], why)


def _rotation_order(members: Sequence[Member], last_user_id: int | None) -> list[Member]:
    """Return the members from the one after the last turn's. It need not be a member any more."""
    ordered = sorted(members, key=lambda member: member.user_id)
    if last_user_id is None:
        return ordered
    after = [member for member in ordered if member.user_id > last_user_id]
    return after + [member for member in ordered if member.user_id <= last_user_id]


def _load_order(member: Member) -> tuple[int, float, int]:
    """Fewest open visits, then longest without an assignment, then the lower id."""
    last = member.last_assigned_at.timestamp() if member.last_assigned_at else float("-inf")
    return member.load, last, member.user_id


def replay(why: Mapping[str, Any]) -> int | None:
    """Return whom the stored reason gives: the first candidate who was not passed over, or their stand-in."""
    passed_over = {entry["user_id"] for entry in why.get("passed_over", [])}
    for user_id in why.get("candidates", []):
        if user_id in passed_over:
            continue
        return int(why["chosen"]) if why.get("stands_in_for") == user_id else int(user_id)
    return None


WORDS = {
    INACTIVE: "is not active",
    AWAY: "is away",
    AT_CAPACITY: "has as many tasks as they can take",
    "four_eyes": "may not approve what they asked for or did themselves",
    "voted": "has voted already",
    "released": "gave it back",
    "left_role": "no longer holds the role",
}
SENTENCES = {
    "turn": "It was {person}'s turn among the members of {role}.",
    "turn_after": "It was {person}'s turn after {before} among the members of {role}.",
    "least_loaded": "{person} had the fewest open tasks ({load}) among the members of {role}.",
    "substitute": "{person} stands in for {absent}, who is away.",
    "return": "The task came back to {person}, who had this step before.",
    "claim": "Taken from the pool of {role}.",
    "transfer": "Transferred within {role}.",
    "escalation": "Escalated to {role}.",
    **{f"previous_{why}": f"{{person}}, who had this step before, {word}." for why, word in WORDS.items()},
    **{f"passed_{why}": f"{{person}} {word}." for why, word in WORDS.items()},
}


def sentences(
    origin: str, why: Mapping[str, Any], names: Mapping[int, str], role_name: str
) -> list[tuple[str, dict[str, Any]]]:
    """Return why a person has the task: codes of `SENTENCES`, in order, with their parameters."""

    def name(user_id: Any) -> str:
        return names.get(int(user_id), f"person {user_id}")

    parts: list[tuple[str, dict[str, Any]]] = []
    chosen = replay(why)
    if origin == ROUND_ROBIN:
        before = why.get("cursor_before")
        turn = {"person": name(chosen), "role": role_name}
        parts.append(("turn_after", turn | {"before": name(before)}) if before else ("turn", turn))
    elif origin == LEAST_LOADED:
        load = (why.get("loads") or {}).get(str(chosen), 0)
        parts.append(("least_loaded", {"person": name(chosen), "load": load, "role": role_name}))
    elif origin == SUBSTITUTE:
        parts.append(("substitute", {"person": name(chosen), "absent": name(why["stands_in_for"])}))
    elif origin == RETURN:
        parts.append(("return", {"person": name(chosen)}))
    elif origin in (CLAIM, "transfer", "escalation"):
        parts.append((origin, {"role": role_name}))
    previous = why.get("previous_performer")
    if previous:
        parts.append((f"previous_{previous['why']}", {"person": name(previous["user_id"])}))
    parts += [(f"passed_{entry['why']}", {"person": name(entry["user_id"])}) for entry in why.get("passed_over", [])]
    return parts


def as_sentence(origin: str, why: Mapping[str, Any], names: Mapping[int, str], role_name: str) -> str:
    """Say in plain words why a person has the task."""
    return " ".join(
        SENTENCES[code].format_map(params) if code in SENTENCES else _of_unknown_reason(code, params)
        for code, params in sentences(origin, why, names, role_name)
    )


def _of_unknown_reason(code: str, params: Mapping[str, Any]) -> str:
    kind, _, why = code.partition("_")
    before = ", who had this step before," if kind == "previous" else ""
    return f"{params['person']}{before} {why}."
