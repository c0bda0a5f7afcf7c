"""Reports: one statement each, from the verdicts that were stored when clocks stopped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection


class Rows(list[dict[str, Any]]):
    """The rows of a report, each by column; `columns` are known also where there is no row."""

    def __init__(self, columns: list[str], rows: Iterable[dict[str, Any]]) -> None:
        super().__init__(rows)
        self.columns = columns


@dataclass(frozen=True)
class Period:
    """The stretch a report is about, and the workflow it is narrowed to, if any."""

    start: datetime
    end: datetime
    workflow_id: int | None = None

    @property
    def parameters(self) -> dict[str, Any]:
        return {"start": self.start, "end": self.end, "workflow": self.workflow_id}


def _rows(text: str, parameters: dict[str, Any]) -> Rows:
    with connection.cursor() as cursor:
        cursor.execute(text, parameters)
        names = [column.name for column in cursor.description or ()]
        rows = ({name: _plain(value) for name, value in zip(names, row, strict=True)} for row in cursor.fetchall())
        return Rows(names, rows)


def _plain(value: Any) -> Any:
    """Shares and seconds come as decimals; answers carry numbers."""
    if isinstance(value, timedelta):
        return round(value.total_seconds())
    return round(float(value), 4) if type(value).__name__ == "Decimal" else value


# A share is of those that have a verdict; nothing of nothing is no share.
_SHARE = "round({part}::numeric / nullif({whole}, 0), 4)"
_IN_WORKFLOW = "(%(workflow)s::bigint IS NULL OR t.workflow_id = %(workflow)s)"


def overview(period: Period, *, now: datetime) -> dict[str, Any]:
    """The floor now, and the period day by day."""
    parameters = {**period.parameters, "now": now}
    floor = _rows(_FLOOR, parameters)[0]
    unmatched = _rows("SELECT count(*) AS n FROM tickets WHERE intake_state = 'unmatched'", {})[0]["n"]
    failed = _rows(_FAILED_HANDOFFS, {})[0]["n"]
    days = _rows(_PER_DAY, parameters)
    totals = _rows(_TOTALS, parameters)[0]
    return {
        "from": period.start,
        "to": period.end,
        "now": {**floor, "unmatched_tickets": unmatched, "failed_handoffs": failed},
        "period": totals,
        "per_day": days,
        "by_workflow": _rows(_OPEN_BY_WORKFLOW, parameters),
        "by_role": _rows(_OPEN_BY_ROLE, parameters),
        "by_assignee": _rows(_OPEN_BY_ASSIGNEE, parameters),
    }


_FLOOR = f"""
SELECT count(*) AS open,
    count(*) FILTER (WHERE status = 'pending') AS pending,
    count(*) FILTER (WHERE status = 'in_progress') AS in_progress,
    count(*) FILTER (WHERE status = 'on_hold') AS on_hold,
    count(*) FILTER (WHERE status = 'handing_off') AS handing_off,
    count(*) FILTER (WHERE priority = 'urgent') AS urgent,
    count(*) FILTER (WHERE priority = 'high') AS high,
    count(*) FILTER (WHERE priority = 'medium') AS medium,
    count(*) FILTER (WHERE priority = 'low') AS low,
    count(*) FILTER (WHERE assignee_id IS NULL AND status = 'pending') AS unassigned,
    count(*) FILTER (WHERE is_breached OR due_at < %(now)s) AS breached,
    count(*) FILTER (
        WHERE (is_at_risk OR at_risk_at < %(now)s) AND NOT is_breached AND (due_at >= %(now)s) IS NOT FALSE
    ) AS at_risk
FROM tasks t WHERE status IN ('pending', 'in_progress', 'on_hold', 'handing_off') AND {_IN_WORKFLOW}
"""  # noqa: S608 -- constants of this module

_FAILED_HANDOFFS = """
SELECT (SELECT count(*) FROM ams_checkouts WHERE status = 'failed')
     + (SELECT count(*) FROM bms_checkouts WHERE status = 'failed') AS n
"""

_PER_DAY = f"""
WITH days AS (
    SELECT generate_series(
        date_trunc('day', %(start)s::timestamptz AT TIME ZONE 'UTC'),
        date_trunc('day', (%(end)s::timestamptz - interval '1 microsecond') AT TIME ZONE 'UTC'),
        interval '1 day')::date AS day
), received AS (
    SELECT (created_at AT TIME ZONE 'UTC')::date AS day, count(*) AS n FROM tasks t
    WHERE created_at >= %(start)s AND created_at < %(end)s AND {_IN_WORKFLOW} GROUP BY 1
), closed AS (
    SELECT (closed_at AT TIME ZONE 'UTC')::date AS day, count(*) AS n, count(*) FILTER (WHERE is_breached) AS late
    FROM tasks t
    WHERE closed_at >= %(start)s AND closed_at < %(end)s AND status <> 'cancelled' AND {_IN_WORKFLOW} GROUP BY 1
)
SELECT days.day AS date, coalesce(received.n, 0) AS received, coalesce(closed.n, 0) AS closed,
    coalesce(closed.late, 0) AS breached
FROM days LEFT JOIN received USING (day) LEFT JOIN closed USING (day) ORDER BY days.day
"""  # noqa: S608 -- constants of this module

_TOTALS = f"""
SELECT
    (SELECT count(*) FROM tasks t WHERE created_at >= %(start)s AND created_at < %(end)s AND {
    _IN_WORKFLOW
}) AS received,
    count(*) FILTER (WHERE status = 'completed') AS completed,
    count(*) FILTER (WHERE status = 'rejected') AS rejected,
    count(*) FILTER (WHERE status = 'cancelled') AS cancelled,
    {
    _SHARE.format(
        part="count(*) FILTER (WHERE status <> 'cancelled' AND NOT is_breached)",
        whole="count(*) FILTER (WHERE status <> 'cancelled')",
    )
} AS sla_compliance,
    avg(closed_at - created_at) FILTER (WHERE status <> 'cancelled') AS mean_resolution_seconds,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY closed_at - created_at) FILTER (WHERE status <> 'cancelled')
        AS median_resolution_seconds
FROM tasks t WHERE closed_at >= %(start)s AND closed_at < %(end)s AND {_IN_WORKFLOW}
"""  # noqa: S608 -- constants of this module

_OPEN_BY_WORKFLOW = f"""
SELECT t.workflow_id, w.name AS workflow, count(*) AS open,
    count(*) FILTER (WHERE t.is_breached OR t.due_at < %(now)s) AS breached
FROM tasks t JOIN workflows w ON w.id = t.workflow_id
WHERE t.status IN ('pending', 'in_progress', 'on_hold', 'handing_off') AND {_IN_WORKFLOW}
GROUP BY t.workflow_id, w.name ORDER BY open DESC, workflow
"""  # noqa: S608 -- constants of this module

_OPEN_BY_ROLE = f"""
SELECT r.id AS role_id, r.name AS role, count(*) AS open,
    count(*) FILTER (WHERE t.assignee_id IS NULL) AS unassigned,
    count(*) FILTER (WHERE v.needs_lead) AS needs_lead, min(v.pooled_at) AS waiting_since
FROM tasks t JOIN step_visits v ON v.id = t.current_visit_id JOIN roles r ON r.id = v.role_id
WHERE t.status IN ('pending', 'in_progress', 'on_hold') AND {_IN_WORKFLOW}
GROUP BY r.id, r.name ORDER BY open DESC, role
"""  # noqa: S608 -- constants of this module

_OPEN_BY_ASSIGNEE = f"""
SELECT p.user_id, p.full_name, count(*) AS open,
    count(*) FILTER (WHERE t.is_breached OR t.due_at < %(now)s) AS breached
FROM tasks t JOIN people p ON p.user_id = t.assignee_id
WHERE t.status IN ('pending', 'in_progress', 'on_hold', 'handing_off') AND {_IN_WORKFLOW}
GROUP BY p.user_id, p.full_name ORDER BY open DESC, p.full_name
"""  # noqa: S608 -- constants of this module


def sla(period: Period) -> Rows:
    """Clocks of tasks that stopped in the period, by workflow and priority."""
    return _rows(_SLA, period.parameters)


_SLA = f"""
SELECT t.workflow_id, w.name AS workflow, t.priority,
    count(*) AS closed,
    count(*) FILTER (WHERE c.verdict = 'met') AS met,
    count(*) FILTER (WHERE c.verdict = 'breached') AS breached,
    {_SHARE.format(part="count(*) FILTER (WHERE c.verdict = 'met')", whole="count(*)")} AS compliance,
    avg(c.stopped_at - t.created_at) AS mean_seconds,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY c.stopped_at - t.created_at) AS median_seconds,
    percentile_cont(0.9) WITHIN GROUP (ORDER BY c.stopped_at - t.created_at) AS p90_seconds,
    min(c.target_seconds) AS target_seconds
FROM sla_clocks c JOIN tasks t ON t.id = c.task_id JOIN workflows w ON w.id = t.workflow_id
WHERE c.visit_id IS NULL AND c.verdict IN ('met', 'breached')
    AND c.stopped_at >= %(start)s AND c.stopped_at < %(end)s AND {_IN_WORKFLOW}
GROUP BY t.workflow_id, w.name, t.priority
ORDER BY w.name, array_position(ARRAY['urgent', 'high', 'medium', 'low'], t.priority::text)
"""  # noqa: S608 -- constants of this module


def agents(period: Period) -> Rows:
    """What each person had, did and has."""
    return _rows(_AGENTS, period.parameters)


_AGENTS = f"""
WITH turns AS (
    SELECT a.person_id, count(*) AS assigned,
        count(*) FILTER (WHERE a.end_reason = 'done') AS done,
        count(*) FILTER (WHERE a.end_reason = 'released') AS released,
        count(*) FILTER (WHERE a.end_reason = 'transferred') AS transferred,
        count(*) FILTER (WHERE a.end_reason = 'escalated') AS escalated,
        avg(a.ended_at - a.started_at) FILTER (WHERE a.end_reason = 'done') AS mean_turn
    FROM assignments a JOIN tasks t ON t.id = a.task_id
    WHERE NOT a.is_owner AND a.started_at >= %(start)s AND a.started_at < %(end)s AND {_IN_WORKFLOW}
    GROUP BY a.person_id
), steps AS (
    SELECT v.performer_id AS person_id, count(*) AS performed,
        count(*) FILTER (WHERE c.verdict = 'breached') AS late,
        count(*) FILTER (WHERE v.outcome = 'return') AS returned
    FROM step_visits v JOIN tasks t ON t.id = v.task_id JOIN sla_clocks c ON c.visit_id = v.id
    WHERE v.performer_id IS NOT NULL AND v.closed_at >= %(start)s AND v.closed_at < %(end)s AND {_IN_WORKFLOW}
    GROUP BY v.performer_id
), open AS (
    SELECT t.assignee_id AS person_id, count(*) AS n FROM tasks t
    WHERE t.status IN ('pending', 'in_progress', 'on_hold', 'handing_off') AND t.assignee_id IS NOT NULL
        AND {_IN_WORKFLOW}
    GROUP BY t.assignee_id
)
SELECT p.user_id, p.full_name, coalesce(open.n, 0) AS open, coalesce(turns.assigned, 0) AS assigned,
    coalesce(turns.done, 0) AS done, coalesce(steps.performed, 0) AS steps_performed,
    coalesce(steps.late, 0) AS steps_late,
    {_SHARE.format(part="steps.late", whole="steps.performed")} AS late_share,
    coalesce(steps.returned, 0) AS returned,
    coalesce(turns.released, 0) AS released, coalesce(turns.transferred, 0) AS transferred,
    coalesce(turns.escalated, 0) AS escalated, turns.mean_turn AS mean_turn_seconds
FROM people p LEFT JOIN turns ON turns.person_id = p.user_id LEFT JOIN steps ON steps.person_id = p.user_id
LEFT JOIN open ON open.person_id = p.user_id
WHERE turns.person_id IS NOT NULL OR steps.person_id IS NOT NULL OR open.person_id IS NOT NULL
ORDER BY p.full_name, p.user_id
"""  # noqa: S608 -- constants of this module


def workflows(period: Period) -> Rows:
    """Tasks that started in the period, by version of their workflow."""
    return _rows(_WORKFLOWS, period.parameters)


_WORKFLOWS = f"""
WITH returned AS (
    SELECT DISTINCT p.task_id FROM task_transitions p WHERE p.outcome = 'return'
)
SELECT t.workflow_id, w.name AS workflow, n.number AS version,
    count(*) AS started,
    count(*) FILTER (WHERE t.status IN ('pending', 'in_progress', 'on_hold', 'handing_off')) AS open,
    count(*) FILTER (WHERE t.status = 'completed') AS completed,
    count(*) FILTER (WHERE t.status = 'rejected') AS rejected,
    count(*) FILTER (WHERE t.status = 'cancelled') AS cancelled,
    {
    _SHARE.format(
        part="count(*) FILTER (WHERE t.is_breached AND t.closed_at IS NOT NULL AND t.status <> 'cancelled')",
        whole="count(*) FILTER (WHERE t.closed_at IS NOT NULL AND t.status <> 'cancelled')",
    )
} AS breach_share,
    {_SHARE.format(part="count(returned.task_id)", whole="count(*)")} AS return_rate,
    avg(t.closed_at - t.created_at) FILTER (WHERE t.status IN ('completed', 'rejected')) AS mean_seconds,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY t.closed_at - t.created_at)
        FILTER (WHERE t.status IN ('completed', 'rejected')) AS median_seconds
FROM tasks t JOIN workflows w ON w.id = t.workflow_id JOIN workflow_versions n ON n.id = t.workflow_version_id
LEFT JOIN returned ON returned.task_id = t.id
WHERE t.created_at >= %(start)s AND t.created_at < %(end)s AND {_IN_WORKFLOW}
GROUP BY t.workflow_id, w.name, n.number ORDER BY w.name, n.number
"""  # noqa: S608 -- constants of this module


def steps(period: Period) -> Rows:
    """Stays that ended in the period, by step of each version."""
    return _rows(_STEPS, period.parameters)


_STEPS = f"""
SELECT t.workflow_id, w.name AS workflow, n.number AS version, s.id AS step_id, s.name AS step, r.name AS role,
    count(*) AS visits,
    avg(v.closed_at - v.opened_at) AS mean_seconds,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY v.closed_at - v.opened_at) AS median_seconds,
    percentile_cont(0.9) WITHIN GROUP (ORDER BY v.closed_at - v.opened_at) AS p90_seconds,
    {_SHARE.format(part="count(*) FILTER (WHERE v.outcome = 'return')", whole="count(*)")} AS return_rate,
    {
    _SHARE.format(
        part="count(*) FILTER (WHERE c.verdict = 'breached')",
        whole="count(*) FILTER (WHERE c.verdict IN ('met', 'breached'))",
    )
} AS breach_share,
    (SELECT count(*) FROM tasks o WHERE o.current_step_id = s.id
        AND o.status IN ('pending', 'in_progress', 'on_hold')) AS open
FROM step_visits v JOIN tasks t ON t.id = v.task_id JOIN version_steps s ON s.id = v.step_id
JOIN workflow_versions n ON n.id = s.version_id JOIN workflows w ON w.id = t.workflow_id
LEFT JOIN roles r ON r.id = s.role_id LEFT JOIN sla_clocks c ON c.visit_id = v.id
WHERE v.closed_at >= %(start)s AND v.closed_at < %(end)s AND {_IN_WORKFLOW}
GROUP BY t.workflow_id, w.name, n.number, s.id, s.name, s."order", r.name
ORDER BY w.name, n.number, s."order", s.id
"""  # noqa: S608 -- constants of this module


def table(rows: Rows) -> Iterator[list[Any]]:
    """Yield the header and the rows of a report, for CSV: an empty one has its header, too."""
    yield rows.columns
    for row in rows:
        yield list(row.values())
