"""Reports: one statement each, over the definitions that lists use (`task.models.TaskQuerySet`).

Open are the tasks that are not closed. Breached and at risk is only what has a running clock. Closed counts what was
completed or rejected; of that, missed is what is breached, met the rest. Each count of tasks is that of a list.

What is closed and what started is counted by cycles: a reopened task has ended before, in the period of its closing,
and ends again. An earlier cycle is a row of `closed_cycles`, the present one the task's own, so each is counted once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connections

from audit import replica


class Rows(list[dict[str, Any]]):
    """The rows of a report, each by column; `columns` are known also where there is no row."""

    def __init__(self, columns: list[str], rows: Iterable[dict[str, Any]]) -> None:
        super().__init__(rows)
        self.columns = columns


@dataclass(frozen=True)
class Period:
    """From when to when a report goes, whose days it counts in, and the one workflow it is narrowed to, if any."""

    start: datetime
    end: datetime
    workflow_id: int | None = None
    zone: str = "UTC"

    @property
    def parameters(self) -> dict[str, Any]:
        return {"start": self.start, "end": self.end, "workflow": self.workflow_id, "zone": self.zone}


def _rows(text: str, parameters: dict[str, Any]) -> Rows:
    with connections[replica.alias()].cursor() as cursor:
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
_OPEN = "t.status IN ('pending', 'in_progress', 'on_hold', 'handing_off')"
_LATE = "(t.is_breached OR coalesce(t.due_at < %(now)s, false))"
_BREACHED = f"(t.status IN ('pending', 'in_progress') AND {_LATE})"
_AT_RISK = f"(t.status IN ('pending', 'in_progress') AND (t.is_at_risk OR t.at_risk_at < %(now)s) AND NOT {_LATE})"
_UNASSIGNED = "(t.status IN ('pending', 'on_hold') AND t.assignee_id IS NULL)"
_CLOSED = "t.status IN ('completed', 'rejected')"
_CYCLE = "{0}.workflow_version_id, {0}.status, {0}.priority, {0}.is_breached"
# Conditions on `closed_at` and on when a cycle began are pushed into the parts, which have an index of each.
_CYCLES = f"""
cycles AS NOT MATERIALIZED (
    SELECT t.id AS task_id, t.cycle, t.workflow_id, {_CYCLE.format("t")}, t.created_at AS opened_at, t.closed_at
    FROM tasks t WHERE t.reopened_at IS NULL
    UNION ALL
    SELECT t.id, t.cycle, t.workflow_id, {_CYCLE.format("t")}, t.reopened_at, t.closed_at
    FROM tasks t WHERE t.reopened_at IS NOT NULL
    UNION ALL
    SELECT e.task_id, e.cycle, n.workflow_id, {_CYCLE.format("e")}, e.opened_at, e.closed_at
    FROM closed_cycles e JOIN workflow_versions n ON n.id = e.workflow_version_id
)"""  # noqa: S608 -- constants of this module


def overview(period: Period, *, now: datetime) -> dict[str, Any]:
    """The open tasks now, and the period day by day."""
    parameters = {**period.parameters, "now": now}
    present = _rows(_NOW, parameters)[0]
    unmatched = _rows("SELECT count(*) AS n FROM tickets WHERE intake_state = 'unmatched'", {})[0]["n"]
    failed = _rows(_FAILED_HANDOFFS, parameters)[0]["n"]
    days = _rows(_PER_DAY, parameters)
    totals = _rows(_TOTALS, parameters)[0]
    return {
        "from": period.start,
        "to": period.end,
        "now": {**present, "unmatched_tickets": unmatched, "failed_handoffs": failed},
        "period": totals,
        "per_day": days,
        "by_workflow": _rows(_OPEN_BY_WORKFLOW, parameters),
        "by_role": _rows(_OPEN_BY_ROLE, parameters),
        "by_assignee": _rows(_OPEN_BY_ASSIGNEE, parameters),
    }


_NOW = f"""
SELECT count(*) AS open,
    count(*) FILTER (WHERE t.status = 'pending') AS pending,
    count(*) FILTER (WHERE t.status = 'in_progress') AS in_progress,
    count(*) FILTER (WHERE t.status = 'on_hold') AS on_hold,
    count(*) FILTER (WHERE t.status = 'handing_off') AS handing_off,
    count(*) FILTER (WHERE t.priority = 'urgent') AS urgent,
    count(*) FILTER (WHERE t.priority = 'high') AS high,
    count(*) FILTER (WHERE t.priority = 'medium') AS medium,
    count(*) FILTER (WHERE t.priority = 'low') AS low,
    count(*) FILTER (WHERE {_UNASSIGNED}) AS unassigned,
    count(*) FILTER (WHERE {_BREACHED}) AS breached,
    count(*) FILTER (WHERE {_AT_RISK}) AS at_risk
FROM tasks t WHERE {_OPEN} AND {_IN_WORKFLOW}
"""  # noqa: S608 -- constants of this module

_FAILED_HANDOFFS = f"""
SELECT count(*) AS n FROM tasks t
WHERE (EXISTS (SELECT FROM ams_checkouts c WHERE c.task_id = t.id AND c.status = 'failed')
    OR EXISTS (SELECT FROM bms_checkouts c WHERE c.task_id = t.id AND c.status = 'failed')) AND {_IN_WORKFLOW}
"""  # noqa: S608 -- constants of this module

_PER_DAY = f"""
WITH {_CYCLES}, days AS (
    SELECT generate_series(
        date_trunc('day', %(start)s::timestamptz AT TIME ZONE %(zone)s),
        date_trunc('day', (%(end)s::timestamptz - interval '1 microsecond') AT TIME ZONE %(zone)s),
        interval '1 day')::date AS day
), received AS (
    SELECT (created_at AT TIME ZONE %(zone)s)::date AS day, count(*) AS n FROM tasks t
    WHERE created_at >= %(start)s AND created_at < %(end)s AND {_IN_WORKFLOW} GROUP BY 1
), closed AS (
    SELECT (closed_at AT TIME ZONE %(zone)s)::date AS day, count(*) AS n, count(*) FILTER (WHERE t.is_breached) AS late
    FROM cycles t
    WHERE closed_at >= %(start)s AND closed_at < %(end)s AND {_CLOSED} AND {_IN_WORKFLOW} GROUP BY 1
)
SELECT days.day AS date, coalesce(received.n, 0) AS received, coalesce(closed.n, 0) AS closed,
    coalesce(closed.late, 0) AS breached
FROM days LEFT JOIN received USING (day) LEFT JOIN closed USING (day) ORDER BY days.day
"""  # noqa: S608 -- constants of this module

_TOTALS = f"""
WITH {_CYCLES}
SELECT
    (SELECT count(*) FROM tasks t WHERE created_at >= %(start)s AND created_at < %(end)s AND {
    _IN_WORKFLOW
}) AS received,
    count(*) FILTER (WHERE status = 'completed') AS completed,
    count(*) FILTER (WHERE status = 'rejected') AS rejected,
    count(*) FILTER (WHERE status = 'cancelled') AS cancelled,
    {
    _SHARE.format(
        part="count(*) FILTER (WHERE " + _CLOSED + " AND NOT t.is_breached)",
        whole="count(*) FILTER (WHERE " + _CLOSED + ")",
    )
} AS sla_compliance,
    avg(closed_at - opened_at) FILTER (WHERE {_CLOSED}) AS mean_resolution_seconds,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY closed_at - opened_at) FILTER (WHERE {_CLOSED})
        AS median_resolution_seconds
FROM cycles t WHERE closed_at >= %(start)s AND closed_at < %(end)s AND {_IN_WORKFLOW}
"""  # noqa: S608 -- constants of this module

_OPEN_BY_WORKFLOW = f"""
SELECT t.workflow_id, w.name AS workflow, count(*) AS open,
    count(*) FILTER (WHERE {_BREACHED}) AS breached
FROM tasks t JOIN workflows w ON w.id = t.workflow_id
WHERE {_OPEN} AND {_IN_WORKFLOW}
GROUP BY t.workflow_id, w.name ORDER BY open DESC, workflow
"""  # noqa: S608 -- constants of this module

_OPEN_BY_ROLE = f"""
SELECT r.id AS role_id, r.name AS role, count(*) AS open,
    count(*) FILTER (WHERE {_UNASSIGNED}) AS unassigned,
    count(*) FILTER (WHERE v.needs_lead) AS needs_lead, min(v.pooled_at) AS waiting_since
FROM tasks t JOIN step_visits v ON v.id = t.current_visit_id JOIN roles r ON r.id = v.role_id
WHERE t.status IN ('pending', 'in_progress', 'on_hold') AND {_IN_WORKFLOW}
GROUP BY r.id, r.name ORDER BY open DESC, role
"""  # noqa: S608 -- constants of this module

_OPEN_BY_ASSIGNEE = f"""
SELECT p.user_id, p.full_name, count(*) AS open,
    count(*) FILTER (WHERE {_BREACHED}) AS breached
FROM tasks t JOIN people p ON p.user_id = t.assignee_id
WHERE {_OPEN} AND {_IN_WORKFLOW}
GROUP BY p.user_id, p.full_name ORDER BY open DESC, p.full_name
"""  # noqa: S608 -- constants of this module


def sla(period: Period) -> Rows:
    """Cycles that were closed in the period, by workflow and priority. The target is that of the last priority."""
    return _rows(_SLA, period.parameters)


_SLA = f"""
WITH {_CYCLES}
SELECT t.workflow_id, w.name AS workflow, t.priority,
    count(*) AS closed,
    count(*) FILTER (WHERE NOT t.is_breached) AS met,
    count(*) FILTER (WHERE t.is_breached) AS breached,
    {_SHARE.format(part="count(*) FILTER (WHERE NOT t.is_breached)", whole="count(*)")} AS compliance,
    avg(c.stopped_at - t.opened_at) AS mean_seconds,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY c.stopped_at - t.opened_at) AS median_seconds,
    percentile_cont(0.9) WITHIN GROUP (ORDER BY c.stopped_at - t.opened_at) AS p90_seconds,
    min(coalesce(
        (SELECT (e.event ->> 'seconds')::bigint FROM jsonb_array_elements(c.events) WITH ORDINALITY AS e (event, place)
         WHERE e.event ->> 'kind' = 'target_changed' ORDER BY e.place DESC LIMIT 1),
        c.target_seconds)) AS target_seconds
FROM cycles t JOIN workflows w ON w.id = t.workflow_id
LEFT JOIN sla_clocks c ON c.task_id = t.task_id AND c.visit_id IS NULL AND c.cycle = t.cycle
WHERE {_CLOSED} AND t.closed_at >= %(start)s AND t.closed_at < %(end)s AND {_IN_WORKFLOW}
GROUP BY t.workflow_id, w.name, t.priority
ORDER BY w.name, array_position(ARRAY['urgent', 'high', 'medium', 'low'], t.priority::text)
"""  # noqa: S608 -- constants of this module


def agents(period: Period) -> Rows:
    """What each person was assigned, did, and is assigned now. A breach counts for the assignment it happened in."""
    return _rows(_AGENTS, period.parameters)


_AGENTS = f"""
WITH given AS (
    SELECT a.person_id, count(*) AS assigned,
        count(*) FILTER (WHERE a.end_reason = 'done') AS done,
        count(*) FILTER (WHERE a.end_reason = 'released') AS released,
        count(*) FILTER (WHERE a.end_reason = 'transferred') AS transferred,
        count(*) FILTER (WHERE a.end_reason = 'escalated') AS escalated,
        avg(a.ended_at - a.started_at) FILTER (WHERE a.end_reason = 'done') AS mean_turn
    FROM assignments a JOIN tasks t ON t.id = a.task_id
    WHERE NOT a.is_owner AND a.started_at >= %(start)s AND a.started_at < %(end)s AND {_IN_WORKFLOW}
    GROUP BY a.person_id
), held AS (
    SELECT a.person_id, count(*) AS n, count(f.id) AS late
    FROM assignments a JOIN tasks t ON t.id = a.task_id
    LEFT JOIN sla_clocks c ON c.visit_id = a.visit_id
    LEFT JOIN sla_facts f ON f.clock_id = c.id AND f.kind = 'breached'
        AND f.happened_at >= greatest(a.started_at, %(start)s)
        AND f.happened_at < least(coalesce(a.ended_at, 'infinity'), %(end)s)
    WHERE NOT a.is_owner AND a.started_at < %(end)s AND (a.ended_at IS NULL OR a.ended_at >= %(start)s)
        AND {_IN_WORKFLOW}
    GROUP BY a.person_id
), steps AS (
    SELECT v.performer_id AS person_id, count(*) AS performed, count(*) FILTER (WHERE v.outcome = 'return') AS returned
    FROM step_visits v JOIN tasks t ON t.id = v.task_id
    WHERE v.performer_id IS NOT NULL AND v.closed_at >= %(start)s AND v.closed_at < %(end)s AND {_IN_WORKFLOW}
    GROUP BY v.performer_id
), open AS (
    SELECT t.assignee_id AS person_id, count(*) AS n FROM tasks t
    WHERE {_OPEN} AND t.assignee_id IS NOT NULL AND {_IN_WORKFLOW}
    GROUP BY t.assignee_id
)
SELECT p.user_id, p.full_name, coalesce(open.n, 0) AS open, coalesce(given.assigned, 0) AS assigned,
    coalesce(given.done, 0) AS done, coalesce(steps.performed, 0) AS steps_performed,
    coalesce(held.late, 0) AS steps_late,
    {_SHARE.format(part="held.late", whole="held.n")} AS late_share,
    coalesce(steps.returned, 0) AS returned,
    coalesce(given.released, 0) AS released, coalesce(given.transferred, 0) AS transferred,
    coalesce(given.escalated, 0) AS escalated, given.mean_turn AS mean_turn_seconds
FROM people p LEFT JOIN given ON given.person_id = p.user_id LEFT JOIN held ON held.person_id = p.user_id
LEFT JOIN steps ON steps.person_id = p.user_id LEFT JOIN open ON open.person_id = p.user_id
WHERE given.person_id IS NOT NULL OR held.late > 0 OR steps.person_id IS NOT NULL OR open.person_id IS NOT NULL
ORDER BY p.full_name, p.user_id
"""  # noqa: S608 -- constants of this module


def workflows(period: Period) -> Rows:
    """Cycles that started in the period, by version of their workflow: first ones, and those of reopened tasks."""
    return _rows(_WORKFLOWS, period.parameters)


_WORKFLOWS = f"""
WITH {_CYCLES}, returned AS (
    SELECT DISTINCT p.task_id, v.cycle FROM task_transitions p JOIN step_visits v ON v.id = p.visit_id
    WHERE p.outcome = 'return'
)
SELECT t.workflow_id, w.name AS workflow, n.number AS version,
    count(*) AS started,
    count(*) FILTER (WHERE {_OPEN}) AS open,
    count(*) FILTER (WHERE t.status = 'completed') AS completed,
    count(*) FILTER (WHERE t.status = 'rejected') AS rejected,
    count(*) FILTER (WHERE t.status = 'cancelled') AS cancelled,
    {
    _SHARE.format(
        part="count(*) FILTER (WHERE t.is_breached AND " + _CLOSED + ")",
        whole="count(*) FILTER (WHERE " + _CLOSED + ")",
    )
} AS breach_share,
    {_SHARE.format(part="count(returned.task_id)", whole="count(*)")} AS return_rate,
    avg(t.closed_at - t.opened_at) FILTER (WHERE {_CLOSED}) AS mean_seconds,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY t.closed_at - t.opened_at)
        FILTER (WHERE {_CLOSED}) AS median_seconds
FROM cycles t JOIN workflows w ON w.id = t.workflow_id JOIN workflow_versions n ON n.id = t.workflow_version_id
LEFT JOIN returned ON returned.task_id = t.task_id AND returned.cycle = t.cycle
WHERE t.opened_at >= %(start)s AND t.opened_at < %(end)s AND {_IN_WORKFLOW}
GROUP BY t.workflow_id, w.name, n.number ORDER BY w.name, n.number
"""  # noqa: S608 -- constants of this module


def steps(period: Period) -> Rows:
    """Steps that were left in the period, and steps that have open tasks, by version."""
    return _rows(_STEPS, period.parameters)


_STEPS = f"""
WITH left_steps AS (
    SELECT v.step_id, count(*) AS visits,
        avg(v.closed_at - v.opened_at) AS mean_seconds,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY v.closed_at - v.opened_at) AS median_seconds,
        percentile_cont(0.9) WITHIN GROUP (ORDER BY v.closed_at - v.opened_at) AS p90_seconds,
        {_SHARE.format(part="count(*) FILTER (WHERE v.outcome = 'return')", whole="count(*)")} AS return_rate,
        {
    _SHARE.format(
        part="count(*) FILTER (WHERE c.verdict = 'breached')",
        whole="count(*) FILTER (WHERE c.verdict IN ('met', 'breached'))",
    )
} AS breach_share
    FROM step_visits v JOIN tasks t ON t.id = v.task_id LEFT JOIN sla_clocks c ON c.visit_id = v.id
    WHERE v.closed_at >= %(start)s AND v.closed_at < %(end)s AND {_IN_WORKFLOW}
    GROUP BY v.step_id
), open_steps AS (
    SELECT t.current_step_id AS step_id, count(*) AS open FROM tasks t
    WHERE {_OPEN} AND t.current_step_id IS NOT NULL AND {_IN_WORKFLOW}
    GROUP BY t.current_step_id
)
SELECT w.id AS workflow_id, w.name AS workflow, n.number AS version, s.id AS step_id, s.name AS step, r.name AS role,
    coalesce(l.visits, 0) AS visits, l.mean_seconds, l.median_seconds, l.p90_seconds, l.return_rate, l.breach_share,
    coalesce(o.open, 0) AS open
FROM left_steps l FULL JOIN open_steps o ON o.step_id = l.step_id
JOIN version_steps s ON s.id = coalesce(l.step_id, o.step_id)
JOIN workflow_versions n ON n.id = s.version_id JOIN workflows w ON w.id = n.workflow_id
LEFT JOIN roles r ON r.id = s.role_id
ORDER BY w.name, n.number, s."order", s.id
"""  # noqa: S608 -- constants of this module


def table(rows: Rows) -> Iterator[list[Any]]:
    """Yield the header and the rows of a report, for CSV: an empty one has its header, too."""
    yield rows.columns
    for row in rows:
        yield list(row.values())
