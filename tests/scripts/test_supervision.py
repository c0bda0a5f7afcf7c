"""Supervisor: its configuration, what it restarts, and what is found again after it was killed."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from native.layout import Layout
from native.processes import Process
from native.supervision import MARK, Supervisor, count_restarts, end_leftovers, leftover_processes, render_config


def sleeper(layout: Layout, **environment: str) -> Process:
    code = "import os, time; print(os.environ.get('GREETING', ''), flush=True); time.sleep(600)"
    return Process(
        name="sleeper",
        command=(sys.executable, "-c", code),
        directory=layout.run,
        environment={MARK: str(layout.run), **environment},
    )


@pytest.fixture
def supervisor(layout: Layout) -> Iterator[Supervisor]:
    found = Supervisor(layout)
    yield found
    if found.is_alive():
        found.shutdown()
    end_leftovers(layout, patience=3)


def until(condition: Callable[[], bool], seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def status_of(supervisor: Supervisor, name: str) -> tuple[str, int, int]:
    found = next(status for status in supervisor.statuses() if status.name == name)
    return found.state, found.pid, found.restarts


def test_percent_signs_commas_and_spaces_reach_the_process(layout: Layout, supervisor: Supervisor) -> None:
    supervisor.apply([sleeper(layout, GREETING="amqp://a:b@h/%2F, and more")])
    supervisor.start("sleeper")

    until(lambda: layout.log_of("sleeper").exists() and layout.log_of("sleeper").stat().st_size > 0)

    assert layout.log_of("sleeper").read_text() == "amqp://a:b@h/%2F, and more\n"


def test_what_dies_is_started_again_and_counted(layout: Layout, supervisor: Supervisor) -> None:
    supervisor.apply([sleeper(layout)])
    supervisor.start("sleeper")
    until(lambda: status_of(supervisor, "sleeper")[0] == "RUNNING")
    _, pid, _ = status_of(supervisor, "sleeper")

    os.kill(pid, signal.SIGKILL)

    until(lambda: status_of(supervisor, "sleeper")[2] == 1)
    assert status_of(supervisor, "sleeper")[1] != pid


def test_an_unchanged_process_keeps_running_when_another_one_is_added(layout: Layout, supervisor: Supervisor) -> None:
    supervisor.apply([sleeper(layout)])
    supervisor.start("sleeper")
    until(lambda: status_of(supervisor, "sleeper")[0] == "RUNNING")
    before = status_of(supervisor, "sleeper")
    other = Process(name="other", command=("/bin/sleep", "600"), directory=layout.run)

    supervisor.apply([sleeper(layout), other])

    assert status_of(supervisor, "sleeper") == before
    assert status_of(supervisor, "other")[0] == "STOPPED"


def test_a_changed_process_is_stopped_to_be_started_anew(layout: Layout, supervisor: Supervisor) -> None:
    supervisor.apply([sleeper(layout)])
    supervisor.start("sleeper")
    until(lambda: status_of(supervisor, "sleeper")[0] == "RUNNING")

    supervisor.apply([sleeper(layout, GREETING="changed")])

    assert status_of(supervisor, "sleeper")[0] == "STOPPED"


def test_processes_that_outlived_their_supervisor_are_found_and_ended(layout: Layout, supervisor: Supervisor) -> None:
    supervisor.apply([sleeper(layout)])
    supervisor.start("sleeper")
    until(lambda: status_of(supervisor, "sleeper")[0] == "RUNNING")
    _, pid, _ = status_of(supervisor, "sleeper")
    os.kill(int((layout.run / "supervisord.pid").read_text()), signal.SIGKILL)
    until(lambda: not supervisor.is_alive())
    assert pid in leftover_processes(layout)

    end_leftovers(layout)

    assert leftover_processes(layout) == []


def test_a_long_path_gets_a_socket_that_the_system_accepts(tmp_path: Path) -> None:
    layout = Layout(root=tmp_path, run=tmp_path / ("deep" * 30) / "run")

    assert len(str(layout.supervisor_socket)) <= 100
    assert str(layout.supervisor_socket) in render_config(layout, [])


def test_restarts_are_counted_only_after_a_death() -> None:
    log = """
2026-01-01 10:00:00,000 INFO spawned: 'a-web' with pid 1
2026-01-01 10:00:01,000 INFO success: a-web entered RUNNING state
2026-01-01 10:00:02,000 WARN exited: a-web (terminated by SIGKILL; not expected)
2026-01-01 10:00:03,000 INFO spawned: 'a-web' with pid 2
2026-01-01 10:00:04,000 INFO waiting for a-web to stop
2026-01-01 10:00:04,000 INFO stopped: a-web (exit status 0)
2026-01-01 10:00:05,000 INFO spawned: 'a-web' with pid 3
"""

    assert count_restarts(log) == {"a-web": 1}


def test_what_hangs_is_started_again(layout: Layout, supervisor: Supervisor) -> None:
    life = layout.run / "sleeper.life"
    living = (
        f"import os, time\nwhile True:\n    open({str(life)!r}, 'w').write(str(os.getpid()))\n    time.sleep(0.2)\n"
    )
    script = layout.run / "living.py"
    script.write_text(living)
    mark = {MARK: str(layout.run)}
    watch = ("-m", "ticketing_common.watchdog", "watch", f"sleeper={life}")
    supervisor.apply(
        [
            Process("sleeper", (sys.executable, str(script)), layout.run, mark),
            Process("watchdog", (str(layout.python), *watch), layout.run, mark | {"WATCHDOG_SECONDS": "2"}),
        ]
    )
    for name in ("sleeper", "watchdog"):
        supervisor.start(name)
    until(life.exists)
    _, first, _ = status_of(supervisor, "sleeper")

    os.kill(first, signal.SIGSTOP)

    until(lambda: status_of(supervisor, "sleeper")[1] not in {first, 0}, seconds=20)
    until(lambda: status_of(supervisor, "sleeper")[0] == "RUNNING")
    assert status_of(supervisor, "watchdog")[2] == 0
