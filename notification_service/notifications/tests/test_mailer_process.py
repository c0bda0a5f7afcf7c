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
from django.conf import settings
from django.db import connection
from django.utils import timezone

from notifications.models import Notification
from notifications.tests.factories import mail, person
from notifications.tests.smtp_peer import SmtpPeer

pytestmark = pytest.mark.django_db(transaction=True)

SERVICE = Path(__file__).resolve().parents[2]
# The long form: MAIL_OUTAGE_SECONDS=600
OUTAGE_SECONDS = float(os.environ.get("MAIL_OUTAGE_SECONDS", "6"))


def eventually(condition: Callable[[], bool], within: float = 20) -> bool:
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return False


def start_mailer(smtp: SmtpPeer, *, sweep: float) -> subprocess.Popen[bytes]:
    database = connection.settings_dict
    where = f"{database['HOST']}:{database['PORT']}/{database['NAME']}"
    url = f"postgres://{database['USER']}:{database['PASSWORD']}@{where}"
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "DJANGO_ENV": "test",
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(smtp.port),
        "DJANGO_MESSAGING_SERVICE": settings.MESSAGING_SERVICE_URL,
        "LOG_LEVEL": "INFO",
    }
    return subprocess.Popen(
        [sys.executable, "manage.py", "send_mail", "--sweep", str(sweep)],
        cwd=SERVICE,
        env=environment,
        stdout=subprocess.DEVNULL,
    )


def end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.kill()
    process.wait(10)


@pytest.fixture
def mailer(smtp: SmtpPeer, request: pytest.FixtureRequest) -> Iterator[subprocess.Popen[bytes]]:
    """A mailer; its parameter is how often it looks for mail that no commit announced."""
    process = start_mailer(smtp, sweep=getattr(request, "param", 1))
    yield process
    end(process)


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


def test_a_thousand_notices_during_an_outage_are_all_sent_once_afterwards(
    smtp: SmtpPeer, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each event is delivered five times, two mailers compete, one is killed while the mail server is away."""
    people = [person(user_id=1000 + number, email=f"p{number}@example.com") for number in range(20)]
    mailers = [start_mailer(smtp, sweep=0.5) for _ in range(2)]
    try:
        smtp.stop()
        began = time.monotonic()
        for number in range(1000):
            for _ in range(5):
                mail(f"e{number}", user_id=people[number % len(people)].user_id, now=timezone.now())
            if number == 500:
                end(mailers[0])
                mailers[0] = start_mailer(smtp, sweep=0.5)
        assert Notification.objects.filter(status__in=["queued", "retrying"]).count() == 1000
        time.sleep(max(0.0, began + OUTAGE_SECONDS - time.monotonic()))
        assert Notification.objects.filter(status="retrying").exists(), "the outage was noticed"
        smtp.start()
        back = time.monotonic()
        assert eventually(lambda: not Notification.objects.exclude(status="sent").exists(), within=300)
        drained = time.monotonic() - back
        time.sleep(2)  # what is sent twice would come now
    finally:
        for process in mailers:
            end(process)

    ids = [message["Message-ID"] for message in smtp.mails]
    assert (len(ids), len(set(ids))) == (1000, 1000)
    with capsys.disabled():
        sys.stdout.write(f"\n  1000 mails after {back - began:.0f} s without a server: sent in {drained:.0f} s, once\n")
