"""Databases of 1 000, 10 000 and 100 000 tasks, for what must not slow down as they grow.

The first is history that walked through the engine. The others are copies of it, multiplied by SQL: each copy has its
own ids, numbers and times; people, roles and workflows stay the same, so that everyone's share grows as well.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import tempfile
import time
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import psycopg2
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT

from bench.desk import WORKFLOW, settle
from bench.rig import Rig, Servers, ending_clearly, find_servers

SIZES = (1_000, 10_000, 100_000)
NAME = "bench_tasks_{size}"
# Who holds a role that hardly ever has a task: their list is short however many tasks there are.
NEWCOMER = 900
# In the order in which a copy needs them, though no constraint is checked meanwhile.
TABLES = ("tickets", "intake_records", "tasks", "step_visits", "assignments", "task_transitions", "approval_votes")
TABLES += ("sla_clocks", "sla_facts", "task_timeline", "ams_checkouts", "bms_checkouts", "audit_logs")
NUMBERS = {("tickets", "ticket_number"), ("tickets", "source_number"), ("tasks", "ticket_number")}
NUMBERS |= {("audit_logs", "ticket_number"), ("intake_records", "ticket_number")}
NUMBERS |= {("ams_checkouts", "ticket_number"), ("bms_checkouts", "ticket_number")}
# Nobody answers for AMS and BMS while history walks: what went to them counts as acknowledged.
ACKNOWLEDGE = """
UPDATE ams_checkouts SET status = 'acknowledged', acknowledged_at = created_at;
UPDATE bms_checkouts SET status = 'acknowledged', acknowledged_at = created_at;
UPDATE tasks SET status = 'completed', closed_at = coalesce(updated_at, created_at) WHERE status = 'handing_off'
"""
# Copies of one ticket lie so far apart in time.
APART = "interval '10 minutes'"


class Grown:
    """The databases by size. They stay until dropped: making them takes minutes."""

    def __init__(self, servers: Servers) -> None:
        self.servers = servers

    def url(self, size: int) -> str:
        return self.servers.database_of(NAME.format(size=size))

    def missing(self) -> list[int]:
        with Administrator(self.servers) as cursor:
            cursor.execute("SELECT datname FROM pg_database")
            there = {name for (name,) in cursor.fetchall()}
        return [size for size in SIZES if NAME.format(size=size) not in there]

    def drop(self) -> None:
        for size in SIZES:
            self._drop(size)

    def _drop(self, size: int) -> None:
        with Administrator(self.servers) as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{NAME.format(size=size)}" WITH (FORCE)')

    def make(self, say: Any) -> None:
        """Make what is missing, from the first on."""
        missing = self.missing()
        if SIZES[0] in missing:
            with tempfile.TemporaryDirectory(prefix="bench-") as logs, Rig(self.servers) as rig:
                say("roles, people, workflows")
                settle(rig, Path(logs))
                say(f"{SIZES[0]} tickets walk through the engine")
                began = time.monotonic()
                rig.manage(WORKFLOW, "simulate_history", "--tickets", str(SIZES[0]), "--days", "30", "--seed", "1")
                say(f"they took {time.monotonic() - began:.0f} s")
                with rig.database() as database, database.connection.cursor() as cursor:
                    cursor.execute(ACKNOWLEDGE)
                    _add_newcomer(cursor)
                    database.connection.commit()
                _copy(self.servers, rig.name, NAME.format(size=SIZES[0]))
        for size in SIZES[1:]:
            if size in missing:
                say(f"multiplying to {size} tasks")
                _copy(self.servers, NAME.format(size=SIZES[0]), NAME.format(size=size))
                try:
                    with Connected(self.url(size)) as cursor:
                        cursor.execute("SET session_replication_role = replica")  # copies need no trigger, no check
                        multiply(cursor, size // SIZES[0] - 1)
                except BaseException:  # half a database must not be taken for a whole one
                    self._drop(size)
                    raise
        for size in missing:
            say(f"analysing {size}")
            with Connected(self.url(size)) as cursor:
                cursor.execute("VACUUM (ANALYZE)")

    def migrate(self, rig: Rig) -> None:
        """Bring databases of an earlier run to the schema of now."""
        for size in SIZES:
            rig.manage(WORKFLOW, "migrate", "--noinput", environment={"DATABASE_URL": self.url(size)})
            with Connected(self.url(size)) as cursor:
                _add_newcomer(cursor)
                cursor.execute("VACUUM (ANALYZE) tasks, assignments")

    @contextlib.contextmanager
    def copied(self, size: int) -> Iterator[str]:
        """Give the URL of a copy for as long as it is wanted: what is done in it does not stay."""
        name = f"bench_copy_{uuid.uuid4().hex[:10]}"
        _copy(self.servers, NAME.format(size=size), name)
        try:
            yield self.servers.database_of(name)
        finally:
            with Administrator(self.servers) as cursor:
                cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


class Administrator:
    def __init__(self, servers: Servers) -> None:
        self._url = servers.database_of("postgres")

    def __enter__(self) -> Any:
        self._connection = psycopg2.connect(self._url)
        self._connection.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
        return self._connection.cursor()

    def __exit__(self, *_: object) -> None:
        self._connection.close()


class Connected(Administrator):
    def __init__(self, url: str) -> None:
        self._url = url


def _copy(servers: Servers, source: str, name: str) -> None:
    with Administrator(servers) as cursor:
        cursor.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (source,))
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')


def _add_newcomer(cursor: Any) -> None:
    """Somebody in a role of their own, with ten of the tasks handed to them in it once."""
    cursor.execute(
        "INSERT INTO people (user_id, full_name, email, is_active, version)"
        " VALUES (%(id)s, 'Nia Newcomer', 'nia@example.com', true, 0) ON CONFLICT DO NOTHING;"
        " INSERT INTO roles (id, name, system, description, is_custom, is_active, version)"
        " VALUES (%(id)s, 'Newcomers', 'tts', '', true, true, 0) ON CONFLICT DO NOTHING;"
        " INSERT INTO role_members (id, role_id, person_id, is_active, settings, assigned_at, version)"
        " VALUES (%(id)s, %(id)s, %(id)s, true, '{}', now(), 0) ON CONFLICT DO NOTHING;"
        " UPDATE assignments SET role_id = %(id)s WHERE person_id = %(id)s;"
        " INSERT INTO assignments (task_id, visit_id, person_id, role_id, is_owner, origin, why, reason, started_at,"
        " ended_at, end_reason) SELECT id, NULL, %(id)s, %(id)s, false, 'transfer', '{}', '', created_at, created_at,"
        " 'transferred' FROM tasks WHERE NOT EXISTS (SELECT 1 FROM assignments WHERE person_id = %(id)s)"
        " ORDER BY id LIMIT 10",
        {"id": NEWCOMER},
    )


def multiply(cursor: Any, copies: int) -> None:
    """Copy every row of a ticket's story so many times, each under ids, numbers and times of its own."""
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
        # The newcomer's ten rows are not copied.
        kept = f"AND r.person_id <> {NEWCOMER}" if table == "assignments" else ""
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)}"  # noqa: S608
            f" FROM generate_series(1, {copies}) n, {table} r WHERE r.id <= {stride[table]} {kept} ORDER BY n, r.id"
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


def counts(cursor: Any, tables: Iterable[str] = TABLES) -> dict[str, int]:
    found = {}
    for table in tables:
        cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608
        found[table] = cursor.fetchone()[0]
    return found


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/bench/growth", description=__doc__)
    parser.add_argument("--drop", action="store_true", help="remove the databases")
    asked = parser.parse_args()
    with ending_clearly():
        grown = Grown(find_servers())
        if asked.drop:
            grown.drop()
            return 0
        grown.make(lambda text: print(text, file=sys.stderr))
        for size in SIZES:
            with Connected(grown.url(size)) as cursor:
                print(NAME.format(size=size), ", ".join(f"{n} {table}" for table, n in counts(cursor).items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
