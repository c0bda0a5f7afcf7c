"""What the login of a service may do, on the running servers."""

from __future__ import annotations

from urllib.parse import urlsplit

import psycopg2
import pytest
import redis
from psycopg2 import errors
from stack import Stack

from native.plan import Options, database_login, make_plan
from native.services import BY_NAME, SERVICES
from native.state import State


def connect(stack: Stack, service: str, database: str) -> psycopg2.extensions.connection:
    """Open a connection with the login of the service."""
    state = State.of(stack.layout)
    plan = make_plan(stack.layout, Options(), state, in_use=frozenset(state.get("ports_in_use").values()))
    login = database_login(plan, state, BY_NAME[service])
    assert login is not None
    address = urlsplit(plan.databases[service])
    return psycopg2.connect(
        host=address.hostname, port=address.port, user=login[0], password=login[1], dbname=database, connect_timeout=10
    )


@pytest.mark.parametrize("service", [service.name for service in SERVICES])
def test_a_service_reads_its_own_database_and_enters_no_other(stack: Stack, service: str) -> None:
    own = BY_NAME[service].database
    with connect(stack, service, own) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_migrations")
        with pytest.raises(errors.InsufficientPrivilege):
            cursor.execute("CREATE TABLE of_my_own (id int)")
    for other in {*(each.database for each in SERVICES), "postgres", "template1"} - {own}:
        with pytest.raises(psycopg2.OperationalError, match="permission denied for database"):
            connect(stack, service, other)


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TABLE audit_logs",
        "TRUNCATE audit_logs",
        "ALTER TABLE audit_logs DISABLE TRIGGER ALL",
        "DROP TRIGGER audit_logs_no_change ON audit_logs",
        "CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "SET session_replication_role = replica",
        "DELETE FROM audit_logs",
    ],
)
def test_no_service_can_touch_the_trail(stack: Stack, statement: str) -> None:
    with connect(stack, "workflow", "workflowmanagement") as connection, connection.cursor() as cursor:
        with pytest.raises(errors.InsufficientPrivilege):
            cursor.execute(statement)


def test_redis_asks_for_a_password(stack: Stack) -> None:
    address = urlsplit(stack.env["REDIS_URL"])

    assert redis.Redis.from_url(stack.env["REDIS_URL"]).ping()
    with pytest.raises(redis.AuthenticationError):
        redis.Redis(host=address.hostname or "", port=address.port or 6379).ping()


@pytest.mark.parametrize(
    "name", ["POSTGRES_PORT", "RABBITMQ_PORT", "RABBITMQ_MANAGEMENT_PORT", "REDIS_PORT", "SMTP_PORT", "MAIL_PORT"]
)
def test_servers_listen_on_this_machine_only(stack: Stack, name: str) -> None:
    """The kernel's table of listening sockets names addresses as hexadecimal numbers, 127.0.0.1 as 0100007F."""
    wanted, listening = f"{int(stack.env[name]):04X}", "0A"
    addresses = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with open(table) as rows:
            for row in list(rows)[1:]:
                address, port = row.split()[1].split(":")
                if port == wanted and row.split()[3] == listening:
                    addresses.add(address)

    assert addresses == {"0100007F"}
