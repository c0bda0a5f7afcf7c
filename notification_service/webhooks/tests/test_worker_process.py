"""The process: woken by a commit, a slow target delays no other, and it stops when told."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from webhooks.models import WebhookDelivery
from webhooks.tests.factories import endpoint, happens
from webhooks.tests.receiver import Receiver

pytestmark = pytest.mark.django_db(transaction=True)

SERVICE = Path(__file__).resolve().parents[2]


def eventually(condition: Callable[[], bool], within: float = 20) -> bool:
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return False


@pytest.fixture
def worker() -> Iterator[subprocess.Popen[bytes]]:
    database = connection.settings_dict
    where = f"{database['HOST']}:{database['PORT']}/{database['NAME']}"
    environment = {
        **os.environ,
        "DATABASE_URL": f"postgres://{database['USER']}:{database['PASSWORD']}@{where}",
        "DJANGO_ENV": "test",
        "WEBHOOKS_ALLOW_PRIVATE": "true",
    }
    process = subprocess.Popen(
        [sys.executable, "manage.py", "send_webhooks", "--sweep", "5"],
        cwd=SERVICE,
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    yield process
    if process.poll() is None:
        process.kill()
    process.wait(10)


def test_sends_at_once_beside_a_target_that_hangs_and_stops_when_told(
    worker: subprocess.Popen[bytes], receiver: Receiver
) -> None:
    slow = Receiver()
    slow.drip = True
    endpoint(slow.url)
    endpoint(receiver.url)
    happens("warm-up", now=timezone.now())
    assert eventually(lambda: bool(receiver.calls) and bool(slow.calls), within=30)

    began = time.monotonic()
    for number in range(20):
        happens(f"e{number}", sequence=number + 2, now=timezone.now())
    assert eventually(lambda: len(receiver.calls) == 21)
    took = time.monotonic() - began
    slow.drip = False
    slow.stop()

    assert receiver.ids == ["warm-up", *(f"e{number}" for number in range(20))]
    assert took < 4, "no event waited for the sweep, nor for the slow target"
    assert WebhookDelivery.objects.filter(status="delivered").count() >= 20
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(20) == 0
