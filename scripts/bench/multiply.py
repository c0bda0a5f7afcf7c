"""Multiply the tickets of a workflow database by SQL: each copy has its own ids, numbers and times.

People, roles and workflows stay the same, so that everybody's share grows as well.
"""

from __future__ import annotations

from typing import Any

# In the order in which a copy needs them, though no constraint is checked meanwhile.
TABLES: tuple[str, ...] = (
    "tickets",
    "intake_records",
    "tasks",
    "step_visits",
    "assignments",
    "task_transitions",
    "approval_votes",
)
TABLES += ("sla_clocks", "sla_facts", "task_timeline", "ams_checkouts", "bms_checkouts", "audit_logs")
NUMBERS = {("tickets", "ticket_number"), ("tickets", "source_number"), ("tasks", "ticket_number")}
NUMBERS |= {("audit_logs", "ticket_number"), ("intake_records", "ticket_number")}
NUMBERS |= {("ams_checkouts", "ticket_number"), ("bms_checkouts", "ticket_number")}
APART = "interval '10 minutes'"


def multiply(cursor: Any, copies: int) -> None:
    """Copy every row of every ticket so many times. The audit chain's hashes are those of the originals."""
    cursor.execute("SET session_replication_role = replica")  # copies need no trigger, no check
    cursor.execute(
        "SELECT c.conrelid::regclass::text, a.attname, c.confrelid::regclass::text FROM pg_constraint c"
        " JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]"
        " WHERE c.contype = 'f' AND c.confrelid::regclass::text = ANY(%s)",
        (list(TABLES),),
    )
    foreign = {(table, column): target for table, column, target in cursor.fetchall()}
    stride = {}
    for table in TABLES:
        cursor.execute(f"SELECT coalesce(max(id), 0) FROM {table}")  # noqa: S608 -- the names above
        stride[table] = cursor.fetchone()[0]
    for table in TABLES:
        cursor.execute(
            "SELECT column_name, data_type FROM information_schema.columns"
            " WHERE table_schema = 'public' AND table_name = %s AND is_generated = 'NEVER'",
            (table,),
        )
        columns = dict(cursor.fetchall())
        values = [_copied(table, name, kind, foreign, stride) for name, kind in columns.items()]
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)}"  # noqa: S608
            f" FROM generate_series(1, {copies}) n, {table} r WHERE r.id <= {stride[table]} ORDER BY n, r.id"
        )
        if table == "audit_logs":
            cursor.execute(
                f"UPDATE audit_head SET last_id = {stride[table] * (copies + 1)},"  # noqa: S608
                f" last_hash = (SELECT hash FROM audit_logs WHERE id = {stride[table]})"
            )
        else:
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {max(1, stride[table]) * (copies + 1)})"
            )
    cursor.execute("SET session_replication_role = origin")
    cursor.execute("VACUUM (ANALYZE)")


def _copied(table: str, column: str, kind: str, foreign: dict[tuple[str, str], str], stride: dict[str, int]) -> str:
    value = f'r."{column}"'
    if column == "id":
        return f"{value} + n * {stride[table]}"
    if (table, column) in foreign:
        return f"{value} + n * {stride[foreign[table, column]]}"
    if (table, column) in NUMBERS:
        return f"CASE WHEN {value} = '' THEN '' ELSE {value} || '-' || n END"
    if (table, column) == ("audit_logs", "object_id"):
        shift = f"({value}::bigint + n * {stride['tasks']})::text"
        return f"CASE WHEN r.object_type = 'task' THEN {shift} ELSE {value} END"
    if kind == "uuid":
        return "gen_random_uuid()"
    if kind == "timestamp with time zone":
        return f"{value} - n * {APART}"
    return value
