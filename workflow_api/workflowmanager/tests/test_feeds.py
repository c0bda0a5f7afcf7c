"""Calendar feeds: who may read one, until when, and what a calendar program is told beside the document."""

from __future__ import annotations

import io
import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from rest_framework.test import APIClient

from audit.models import AuditLog
from role.models import Person, Role, RoleMember
from role.tests.test_sync import member_message, role_message
from task.tests.test_perform import press
from ticketing_common.inbox.models import IdempotentAnswer
from ticketing_testing.clients import assert_problem, client_for, deliver
from workflow.tests.factories import Somebody
from workflowmanager import feed_document, feeds
from workflowmanager.models import CalendarFeed
from workflowmanager.tasks import sync_role, sync_user_system_role
from workflowmanager.tests import factories
from workflowmanager.tests.feeds import FEEDS, address_of, events, fetch, new_feed, subscribe

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def amara() -> Person:
    return factories.make_person(11, "Amara Okafor")


@pytest.fixture
def support(amara: Person) -> Role:
    role = factories.make_role("IT Support", amara)
    factories.one_step(role)
    return role


@pytest.fixture
def ticket(support: Role) -> None:
    factories.take_in("TX1")


@pytest.fixture
def ticket_of_monday(support: Role) -> None:
    with time_machine.travel(MONDAY, tick=False):
        factories.take_in("TX1")


def at(moment: datetime, address: str, **headers: str) -> Any:
    with time_machine.travel(moment, tick=False):
        return fetch(address, **headers)


def member(person: Somebody, **fields: Any) -> dict[str, Any]:
    return member_message(person=person, assigned_at=MONDAY.isoformat(), **fields)


class TestManaging:
    def test_shows_the_link_once_and_keeps_its_digest_alone(self, ticket: None, amara: Person) -> None:
        answer = new_feed(amara, name="Phone", alarm_minutes=30, time_zone="Asia/Manila")
        assert answer.status_code == 201
        made = answer.json()
        assert made["url"].startswith("http://localhost:1000/calendar/")
        token = made["url"].rpartition("/")[2].removesuffix(".ics")
        assert feeds.TOKEN.fullmatch(token)
        row = CalendarFeed.objects.values().get()
        assert token not in str(row)
        assert row["token_digest"] == feeds.digest(token)
        (listed,) = factories.as_client(amara).get(FEEDS).json()["results"]
        assert listed == {name: value for name, value in made.items() if name != "url"}
        assert (listed["name"], listed["alarm_minutes"], listed["time_zone"]) == ("Phone", 30, "Asia/Manila")
        assert listed["last_used_at"] is None

    def test_a_key_to_try_again_with_does_not_keep_the_link(self, support: Role, amara: Person) -> None:
        answer = factories.as_client(amara).post(FEEDS, {"name": "Phone"}, headers={"Idempotency-Key": "again"})
        assert answer.status_code == 201
        assert not IdempotentAnswer.objects.exists()

    def test_takes_the_zone_of_the_profile(self, support: Role) -> None:
        for zone, kept in (("Europe/Berlin", "Europe/Berlin"), ("Mars/Olympus", "UTC"), (None, "UTC")):
            client = client_for(11, zoneinfo=zone)
            assert client.post(FEEDS, {"name": str(zone)}).json()["time_zone"] == kept

    def test_every_link_is_another(self, support: Role, amara: Person) -> None:
        assert subscribe(amara, name="Phone") != subscribe(amara, name="Desk")

    @pytest.mark.parametrize(
        ("body", "attr"),
        [
            ({"name": ""}, "name"),
            ({"name": "x" * 65}, "name"),
            ({"name": "\x00"}, "name"),
            ({}, "name"),
            ({"name": "A", "alarm_minutes": -1}, "alarm_minutes"),
            ({"name": "A", "alarm_minutes": 10_081}, "alarm_minutes"),
            ({"name": "A", "alarm_minutes": "soon"}, "alarm_minutes"),
            ({"name": "A", "time_zone": "Mars/Olympus"}, "time_zone"),
            ({"name": "A", "time_zone": "../../etc/passwd"}, "time_zone"),
            ({"name": "A", "owner_id": 12}, "owner_id"),
            ({"name": "A", "token": "0" * 48}, "token"),
        ],
    )
    def test_refuses_bad_input(self, support: Role, amara: Person, body: dict[str, Any], attr: str) -> None:
        assert_problem(factories.as_client(amara).post(FEEDS, body), 400, attr=attr)
        assert not CalendarFeed.objects.exists()

    def test_a_name_twice_and_too_many_are_refused(
        self, support: Role, amara: Person, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        subscribe(amara, name="Phone")
        assert_problem(new_feed(amara, name="Phone"), 409, "feed_name_taken", "name")
        assert new_feed(factories.make_person(12), name="Phone").status_code == 201
        monkeypatch.setattr(feeds, "MAX_FEEDS", 1)
        assert_problem(new_feed(amara, name="Desk"), 409, "too_many_feeds")

    @pytest.mark.django_db(transaction=True)
    def test_the_last_free_place_is_given_once(
        self, support: Role, amara: Person, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(feeds, "MAX_FEEDS", 2)
        subscribe(amara, name="Phone")
        barrier = Barrier(6)

        def add(number: int) -> int:
            barrier.wait(timeout=10)
            try:
                return int(new_feed(amara, name=f"Desk {number}").status_code)
            finally:
                connection.close()

        with ThreadPoolExecutor(6) as pool:
            assert sorted(pool.map(add, range(6))) == [201] + [409] * 5
        assert CalendarFeed.objects.count() == 2

    def test_nobody_elses_is_listed_or_revoked(self, ticket: None, amara: Person) -> None:
        address = subscribe(amara)
        feed = CalendarFeed.objects.get()
        for client in (client_for(12), client_for(90, roles={"tts": ["Admin"]})):
            assert client.get(FEEDS).json()["results"] == []
            assert_problem(client.delete(f"{FEEDS}{feed.pk}/"), 404)
        assert fetch(address).status_code == 200

    def test_leaves_audit_rows_without_the_link(self, support: Role, amara: Person) -> None:
        address = subscribe(amara, name="Phone")
        feed = CalendarFeed.objects.get()
        factories.as_client(amara).delete(f"{FEEDS}{feed.pk}/")
        made, ended = AuditLog.objects.filter(object_type="calendar_feed", object_id=str(feed.pk)).order_by("id")
        assert (made.action, made.actor_id) == ("calendar_feed.created", 11)
        assert made.new == {"name": "Phone", "time_zone": "UTC", "alarm_minutes": None}
        assert (ended.action, ended.actor_id, ended.old) == ("calendar_feed.revoked", 11, {"name": "Phone"})
        token = address.rpartition("/")[2].removesuffix(".ics")
        rows = str(list(AuditLog.objects.values()))
        assert token not in rows
        assert feeds.digest(token) not in rows


class TestWhoReads:
    def test_whoever_has_the_link_without_any_sign_in(self, ticket: None, amara: Person) -> None:
        answer = fetch(subscribe(amara))
        assert answer.status_code == 200
        assert [event["uid"] for event in events(answer)] == [f"task-{factories.task_of().pk}@localhost:1000"]

    def test_a_token_of_somebody_else_beside_it_changes_nothing(self, ticket: None, amara: Person) -> None:
        address = subscribe(amara)
        stranger = client_for(61)
        stranger.credentials(HTTP_AUTHORIZATION="Basic bm9ib2R5Om5vdGhpbmc=")
        assert stranger.get(address).content == fetch(address).content

    @pytest.mark.parametrize(
        "name",
        ["0" * 48 + ".ics", "0" * 48, "x.ics", ".ics", "0" * 49 + ".ics", "%00.ics", "ä.ics", "0" * 5000 + ".ics"],
    )
    def test_no_link_is_not_found(self, ticket: None, amara: Person, name: str) -> None:
        subscribe(amara)
        assert_problem(fetch(f"/calendar/{name}"), 404, "not_found")

    def test_the_digest_is_no_link(self, ticket: None, amara: Person) -> None:
        subscribe(amara)
        assert_problem(fetch(f"/calendar/{CalendarFeed.objects.get().token_digest}.ics"), 404)

    def test_a_revoked_one_is_not_found_at_once_also_for_what_is_known(self, ticket: None, amara: Person) -> None:
        address = subscribe(amara)
        known = fetch(address)["ETag"]
        assert factories.as_client(amara).delete(f"{FEEDS}{CalendarFeed.objects.get().pk}/").status_code == 204
        assert_problem(fetch(address), 404, "not_found")
        assert_problem(fetch(address, HTTP_IF_NONE_MATCH=known), 404)
        assert_problem(fetch(address, HTTP_IF_MODIFIED_SINCE="Fri, 01 Jan 2100 00:00:00 GMT"), 404)

    @pytest.mark.parametrize("change", ["deactivated", "can't sign in", "without a role", "a requester only"])
    def test_of_who_may_not_work_it_can_not_be_told_from_none(
        self, ticket: None, amara: Person, support: Role, change: str
    ) -> None:
        address = subscribe(amara)
        if change == "deactivated":
            Person.objects.filter(pk=11).update(is_active=False)
        elif change == "can't sign in":
            Person.objects.filter(pk=11).update(can_sign_in=False)
        else:
            RoleMember.objects.all().update(is_active=False)
        if change == "a requester only":
            factories.make_role("User", amara)
        answer = fetch(address)
        assert_problem(answer, 404, "not_found")
        assert answer.content == fetch(f"/calendar/{'0' * 48}.ics").content
        assert not answer.has_header("ETag")

    def test_only_what_is_assigned_to_them_now(self, ticket: None, amara: Person, support: Role) -> None:
        kenji = factories.make_person(12, "Kenji Mori")
        factories.join(support, kenji)
        address, other = subscribe(amara), subscribe(kenji)
        assert (len(events(fetch(address))), len(events(fetch(other)))) == (1, 0)
        task = factories.task_of()
        body = {"to_user_id": 12, "reason": "Balance.", "expected_version": task.version}
        assert factories.as_client(amara).post(f"/tasks/{task.pk}/transfer/", body).status_code == 200
        assert (len(events(fetch(address))), len(events(fetch(other)))) == (0, 1)

    def test_a_reminder_of_a_ticket_that_they_see_no_more_is_left_out(self, ticket: None, support: Role) -> None:
        guest = factories.make_person(13)
        factories.join(support, guest)
        factories.make_role("Clerk", guest)
        factories.make_reminder(13, "TX1")
        address = subscribe(guest)
        assert [event["summary"] for event in events(fetch(address))] == ["Reminder: TX1 Laptop does not start"]
        factories.leave(support, guest)
        assert events(fetch(address)) == []

    def test_an_administrator_has_their_own_deadlines_alone(self, ticket: None, amara: Person) -> None:
        admin = factories.make_person(90, "Ada Admin")
        factories.make_role("Admin", admin)
        factories.make_reminder(90, "TX1")
        address = address_of(client_for(90, roles={"tts": ["Admin"]}).post(FEEDS, {"name": "Desk"}))
        assert [event["summary"] for event in events(fetch(address))] == ["Reminder: TX1 Laptop does not start"]


class TestEnd:
    """Auth says that somebody lost a role, or that an account was deactivated, which takes all of them."""

    AMARA = Somebody(11, "Amara Okafor")

    def told(self, version: int, **fields: Any) -> None:
        deliver(sync_user_system_role, **member(self.AMARA, version=version, **fields))

    @pytest.fixture
    def address(self) -> str:
        deliver(sync_role, **role_message(1))
        self.told(1)
        address = subscribe(Person.objects.get(pk=11), name="Phone")
        assert fetch(address).status_code == 200
        return address

    @pytest.mark.parametrize("fields", [{"is_active": False}, {"action": "delete"}])
    def test_the_last_role_takes_the_links_with_it_and_a_later_one_revives_none(
        self, address: str, fields: dict[str, Any]
    ) -> None:
        feed_id = CalendarFeed.objects.get().pk
        self.told(2, **fields)
        assert_problem(fetch(address), 404)
        self.told(3)
        assert_problem(fetch(address), 404)
        assert not CalendarFeed.objects.exists()
        row = AuditLog.objects.get(object_type="calendar_feed", object_id=str(feed_id), action="calendar_feed.revoked")
        assert (row.actor_id, row.on_behalf_of_id, row.old) == (None, 11, {"name": "Phone"})

    def test_an_account_that_can_not_sign_in_any_more_loses_them(self, address: str) -> None:
        self.told(2, user_version=2, user_can_sign_in=False)
        assert not CalendarFeed.objects.exists()

    def test_a_role_that_is_deleted_takes_them_too(self, address: str) -> None:
        deliver(sync_role, **role_message(2, action="delete"))
        assert not CalendarFeed.objects.exists()

    def test_one_role_of_two_leaves_them(self, address: str) -> None:
        deliver(sync_role, **role_message(1, role_id=6, name="IT Lead"))
        self.told(1, hold=13, role_id=6, role_name="IT Lead")
        self.told(2, is_active=False)
        assert fetch(address).status_code == 200
        self.told(2, hold=13, role_id=6, role_name="IT Lead", is_active=False)
        assert not CalendarFeed.objects.exists()

    def test_nobody_elses_end(self, address: str) -> None:
        other = Somebody(12, "Kenji Mori")
        deliver(sync_user_system_role, **member(other, hold=14))
        subscribe(Person.objects.get(pk=12))
        deliver(sync_user_system_role, **member(other, hold=14, version=2, is_active=False))
        assert [feed.owner_id for feed in CalendarFeed.objects.all()] == [11]


class TestOverHttp:
    def test_is_a_private_calendar_that_is_asked_for_again(self, ticket: None, amara: Person) -> None:
        answer = fetch(subscribe(amara))
        assert answer["Content-Type"] == "text/calendar; charset=utf-8"
        assert answer["Cache-Control"] == "private, no-cache"
        assert answer["X-Robots-Tag"] == "noindex"
        assert answer["X-Content-Type-Options"] == "nosniff"

    @pytest.mark.parametrize("accept", ["text/calendar", "text/html,*/*;q=0.1", "application/json", "nonsense"])
    def test_comes_whatever_a_program_accepts(self, ticket: None, amara: Person, accept: str) -> None:
        answer = fetch(subscribe(amara), HTTP_ACCEPT=accept)
        assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")

    def test_head_says_the_same_without_the_document(self, ticket: None, amara: Person) -> None:
        address = subscribe(amara)
        whole, head = fetch(address), APIClient().head(address)
        assert (head.status_code, head.content, head["ETag"]) == (200, b"", whole["ETag"])

    @pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
    def test_takes_no_change(self, ticket: None, amara: Person, method: str) -> None:
        assert_problem(getattr(APIClient(), method)(subscribe(amara), {}, format="json"), 405)

    def test_what_is_known_is_not_sent_again(self, ticket: None, amara: Person) -> None:
        address = subscribe(amara)
        first = fetch(address)
        # A gateway that compresses makes the tag a weak one.
        for known in (first["ETag"], f"W/{first['ETag']}", f'"other", {first["ETag"]}', "*"):
            answer = fetch(address, HTTP_IF_NONE_MATCH=known)
            assert (answer.status_code, answer.content) == (304, b"")
            assert (answer["ETag"], answer["Cache-Control"]) == (first["ETag"], "private, no-cache")
        assert fetch(address, HTTP_IF_MODIFIED_SINCE=first["Last-Modified"]).status_code == 304
        assert fetch(address, HTTP_IF_NONE_MATCH='"other"').status_code == 200

    def test_the_tag_stays_while_nothing_changes(self, ticket_of_monday: None, amara: Person) -> None:
        address = subscribe(amara)
        first, later = at(MONDAY, address), at(MONDAY + HOUR, address)
        assert (first["ETag"], first["Last-Modified"]) == (later["ETag"], later["Last-Modified"])

    def test_a_deadline_that_goes_is_a_change_also_by_the_date_alone(
        self, ticket_of_monday: None, amara: Person
    ) -> None:
        address = subscribe(amara)
        first = at(MONDAY + HOUR, address)
        with time_machine.travel(MONDAY + HOUR, tick=False):
            press(amara, factories.task_of(), "Work to Done")
        # Within the same second: the date still grows.
        answer = at(MONDAY + HOUR, address, HTTP_IF_MODIFIED_SINCE=first["Last-Modified"])
        assert (answer.status_code, events(answer)) == (200, [])
        assert answer["Last-Modified"] != first["Last-Modified"]
        assert at(MONDAY + HOUR, address, HTTP_IF_MODIFIED_SINCE=answer["Last-Modified"]).status_code == 304

    def test_notes_when_it_was_read_last_to_five_minutes(self, ticket_of_monday: None, amara: Person) -> None:
        address = subscribe(amara)
        noted = []
        for moment in (MONDAY, MONDAY + timedelta(minutes=4), MONDAY + timedelta(minutes=5)):
            at(moment, address)
            noted.append(CalendarFeed.objects.get().last_used_at)
        assert noted == [MONDAY, MONDAY, MONDAY + timedelta(minutes=5)]

    def test_is_limited_by_link_and_by_address(self, ticket_of_monday: None, amara: Person, settings: Any) -> None:
        settings.API_REQUESTS_PER_MINUTE = 3000
        cache.clear()
        with time_machine.travel(MONDAY, tick=False):
            address, other = subscribe(amara, name="A"), subscribe(amara, name="B")
            answers = [fetch(address) for _ in range(21)]
            assert [answer.status_code for answer in answers] == [200] * 20 + [429]
            assert_problem(answers[-1], 429, "throttled")
            assert 0 < int(answers[-1]["Retry-After"]) <= 61
            assert fetch(other).status_code == 200
            tried = [fetch(f"/calendar/{number:048x}.ics").status_code for number in range(600)]
            assert (tried[0], tried[-1]) == (404, 429)
            assert fetch(other).status_code == 429, "guesses count by the address"
            assert fetch(other, HTTP_X_FORWARDED_FOR="203.0.113.7").status_code == 200
        cache.clear()


class TestLogs:
    def test_never_hold_the_link(self, ticket: None, amara: Person, monkeypatch: pytest.MonkeyPatch) -> None:
        written = io.StringIO()
        (handler,) = (each for each in logging.root.handlers if type(each) is logging.StreamHandler)
        address = subscribe(amara)
        token = address.rpartition("/")[2].removesuffix(".ics")
        level, stream = logging.root.level, handler.setStream(written)
        logging.root.setLevel(logging.DEBUG)
        try:
            for name in (f"{token}.ics", token, f"{token}.ics/", f"{token}.ICS", f"{token}.ics?token={token}"):
                fetch(f"/calendar/{name}")

            def breaks(*_: Any) -> bytes:
                raise RuntimeError("It can't be written.")

            monkeypatch.setattr(feed_document, "document", breaks)
            client = APIClient(raise_request_exception=False)
            assert client.get(address).status_code == 500
        finally:
            logging.root.setLevel(level)
            handler.setStream(stream)
        text = written.getvalue()
        assert text.count("/calendar/***") >= 6, text
        assert "request_failed" in text
        assert token not in text
        assert token[:16] not in text
