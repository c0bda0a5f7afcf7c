"""Personal reminders: whose they are, when they come, and what becomes of those that must not come."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connections, transaction

from role.models import Person, Role
from task.tests.test_perform import press
from ticketing_testing.clients import assert_problem, client_for, published_messages
from workflowmanager import reminders, schedule
from workflowmanager.models import Reminder
from workflowmanager.reminders import send_due_reminders
from workflowmanager.tests import factories

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TOMORROW = MONDAY + DAY


@pytest.fixture
def amara() -> Person:
    return factories.make_person(11, "Amara Okafor")


@pytest.fixture
def kenji() -> Person:
    return factories.make_person(12, "Kenji Mori")


@pytest.fixture
def support(amara: Person, kenji: Person) -> Role:
    role = factories.make_role("IT Support", amara, kenji)
    factories.one_step(role)
    for number in ("TX1", "TX2"):
        factories.take_in(number)
    return role


def ask(person: Person, *, method: str = "post", path: str = "/reminders/", **body: Any) -> Any:
    with time_machine.travel(MONDAY, tick=False):
        return getattr(factories.as_client(person), method)(path, body or None, format="json")


def remind(person: Person, number: str = "TX1", at: datetime = TOMORROW, **body: Any) -> Any:
    return ask(person, ticket_number=number, remind_at=at.isoformat(), **body)


def listed(person: Person, **query: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = factories.as_client(person).get("/reminders/", query).json()["results"]
    return found


def inapp() -> list[dict[str, Any]]:
    told = published_messages("notifications.create_inapp_notification")
    return [message for message in told if message["event_id"].startswith("tts-reminder-")]


def mails() -> list[dict[str, Any]]:
    told = published_messages("notifications.send_email")
    return [message for message in told if message["event_id"].startswith("tts-reminder-")]


class TestSetting:
    def test_is_shown_in_the_order_of_their_moments(self, support: Role, amara: Person) -> None:
        answer = remind(amara, note="Call Olga back.")
        assert answer.status_code == 201
        remind(amara, "TX2", MONDAY + HOUR)
        assert [row["ticket_number"] for row in listed(amara)] == ["TX2", "TX1"]
        (row,) = listed(amara, ticket_number="TX1")
        assert row == answer.json()
        assert (row["remind_at"], row["note"], row["status"]) == (
            "2026-03-03T12:00:00Z",
            "Call Olga back.",
            factories.task_of("TX1").status,
        )

    def test_another_one_of_the_ticket_replaces_it(self, support: Role, amara: Person, kenji: Person) -> None:
        first = remind(amara, note="Before.").json()
        remind(kenji, note="Kenji's.")
        second = remind(amara, at=MONDAY + HOUR)
        assert (second.status_code, second.json()["id"], second.json()["note"]) == (200, first["id"], "")
        assert [row["note"] for row in listed(kenji)] == ["Kenji's."]

    def test_parts_of_it_are_changed(self, support: Role, amara: Person) -> None:
        path = f"/reminders/{remind(amara, note='Before.').json()['id']}/"
        assert ask(amara, method="patch", path=path, note="After.").json()["remind_at"] == "2026-03-03T12:00:00Z"
        changed = ask(amara, method="patch", path=path, remind_at=(MONDAY + HOUR).isoformat()).json()
        assert (changed["remind_at"], changed["note"]) == ("2026-03-02T13:00:00Z", "After.")

    def test_is_deleted(self, support: Role, amara: Person) -> None:
        path = f"/reminders/{remind(amara).json()['id']}/"
        assert factories.as_client(amara).delete(path).status_code == 204
        assert listed(amara) == []
        assert send_due_reminders(now=TOMORROW) == 0

    @pytest.mark.parametrize(
        ("at", "code"),
        [(MONDAY, "remind_at_past"), (MONDAY - DAY, "remind_at_past"), (MONDAY + 367 * DAY, "remind_at_too_far")],
    )
    def test_a_moment_that_makes_no_sense_is_refused(
        self, support: Role, amara: Person, at: datetime, code: str
    ) -> None:
        assert_problem(remind(amara, at=at), 400, code)
        path = f"/reminders/{remind(amara).json()['id']}/"
        assert_problem(ask(amara, method="patch", path=path, remind_at=at.isoformat()), 400, code)

    @pytest.mark.parametrize(
        "body",
        [
            {"remind_at": "2026-03-03T12:00:00"},
            {"remind_at": "tomorrow"},
            {"note": "x" * 501},
            {"note": "\x00"},
            {"owner_id": 12},
            {"ticket_number": "no such number"},
            {"ticket_number": None},
        ],
    )
    def test_a_malformed_body_is_refused(self, support: Role, amara: Person, body: dict[str, Any]) -> None:
        assert_problem(ask(amara, **{"ticket_number": "TX1", "remind_at": TOMORROW.isoformat(), **body}), 400)
        assert not Reminder.objects.exists()

    def test_more_than_the_limit_are_refused(
        self, support: Role, amara: Person, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(reminders, "MAX_REMINDERS", 1)
        remind(amara)
        assert_problem(remind(amara, "TX2"), 409, "too_many_reminders")
        assert remind(amara, at=MONDAY + HOUR).status_code == 200, "of the same ticket it is no more"


class TestPrivacy:
    def test_nobody_else_sees_or_changes_it(self, support: Role, amara: Person, kenji: Person) -> None:
        path = f"/reminders/{remind(amara, note='Mine.').json()['id']}/"
        admin = factories.make_person(90, "Ada Admin")
        factories.make_role("Admin", admin)
        for client in (factories.as_client(kenji), client_for(90, roles={"tts": ["Admin"]})):
            assert client.get("/reminders/").json()["results"] == []
            for method in ("get", "patch", "delete"):
                assert_problem(getattr(client, method)(path, {}, format="json"), 404)

    def test_a_ticket_that_one_may_not_see_can_not_be_told_from_none(self, support: Role) -> None:
        other = factories.make_person(61, "Elsa Where")
        answers = [remind(other, number).json() for number in ("TX1", "TX99")]
        assert answers[0] == answers[1]
        assert answers[0]["errors"][0]["code"] == "not_found"

    def test_who_loses_the_ticket_sees_it_no_more(self, support: Role) -> None:
        guest = factories.make_person(13)
        factories.join(support, guest)
        path = f"/reminders/{remind(guest, 'TX2').json()['id']}/"
        factories.leave(support, guest)
        assert listed(guest) == []
        assert_problem(factories.as_client(guest).get(path), 404)


class TestSending:
    def test_comes_at_its_moment_once(self, support: Role, amara: Person) -> None:
        pk = remind(amara, note="Call Olga back.").json()["id"]
        assert send_due_reminders(now=TOMORROW - timedelta(seconds=1)) == 0
        assert send_due_reminders(now=TOMORROW) == 1
        assert send_due_reminders(now=TOMORROW + DAY) == 0
        (told,), (mail,) = inapp(), mails()
        subject = factories.task_of("TX1").subject
        assert told["message"] == f"You asked to be reminded of TX1 “{subject}”. Call Olga back."
        assert (told["user_id"], told["link"], told["event_id"]) == (11, "/tickets/TX1", f"tts-reminder-{pk}")
        assert (mail["user_id"], mail["context"]["ticket_number"]) == (11, "TX1")
        assert "Olga" not in str(mail), "administrators read the history of mail"
        assert listed(amara) == []

    def test_is_part_of_the_tick_by_the_clock_of_the_database(self, support: Role, amara: Person) -> None:
        remind(amara)
        factories.make_reminder(12, "TX2")
        with time_machine.travel(MONDAY, tick=False):  # a process whose clock is behind
            schedule.tick()
        assert [told["user_id"] for told in inapp()] == [11]
        assert Reminder.objects.get().owner_id == 12

    def test_of_a_closed_ticket_it_comes_and_says_so(self, support: Role, amara: Person) -> None:
        task = factories.task_of("TX1")
        remind(amara)
        press(factories.assignee_of(task), task, "Work to Done")
        assert [row["status"] for row in listed(amara)] == ["completed"]
        send_due_reminders(now=TOMORROW)
        (told,) = inapp()
        assert told["message"].endswith("It has been completed meanwhile.")

    def test_who_lost_the_ticket_hears_nothing_and_the_reminder_goes(self, support: Role, amara: Person) -> None:
        guest = factories.make_person(13)
        factories.join(support, guest)
        remind(guest, "TX2", note="Secret.")
        factories.leave(support, guest)
        send_due_reminders(now=TOMORROW)
        assert (inapp(), mails(), Reminder.objects.count()) == ([], [], 0)

    def test_a_deactivated_person_hears_nothing(self, support: Role, amara: Person) -> None:
        remind(amara)
        Person.objects.filter(pk=11).update(is_active=False)
        send_due_reminders(now=TOMORROW)
        assert (inapp(), mails(), Reminder.objects.count()) == ([], [], 0)

    def test_an_administrator_is_reminded_of_any_ticket(self, support: Role) -> None:
        factories.make_role("Admin", factories.make_person(90, "Ada Admin"))
        with time_machine.travel(MONDAY, tick=False):
            client = client_for(90, roles={"tts": ["Admin"]})
            body = {"ticket_number": "TX1", "remind_at": TOMORROW.isoformat()}
            assert client.post("/reminders/", body, format="json").status_code == 201
        send_due_reminders(now=TOMORROW)
        assert [told["user_id"] for told in inapp()] == [90]

    def test_one_that_fails_keeps_its_row_and_stops_no_other(
        self, support: Role, amara: Person, kenji: Person, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        remind(amara, at=MONDAY + HOUR)
        remind(kenji)
        build: Callable[..., Any] = reminders._messages

        def fails(reminder: Reminder, ticket: Any) -> Any:
            if reminder.owner_id == 11:
                raise ValueError("It can't be told.")
            return build(reminder, ticket)

        monkeypatch.setattr(reminders, "_messages", fails)
        assert send_due_reminders(now=TOMORROW) == 1
        assert [told["user_id"] for told in inapp()] == [12]
        assert Reminder.objects.get().owner_id == 11

    @pytest.mark.parametrize("change", ["later", "deleted"])
    def test_what_was_changed_before_its_turn_is_not_sent(self, support: Role, amara: Person, change: str) -> None:
        pk = remind(amara).json()["id"]
        reminder = Reminder.objects.filter(pk=pk)
        if change == "later":
            reminder.update(remind_at=TOMORROW + DAY)
        else:
            reminder.delete()
        assert reminders._send(pk, TOMORROW) == 0
        assert inapp() == []


@pytest.mark.django_db(transaction=True)
class TestSeveralSchedulers:
    def test_at_once_send_each_once(self, support: Role, amara: Person, kenji: Person) -> None:
        remind(amara)
        remind(kenji)

        def sweep(_: int) -> int:
            try:
                return send_due_reminders(now=TOMORROW)
            finally:
                connections.close_all()

        with ThreadPoolExecutor(4) as pool:
            assert sum(pool.map(sweep, range(4))) == 2
        assert sorted(told["user_id"] for told in inapp()) == [11, 12]

    def test_one_that_somebody_is_at_is_left_to_the_next_tick(self, support: Role, amara: Person) -> None:
        pk = remind(amara).json()["id"]

        def sweep() -> int:
            try:
                return send_due_reminders(now=TOMORROW)
            finally:
                connections.close_all()

        with ThreadPoolExecutor(1) as pool, transaction.atomic():
            Reminder.objects.select_for_update().get(pk=pk)
            assert pool.submit(sweep).result(timeout=30) == 0
        assert send_due_reminders(now=TOMORROW) == 1

    def test_a_person_who_sets_it_twice_at_once_has_one(self, support: Role, amara: Person) -> None:
        def once(_: int) -> int:
            try:
                answer = factories.as_client(amara).post(
                    "/reminders/",
                    {"ticket_number": "TX1", "remind_at": (datetime.now(UTC) + DAY).isoformat()},
                    format="json",
                )
                return int(answer.status_code)
            finally:
                connections.close_all()

        with ThreadPoolExecutor(4) as pool:
            assert sorted(pool.map(once, range(4))) == [200, 200, 200, 201]
