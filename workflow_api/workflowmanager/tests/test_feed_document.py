"""What a calendar feed says: read back with the library that wrote it and with another one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from string import Formatter
from typing import Any

import pytest
import time_machine
import vobject
from django.db import connection
from django.test.utils import CaptureQueriesContext

from role.models import Person, Role
from task.models import StepVisit, Task
from task.tests.test_perform import press
from tickets.models import Ticket
from workflow.models import Priority
from workflowmanager import feed_events
from workflowmanager.feed_texts import CATALOGUES
from workflowmanager.models import Reminder
from workflowmanager.tests import factories
from workflowmanager.tests.feeds import calendar, events, fetch, subscribe

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# Monday to Friday, 09:00 to 17:00, by a clock that is five hours behind UTC until 8 March 2026, then four.
NEW_YORK = {
    "name": "Office",
    "time_zone": "America/New_York",
    "hours": {str(day): [["09:00", "17:00"]] for day in range(5)},
    "holidays": ["2026-03-04"],
}


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def amara() -> Person:
    return factories.make_person(11, "Amara Okafor")


@pytest.fixture
def support(amara: Person) -> Role:
    return factories.make_role("IT Support", amara)


@pytest.fixture
def feed(support: Role, amara: Person) -> str:
    """One step: its deadline is the ticket's."""
    factories.one_step(support)
    return subscribe(amara, name="Phone")


@pytest.fixture
def feed_of_steps(support: Role, amara: Person) -> str:
    """Two steps of equal weight: the first is due half-way."""
    factories.straight(support, support)
    return subscribe(amara)


def only(address: str) -> Any:
    (event,) = events(fetch(address))
    return event


def set_away(person: Person, begins: datetime | None, ends: datetime | None) -> None:
    body = {"away_from": begins and begins.isoformat(), "away_until": ends and ends.isoformat()}
    answer = factories.as_client(person).patch(f"/people/{person.pk}/availability/", body)
    assert answer.status_code == 200, answer.content


class TestDeadline:
    def test_says_what_is_due_when_and_where_it_is(self, feed: str) -> None:
        factories.take_in("TX1", priority="high")
        event = only(feed)
        task = factories.task_of()
        assert event.decoded("dtstart") == task.due_at == MONDAY + 8 * HOUR
        assert "dtend" not in event
        assert str(event["summary"]) == "TX1 Laptop does not start"
        assert str(event["url"]) == "http://localhost:1000/tickets/TX1"
        assert str(event["description"]).splitlines() == [
            "Deadline of the ticket",
            "Workflow: Simple",
            "Priority: High",
            "http://localhost:1000/tickets/TX1",
        ]
        assert (event["priority"], event["class"], event["transp"]) == (3, "PRIVATE", "TRANSPARENT")
        assert event.decoded("last-modified") == event.decoded("dtstamp") == task.updated_at

    def test_is_written_in_utc_by_whole_seconds(self, feed: str) -> None:
        with time_machine.travel(MONDAY + timedelta(microseconds=999_999), tick=False):
            factories.take_in("TX1", priority="high")
        lines = fetch(feed).content.decode().split("\r\n")
        assert "DTSTART:20260302T200000Z" in lines
        assert "DTSTAMP:20260302T120000Z" in lines
        assert not any("TZID" in line for line in lines)

    def test_has_one_of_the_step_before_the_tickets(self, feed_of_steps: str) -> None:
        factories.take_in("TX1", priority="high")
        task = factories.task_of()
        of_ticket, of_step = events(fetch(feed_of_steps))
        assert (of_ticket["uid"], of_step["uid"]) == (
            f"task-{task.pk}@localhost:1000",
            f"visit-{task.current_visit_id}@localhost:1000",
        )
        assert of_step.decoded("dtstart") == MONDAY + 4 * HOUR
        assert str(of_step["summary"]) == "TX1 Laptop does not start (Triage)"
        assert str(of_step["description"]).startswith("Deadline of the step Triage\n")

    def test_of_the_next_step_is_another_one_and_the_tickets_stays(self, feed_of_steps: str, amara: Person) -> None:
        factories.take_in("TX1", priority="high")
        before = {str(event["uid"]) for event in events(fetch(feed_of_steps))}
        press(amara, factories.task_of(), "Triage to Resolve")
        after = {str(event["uid"]) for event in events(fetch(feed_of_steps))}
        assert before & after == {f"task-{factories.task_of().pk}@localhost:1000"}

    def test_that_moves_keeps_its_identity_and_raises_the_sequence(
        self, feed: str, amara: Person, clock: time_machine.Traveller
    ) -> None:
        factories.take_in("TX1", priority="high")
        before = only(feed)
        clock.shift(HOUR)
        task = factories.task_of()
        body = {"priority": "low", "expected_version": task.version}
        answer = factories.as_client(amara).post(f"/tasks/{task.pk}/priority/", body)
        assert answer.status_code == 200, answer.content
        after = only(feed)
        assert after["uid"] == before["uid"]
        assert after["sequence"] > before["sequence"]
        assert after.decoded("dtstart") == MONDAY + 120 * HOUR
        assert after.decoded("last-modified") == MONDAY + HOUR

    def test_is_left_out_while_on_hold_and_comes_back_later(
        self, feed: str, amara: Person, clock: time_machine.Traveller
    ) -> None:
        factories.take_in("TX1", priority="high")
        before = only(feed)
        path = f"/tasks/{factories.task_of().pk}"
        clock.shift(HOUR)
        assert factories.as_client(amara).post(f"{path}/hold/", {"reason": "Waiting."}).status_code == 200
        assert events(fetch(feed)) == []
        clock.shift(3 * HOUR)
        answer = factories.as_client(amara).post(f"{path}/resume/", {"reason": "It has come."})
        assert answer.status_code == 200
        after = only(feed)
        assert (after["uid"], after.decoded("dtstart")) == (before["uid"], MONDAY + 11 * HOUR)
        assert after["sequence"] > before["sequence"]

    def test_that_was_missed_stays_for_thirty_days(self, feed: str, clock: time_machine.Traveller) -> None:
        factories.take_in("TX1", priority="high")
        clock.move_to(MONDAY + 8 * HOUR + 30 * DAY)
        assert only(feed).decoded("dtstart") == MONDAY + 8 * HOUR
        clock.shift(timedelta(seconds=1))
        assert events(fetch(feed)) == []

    def test_of_what_is_done_is_gone(self, feed: str, amara: Person) -> None:
        factories.take_in("TX1")
        press(amara, factories.task_of(), "Work to Done")
        assert events(fetch(feed)) == []

    def test_that_a_calendar_without_hours_can_not_give_is_left_out(self, feed: str) -> None:
        factories.take_in("TX1")
        Task.objects.update(due_at=None)
        StepVisit.objects.update(due_at=None)
        assert events(fetch(feed)) == []

    def test_of_a_calendar_in_another_zone_falls_across_the_change_of_the_clocks(
        self, support: Role, amara: Person
    ) -> None:
        factories.one_step(support, calendar=NEW_YORK)
        address = subscribe(amara, time_zone="Asia/Manila")
        factories.take_in("TX1", priority="high")
        factories.take_in("TX2", priority="low")
        found = {str(event["summary"])[:3]: event.decoded("dtstart") for event in events(fetch(address))}
        # Monday 09:00 in New York is 14:00 UTC, two hours after the intake; eight working hours later it is 22:00 UTC.
        assert found["TX1"] == datetime(2026, 3, 2, 22, 0, tzinfo=UTC)
        # Fifteen working days, a holiday among them, end in the summer time: 17:00 is 21:00 UTC.
        assert found["TX2"] == datetime(2026, 3, 23, 21, 0, tzinfo=UTC)
        due = {task.ticket_number: task.due_at for task in Task.objects.all()}
        assert due == found

    @pytest.mark.parametrize("minutes", [0, 90])
    def test_has_an_alarm_by_choice(self, feed: str, amara: Person, minutes: int) -> None:
        factories.take_in("TX1")
        assert only(feed).walk("VALARM") == []
        (alarm,) = only(subscribe(amara, name="Loud", alarm_minutes=minutes)).walk("VALARM")
        assert (alarm["action"], alarm.decoded("trigger")) == ("DISPLAY", -timedelta(minutes=minutes))
        assert str(alarm["description"]) == "TX1 Laptop does not start"

    def test_the_most_urgent_are_kept_where_there_are_too_many(
        self, feed: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(feed_events, "MAX_TASKS", 2)
        for number, priority in (("TX1", "low"), ("TX2", "urgent"), ("TX3", "high")):
            factories.take_in(number, priority=priority)
        assert [str(event["summary"])[:3] for event in events(fetch(feed))] == ["TX2", "TX3"]


class TestTexts:
    @pytest.mark.parametrize(
        "subject",
        [
            "Semicolon; comma, colon: \"quotes\" and 'more'",
            r"Cannot open C:\new\Notes on \\FILES\Nordics\name",
            "Umlauts äöü, 日本語 and 🎉 " * 7,
            "x" * 255,
            "BEGIN:VALARM",
        ],
    )
    def test_come_back_as_they_are_from_both_readers(self, feed: str, subject: str) -> None:
        factories.take_in("TX1", subject=subject)
        stored = factories.task_of().subject
        answer = fetch(feed)
        assert str(events(answer)[0]["summary"]) == f"TX1 {stored}"
        assert vobject.readOne(answer.content.decode()).vevent.summary.value == f"TX1 {stored}"

    @pytest.mark.parametrize(
        "odd", ["\r\nEND:VEVENT", "\x0b", "\x0c", "\x85", "\u2028END:VEVENT", "\x07", "\x1c", "\r"]
    )
    def test_break_nothing_open(self, feed: str, odd: str) -> None:
        factories.take_in("TX1")
        Task.objects.update(subject=f"Before{odd}After")
        answer = fetch(feed)
        (read,) = events(answer)
        other = vobject.readOne(answer.content.decode())
        expected = f"TX1 Before{odd.replace(chr(13) + chr(10), chr(10))}After"
        for unprintable in "\x0b\x0c\x85\u2028\x07\x1c\r":
            expected = expected.replace(unprintable, " ")
        assert str(read["summary"]) == other.vevent.summary.value == expected

    def test_a_line_has_at_most_75_bytes(self, feed: str) -> None:
        factories.take_in("TX1", subject="日本語の件名🎉" * 20)
        assert max(len(line) for line in fetch(feed).content.split(b"\r\n")) <= 75

    def test_a_number_with_odd_signs_leads_to_its_page(self, feed: str) -> None:
        factories.take_in("TX1")
        Ticket.objects.update(ticket_number="A/1 #2?ü")
        Task.objects.update(ticket_number="A/1 #2?ü")
        assert str(only(feed)["url"]) == "http://localhost:1000/tickets/A%2F1%20%232%3F%C3%BC"


class TestDocument:
    def test_names_itself_and_asks_to_be_read_every_hour(self, feed: str) -> None:
        answer = fetch(feed)
        lines = answer.content.decode().split("\r\n")
        assert lines[0] == "BEGIN:VCALENDAR"
        assert lines[-2:] == ["END:VCALENDAR", ""]
        for line in ("VERSION:2.0", "REFRESH-INTERVAL;VALUE=DURATION:PT1H", "X-PUBLISHED-TTL:PT1H"):
            assert line in lines
        assert {"NAME:Tickets: Phone", "X-WR-CALNAME:Tickets: Phone"} <= set(lines)
        assert not any(line.startswith("METHOD") for line in lines)
        assert calendar(answer).errors == []

    def test_has_nothing_of_the_link(self, feed: str) -> None:
        assert feed.rpartition("/")[2][:16] not in fetch(feed).content.decode()

    def test_every_event_has_an_identity_of_its_own(self, feed_of_steps: str, amara: Person) -> None:
        for number in ("TX1", "TX2"):
            factories.take_in(number)
            factories.make_reminder(11, number)
        set_away(amara, MONDAY, MONDAY + DAY)
        uids = [str(event["uid"]) for event in events(fetch(feed_of_steps))]
        assert len(uids) == len(set(uids)) == 7

    def test_both_readers_find_the_same(self, feed_of_steps: str, amara: Person) -> None:
        for number in ("TX1", "TX2"):
            factories.take_in(number)
        factories.make_reminder(11, "TX1")
        set_away(amara, MONDAY, MONDAY + DAY)
        answer = fetch(feed_of_steps)
        read = {str(event["uid"]): (str(event["summary"]), event.decoded("dtstart")) for event in events(answer)}
        other = vobject.readOne(answer.content.decode())
        assert {e.uid.value: (e.summary.value, e.dtstart.value) for e in other.vevent_list} == read
        other.validate(raiseException=True)

    def test_takes_as_many_statements_for_500_tickets_as_for_one(self, feed_of_steps: str, amara: Person) -> None:
        factories.take_in("TX1")
        factories.make_reminder(11, "TX1")
        set_away(amara, MONDAY, None)
        counted = [self.statements(feed_of_steps, expected=4)]
        task = factories.task_of()
        visit = StepVisit.objects.get()
        ticket = Ticket.objects.get(pk=task.ticket_id)
        tickets = []
        for number in range(2, 501):
            ticket.pk, ticket.ticket_number, ticket.source_number = None, f"TX{number}", f"TX{number}"
            tickets.append(Ticket(**{f.attname: getattr(ticket, f.attname) for f in Ticket._meta.concrete_fields}))
        Ticket.objects.bulk_create(tickets)
        fields = {f.attname: getattr(task, f.attname) for f in Task._meta.concrete_fields if not f.primary_key}
        tasks = Task.objects.bulk_create(
            Task(**{**fields, "ticket_id": t.pk, "ticket_number": t.ticket_number, "current_visit_id": None})
            for t in tickets
        )
        fields = {f.attname: getattr(visit, f.attname) for f in StepVisit._meta.concrete_fields if not f.primary_key}
        visits = StepVisit.objects.bulk_create(StepVisit(**{**fields, "task_id": t.pk}) for t in tasks)
        for each, opened in zip(tasks, visits, strict=True):
            each.current_visit_id = opened.pk
        Task.objects.bulk_update(tasks, ["current_visit"])
        Reminder.objects.bulk_create(
            Reminder(owner_id=11, ticket=t, remind_at=MONDAY + DAY, created_at=MONDAY, updated_at=MONDAY)
            for t in tickets[:199]
        )
        counted.append(self.statements(feed_of_steps, expected=500 * 2 + 200 + 1))
        assert counted == [7, 7]

    def statements(self, address: str, *, expected: int) -> int:
        with CaptureQueriesContext(
            connection,
        ) as statements:
            answer = fetch(address)
        assert len(events(answer)) == expected
        return len([each for each in statements if "SAVEPOINT" not in each["sql"]])


class TestAbsence:
    def test_of_whole_days_in_the_feeds_zone_is_all_day_until_the_day_after(self, support: Role, amara: Person) -> None:
        # Manila is eight hours ahead of UTC: midnight there is 16:00 the day before.
        set_away(amara, datetime(2026, 3, 8, 16, tzinfo=UTC), datetime(2026, 3, 13, 16, tzinfo=UTC))
        event = only(subscribe(amara, time_zone="Asia/Manila"))
        assert (event.decoded("dtstart"), event.decoded("dtend")) == (date(2026, 3, 9), date(2026, 3, 14))
        assert str(event["summary"]) == "Away"
        assert (event["transp"], event["x-microsoft-cdo-busystatus"]) == ("OPAQUE", "OOF")
        assert event.walk("VALARM") == []

    def test_over_the_change_of_the_clocks_stays_all_day(self, support: Role, amara: Person) -> None:
        # Berlin: midnight is 23:00 UTC before 29 March 2026, 22:00 after it.
        set_away(amara, datetime(2026, 3, 26, 23, tzinfo=UTC), datetime(2026, 3, 30, 22, tzinfo=UTC))
        event = only(subscribe(amara, time_zone="Europe/Berlin"))
        assert (event.decoded("dtstart"), event.decoded("dtend")) == (date(2026, 3, 27), date(2026, 3, 31))

    def test_of_hours_has_its_times(self, support: Role, amara: Person) -> None:
        set_away(amara, MONDAY + HOUR, MONDAY + 4 * DAY)
        event = only(subscribe(amara, time_zone="Asia/Manila"))
        assert (event.decoded("dtstart"), event.decoded("dtend")) == (MONDAY + HOUR, MONDAY + 4 * DAY)

    def test_without_an_end_comes_every_day(self, support: Role, amara: Person) -> None:
        set_away(amara, MONDAY + 5 * HOUR, None)
        event = only(subscribe(amara, time_zone="Asia/Manila"))
        assert event.decoded("dtstart") == date(2026, 3, 3)
        assert "dtend" not in event
        assert event["rrule"] == {"FREQ": ["DAILY"]}
        assert str(event["summary"]) == "Away until further notice"

    def test_that_changes_keeps_its_identity_and_raises_the_sequence(
        self, support: Role, amara: Person, clock: time_machine.Traveller
    ) -> None:
        address = subscribe(amara)
        set_away(amara, MONDAY, None)
        before = only(address)
        clock.shift(HOUR)
        set_away(amara, MONDAY, MONDAY + 2 * DAY)
        after = only(address)
        assert (after["uid"], after["sequence"]) == (before["uid"], before["sequence"] + 3600)
        assert after.decoded("last-modified") == MONDAY + HOUR

    def test_that_is_over_stays_for_thirty_days(
        self, support: Role, amara: Person, clock: time_machine.Traveller
    ) -> None:
        address = subscribe(amara)
        set_away(amara, MONDAY, MONDAY + DAY)
        clock.move_to(MONDAY + 31 * DAY)
        assert only(address)
        clock.shift(timedelta(seconds=1))
        assert events(fetch(address)) == []

    def test_of_somebody_else_is_not_shown(self, support: Role, amara: Person) -> None:
        kenji = factories.make_person(12, "Kenji Mori")
        factories.join(support, kenji)
        set_away(kenji, MONDAY, None)
        assert events(fetch(subscribe(amara))) == []


class TestReminder:
    def test_is_at_its_moment_without_its_note(self, feed: str, support: Role) -> None:
        kenji = factories.make_person(12, "Kenji Mori")
        factories.join(support, kenji)
        factories.take_in("TX1")
        factories.make_reminder(12, "TX1", remind_at=MONDAY + DAY, note="Call Olga back.")
        address = subscribe(kenji, alarm_minutes=15)
        event = only(address)
        assert str(event["summary"]) == "Reminder: TX1 Laptop does not start"
        assert event.decoded("dtstart") == MONDAY + DAY
        assert str(event["url"]) == "http://localhost:1000/tickets/TX1"
        assert b"Olga" not in fetch(address).content
        (alarm,) = event.walk("VALARM")
        assert alarm.decoded("trigger") == timedelta(0)

    def test_that_is_put_off_raises_the_sequence(self, feed: str, support: Role, clock: time_machine.Traveller) -> None:
        kenji = factories.make_person(12, "Kenji Mori")
        factories.join(support, kenji)
        factories.take_in("TX1")
        address = subscribe(kenji)
        body = {"ticket_number": "TX1", "remind_at": (MONDAY + DAY).isoformat()}
        assert factories.as_client(kenji).post("/reminders/", body).status_code == 201
        before = only(address)
        clock.shift(HOUR)
        body["remind_at"] = (MONDAY + 2 * DAY).isoformat()
        assert factories.as_client(kenji).post("/reminders/", body).status_code == 200
        after = only(address)
        assert (after["uid"], after.decoded("dtstart")) == (before["uid"], MONDAY + 2 * DAY)
        assert after["sequence"] > before["sequence"]


class TestLanguage:
    def test_is_the_one_chosen_in_the_profile_when_the_feed_is_read(self, feed: str, amara: Person) -> None:
        factories.take_in("TX1", priority="high")
        factories.make_reminder(11, "TX1", remind_at=MONDAY + DAY, note="")
        before = fetch(feed)

        Person.objects.filter(pk=amara.pk).update(language="de")

        answer = fetch(feed, HTTP_IF_NONE_MATCH=before["ETag"])
        assert str(calendar(answer)["prodid"]).endswith("//DE")
        assert str(calendar(answer)["x-wr-calname"]) == "Tickets: Phone"
        deadline, reminder = events(answer)
        assert str(deadline["summary"]) == "TX1 Laptop does not start"
        assert str(deadline["description"]).splitlines()[:3] == [
            "Frist des Tickets",
            "Workflow: Simple",
            "Priorität: Hoch",
        ]
        assert str(reminder["summary"]) == "Erinnerung: TX1 Laptop does not start"
        assert [event["categories"].cats for event in (deadline, reminder)] == [["Frist"], ["Erinnerung"]]
        assert [event["uid"] for event in events(before)] == [event["uid"] for event in events(answer)]

    def test_is_used_for_an_absence(self, feed: str, amara: Person) -> None:
        Person.objects.filter(pk=amara.pk).update(language="de")
        set_away(amara, MONDAY, MONDAY + DAY)
        assert (str(only(feed)["summary"]), only(feed)["categories"].cats) == ("Abwesend", ["Abwesenheit"])
        set_away(amara, MONDAY, None)
        assert str(only(feed)["summary"]) == "Bis auf Weiteres abwesend"

    def test_that_is_not_known_here_is_english(self, feed: str, amara: Person) -> None:
        Person.objects.filter(pk=amara.pk).update(language="tlh")
        factories.take_in("TX1")
        assert str(only(feed)["description"]).startswith("Deadline of the ticket\n")

    def test_every_text_is_there_in_each(self) -> None:
        def takes(catalogue: dict[str, str]) -> dict[str, set[str]]:
            return {key: {name for _, name, _, _ in Formatter().parse(text) if name} for key, text in catalogue.items()}

        for catalogue in CATALOGUES.values():
            assert takes(catalogue) == takes(CATALOGUES["en"])
            assert {f"priority_{value}" for value in Priority.values} <= set(catalogue)
