"""Several `migrate` at once: one works, the others wait and find nothing left to do."""

from __future__ import annotations

import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
from django.core.management import CommandError, call_command
from django.db import DEFAULT_DB_ALIAS, connection, connections
from support import TESTS, Process, database_url

from ticketing_common.outbox.management.commands import migrate

pytestmark = pytest.mark.django_db(transaction=True)

# Other services' databases of the same server may be migrated meanwhile.
LOCKS = (
    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = %s"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


@pytest.fixture
def empty_database() -> Iterator[str]:
    """The URL of a database without a table."""
    name = f"common_migrate_{uuid.uuid4().hex[:12]}"
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
    yield database_url().rpartition("/")[0] + f"/{name}"
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def test_three_at_once_all_succeed_and_migrate_once(empty_database: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "django", "migrate", "--noinput"]
    runs = [
        Process(command, log=tmp_path / f"{number}.log", env={"DATABASE_URL": empty_database}) for number in range(3)
    ]
    codes = [run.stop_when_done() for run in runs]
    said = [run.log.read_text() for run in runs]

    assert codes == [0, 0, 0], said
    assert sum("Applying outbox.0001_initial" in text for text in said) == 1
    with psycopg2.connect(empty_database) as plain, plain.cursor() as cursor:
        cursor.execute("SELECT count(*), count(DISTINCT (app, name)) FROM django_migrations")
        rows = cursor.fetchone()
    assert rows is not None
    assert rows[0] == rows[1] > 3


def test_a_login_with_default_privileges_reads_the_record_and_does_not_write_it(empty_database: str) -> None:
    login = f"reader_{uuid.uuid4().hex[:12]}"
    with psycopg2.connect(empty_database) as plain, plain.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {login}")
        cursor.execute(
            f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {login}"
        )
    try:
        for _ in range(2):
            subprocess.run(
                [sys.executable, "-m", "django", "migrate", "--noinput"],
                env={
                    "DATABASE_URL": empty_database,
                    "DJANGO_SETTINGS_MODULE": "project.settings",
                    "PYTHONPATH": str(TESTS),
                    "PATH": "",
                },
                check=True,
                capture_output=True,
            )
        with psycopg2.connect(empty_database) as plain, plain.cursor() as cursor:
            rights = {}
            for right in ("SELECT", "INSERT", "UPDATE", "DELETE"):
                cursor.execute("SELECT has_table_privilege(%s, 'django_migrations', %s)", [login, right])
                rights[right] = cursor.fetchone() == (True,)
            cursor.execute("SELECT has_table_privilege(%s, 'outbox_messages', 'INSERT')", [login])
            may_write_others = cursor.fetchone() == (True,)
    finally:
        with psycopg2.connect(empty_database) as plain, plain.cursor() as cursor:
            cursor.execute(f"DROP OWNED BY {login}; DROP ROLE {login}")

    assert rights == {"SELECT": True, "INSERT": False, "UPDATE": False, "DELETE": False}
    assert may_write_others


def test_one_that_waits_too_long_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrate, "WAIT_SECONDS", 1)
    with migrate.only_one(DEFAULT_DB_ALIAS), pytest.raises(CommandError, match="Another migrate"):
        call_command("migrate", verbosity=0)

    call_command("migrate", verbosity=0)


def test_the_lock_ends_with_the_process_and_stays_with_no_pooled_connection(empty_database: str) -> None:
    holder = subprocess.Popen(
        [
            *(sys.executable, "-c"),
            "import django, time; django.setup()\n"
            "from ticketing_common.outbox.management.commands.migrate import only_one\n"
            "with only_one('default'): print('held', flush=True); time.sleep(60)",
        ],
        env={
            "DATABASE_URL": database_url(),
            "DJANGO_SETTINGS_MODULE": "project.settings",
            "PYTHONPATH": str(TESTS),
            "PATH": "",
        },
        stdout=subprocess.PIPE,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline().strip() == b"held"
    holder.kill()
    holder.wait(10)

    with migrate.only_one(DEFAULT_DB_ALIAS), connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        # A transaction's lock: a pooler hands no session on that still holds it.
        cursor.execute(LOCKS, [migrate.LOCK])
        assert cursor.fetchone() == (1,)
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(LOCKS, [migrate.LOCK])
        assert cursor.fetchone() == (0,)
