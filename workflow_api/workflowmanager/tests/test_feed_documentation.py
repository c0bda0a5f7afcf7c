"""The program of docs/calendar-feed.md is run as it stands, on a feed that it fetches over HTTP."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from workflowmanager import feed_views, feeds
from workflowmanager.feed_events import KEPT_AFTER, MAX_TASKS
from workflowmanager.tests import factories
from workflowmanager.tests.feeds import FEEDS, subscribe

PAGE = (Path(__file__).parents[3] / "docs" / "calendar-feed.md").read_text()
PROGRAM = PAGE.split("```python\n")[1].split("```")[0]


@pytest.mark.django_db(transaction=True)
def test_the_program_prints_the_next_deadlines(live_server: Any) -> None:
    amara = factories.make_person(11, "Amara Okafor")
    factories.one_step(factories.make_role("IT Support", amara))
    factories.take_in("TX1", priority="low", subject=r"The share \\FILES\Notes; it is gone")
    factories.take_in("TX2", priority="high")
    factories.make_reminder(11, "TX1", remind_at=timezone.now() + timedelta(hours=1))
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={**os.environ, "CALENDAR_URL": f"{live_server.url}{subscribe(amara)}"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    lines = [line.split(" ", 1) for line in done.stdout.splitlines()]
    assert [words for _, words in lines] == [
        "TX2 Laptop does not start http://localhost:1000/tickets/TX2",
        r"TX1 The share \\FILES\Notes; it is gone http://localhost:1000/tickets/TX1",
    ]
    due = [factories.task_of(number).due_at for number in ("TX2", "TX1")]
    assert [moment for moment, _ in lines] == [each.replace(microsecond=0).isoformat() for each in due if each]


@pytest.mark.django_db
def test_the_request_that_it_shows_is_taken_and_the_limits_are_what_it_says() -> None:
    factories.make_role("IT Support", amara := factories.make_person(11, "Amara Okafor"))
    answer = factories.as_client(amara).post(FEEDS, {"name": "Phone", "alarm_minutes": 60})
    assert answer.status_code == 201
    assert '-d \'{"name": "Phone", "alarm_minutes": 60}\'' in PAGE
    assert f"At most {MAX_TASKS:,} tickets" in PAGE
    assert f"stay for {KEPT_AFTER.days} days" in PAGE
    assert feeds.MAX_FEEDS == 10
    assert "ten at most" in PAGE
    throttles = feed_views.FeedThrottle.most, feed_views.FeedAddressThrottle.most
    assert "{} requests a minute of one link, {} of one address".format(*throttles) in PAGE
