"""The service behind PgBouncer in transaction mode, where each transaction may get another session."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import psycopg2
import pytest
import requests
from django.core.management import call_command
from django.db import connection

from audit.models import AuditLog
from audit.services import verify
from task import clock_checks
from task.models import Assignment, Task
from ticketing_common import database
from ticketing_common.outbox.models import OutboxMessage
from ticketing_testing.clients import token_for
from ticketing_testing.pooler import pooled
from ticketing_testing.processes import Broker
from workflowmanager.ledger import QUEUE
from workflowmanager.schedule import is_simulating, tick
from workflowmanager.simulation import AlreadySimulating, simulating
from workflowmanager.tests import factories
from workflowmanager.tests.processes import eventually, relay, web, workers
from workflowmanager.tests.test_many_processes import press_at_once

pytestmark = pytest.mark.django_db(transaction=True)

TICKETS = 30
#: What a session must not keep: each as a query whose answer is none or the server's own.
LEFT_BEHIND = {
    "prepared statements": "SELECT count(*) FROM pg_prepared_statements",
    "cursors": "SELECT count(*) FROM pg_cursors WHERE is_holdable",
    "channels": "SELECT count(*) FROM pg_listening_channels()",
    "settings": "SELECT count(*) FROM pg_settings WHERE source = 'session'"
    " AND name IN ('statement_timeout', 'idle_in_transaction_session_timeout', 'lock_timeout', 'jit')",
    "temporary tables": "SELECT count(*) FROM pg_class WHERE relpersistence = 't' AND relkind = 'r'",
}


@pytest.fixture
def pooler(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Any]]:
    """Put PgBouncer between this process, and those it starts, and the database; yield a connection past Django."""
    values = connection.settings_dict
    direct = f"postgres://{values['USER']}:{values['PASSWORD']}@{values['HOST']}:{values['PORT']}/{values['NAME']}"
    with pooled(direct) as url:
        place = urlsplit(url)
        connection.close()
        monkeypatch.setenv("DATABASE_SESSION_SETTINGS", "false")
        for name, value in {
            "HOST": place.hostname,
            "PORT": place.port,
            "DISABLE_SERVER_SIDE_CURSORS": True,
        }.items():
            monkeypatch.setitem(values, name, value)
        monkeypatch.setattr("django.conf.settings.DATABASE_SESSION", {})
        database.start_as("worker")
        yield lambda: psycopg2.connect(url)
        database.start_as("command")
        connection.close()
    monkeypatch.undo()


def sessions_are_clean(connect: Callable[[], Any]) -> None:
    """Look into as many of the pooler's sessions as it gives at once."""
    seen, left = set(), Counter[str]()
    open_ones = [connect() for _ in range(12)]
    for line in open_ones:
        cursor = line.cursor()
        cursor.execute("SELECT pg_backend_pid()")
        seen.add(cursor.fetchone()[0])
        for what, query in LEFT_BEHIND.items():
            cursor.execute(query)
            left[what] += cursor.fetchone()[0]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = ANY(%s)", [list(seen)])
        left["advisory locks"] = cursor.fetchone()[0]
    for line in open_ones:
        line.close()
    assert len(seen) == len(open_ones)
    assert +left == Counter()


def test_tickets_are_taken_in_worked_on_and_published(pooler: Callable[[], Any]) -> None:
    people = [factories.make_person(number) for number in range(11, 14)]
    support = factories.make_role("IT Support", *people)
    owners = factories.make_role("Ticket Coordinator", factories.make_person(1))
    factories.one_step(support, coordinators=owners)
    admin = requests.Session()
    admin.trust_env = False
    admin.headers["Authorization"] = f"Bearer {token_for(1, full_name='Ada Admin', roles={'tts': ['Admin']})}"

    with Broker() as broker, web(broker, processes=2) as url, relay(broker):
        broker.publish(QUEUE, (json.dumps(factories.ticket_data(f"TX{turn}")).encode() for turn in range(TICKETS)))
        with workers(broker, nodes=2, processes_each=2):
            eventually("a task for every ticket", lambda: Task.objects.count() >= TICKETS)
        for task in Task.objects.order_by("id"):
            body = {"task_id": task.pk, "transition_id": factories.edge(task, "Work to Done").pk}
            won, lost = sorted(
                press_at_once([admin, admin], f"{url}/transitions/", body | {"expected_version": task.version}),
                key=lambda answer: answer.status_code,
            )
            assert (won.status_code, lost.status_code) == (200, 409), (won.text, lost.text)
            assert admin.get(f"{url}/tasks/{task.pk}/", timeout=20).json()["status"] == "completed"
        for path in ("tasks/?view=all", "audit/", "health/"):
            answer = admin.get(f"{url}/{path}", timeout=20)
            assert answer.status_code == 200, (path, answer.text)
        eventually("an empty outbox", lambda: not OutboxMessage.objects.unpublished().exists())
        sessions_are_clean(pooler)

    turns = Counter(Assignment.objects.filter(is_owner=False).values_list("person_id", flat=True))
    assert set(turns.values()) == {TICKETS // 3}
    assert AuditLog.objects.filter(action="task.transition").count() == TICKETS
    assert verify().is_valid


def test_what_looks_through_many_rows_and_what_locks(pooler: Callable[[], Any]) -> None:
    support = factories.make_role("IT Support", factories.make_person(11))
    factories.one_step(support, coordinators=factories.make_role("Ticket Coordinator", factories.make_person(1)))
    for turn in range(5):
        factories.take_in(f"TX{turn}")

    assert verify().is_valid
    assert clock_checks.verify().is_valid
    tick()
    with simulating():
        assert is_simulating()
        with pytest.raises(AlreadySimulating), simulating():
            pass
    assert not is_simulating()
    call_command("migrate", verbosity=0)
    sessions_are_clean(pooler)
