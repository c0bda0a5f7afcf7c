"""What the login of a service may do, on the running servers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

import pika
import psycopg2
import pytest
import redis
from pika.adapters.blocking_connection import BlockingChannel
from psycopg2 import errors
from stack import Stack

from native.plan import Options, Plan, as_login, broker_login, database_login, make_plan
from native.services import BY_NAME, SERVICES
from native.state import State


def plan_of(stack: Stack, state: State) -> Plan:
    """Return the stack's plan as its start made it: the addresses that the tests are given are no servers of others."""
    given = {name: os.environ.pop(name) for name in list(os.environ) if name.endswith("_URL")}
    try:
        return make_plan(stack.layout, Options(), state, in_use=frozenset(state.get("ports_in_use").values()))
    finally:
        os.environ.update(given)


def connect(stack: Stack, service: str, database: str) -> psycopg2.extensions.connection:
    """Open a connection with the login of the service."""
    state = State.of(stack.layout)
    plan = plan_of(stack, state)
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
    with connect(stack, service, own) as connection, connection.cursor() as cursor:
        with pytest.raises(errors.InsufficientPrivilege):
            cursor.execute("DELETE FROM django_migrations")
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


@contextmanager
def broker_channel(stack: Stack, service: str) -> Iterator[BlockingChannel]:
    """Open a channel with the login of the service."""
    state = State.of(stack.layout)
    plan = plan_of(stack, state)
    login = broker_login(plan, state, BY_NAME[service])
    assert login is not None
    connection = pika.BlockingConnection(pika.URLParameters(as_login(plan.broker, login)))
    try:
        channel = connection.channel()
        channel.confirm_delivery()
        yield channel
    finally:
        with suppress(pika.exceptions.AMQPError):
            connection.close()


@pytest.mark.parametrize("queue", ["TICKET_TASKS_PRODUCTION", "notification-queue-default", "ticket_status-default"])
def test_a_publisher_fills_its_own_queues_only(stack: Stack, queue: str) -> None:
    """Messaging publishes to none of these but that of the mails, and to no queue by the default exchange."""
    with broker_channel(stack, "messaging") as channel, pytest.raises(pika.exceptions.ChannelClosedByBroker) as refused:
        channel.basic_publish("", queue, b"{}", mandatory=True)
    assert refused.value.reply_code == 403

    if queue != "notification-queue-default":
        with broker_channel(stack, "messaging") as channel, pytest.raises(pika.exceptions.UnroutableError):
            channel.basic_publish("from.messaging", queue, b"{}", mandatory=True)


@pytest.mark.parametrize("exchange", ["from.auth", "tts.revocations", "amq.topic"])
def test_a_publisher_speaks_for_nobody_else(stack: Stack, exchange: str) -> None:
    with broker_channel(stack, "messaging") as channel, pytest.raises(pika.exceptions.ChannelClosedByBroker) as refused:
        channel.basic_publish(exchange, "tts.role.sync", b"{}")
    assert refused.value.reply_code == 403


@pytest.mark.parametrize(("service", "queue"), [("messaging", "tts.role.sync"), ("ticket", "user-sync-messaging.dead")])
def test_a_consumer_reads_no_queue_of_others(stack: Stack, service: str, queue: str) -> None:
    with broker_channel(stack, service) as channel, pytest.raises(pika.exceptions.ChannelClosedByBroker) as refused:
        channel.basic_get(queue)
    assert refused.value.reply_code == 403


def test_no_service_makes_queues(stack: Stack) -> None:
    with broker_channel(stack, "workflow") as channel, pytest.raises(pika.exceptions.ChannelClosedByBroker) as refused:
        channel.queue_declare("of-my-own")
    assert refused.value.reply_code == 403


def test_nothing_of_ours_was_refused_by_the_broker(stack: Stack) -> None:
    """Workers, beats, relays and listeners have the rights that they need."""
    refused = [path.name for path in (stack.run / "logs").glob("*-*.log") if "ACCESS_REFUSED" in path.read_text()]

    assert refused == []
