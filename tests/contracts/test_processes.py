"""Both ways to run start a worker for every queue, and a relay for every service that publishes."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import yaml
from registry import ROOT, SERVICES, exchanges, queues

sys.path.insert(0, str(ROOT / "scripts"))

from native.layout import Layout
from native.plan import Options, make_plan
from native.processes import application_processes
from native.state import State

COMPOSE = yaml.safe_load((ROOT / "Docker" / "docker-compose.yml").read_text())
PUBLISHERS = {
    service
    for service in SERVICES
    if any(service in queue.producers for queue in queues().values())
    or any(service in exchange.producers for exchange in exchanges().values())
}
FOLDERS = {"auth": "auth", "workflow": "workflow_api", "messaging": "messaging"}
FOLDERS |= {"notification": "notification_service", "ticket": "ticket_service"}


def _words(command: object) -> list[str]:
    return [str(word) for word in command] if isinstance(command, list) else str(command or "").split()


def _queues_in(words: Sequence[str]) -> set[str]:
    for index, word in enumerate(words):
        if word.startswith("--queues="):
            return set(word.removeprefix("--queues=").split(","))
        if word in {"-Q", "--queues"}:
            return set(words[index + 1].split(","))
    return set()


def _compose_commands(service: str) -> Iterator[list[str]]:
    for name, entry in COMPOSE["services"].items():
        if FOLDERS.get(re.split(r"[-_]", name)[0]) == service:
            yield _words(entry.get("command"))


@pytest.fixture
def native_commands(tmp_path: Path) -> dict[str, list[tuple[str, ...]]]:
    """Return the commands that the native start runs, by the service's folder."""
    layout = Layout(root=ROOT, run=tmp_path)
    state = State.of(layout)
    plan = make_plan(layout, Options(auto_ports=True), state)
    commands: dict[str, list[tuple[str, ...]]] = {}
    for process in application_processes(plan, state):
        commands.setdefault(process.directory.name, []).append(process.command)
    return commands


@pytest.mark.parametrize("service", SERVICES)
def test_the_compose_workers_take_exactly_the_service_s_queues(service: str) -> None:
    taken = set().union(*map(_queues_in, _compose_commands(service)))

    assert taken == {queue.name for queue in queues().values() if queue.consumer == service}


@pytest.mark.parametrize("service", sorted(PUBLISHERS))
def test_compose_runs_a_relay_for_every_publisher(service: str) -> None:
    assert any("relay_outbox" in words for words in _compose_commands(service))


@pytest.mark.parametrize("service", SERVICES)
def test_the_native_workers_take_exactly_the_service_s_queues(
    service: str, native_commands: dict[str, list[tuple[str, ...]]]
) -> None:
    taken = set().union(*map(_queues_in, native_commands[service]))

    assert taken == {queue.name for queue in queues().values() if queue.consumer == service}


@pytest.mark.parametrize("service", sorted(PUBLISHERS))
def test_the_native_start_runs_a_relay_for_every_publisher(
    service: str, native_commands: dict[str, list[tuple[str, ...]]]
) -> None:
    assert any("relay_outbox" in command for command in native_commands[service])


@pytest.mark.parametrize("service", SERVICES)
def test_both_ways_run_a_beat_where_there_are_timers(
    service: str, native_commands: dict[str, list[tuple[str, ...]]]
) -> None:
    has_timers = any(queue.name.endswith("-timers-default") for queue in queues().values() if queue.consumer == service)

    assert any("beat" in command for command in native_commands[service]) is has_timers
    assert any("beat" in words for words in _compose_commands(service)) is has_timers


def test_every_container_of_ours_that_keeps_running_has_a_health_check() -> None:
    """Set-up containers run to their end; the mail catcher's image brings a check of its own."""
    unchecked = {
        name
        for name, entry in COMPOSE["services"].items()
        if "healthcheck" not in entry and entry.get("restart") != "no"
    }

    assert unchecked == {"mailpit"}


def test_a_look_at_a_process_that_has_not_shown_life_starts_no_python() -> None:
    """Dozens of containers that start at once on a small machine would be kept from it by looks at them."""
    checks = [
        str(entry["healthcheck"]["test"])
        for entry in COMPOSE["services"].values()
        if "ticketing_common" in str(entry.get("healthcheck", ""))
    ]

    assert len(checks) > 15
    assert all(check.startswith('test -e "$$PULSE_FILE.life" && ') for check in checks)
