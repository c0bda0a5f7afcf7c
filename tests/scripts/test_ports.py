"""Ports: who holds one, and which one is taken instead."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from native import ports


@pytest.fixture
def listener() -> Iterator[int]:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


def test_a_port_with_a_listener_is_not_free(listener: int) -> None:
    assert not ports.is_free(listener)


def test_a_port_is_free_again_after_its_listener_closed() -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        port = server.getsockname()[1]

    assert ports.is_free(port)


def test_the_holder_is_named_by_process_and_command(listener: int) -> None:
    assert f"process {os.getpid()} (" in ports.holder(listener)


def test_the_next_free_port_skips_the_taken_and_the_spoken_for(listener: int) -> None:
    chosen = ports.next_free(listener, taken=[listener + 1])

    assert chosen > listener + 1
    assert ports.is_free(chosen)


RESERVING = """
import sys
from native import ports
print(ports.take_next(int(sys.argv[1])), flush=True)
sys.stdin.read()
"""


def test_two_starts_under_way_at_once_take_different_ports_and_leave_them_when_they_end() -> None:
    begin = ports.next_free(29800)
    folder = Path(ports.__file__).resolve().parents[1]

    def start(port: int) -> tuple[subprocess.Popen[str], int]:
        command = [sys.executable, "-c", RESERVING, str(port)]
        process = subprocess.Popen(command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        return process, int(process.stdout.readline())

    (one, first), (two, second) = start(begin), start(begin)
    for process in (one, two):
        process.communicate(timeout=20)

    assert first != second
    assert first >= begin
    three, again = start(first)
    three.communicate(timeout=20)
    assert again == first
