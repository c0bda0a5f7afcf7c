"""Lists of tasks as CSV."""

from __future__ import annotations

import csv
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import AuditLog
from role.models import Person, Role
from task import exports
from task.models import Task
from task.tests.test_perform import press
from ticketing_testing.clients import assert_problem
from workflowmanager.tests import factories


@pytest.fixture
def tasks(support: Role) -> list[Task]:
    factories.one_step(support, is_default=True)
    for number in range(5):
        factories.take_in(f"TX{number}", department="Legal" if number % 2 else "Finance", subject=f"Subject {number}")
    return [factories.task_of(f"TX{number}") for number in range(5)]


def export(person: Person, **params: Any) -> list[list[str]]:
    answer = factories.as_client(person).get("/tasks/export/", params)
    assert answer.status_code == 200
    text = answer.getvalue().decode()
    assert text.startswith("\ufeff"), "Excel takes it for UTF-8"
    return list(csv.reader(text[1:].splitlines()))


class TestExport:
    def test_is_the_list_that_is_shown_with_all_its_pages(self, tasks: list[Task], amara: Person) -> None:
        asked = {"view": "team", "department": "Legal", "ordering": "-ticket_number"}
        listed = factories.as_client(amara).get("/tasks/", asked).json()["results"]
        header, *rows = export(amara, **asked, page_size=1, page=2)
        assert header == list(exports.COLUMNS)
        assert [row[0] for row in rows] == [row["ticket_number"] for row in listed] == ["TX3", "TX1"]

    def test_keeps_the_order_over_many_chunks(
        self, tasks: list[Task], amara: Person, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(exports, "CHUNK", 2)
        found = [row[0] for row in export(amara, ordering="-ticket_number", columns="ticket_number")[1:]]
        assert found == ["TX4", "TX3", "TX2", "TX1", "TX0"]

    def test_has_the_columns_that_were_chosen(self, tasks: list[Task], amara: Person) -> None:
        rows = export(amara, search="TX1", columns="subject,step,workflow,requester")
        assert rows == [["subject", "step", "workflow", "requester"], ["Subject 1", "Work", "Simple", ""]]

    def test_has_times_with_their_zone_and_the_sla(self, tasks: list[Task], amara: Person) -> None:
        row = dict(zip(*export(amara, search="TX1"), strict=True))
        assert datetime.fromisoformat(row["created_at"]) == tasks[1].created_at
        assert datetime.fromisoformat(row["due_at"]).utcoffset() == timedelta(0)
        assert row["sla"] == "on_track"
        assert int(row["remaining_seconds"]) > 0
        assert (row["closed_at"], row["closed_by"]) == ("", "")

    def test_escapes_formulas(self, tasks: list[Task], amara: Person) -> None:
        Task.objects.filter(pk=tasks[0].pk).update(subject='=HYPERLINK("http://x.example")')
        assert export(amara, search="TX0", columns="subject")[1] == ['\'=HYPERLINK("http://x.example")']

    def test_of_an_empty_list_has_its_header(self, tasks: list[Task], amara: Person) -> None:
        assert export(amara, search="nothing", columns="subject,status") == [["subject", "status"]]

    def test_holds_only_what_the_person_may_see(self, tasks: list[Task], amara: Person) -> None:
        assert len(export(factories.make_person(99), columns="ticket_number")) == 1
        assert len(export(amara, view="mine", columns="ticket_number")) == 1 + 3

    def test_leaves_out_what_the_person_may_see_no_more(self, tasks: list[Task], amara: Person, support: Role) -> None:
        answer = factories.as_client(amara).get("/tasks/export/", {"columns": "ticket_number"})
        factories.leave(support, amara)
        Task.objects.filter(assignee=amara).update(assignee=None)
        assert answer.getvalue().decode().split() == ["\ufeffticket_number"]

    def test_is_noted_in_the_audit_trail(self, tasks: list[Task], amara: Person) -> None:
        export(amara, department="Legal", columns="subject")
        note = AuditLog.objects.get(action="tasks.exported")
        assert note.actor_id == amara.user_id
        assert note.new == {
            "filters": {"department": "Legal", "columns": "subject"},
            "columns": ["subject"],
            "count": 2,
        }

    def test_costs_as_many_statements_for_few_as_for_many(self, tasks: list[Task], amara: Person) -> None:
        counts = []
        for asked in ({"search": "TX1"}, {"search": "Subject"}):
            with CaptureQueriesContext(connection) as queries:
                export(amara, **asked)
            counts.append(len(queries))
        assert counts[0] == counts[1]

    def test_refuses_more_than_its_limit(
        self, tasks: list[Task], amara: Person, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(exports, "MAX_ROWS", 4)
        assert_problem(factories.as_client(amara).get("/tasks/export/"), 400, code="export_too_large")
        assert not AuditLog.objects.filter(action="tasks.exported").exists()

    @pytest.mark.parametrize(
        ("params", "code", "attr"),
        [
            ({"columns": "subject,colour"}, "unknown_column", "columns"),
            ({"view": "theirs"}, "invalid_choice", "view"),
            ({"colour": "red"}, "unknown_filter", "colour"),
            ({"ordering": "colour"}, "unknown_ordering", "ordering"),
        ],
    )
    def test_refuses_what_it_does_not_know(
        self, tasks: list[Task], amara: Person, params: dict[str, str], code: str, attr: str
    ) -> None:
        assert_problem(factories.as_client(amara).get("/tasks/export/", params), 400, code=code, attr=attr)


class TestWhoClosedATask:
    def closed_by(self, person: Person, number: str) -> Any:
        answer = factories.as_client(person).get("/tasks/", {"ticket_number": number})
        return answer.json()["results"][0]["closed_by"]

    def test_is_who_performed_the_last_transition(self, tasks: list[Task], amara: Person) -> None:
        task = next(task for task in tasks if task.assignee_id == amara.user_id)
        assert self.closed_by(amara, task.ticket_number) is None
        assert press(amara, task, "Work to Done").status_code == 200
        assert self.closed_by(amara, task.ticket_number) == {"user_id": 11, "full_name": "Amara Okafor"}
        assert export(amara, view="done", columns="ticket_number,closed_by")[1:] == [
            [task.ticket_number, "Amara Okafor"]
        ]

    def test_costs_one_statement_for_all_rows(self, tasks: list[Task], amara: Person) -> None:
        mine = [task for task in tasks if task.assignee_id == amara.user_id]
        counts = []
        for task in mine[:2]:
            press(amara, task, "Work to Done")
            with CaptureQueriesContext(connection) as queries:
                rows = factories.as_client(amara).get("/tasks/", {"view": "done"}).json()["results"]
            assert all(row["closed_by"] for row in rows)
            counts.append(len(queries))
        assert len(mine) >= 2
        assert counts[0] == counts[1]
