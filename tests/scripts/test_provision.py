"""What is missing is named in one message, or installed once."""

from __future__ import annotations

import dataclasses
import shutil
import tomllib
from pathlib import Path

import pytest

from native import provision, servers
from native.console import Console, StartError
from native.layout import Layout
from native.processes import WORKERS, queues_of
from native.provision import Needs

ROOT = Path(__file__).resolve().parents[2]
ALL_SERVERS = frozenset({"postgresql", "rabbitmq", "redis"})


@pytest.fixture
def bare_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """No server is installed, and this user may not install one."""
    monkeypatch.setattr(servers, "postgres_bin", lambda: None)
    monkeypatch.setattr(servers, "rabbitmq_server", lambda: None)
    monkeypatch.setattr(servers, "redis_server", lambda: None)
    monkeypatch.setattr(servers, "nginx", lambda: None)
    monkeypatch.setattr(provision, "can_install", lambda: False)


@pytest.mark.usefixtures("bare_machine")
def test_an_ordinary_user_is_told_all_ways_on_before_anything_is_installed(layout: Layout) -> None:
    elsewhere = dataclasses.replace(layout, root=layout.run)

    with pytest.raises(StartError) as refused:
        provision.provision(elsewhere, Needs(servers=ALL_SERVERS), Console(quiet=True))

    assert refused.value.exit_code == 3
    message = refused.value.message
    assert "sudo apt-get install postgresql-15 rabbitmq-server redis-server nginx-light" in message
    assert "disable --now postgresql rabbitmq-server redis-server nginx" in message
    assert "scripts/up --no-frontend" in message
    assert "DATABASE_URL, RABBITMQ_URL, REDIS_URL" in message
    assert "docker compose up -d --build" in message
    assert not elsewhere.venv.exists()


@pytest.mark.usefixtures("bare_machine")
def test_what_runs_the_examples_is_asked_for_where_they_are_run(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}" if name == "curl" else None)
    needs = Needs(servers=frozenset(), frontend=False, examples=True)

    wanted = provision.missing_packages(layout, needs)

    assert "curl" not in wanted
    assert {"default-jdk-headless", "mono-mcs", "mono-runtime"} <= set(wanted)
    assert provision.missing_packages(layout, dataclasses.replace(needs, examples=False)) == []


@pytest.mark.usefixtures("bare_machine")
def test_only_what_runs_privately_is_asked_for() -> None:
    assert servers.missing_servers({"redis"}) == ["redis"]
    assert servers.missing_servers(()) == []


def test_a_machine_without_node_is_told_how_to_go_on_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)

    with pytest.raises(StartError, match="scripts/up --no-frontend"):
        provision.check_node()


def test_every_declared_queue_has_a_worker_that_reads_it(layout: Layout) -> None:
    read = [queue for consumer in WORKERS.values() for queue in queues_of(layout, consumer)]

    assert len(read) == len(set(read))
    assert {"TICKET_TASKS_PRODUCTION", "ticket_status-default", "workflow_seed"} <= set(read)
    contracts = ROOT / "common" / "src" / "ticketing_common" / "contracts"
    assert set(tomllib.loads((contracts / "queues.toml").read_text())["queues"]) == set(read)
