"""Calendars, categories, and the running tasks that a preview lists."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from task.models import Task
from ticketing_common.inbox.models import IdempotentAnswer, ProcessedMessage
from ticketing_common.outbox.models import OutboxMessage
from ticketing_testing.clients import assert_problem, client_for
from tickets.models import Ticket
from workflow.business_time import problem_with_calendar
from workflow.cleanup import delete_old_rows
from workflow.graph import version_graph
from workflow.models import Workflow
from workflow.tests import factories as story
from workflow.tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> APIClient:
    return client_for(1, full_name="Ines Duarte", roles={"tts": ["Admin"]})


def running_task(workflow: Workflow, step_name: str, number: int) -> Task:
    version_id = workflow.current_version_id
    assert version_id is not None
    step = next(step for step in version_graph(version_id).steps.values() if step.name == step_name)
    ticket = Ticket.objects.create(
        ticket_number=f"TX{number}",
        source_service="hdts",
        source_number=f"TX{number}",
        subject="No network",
        category="IT Support",
        department="IT Department",
        data={},
        payload_hash="",
        intake_state="matched",
        received_at=NOW,
    )
    return Task.objects.create(
        ticket=ticket,
        ticket_number=ticket.ticket_number,
        subject=ticket.subject,
        workflow=workflow,
        workflow_version_id=version_id,
        current_step_id=step.id,
        priority="medium",
        created_at=NOW,
    )


class TestCalendars:
    def test_are_made_changed_and_deleted(self, admin: APIClient) -> None:
        given = {"name": "Office", "time_zone": "Europe/Lisbon", "hours": {"0": [["08:00", "12:00"]]}}
        made = admin.post("/calendars/", given)
        assert made.status_code == 201, made.json()
        assert made.json()["holidays"] == []
        url = f"/calendars/{made.json()['id']}/"

        changed = admin.patch(url, {"holidays": ["2026-12-25"]})
        assert (changed.status_code, changed.json()["holidays"]) == (200, ["2026-12-25"])
        assert_problem(admin.post("/calendars/", given), 409, "name_taken")
        assert admin.delete(url).status_code == 204
        assert_problem(admin.get(url), 404)

    def test_say_when_working_time_from_now_on_is_over(self, admin: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
        friday = datetime(2026, 12, 4, 15, tzinfo=UTC)
        monkeypatch.setattr("workflow.part_views.timezone.now", lambda: friday)
        hours = {str(day): [["08:00", "16:00"]] for day in range(5)}
        made = admin.post("/calendars/", {"name": "Office", "hours": hours, "holidays": ["2026-12-08"]}).json()
        url = f"/calendars/{made['id']}/due/"

        # One hour is left on Friday, eight on Monday, Tuesday is a holiday: a day is due on Thursday.
        assert admin.get(f"{url}?duration=1d").json() == {
            "starts_at": "2026-12-04T15:00:00Z",
            "due_at": "2026-12-10T15:00:00Z",
        }
        assert admin.get(f"{url}?duration=1h").json()["due_at"] == "2026-12-04T16:00:00Z"
        assert_problem(admin.get(f"{url}?duration=3 months"), 400, "invalid_duration", "duration")
        assert_problem(admin.get(url), 400, "required", "duration")
        assert_problem(admin.get("/calendars/4711/due/?duration=1d"), 404)

    def test_in_use_are_not_deleted(self, admin: APIClient) -> None:
        story.roles()
        made = admin.post("/calendars/", {"name": "Office", "hours": {"0": [["08:00", "12:00"]]}}).json()
        story.draft(calendar_id=made["id"])

        assert_problem(admin.delete(f"/calendars/{made['id']}/"), 409, "calendar_in_use")

    def test_make_the_drafts_differ_that_use_them_and_leave_versions_alone(self, admin: APIClient) -> None:
        story.roles()
        made = admin.post("/calendars/", {"name": "Office", "hours": {"0": [["08:00", "12:00"]]}}).json()
        workflow = story.deployed(calendar_id=made["id"])

        admin.patch(f"/calendars/{made['id']}/", {"hours": {"0": [["08:00", "13:00"]]}})

        assert admin.get(f"/workflows/{workflow.pk}/").json()["has_undeployed_changes"] is True
        version = story.fresh(workflow).current_version
        assert version is not None
        assert version.calendar is not None
        assert version.calendar["hours"] == {"0": [["08:00", "12:00"]]}

    @pytest.mark.parametrize(
        "calendar",
        [
            {"hours": {"0": [["08:00", "12:00"]]}, "time_zone": "Nowhere/Land"},
            {"hours": {"0": [["08:00", "12:00"]]}, "time_zone": "../../etc/passwd"},
            {"hours": {"7": [["08:00", "12:00"]]}},
            {"hours": {"0": [["12:00", "08:00"]]}},
            {"hours": {"0": [["08:00", "08:00"]]}},
            {"hours": {"0": [["08:00", "12:00"], ["11:00", "14:00"]]}},
            {"hours": {"0": [["8:00", "12:00"]]}},
            {"hours": {"0": [["08:00", "25:00"]]}},
            {"hours": {"0": [["08:00"]]}},
            {"hours": {"0": "all day"}},
            {"hours": {}},
            {"hours": {"0": []}},
            {"hours": {"0": [["08:00", "12:00"]]}, "holidays": ["25.12.2026"]},
        ],
    )
    def test_that_nobody_could_work_by_are_refused(self, calendar: dict[str, Any], admin: APIClient) -> None:
        assert problem_with_calendar(calendar)
        assert admin.post("/calendars/", {"name": "Odd", **calendar}).status_code == 400

    @pytest.mark.parametrize(
        ("changes", "attr"),
        [
            ({"holidays": ["2026-12-25", "20261224"]}, "holidays.1"),
            ({"holidays": ["2026-W52-4"]}, "holidays.0"),
            ({"holidays": ["2026W524"]}, "holidays.0"),
            ({"holidays": ["2026-02-30"]}, "holidays.0"),
            ({"holidays": ["2026-12-24", "2026-12-25", "2026-12-24"]}, "holidays.2"),
            ({"time_zone": "Mars/Olympus"}, "time_zone"),
            ({"hours": {"0": [["08:00", "12:00"], ["11:00", "14:00"]]}}, "hours.0.1"),
            ({"hours": {"0": []}}, "hours"),
            ({"hours": {"0": [["08:00", "08:01"]]}}, "hours"),
            ({"holidays": [f"2027-{month:02}-{day:02}" for month in range(1, 13) for day in range(1, 29)]}, "holidays"),
        ],
        ids=lambda value: str(value)[:60],
    )
    def test_name_the_attribute_at_fault(self, changes: dict[str, Any], attr: str, admin: APIClient) -> None:
        calendar = {"name": "Odd", "time_zone": "UTC", "hours": {"0": [["08:00", "12:00"]]}, **changes}

        assert_problem(admin.post("/calendars/", calendar), 400, "calendar_invalid", attr)

        story.roles()
        document = admin.get(f"/workflows/{story.draft().pk}/export/").json()
        copy = {**document, "name": "Copy", "calendar": calendar}
        assert_problem(admin.post("/workflows/import/", copy), 400, "document_invalid", f"calendar.{attr}")

    def test_may_end_a_day_at_midnight(self) -> None:
        assert problem_with_calendar({"hours": {"0": [["00:00", "12:00"], ["12:00", "24:00"]]}}) is None


class TestCategories:
    def test_have_two_levels(self, admin: APIClient) -> None:
        parent = admin.post("/categories/", {"name": "IT Support"}).json()
        child = admin.post("/categories/", {"name": "Access Request", "parent": parent["id"]})
        assert child.status_code == 201, child.json()

        below = {"name": "Deeper", "parent": child.json()["id"]}
        assert_problem(admin.post("/categories/", below), 400, attr="parent")
        again = {"name": "access request", "parent": parent["id"]}
        assert_problem(admin.post("/categories/", again), 409, "name_taken")
        assert_problem(admin.delete(f"/categories/{parent['id']}/"), 409, "category_in_use")
        rows = admin.get(f"/categories/?parent={parent['id']}").json()["results"]
        assert [row["name"] for row in rows] == ["Access Request"]

    def test_are_renamed_and_removed(self, admin: APIClient) -> None:
        made = admin.post("/categories/", {"name": "Printing"}).json()

        renamed = admin.put(f"/categories/{made['id']}/", {"name": "Print"})

        assert renamed.json()["name"] == "Print"
        assert admin.delete(f"/categories/{made['id']}/").status_code == 204


class TestRunningTasks:
    def test_are_counted_per_workflow_and_listed_per_version_and_step(self, admin: APIClient) -> None:
        story.roles()
        workflow = story.deployed()
        for number, step in enumerate(["Triage", "Triage", "Resolve"], 1):
            running_task(workflow, step, number)
        Task.objects.filter(ticket_number="TX2").update(status="completed")
        story.store(workflow, story.APPROVAL_STEPS, story.APPROVAL_EDGES)
        story.deploy(workflow)
        running_task(story.fresh(workflow), "Approve", 4)

        row = admin.get("/workflows/").json()["results"][0]
        body = admin.get(f"/workflows/{workflow.pk}/deploy-preview/").json()

        assert row["running_tasks"] == 3
        assert body["running_tasks"] == 3
        assert [(r["version"], r["step"]["name"], r["running_tasks"], r["is_in_draft"]) for r in body["running"]] == [
            (1, "Triage", 1, False),
            (1, "Resolve", 1, False),
            (2, "Approve", 1, True),
        ]
        versions = admin.get(f"/workflows/{workflow.pk}/versions/").json()["results"]
        assert [(v["number"], v["running_tasks"]) for v in versions] == [(2, 1), (1, 2)]


class TestKeepHouse:
    def test_deletes_what_is_old_and_done_and_nothing_else(self) -> None:
        def message(key: str, published_days_ago: int | None) -> None:
            published = None if published_days_ago is None else NOW - timedelta(days=published_days_ago)
            OutboxMessage.objects.create(
                queue="q", task="t", kwargs={}, key=key, next_attempt_at=NOW, published_at=published
            )

        message("old", 8)
        message("new", 6)
        message("never", None)
        for days in (31, 29):
            row = ProcessedMessage.objects.create(consumer="c", message_id=str(days))
            ProcessedMessage.objects.filter(pk=row.pk).update(processed_at=NOW - timedelta(days=days))
        for days in (3, 1):
            answer = IdempotentAnswer.objects.create(caller="1", key=str(days), fingerprint="")
            IdempotentAnswer.objects.filter(pk=answer.pk).update(created_at=NOW - timedelta(days=days))

        assert delete_old_rows(now=NOW) == 3

        assert set(OutboxMessage.objects.values_list("key", flat=True)) == {"new", "never"}
        assert ProcessedMessage.objects.get().message_id == "29"
        assert IdempotentAnswer.objects.get().key == "1"
