"""Holds that end by themselves: at a moment, after working days, with the requester's answer; and what is shown."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connections

from audit.models import AuditLog
from role.models import Person, Role
from task.hold_ends import end_due_holds, note_comment, remind_of_holds
from task.models import SlaClock, Task, Timeline
from task.tests.test_remarks import SAID, do
from ticketing_common.contracts.messages import examples
from ticketing_testing.clients import assert_problem, deliver, published_messages
from tickets.reasons import HOLD_REASONS
from workflowmanager import schedule
from workflowmanager.tasks import note_public_comment
from workflowmanager.tests import factories

# A Monday; the office below opens at nine.
MONDAY = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OFFICE = {
    "time_zone": "UTC",
    "hours": {str(day): [["09:00", "17:00"]] for day in range(5)},
    "holidays": ["2026-03-03"],
}
WAITS = {"reason": "Waiting for the part."}


@pytest.fixture
def task(support: Role) -> Task:
    factories.one_step(support, calendar=OFFICE, coordinators=factories.make_role("Desk", factories.make_person(1)))
    with time_machine.travel(MONDAY, tick=False):
        factories.take_in("TX1")
    return factories.task_of()


def hold(person: Person, task: Task, **body: Any) -> Any:
    with time_machine.travel(MONDAY, tick=False):
        return do(person, task, "hold", **body)


def answers(number: str = "TX1", *, at: datetime = MONDAY + HOUR, **fields: Any) -> None:
    """Deliver what messaging says of a public comment."""
    deliver(
        note_public_comment,
        ticket_number=number,
        occurred_at=at.isoformat(),
        event_id=f"comment-{at.timestamp()}-added",
        **fields,
    )


def system_notifications() -> list[dict[str, Any]]:
    told = published_messages("notifications.create_inapp_notification")
    return [message for message in told if message["notification_type"] == "system"]


def events(task: Task) -> list[str]:
    return list(Timeline.objects.filter(task=task).order_by("seq").values_list("event", flat=True))


class TestUntilAMoment:
    def test_is_shown_resumed_once_recorded_and_told(self, task: Task, amara: Person) -> None:
        until = MONDAY + 2 * DAY
        shown = hold(amara, task, **WAITS, reason_code="waiting_for_supplier", until=until.isoformat()).json()
        expected = {"reason_code": "waiting_for_supplier", "until": "2026-03-04T12:00:00Z", "until_answer": False}
        assert (shown["status"], shown["hold"]) == ("on_hold", expected)
        (listed,) = factories.as_client(amara).get("/tasks/", {"view": "mine"}).json()["results"]
        assert listed["hold"] == expected

        assert end_due_holds(now=until - timedelta(seconds=1)) == 0
        assert end_due_holds(now=until) == 1
        assert end_due_holds(now=until) == 0
        task.refresh_from_db()
        assert (task.status, task.assignee_id, task.hold_until, task.hold_reason) == ("in_progress", 11, None, "")
        assert events(task)[-2:] == ["held", "resumed"]
        line = Timeline.objects.filter(task=task).latest("seq")
        assert (line.actor_id, line.detail) == (None, {"reason": "The time of the hold is over."})
        shown_lines = factories.as_client(amara).get(f"/tasks/{task.pk}/timeline/").json()["results"]
        assert [row["reason_code"] for row in shown_lines][-2:] == ["", "hold_time_over"]
        entry = AuditLog.objects.filter(action="task.resumed").get()
        assert (entry.actor_id, entry.reason) == (None, "The time of the hold is over.")
        (told,) = system_notifications()
        assert (told["user_id"], told["subject"]) == (11, "TX1 is no longer on hold")
        assert [mail["user_id"] for mail in published_messages("notifications.send_email")] == [11]
        assert published_messages("send_ticket_status")[-1]["new_status"] == "in_progress"

    def test_the_clocks_go_on_from_the_moment_of_the_resumption(self, task: Task, amara: Person) -> None:
        hold(amara, task, **WAITS, until=(MONDAY + 2 * DAY).isoformat())
        end_due_holds(now=MONDAY + 2 * DAY + timedelta(seconds=9))
        for clock in SlaClock.objects.all():
            assert [event["kind"] for event in clock.events] == ["started", "paused", "resumed"]
            assert clock.events[-1]["at"] == (MONDAY + 2 * DAY + timedelta(seconds=9)).isoformat()

    def test_the_timeline_says_what_it_waits_for(self, task: Task, amara: Person) -> None:
        hold(amara, task, **WAITS, until="2026-03-04T13:00:00+01:00", until_answer=True)
        line = Timeline.objects.get(task=task, event="held")
        assert line.detail == {**WAITS, "until": "2026-03-04T12:00:00Z", "until_answer": True}

    def test_who_resumes_earlier_forgets_the_moment(self, task: Task, amara: Person) -> None:
        hold(amara, task, **WAITS, until=(MONDAY + DAY).isoformat())
        assert do(amara, task, "resume").json()["hold"] is None
        hold(amara, task, **WAITS)
        assert end_due_holds(now=MONDAY + 9 * DAY) == 0
        task.refresh_from_db()
        assert task.status == "on_hold"

    def test_without_anything_to_wait_for_somebody_resumes_it(self, task: Task, amara: Person) -> None:
        shown = hold(amara, task, **WAITS).json()
        assert shown["hold"] == {"reason_code": None, "until": None, "until_answer": False}
        assert end_due_holds(now=MONDAY + 900 * DAY) == 0

    @pytest.mark.parametrize(
        ("until", "code"),
        [
            ("2026-03-02T12:00:00Z", "until_past"),
            ("2026-03-02T13:30:00+02:00", "until_past"),
            ("2027-03-04T12:00:00Z", "until_too_far"),
            ("2026-03-04T12:00:00", "no_offset"),
            ("2026-03-04", "no_offset"),
            ("tomorrow", "invalid"),
            (7, "invalid"),
            ("9999-12-31T23:59:59-23:59", None),
        ],
    )
    def test_a_moment_that_can_not_be_kept_is_refused(
        self, task: Task, amara: Person, until: object, code: str | None
    ) -> None:
        assert_problem(hold(amara, task, **WAITS, until=until), 400, code, attr="until")
        task.refresh_from_db()
        assert (task.status, task.hold_until) == ("in_progress", None)

    def test_one_that_can_not_be_resumed_does_not_stop_the_next(self, task: Task) -> None:
        with time_machine.travel(MONDAY, tick=False):
            factories.take_in("TX2")
        for number in ("TX1", "TX2"):
            held = factories.task_of(number)
            assert hold(factories.assignee_of(held), held, **WAITS, until=(MONDAY + DAY).isoformat()).status_code == 200
        SlaClock.objects.filter(task__ticket_number="TX1").update(events=[{"at": "never", "kind": "started"}])
        assert end_due_holds(now=MONDAY + DAY) == 1
        assert dict(Task.objects.values_list("ticket_number", "status")) == {"TX1": "on_hold", "TX2": "in_progress"}

    def test_it_is_part_of_the_tick(self, task: Task, amara: Person, monkeypatch: pytest.MonkeyPatch) -> None:
        hold(amara, task, **WAITS, until=(MONDAY + DAY).isoformat())
        monkeypatch.setattr(schedule, "database_now", lambda: MONDAY + DAY)
        schedule.tick()
        task.refresh_from_db()
        assert task.status == "in_progress"

    def test_a_cancelled_task_waits_for_nothing(self, task: Task, amara: Person) -> None:
        hold(amara, task, **WAITS, until=(MONDAY + DAY).isoformat(), until_answer=True)
        factories.admin_client(90).post(f"/tasks/{task.pk}/cancel/", {"reason": "Twice."}, format="json")
        task.refresh_from_db()
        assert (task.status, task.hold_until, task.is_until_answer) == ("cancelled", None, False)
        assert (end_due_holds(now=MONDAY + DAY), remind_of_holds(now=MONDAY + DAY)) == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_several_workers_resume_each_once() -> None:
    person = factories.make_person(11, "Amara Okafor")
    factories.one_step(factories.make_role("IT Support", person))
    numbers = [f"TX{number}" for number in range(12)]
    with time_machine.travel(MONDAY, tick=False):
        for number in numbers:
            factories.take_in(number)
            do(person, factories.task_of(number), "hold", **WAITS, until=(MONDAY + DAY).isoformat())

    def sweep(_: int) -> int:
        try:
            return end_due_holds(now=MONDAY + DAY) + remind_of_holds(now=MONDAY + DAY)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(sweep, range(4))) == len(numbers)
    assert Timeline.objects.filter(event="resumed").count() == len(numbers)
    assert len(system_notifications()) == len(numbers)


class TestWorkingDays:
    def test_are_counted_by_the_calendar_of_the_step(self, task: Task, amara: Person) -> None:
        shown = hold(amara, task, **WAITS, until_working_days=2).json()
        assert shown["hold"]["until"] == "2026-03-05T09:00:00Z"  # Tuesday is a holiday

    @pytest.mark.parametrize("days", [0, -1, 261, "many", 1.5])
    def test_a_number_out_of_bounds_is_refused(self, task: Task, amara: Person, days: object) -> None:
        assert_problem(hold(amara, task, **WAITS, until_working_days=days), 400, attr="until_working_days")

    def test_more_than_a_year_of_few_working_days_is_refused(self, support: Role, amara: Person) -> None:
        factories.one_step(support, calendar={"time_zone": "UTC", "hours": {"0": [["09:00", "17:00"]]}})
        with time_machine.travel(MONDAY, tick=False):
            factories.take_in("TX1")
        answer = hold(amara, factories.task_of(), **WAITS, until_working_days=60)
        assert_problem(answer, 400, "until_too_far", attr="until_working_days")

    def test_a_moment_and_a_number_are_one_too_many(self, task: Task, amara: Person) -> None:
        answer = hold(amara, task, **WAITS, until_working_days=1, until="2026-03-09T09:00:00Z")
        assert_problem(answer, 400, "until_twice", attr="until_working_days")

    def test_null_is_as_good_as_nothing(self, task: Task, amara: Person) -> None:
        shown = hold(amara, task, **WAITS, until_working_days=None, until=None, until_answer=False).json()
        assert shown["hold"] == {"reason_code": None, "until": None, "until_answer": False}


class TestReminder:
    def test_comes_one_working_hour_before_and_once(self, task: Task, amara: Person) -> None:
        hold(amara, task, **WAITS, until="2026-03-05T09:00:00Z")
        before = datetime(2026, 3, 4, 16, 0, tzinfo=UTC)
        assert remind_of_holds(now=before - timedelta(seconds=1)) == 0
        assert remind_of_holds(now=before) == 1
        assert remind_of_holds(now=before) == 0
        (told,) = system_notifications()
        assert (told["user_id"], told["subject"]) == (11, "The hold of TX1 ends soon")
        assert "5 March 2026, 09:00 UTC" in told["message"]
        assert published_messages("notifications.send_email") == []
        task.refresh_from_db()
        assert task.status == "on_hold"

    def test_a_shorter_hold_has_none(self, task: Task, amara: Person) -> None:
        hold(amara, task, **WAITS, until=(MONDAY + HOUR).isoformat())
        assert remind_of_holds(now=MONDAY + 9 * DAY) == 0

    def test_nobody_is_reminded_of_what_goes_on_already(self, task: Task, amara: Person) -> None:
        hold(amara, task, **WAITS, until="2026-03-05T09:00:00Z")
        do(amara, task, "resume")
        assert remind_of_holds(now=MONDAY + 9 * DAY) == 0


class TestReasons:
    def test_one_of_the_list_needs_no_words(self, task: Task, amara: Person) -> None:
        assert hold(amara, task, reason_code="waiting_for_requester").status_code == 200
        line = Timeline.objects.get(task=task, event="held")
        assert line.detail == {"reason": "Waiting for the requester.", "reason_code": "waiting_for_requester"}
        assert published_messages("send_ticket_status")[-1]["detail"] == "Waiting for the requester."

    def test_words_go_before_the_list_s(self, task: Task, amara: Person) -> None:
        hold(amara, task, reason_code="waiting_for_supplier", reason="Dock, order 4711.")
        assert Timeline.objects.get(task=task, event="held").detail["reason"] == "Dock, order 4711."

    def test_another_one_needs_words(self, task: Task, amara: Person) -> None:
        assert_problem(hold(amara, task, reason_code="other"), 400, attr="reason")
        assert_problem(hold(amara, task, reason_code="other", reason="  "), 400, attr="reason")

    def test_one_that_is_not_in_the_list_is_refused(self, task: Task, amara: Person) -> None:
        assert_problem(hold(amara, task, **WAITS, reason_code="bored"), 400, attr="reason_code")

    def test_a_comment_goes_along(self, task: Task, amara: Person) -> None:
        answer = hold(amara, task, with_comment=SAID, reason_code="waiting_for_requester", until_answer=True)
        assert answer.status_code == 200, answer.json()
        assert Timeline.objects.get(task=task, event="held").detail["reason"] == SAID["text"]

    def test_several_tasks_wait_alike(self, task: Task, amara: Person) -> None:
        given = {"reason_code": "waiting_for_date", "until_working_days": 1, "until_answer": True}
        with time_machine.travel(MONDAY, tick=False):
            body = {"action": "hold", "task_ids": [task.pk], **given}
            (result,) = factories.as_client(amara).post("/tasks/bulk/", body, format="json").json()["results"]
        assert result["ok"] is True
        task.refresh_from_db()
        assert (task.hold_reason, task.is_until_answer) == ("waiting_for_date", True)
        assert task.hold_until == datetime(2026, 3, 4, 9, 0, tzinfo=UTC)

    def test_all_fit_their_column(self) -> None:
        assert max(map(len, HOLD_REASONS)) <= 32


class TestAnswer:
    def test_resumes_what_waits_for_it_and_marks_it(self, task: Task, amara: Person) -> None:
        hold(amara, task, reason_code="waiting_for_requester", until_answer=True, until="2026-03-09T09:00:00Z")
        answers()
        task.refresh_from_db()
        assert (task.status, task.answered_at, task.hold_until) == ("in_progress", MONDAY + HOUR, None)
        assert events(task)[-2:] == ["answered", "resumed"]
        shown = factories.as_client(amara).get(f"/tasks/{task.pk}/").json()
        assert (shown["hold"], shown["answered_at"]) == (None, "2026-03-02T13:00:00Z")
        found = factories.as_client(amara).get("/tasks/", {"view": "mine", "answered": "true"}).json()["results"]
        assert [row["answered_at"] for row in found] == ["2026-03-02T13:00:00Z"]
        assert factories.as_client(amara).get("/tasks/", {"answered": "false"}).json()["results"] == []
        assert end_due_holds(now=MONDAY + 30 * DAY) == 0
        # Messaging notifies of the reply; a second notification would say the same.
        assert system_notifications() == []

    def test_marks_what_waits_for_something_else_and_leaves_it_on_hold(self, task: Task, amara: Person) -> None:
        hold(amara, task, **WAITS, until="2026-03-09T09:00:00Z")
        answers()
        task.refresh_from_db()
        assert (task.status, task.answered_at) == ("on_hold", MONDAY + HOUR)
        end_due_holds(now=datetime(2026, 3, 9, 9, tzinfo=UTC))
        task.refresh_from_db()
        assert (task.status, task.answered_at) == ("in_progress", MONDAY + HOUR)

    def test_on_a_task_that_is_worked_on_changes_nothing(self, task: Task) -> None:
        answers()
        before = task.event_seq
        task.refresh_from_db()
        assert (task.event_seq, task.answered_at) == (before, None)

    def test_of_an_unknown_or_closed_ticket_is_ignored(self, task: Task) -> None:
        Task.objects.update(status="cancelled")
        answers()
        answers("TX404")
        assert Timeline.objects.filter(event="answered").count() == 0

    def test_is_what_the_requester_says_and_not_an_agent(self, task: Task, amara: Person) -> None:
        factories.make_person(31, "Rosa Lim")
        ticket = task.ticket
        ticket.requester_id, ticket.requester_name = "31", "Rosa Lim"
        ticket.requester_email = "rosa.lim@example.com"
        ticket.requesters = ticket.known_requesters
        ticket.save()
        hold(amara, task, **WAITS, until_answer=True)
        answers(author_id=12)
        task.refresh_from_db()
        assert (task.status, task.answered_at) == ("on_hold", None)
        answers(author_id=31, at=MONDAY + 2 * HOUR)
        task.refresh_from_db()
        assert (task.status, task.answered_at) == ("in_progress", MONDAY + 2 * HOUR)

    @pytest.mark.parametrize(
        ("verb", "body", "is_kept"),
        [
            ("hold", {"reason": "Again."}, False),
            ("priority", {"priority": "urgent"}, False),
            ("transfer", {"reason": "Off.", "user_id": 12}, True),
            ("release", {}, True),
        ],
    )
    def test_stays_until_somebody_deals_with_it(
        self, task: Task, amara: Person, kenji: Person, verb: str, body: dict[str, Any], is_kept: bool
    ) -> None:
        hold(amara, task, **WAITS, until_answer=True)
        answers()
        answer = do(amara, task, verb, **body)
        assert answer.status_code == 200, answer.json()
        assert (answer.json()["answered_at"] is not None) is is_kept

    def test_is_dealt_with_by_a_reply_that_came_after_it(self, task: Task, amara: Person) -> None:
        hold(amara, task, **WAITS, until_answer=True)
        answers(at=MONDAY + 2 * HOUR)
        answers(author_id=11, at=MONDAY + HOUR)  # said before, heard of after
        task.refresh_from_db()
        assert task.answered_at is not None
        answers(author_id=11, at=MONDAY + 3 * HOUR)
        task.refresh_from_db()
        assert task.answered_at is None

    def test_that_ends_the_task_is_shown_no_more(self, task: Task, amara: Person) -> None:
        hold(amara, task, **WAITS, until_answer=True)
        answers()
        factories.take_in("TX1", status="Withdrawn")
        task.refresh_from_db()
        assert (task.status, task.answered_at) == ("cancelled", None)

    def test_delivered_twice_counts_once(self, task: Task, amara: Person) -> None:
        hold(amara, task, **WAITS, until_answer=True)
        for _ in range(2):
            deliver(
                note_public_comment,
                message_id="m-1",
                ticket_number="TX1",
                occurred_at=MONDAY.isoformat(),
                event_id="comment-1-added",
            )
        assert events(task).count("answered") == 1

    @pytest.mark.parametrize("name", sorted(examples("task.tasks.note_public_comment")))
    def test_takes_every_example(self, task: Task, name: str) -> None:
        deliver(note_public_comment, **examples("task.tasks.note_public_comment")[name])

    def test_a_moment_ahead_of_this_clock_counts_as_now(self, task: Task, amara: Person) -> None:
        hold(amara, task, **WAITS, until_answer=True)
        note_comment(ticket_number="TX1", author_id=None, said_at=MONDAY + DAY, now=MONDAY + HOUR)
        task.refresh_from_db()
        assert task.answered_at == MONDAY + HOUR
