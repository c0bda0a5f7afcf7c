"""Reports and exports read from a real replica while it keeps up, and from the database where it does not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections
from django.db.backends.base.base import NO_DB_ALIAS
from django.test.utils import CaptureQueriesContext

from audit import replica
from audit.models import AuditHead
from ticketing_common.database import database_now
from ticketing_common.outbox.models import Tick
from ticketing_testing.standby import Standby, standby
from workflowmanager.tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def server(django_db_setup: None, django_db_blocker: Any) -> Iterator[Standby]:
    with django_db_blocker.unblock():
        found = connection.settings_dict
    url = f"postgres://{found['USER']}:{found['PASSWORD']}@{found['HOST']}:{found['PORT']}/postgres"
    with standby(url) as running:
        yield running


@pytest.fixture
def follower(server: Standby, monkeypatch: pytest.MonkeyPatch) -> Iterator[Standby]:
    """The replica, configured, with everything applied and nothing known of it yet."""
    monkeypatch.setattr(replica, "_checked", (float("-inf"), False))
    monkeypatch.setattr(replica, "CHECKED_SECONDS", 0.0)
    entry = {**connection.settings_dict, "HOST": "127.0.0.1", "PORT": str(server.port)}
    monkeypatch.setitem(connections.settings, replica.REPLICA, entry)
    # Django's test case lets no connection be opened but those that it empties afterwards, which this one follows.
    connections[replica.REPLICA].alias = NO_DB_ALIAS
    tick()
    server.catch_up()
    yield server
    connections[replica.REPLICA].close()
    del connections[replica.REPLICA]


def tick(seconds_ago: float = 0) -> None:
    at = database_now() - timedelta(seconds=seconds_ago)
    Tick.objects.update_or_create(name="sweep-clocks", defaults={"taken_at": at})


def asked(call: Callable[[], Any]) -> tuple[Any, int]:
    """Return the answer, and how many statements the replica was asked for it."""
    with CaptureQueriesContext(connections[replica.REPLICA]) as queries:
        answer = call()
    return answer, len(queries)


def overview() -> Any:
    answer = factories.admin_client().get("/analytics/overview/")
    assert answer.status_code == 200
    return answer.json()


def test_reports_are_read_from_the_replica_and_say_the_same(follower: Standby) -> None:
    role = factories.make_role("IT Support", factories.make_person(11))
    factories.one_step(role)
    factories.take_in("TX1")
    follower.catch_up()

    answer, statements = asked(overview)

    assert answer["now"]["open"] == 1
    assert statements > 5
    assert replica.alias() == "default"


@pytest.mark.parametrize("name", ["sla", "agents", "workflows", "steps"])
def test_every_report_and_its_table_are(follower: Standby, name: str) -> None:
    client = factories.admin_client()
    for query in ("", "?format=csv"):
        answer, statements = asked(lambda query=query: client.get(f"/analytics/{name}/{query}"))  # type: ignore[misc]
        assert answer.status_code == 200
        assert statements == 2, "the lag, and the report"


def test_a_replica_that_lags_too_far_behind_is_left_alone(follower: Standby, settings: Any) -> None:
    settings.REPLICA_LAG_SECONDS = 60
    tick(seconds_ago=61)
    follower.catch_up()

    _, statements = asked(overview)

    assert statements == 1, "the lag alone"
    assert 61 <= replica.lag()[()] < 100


def test_a_replica_that_stands_still_is_noticed_though_it_calls_itself_up_to_date(
    follower: Standby, settings: Any
) -> None:
    settings.REPLICA_LAG_SECONDS = 0.5
    follower.pause()
    try:
        assert asked(overview)[1] >= 1
        deadline = database_now() + timedelta(seconds=1)
        while database_now() < deadline:
            tick()

        assert asked(overview)[1] == 1, "the lag alone"
    finally:
        follower.resume()

    follower.catch_up()
    tick()
    follower.catch_up()
    settings.REPLICA_LAG_SECONDS = 60
    assert asked(overview)[1] > 5


def test_a_schedule_that_never_ran_tells_nothing_so_the_database_is_read(follower: Standby) -> None:
    Tick.objects.all().delete()
    follower.catch_up()

    assert replica.lag() == {(): float("inf")}
    assert asked(overview)[1] == 1, "the lag alone"


def test_the_report_is_read_from_the_database_when_the_replica_ends_the_connection(
    follower: Standby, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ended() -> str:
        if replica.alias() == replica.REPLICA:
            with connections[replica.REPLICA].cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        return replica.alias()

    assert replica.read(ended) == "default"
    monkeypatch.setattr(replica, "CHECKED_SECONDS", 60.0)
    assert replica.read(replica.alias) == "default", "it is not asked again at once"
    monkeypatch.setattr(replica, "CHECKED_SECONDS", 0.0)
    assert replica.read(replica.alias) == "replica", "and then with a new connection"


def test_a_statement_that_takes_too_long_is_not_tried_at_the_database_too(follower: Standby) -> None:
    places = []

    def slow() -> None:
        places.append(replica.alias())
        with connections[replica.alias()].cursor() as cursor:
            cursor.execute("SET statement_timeout = 50")
            cursor.execute("SELECT pg_sleep(1)")

    with pytest.raises(Exception, match="statement timeout"):
        replica.read(slow)
    assert places == ["replica"]


def test_an_export_of_the_audit_trail_goes_on_at_the_database_when_the_replica_fails(
    follower: Standby, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("audit.exports.CHUNK", 2)
    role = factories.make_role("IT Support", factories.make_person(11))
    factories.one_step(role)
    for number in range(3):
        factories.take_in(f"TX{number}")
    last_id = AuditHead.objects.get(pk=1).last_id
    follower.catch_up()

    answer: Any = factories.admin_client().get("/audit/export/")
    lines = iter(answer.streaming_content)
    first = next(lines)
    with connections[replica.REPLICA].cursor() as cursor:
        cursor.execute("SELECT 1")
    follower.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE 'test_%'")
    text = (first + b"".join(lines)).decode()

    assert len(text.splitlines()) == 1 + last_id


def test_an_export_from_a_replica_behind_says_up_to_where_it_goes(follower: Standby) -> None:
    factories.one_step(factories.make_role("IT Support", factories.make_person(11)))
    factories.take_in("TX1")
    follower.catch_up()
    known = AuditHead.objects.get(pk=1).last_id
    follower.pause()
    try:
        factories.take_in("TX2")
        answer: Any = factories.admin_client().get("/audit/export/")
        text = b"".join(answer.streaming_content).decode()
    finally:
        follower.resume()

    assert len(text.splitlines()) == 1 + known
