"""Which workflow serves a ticket: the most specific deployed one, or why none does."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from ticketing_common import prepared

EXACT = "category+sub_category+department"
CATEGORY_DEPARTMENT = "category+department"
CATEGORY = "category"
DEFAULT = "default"
RULES = {1: EXACT, 2: CATEGORY_DEPARTMENT, 3: CATEGORY, 4: DEFAULT}
NEAR = 9
MOST_CANDIDATES = 5


@dataclass(frozen=True)
class Match:
    """The workflow that serves the ticket, and by which rule."""

    workflow_id: int
    version_id: int
    rule: str


@dataclass(frozen=True)
class NoMatch:
    """No workflow takes the ticket now. `reason` is `workflow_paused` or `no_workflow`."""

    reason: str
    # [{"workflow_id", "name", "status", "why"}], nearest first
    candidates: list[dict[str, Any]] = field(default_factory=list)


# A workflow that was deployed serves its key even while it is paused: its tickets wait for it and do not fall
# through to a less specific one. Of two with one key, the deployed one comes first.
QUERY = f"""
WITH ticket (category, sub_category, department) AS (
    SELECT lower(btrim(%s)), lower(btrim(%s)), lower(btrim(%s))
), flow AS (
    SELECT id, name, status, is_default, current_version_id,
        lower(btrim(category)) AS category,
        lower(btrim(sub_category)) AS sub_category,
        lower(btrim(department)) AS department,
        status IN ('deployed', 'paused') AND current_version_id IS NOT NULL AS is_live
    FROM workflows WHERE NOT is_archived
), compared AS (
    SELECT flow.*,
        flow.category <> '' AND flow.category = ticket.category AS same_category,
        flow.sub_category = ticket.sub_category AS same_sub_category,
        flow.department = ticket.department AS same_department
    FROM flow, ticket
), ranked AS (
    SELECT *,
        CASE
            WHEN NOT is_live THEN {NEAR}
            WHEN same_category AND sub_category <> '' AND department <> '' AND same_sub_category AND same_department
                THEN 1
            WHEN same_category AND sub_category = '' AND department <> '' AND same_department THEN 2
            WHEN same_category AND sub_category = '' AND department = '' THEN 3
            WHEN is_default THEN 4
            ELSE {NEAR}
        END AS rank,
        (same_category::int * 4 + (same_department AND department <> '')::int * 2
            + (same_sub_category AND sub_category <> '')::int) AS nearness
    FROM compared
)
SELECT id, name, status, current_version_id, rank, same_category, same_sub_category, same_department, is_live,
    is_default, category, sub_category, department
FROM ranked WHERE rank < {NEAR} OR nearness > 0 OR is_default
ORDER BY rank, status = 'deployed' DESC, nearness DESC, id
LIMIT {MOST_CANDIDATES + 4}
"""  # noqa: S608 -- two constants of this module


def match(*, category: str, sub_category: str, department: str) -> Match | NoMatch:
    """Return the workflow for a ticket of this kind. Case and surrounding blanks don't matter."""
    with connection.cursor() as cursor:
        prepared.execute(cursor, QUERY, [category, sub_category, department])
        names = [column.name for column in cursor.description or ()]
        rows = [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]
    if rows and rows[0]["rank"] in RULES:
        best = rows[0]
        if best["status"] == "deployed":
            return Match(workflow_id=best["id"], version_id=best["current_version_id"], rule=RULES[best["rank"]])
        return NoMatch("workflow_paused", _candidates(rows))
    return NoMatch("no_workflow", _candidates(rows))


def _candidates(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {"workflow_id": row["id"], "name": row["name"], "status": row["status"], "why": _why(row)}
        for row in rows[:MOST_CANDIDATES]
    ]


def _why(row: dict[str, Any]) -> str:
    """Say what keeps the workflow from taking the ticket."""
    if row["status"] == "paused" and row["rank"] in RULES:
        return "It serves this ticket, but it is paused."
    differs = [
        label
        for label, same, own in (
            ("category", row["same_category"], row["category"]),
            ("sub-category", row["same_sub_category"], row["sub_category"]),
            ("department", row["same_department"], row["department"]),
        )
        if not same and own
    ]
    reasons = [f"another {' and '.join(differs)}"] if differs else []
    if not row["is_live"]:
        reasons.append("not deployed")
    return (", ".join(reasons) or "it serves no such combination").capitalize() + "."
