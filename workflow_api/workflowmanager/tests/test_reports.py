"""Reports count what happened, by stored verdicts; tables are safe in spreadsheets. Saved views are one's own."""

from __future__ import annotations

import csv
from datetime import timedelta

import pytest
import time_machine

from role.models import Person
from task.deadlines import sweep_clocks
from task.tests.test_perform import press
from ticketing_testing.clients import assert_problem
from workflowmanager.tests import factories

pytestmark = pytest.mark.django_db
NOON = factories.LONG_AGO + timedelta(hours=12)
HOUR = timedelta(hours=1)
PERIOD = {"from": "2026-01-01", "to": "2026-01-02"}


@pytest.fixture
def day() -> None:
    """One ticket done in time, one late after a return, one cancelled, one open."""
    amara, ines = factories.make_person(11, "=Amara"), factories.make_person(21, "Ines")
    support, leads = factories.make_role("IT Support", amara), factories.make_role("IT Lead", ines)
    factories.approval(support, leads, coordinators=support)
    with time_machine.travel(NOON, tick=False) as clock:
        for number in range(4):
            factories.take_in(f"TX{number}", priority="urgent")
        factories.take_in("TX2", status="Withdrawn", priority="urgent")
        clock.shift(HOUR)
        press(amara, factories.task_of("TX0"), "Review to Approve")
        press(ines, factories.task_of("TX0"), "Approve to Granted")
        press(amara, factories.task_of("TX1"), "Review to Approve")
        press(ines, factories.task_of("TX1"), "Approve to Review", comment="Why?")
        clock.shift(4 * HOUR)
        sweep_clocks(now=NOON + 5 * HOUR)
        press(amara, factories.task_of("TX1"), "Review to Approve")
        press(ines, factories.task_of("TX1"), "Approve to Granted")


class TestReports:
    def test_overview(self, day: None) -> None:
        report = factories.admin_client().get("/analytics/overview/", PERIOD).json()
        assert (report["now"]["open"], report["now"]["breached"]) == (1, 1)
        period = report["period"]
        assert (period["received"], period["completed"], period["cancelled"]) == (4, 2, 1)
        assert period["sla_compliance"] == 0.5
        assert period["mean_resolution_seconds"] == 3 * 3600
        assert report["per_day"][0] == {"date": "2026-01-01", "received": 4, "closed": 2, "breached": 1}
        assert report["by_assignee"][0]["open"] == 1

    def test_sla_by_workflow_and_priority(self, day: None) -> None:
        (row,) = factories.admin_client().get("/analytics/sla/", PERIOD).json()["results"]
        assert (row["priority"], row["met"], row["breached"], row["compliance"]) == ("urgent", 1, 1, 0.5)

    def test_agents(self, day: None) -> None:
        rows = factories.admin_client().get("/analytics/agents/", PERIOD).json()["results"]
        by_name = {row["full_name"]: row for row in rows}
        assert by_name["=Amara"]["steps_performed"] == 3
        assert by_name["=Amara"]["open"] == 1
        assert by_name["Ines"]["returned"] == 1
        assert by_name["=Amara"]["steps_late"] == 2, "the step she was late with, and the one still open"

    def test_workflows_by_version(self, day: None) -> None:
        (row,) = factories.admin_client().get("/analytics/workflows/", PERIOD).json()["results"]
        assert (row["version"], row["started"], row["open"], row["completed"]) == (1, 4, 1, 2)
        assert (row["return_rate"], row["breach_share"]) == (0.25, 0.5)

    def test_steps_by_version(self, day: None) -> None:
        rows = factories.admin_client().get("/analytics/steps/", PERIOD).json()["results"]
        review, approve = rows
        assert (review["step"], review["visits"], review["open"]) == ("Review", 4, 1)
        assert approve["return_rate"] == 0.3333

    @pytest.mark.parametrize("name", ["overview", "sla", "agents", "workflows", "steps"])
    def test_as_csv_without_formulas(self, day: None, name: str) -> None:
        answer = factories.admin_client().get(f"/analytics/{name}/", {**PERIOD, "format": "csv"})
        assert answer["Content-Type"].startswith("text/csv")
        text = answer.getvalue().decode()
        assert text.startswith("\ufeff"), "Excel takes it for UTF-8"
        text = text[1:]
        header, *rows = list(csv.reader(text.splitlines()))
        assert rows
        assert all(len(row) == len(header) for row in rows)
        assert not any(cell.startswith("=") for row in rows for cell in row)

    @pytest.mark.parametrize("name", ["overview", "sla", "agents", "workflows", "steps"])
    def test_an_empty_report_has_its_header(self, name: str) -> None:
        asked = {"from": "2020-01-01", "to": "2020-01-02", "workflow": "999999", "format": "csv"}
        header, *rows = list(
            csv.reader(factories.admin_client().get(f"/analytics/{name}/", asked).getvalue().decode().splitlines())
        )
        assert len(header) > 3
        assert len(rows) == (2 if name == "overview" else 0)  # its days, without any work

    def test_narrowed_to_one_workflow(self, day: None) -> None:
        report = factories.admin_client().get("/analytics/overview/", {**PERIOD, "workflow": "999999"}).json()
        assert report["period"]["received"] == 0

    @pytest.mark.parametrize(
        ("params", "attr"),
        [
            ({"from": "yesterday"}, "from"),
            ({"from": "2026-02-01", "to": "2026-01-01"}, "from"),
            ({"workflow": "x"}, "workflow"),
            ({"colour": "red"}, "colour"),
            ({"format": "xml"}, "format"),
        ],
    )
    def test_refuses_what_makes_no_sense(self, params: dict[str, str], attr: str) -> None:
        assert_problem(factories.admin_client().get("/analytics/sla/", params), 400, attr=attr)

    def test_is_for_admins(self) -> None:
        assert_problem(factories.as_client(factories.make_person(70)).get("/analytics/overview/"), 403)


class TestSavedViews:
    def test_own_and_shared_are_seen_and_only_ones_own_is_changed(self) -> None:
        amara, kenji = factories.make_person(11, "Amara"), factories.make_person(12, "Kenji")
        own, other = factories.as_client(amara), factories.as_client(kenji)
        mine = own.post("/views/", {"name": "Urgent", "query": {"view": "team", "priority": "urgent"}})
        assert mine.status_code == 201, mine.json()
        shared = own.post("/views/", {"name": "Ours", "query": {}, "is_shared": True}).json()
        assert {row["name"] for row in own.get("/views/").json()["results"]} == {"Urgent", "Ours"}
        (seen,) = other.get("/views/").json()["results"]
        assert (seen["name"], seen["is_mine"], seen["owner_name"]) == ("Ours", False, "Amara")
        assert_problem(other.get(f"/views/{mine.json()['id']}/"), 404)
        assert_problem(other.patch(f"/views/{shared['id']}/", {"name": "Mine"}), 403)
        assert_problem(other.delete(f"/views/{shared['id']}/"), 403)
        assert own.patch(f"/views/{shared['id']}/", {"name": "Everybody's"}).json()["name"] == "Everybody's"
        assert_problem(own.post("/views/", {"name": "Urgent"}), 409, "view_name_taken")
        assert own.delete(f"/views/{shared['id']}/").status_code == 204

    def test_ownership_is_not_for_the_client_to_say(self) -> None:
        person: Person = factories.make_person(11)
        made = factories.as_client(person).post("/views/", {"name": "Mine", "owner_id": 99, "query": {"a": "b"}})
        assert made.json()["owner_id"] == 11

    @pytest.mark.parametrize(
        "query", [[], {"a": 1}, {"a": ["b"]}, {"a": "x" * 2_001}], ids=["list", "number", "nested", "too long"]
    )
    def test_a_query_is_texts_by_name(self, query: object) -> None:
        client = factories.as_client(factories.make_person(11))
        assert_problem(client.post("/views/", {"name": "Odd", "query": query}), 400, attr="query")
