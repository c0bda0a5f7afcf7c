"""The mailer process is woken by the commit that queues a mail, survives trouble and stops when told."""

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

from notifications.models import Notification
from notifications.tests.factories import mail, person
from notifications.tests.smtp_peer import SmtpPeer

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
def mailer(smtp: SmtpPeer, request: pytest.FixtureRequest) -> Iterator[subprocess.Popen[bytes]]:
    """A mailer; its parameter is how often it looks for mail that no commit announced."""
    database = connection.settings_dict
    where = f"{database['HOST']}:{database['PORT']}/{database['NAME']}"
    url = f"postgres://{database['USER']}:{database['PASSWORD']}@{where}"
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "DJANGO_ENV": "test",
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(smtp.port),
        "LOG_LEVEL": "INFO",
    }
    process = subprocess.Popen(
        [sys.executable, "manage.py", "send_mail", "--sweep", str(getattr(request, "param", 1))],
        cwd=SERVICE,
        env=environment,
        stdout=subprocess.PIPE,
    )
    yield process
    if process.poll() is None:
        process.kill()
    process.wait(10)


@pytest.mark.parametrize("mailer", [60], indirect=True, ids=["a minute between sweeps"])
def test_sends_at_once_after_the_commit(mailer: subprocess.Popen[bytes], smtp: SmtpPeer) -> None:
    person()
    mail("warm-up", now=timezone.now())
    assert eventually(lambda: len(smtp.taken) == 1)
    time.sleep(0.2)

    mail("e1", now=timezone.now())

    assert eventually(lambda: len(smtp.taken) == 2), "the mailer waits for its sweep"
    mailer.send_signal(signal.SIGTERM)
    assert mailer.wait(10) == 0


def test_goes_on_after_the_mail_server_and_the_database_connection_were_lost(
    mailer: subprocess.Popen[bytes], smtp: SmtpPeer
) -> None:
    person()
    mail("e1", now=timezone.now())
    assert eventually(lambda: len(smtp.taken) == 1)

    smtp.stop()
    mail("e2", now=timezone.now())
    assert eventually(lambda: Notification.objects.filter(event_id="e2", status="retrying").exists())
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    smtp.start()

    assert eventually(lambda: Notification.objects.filter(event_id="e2", status="sent").exists(), within=30)
    assert len(smtp.taken) == 2
    assert mailer.poll() is None
