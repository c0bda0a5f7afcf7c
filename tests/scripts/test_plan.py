"""What the environment and the options decide: private servers, ports, URLs."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from native import ports
from native.console import StartError
from native.layout import Layout
from native.plan import Options, make_plan, own_environment, service_environment
from native.services import BY_NAME, SERVICES
from native.state import State


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin with nothing set, and with ports that nothing on the machine uses."""
    names = ("DATABASE_URL", "RABBITMQ_URL", "RABBITMQ_MANAGEMENT_URL", "REDIS_URL", "DEMO_PASSWORD")
    for name in (*names, *(service.database_variable for service in SERVICES)):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ENV_FILE", "/dev/null")
    port = 42000
    for name in ports.DEFAULT_PORTS:
        port = ports.next_free(port + 1)
        monkeypatch.setenv(name, str(port))


@pytest.fixture
def listener() -> Iterator[int]:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


@pytest.fixture
def state(layout: Layout) -> State:
    return State.of(layout)


def test_with_nothing_set_all_three_servers_are_private(layout: Layout, state: State) -> None:
    plan = make_plan(layout, Options(), state)

    assert plan.private == {"postgresql", "rabbitmq", "redis"}
    assert plan.databases["auth"].endswith(f"@127.0.0.1:{plan.ports['POSTGRES_PORT']}/authservice")


def test_a_database_url_for_all_gets_each_services_database(
    layout: Layout, state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://me:secret@db.example.com:5432/whatever?sslmode=require")

    plan = make_plan(layout, Options(), state)

    assert "postgresql" not in plan.private
    assert plan.databases["workflow"] == ("postgres://me:secret@db.example.com:5432/workflowmanagement?sslmode=require")


def test_one_services_own_url_leaves_the_others_private(
    layout: Layout, state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUTH_DATABASE_URL", "postgres://me@db.example.com/people")

    plan = make_plan(layout, Options(), state)

    assert "postgresql" in plan.private
    assert plan.databases["auth"] == "postgres://me@db.example.com/people"
    assert "127.0.0.1" in plan.databases["ticket"]


def test_an_existing_broker_is_used_with_its_log_in_for_the_management_too(
    layout: Layout, state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RABBITMQ_URL", "amqp://me:secret@mq.example.com:5672/%2F")

    plan = make_plan(layout, Options(), state)

    assert plan.private == {"postgresql", "redis"}
    assert plan.broker_management.startswith("http://me:secret@mq.example.com:")


def test_a_taken_port_is_refused_by_the_name_of_its_variable_and_its_holder(
    layout: Layout, state: State, monkeypatch: pytest.MonkeyPatch, listener: int
) -> None:
    monkeypatch.setenv("TICKET_PORT", str(listener))

    with pytest.raises(StartError, match=rf"TICKET_PORT={listener}: process \d+ .* listens there"):
        make_plan(layout, Options(), state)


def test_auto_ports_takes_the_next_free_one(
    layout: Layout, state: State, monkeypatch: pytest.MonkeyPatch, listener: int
) -> None:
    monkeypatch.setenv("TICKET_PORT", str(listener))

    plan = make_plan(layout, Options(auto_ports=True), state)

    assert plan.ports["TICKET_PORT"] > listener
    assert plan.url(BY_NAME["ticket"]) == f"http://localhost:{plan.ports['TICKET_PORT']}"


def test_a_port_that_this_copy_holds_itself_is_not_taken(
    layout: Layout, state: State, monkeypatch: pytest.MonkeyPatch, listener: int
) -> None:
    monkeypatch.setenv("TICKET_PORT", str(listener))

    plan = make_plan(layout, Options(), state, in_use=frozenset({listener}))

    assert plan.ports["TICKET_PORT"] == listener


def test_two_variables_may_not_name_the_same_port(
    layout: Layout, state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = ports.next_free(29400)
    monkeypatch.setenv("AUTH_PORT", str(free))
    monkeypatch.setenv("MAIL_PORT", str(free))

    with pytest.raises(StartError, match="another variable names it too"):
        make_plan(layout, Options(), state)


def test_an_ordinary_user_gets_the_interface_on_a_high_port_and_is_told(
    layout: Layout, state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FRONTEND_PORT")
    monkeypatch.setattr(ports, "lowest_unprivileged_port", lambda: 1024)

    plan = make_plan(layout, Options(auto_ports=True), state)

    assert plan.ports["FRONTEND_PORT"] >= 10000
    assert any("Port 1000 is for root only" in note for note in plan.notes)


def test_a_port_that_is_no_number_is_refused(layout: Layout, state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTH_PORT", "eighty")

    with pytest.raises(StartError, match="AUTH_PORT must be a port number"):
        make_plan(layout, Options(), state)


def test_secrets_are_made_once_and_differ_between_services(layout: Layout, state: State) -> None:
    plan = make_plan(layout, Options(), state)
    first = own_environment(plan, state, BY_NAME["auth"])
    again = own_environment(plan, State.of(layout), BY_NAME["auth"])
    other = own_environment(plan, state, BY_NAME["ticket"])

    assert first == again
    assert first["DJANGO_SECRET_KEY"] != other["DJANGO_SECRET_KEY"]
    assert "DEMO_PASSWORD" not in other
    assert layout.state_file.stat().st_mode & 0o077 == 0


def test_every_process_learns_every_services_url(layout: Layout, state: State) -> None:
    plan = make_plan(layout, Options(), state)

    values = service_environment(plan, state)

    assert {service.url_variable for service in SERVICES} <= values.keys()
    assert values["EMAIL_PORT"] == str(plan.ports["SMTP_PORT"])
