"""An update is a patch: what it does not say stays, and what it changes is told and decided anew."""

from __future__ import annotations

from typing import Any

import pytest

from audit.models import AuditLog
from bmscheckout.models import BmsCheckout
from role.models import Person, Role
from task.approvals import barred_by_four_eyes
from task.journal import Journal
from task.models import ApprovalVote, SlaClock, Task, Timeline
from task.perform import perform
from task.run import as_run, with_relations
from ticketing_testing.clients import published_messages
from tickets.models import IntakeRecord, Ticket
from tickets.patch import changes, patched
from workflowmanager.tests import factories

DANA = {"id": "31", "name": "Dana Approver", "email": "dana.approver@example.com"}
FULL: dict[str, Any] = {
    "priority": "Critical",
    "description": "Screen broken",
    "sub_category": "Hardware",
    "employee": DANA,
    "attachments": [
        {
            "id": 1,
            "file_name": "a.png",
            "content_type": "image/png",
            "size": 10,
            "url": "https://files.example.com/a.png",
        }
    ],
    "requested_budget": "1000.00",
    "asset_name": "Laptop 7",
    "dynamic_data": {"cost_centre": "007", "room": "12"},
    "submitted_at": "2026-11-30T08:00:00Z",
}


def barred(number: str = "TX1") -> set[int]:
    task = with_relations().get(ticket_number=number)
    return barred_by_four_eyes(as_run(task, Journal(task.created_at)))


@pytest.fixture
def people(db: None) -> dict[str, Person]:
    return {
        "Cara": factories.make_person(11, "Cara Coordinator"),
        "Dana": factories.make_person(31, "Dana Approver"),
        "Eli": factories.make_person(32, "Eli Approver"),
        "Finn": factories.make_person(33, "Finn Approver"),
    }


@pytest.fixture
def support(people: dict[str, Person]) -> Role:
    role = factories.make_role("IT Support", people["Cara"])
    factories.one_step(role)
    return role


class TestPatch:
    @pytest.mark.parametrize("status", ["In Progress", None])
    def test_what_a_message_does_not_say_stays(self, support: Role, status: str | None) -> None:
        factories.take_in("TX1", **FULL)
        before = Ticket.objects.get()
        factories.take_in("TX1", status=status)
        after = Ticket.objects.get()
        names = ("priority", "description", "sub_category", "requester_name", "requester_email", "requester_id")
        for name in (*names, "submitted_at"):
            assert getattr(after, name) == getattr(before, name), name
        assert after.data == {**before.data, "status": status}
        assert after.source_status == (status or "")
        assert 31 in barred()

    @pytest.mark.parametrize(
        ("name", "column"),
        [("description", "description"), ("sub_category", "sub_category"), ("employee", "requester_email")],
    )
    def test_what_it_says_null_is_emptied(self, support: Role, name: str, column: str) -> None:
        factories.take_in("TX1", **FULL)
        factories.take_in("TX1", **{name: None})
        ticket = Ticket.objects.get()
        assert getattr(ticket, column) == ""
        assert ticket.data[name] is None
        assert ticket.priority == "urgent"

    def test_null_priority_leaves_the_priority(self, support: Role) -> None:
        factories.take_in("TX1", **FULL)
        factories.take_in("TX1", priority=None)
        assert Ticket.objects.get().priority == "urgent"

    def test_dynamic_data_is_merged_by_key_and_attachments_are_replaced(self) -> None:
        given = {"dynamic_data": {"room": "13", "floor": None}, "attachments": []}
        result = patched(FULL, given)
        assert result["dynamic_data"] == {"cost_centre": "007", "room": "13", "floor": None}
        assert result["attachments"] == []
        assert set(changes(FULL, result)) == {"dynamic_data.room", "attachments"}

    def test_another_employee_takes_nothing_from_the_earlier_one(self) -> None:
        assert patched(FULL, {"employee": {"id": "32", "name": "Eli"}})["employee"] == {"id": "32", "name": "Eli"}
        assert patched(FULL, {"employee": {"id": 31, "department": "HR"}})["employee"] == {
            **DANA,
            "id": 31,
            "department": "HR",
        }

    @pytest.mark.parametrize(
        "corrected", [None, {"id": "32", "name": "Eli Approver", "email": "eli.approver@example.com"}, {"name": "X"}]
    )
    def test_who_once_asked_stays_barred(self, support: Role, corrected: Any) -> None:
        factories.take_in("TX1", **FULL)
        factories.take_in("TX1", employee=corrected)
        factories.take_in("TX1", description="Once more")
        assert 31 in barred()
        assert (32 in barred()) == bool(corrected and corrected.get("email"))


def test_a_ticket_whose_requester_was_erased_takes_a_later_message(support: Role) -> None:
    factories.take_in(employee=DANA)
    Task.objects.update(status=Task.Status.CANCELLED)
    body = {"email": DANA["email"], "reason": "Asked for.", "confirmation": DANA["email"]}
    assert factories.admin_client().post("/privacy/erasures/", body, format="json").status_code == 201

    factories.take_in(subject="It broke again", source_version=2)

    assert Ticket.objects.get().subject == "It broke again"
    assert IntakeRecord.objects.latest("id").verdict == "updated"


class TestChangesAreTold:
    @pytest.mark.parametrize(
        ("name", "old", "new", "path"),
        [
            ("requested_budget", "1000.00", "900000.00", "requested_budget"),
            ("asset_name", "Laptop 7", "Laptop 8", "asset_name"),
            ("description", "Screen broken", "Screen and lid broken", "description"),
            ("unheard_of", None, [1, 2], "unheard_of"),
        ],
    )
    def test_a_changed_field_is_in_audit_timeline_and_told(
        self, support: Role, name: str, old: Any, new: Any, path: str
    ) -> None:
        factories.take_in("TX1", **FULL)
        factories.take_in("TX1", **{name: new})
        entry = AuditLog.objects.filter(action="ticket.updated").get()
        assert (entry.old, entry.new) == ({path: old}, {path: new})
        line = Timeline.objects.get(event="ticket_updated")
        assert line.detail["changes"] == {path: {"old": old, "new": new}}
        told = [
            message
            for message in published_messages("notifications.create_inapp_notification")
            if path in message["message"]
        ]
        assert [message["user_id"] for message in told] == [11]


@pytest.fixture
def by_two(people: dict[str, Person]) -> Task:
    coordinators = factories.make_role("Coordinators", people["Cara"])
    leads = factories.make_role("Leads", people["Dana"], people["Eli"], people["Finn"])
    factories.approval(
        coordinators,
        leads,
        coordinators=coordinators,
        end_logic="budget",
        approve={"approval": {"required": 2, "mode": "count"}},
    )
    factories.take_in("TX1", requested_budget="1000.00", dynamic_data={"room": "12"}, source_version=1)
    task = factories.task_of()
    go(task, people["Cara"], "Review to Approve")
    return factories.task_of()


def go(task: Task, person: Person, name: str) -> None:
    task.refresh_from_db()
    perform(
        task_id=task.pk,
        transition_id=factories.edge(task, name).pk,
        comment="",
        actor=factories.actor(person),
        expected_version=task.version,
        now=task.updated_at or task.created_at,
    )
    task.refresh_from_db()


class TestVotes:
    @pytest.mark.parametrize("change", [{"requested_budget": "900000.00"}, {"cost_items": [{"amount": 1}]}])
    def test_change_of_a_decisive_field_voids_the_votes_and_says_so(
        self, by_two: Task, people: dict[str, Person], change: dict[str, Any]
    ) -> None:
        go(by_two, people["Dana"], "Approve to Granted")
        factories.take_in("TX1", **change, source_version=2)
        assert ApprovalVote.objects.filter(voided_at__isnull=False).count() == 1
        assert Timeline.objects.filter(event="votes_voided").count() == 1
        told = published_messages("notifications.create_inapp_notification")
        assert [m["user_id"] for m in told if "is void" in m["message"]] == [31]
        go(by_two, people["Eli"], "Approve to Granted")
        assert by_two.status == "in_progress"
        go(by_two, people["Dana"], "Approve to Granted")
        assert by_two.status == "handing_off"
        expected = change.get("requested_budget", "1000.00")
        assert BmsCheckout.objects.get().payload["requested_budget"] == expected

    @pytest.mark.parametrize("change", [{"description": "More"}, {"dynamic_data": {"room": "13"}}, {"status": "Open"}])
    def test_change_of_another_field_leaves_the_votes(
        self, by_two: Task, people: dict[str, Person], change: dict[str, Any]
    ) -> None:
        go(by_two, people["Dana"], "Approve to Granted")
        factories.take_in("TX1", **change, source_version=2)
        assert ApprovalVote.objects.filter(voided_at__isnull=True).count() == 1

    def test_vote_of_who_turns_out_to_have_asked_is_void(self, by_two: Task, people: dict[str, Person]) -> None:
        go(by_two, people["Dana"], "Approve to Granted")
        factories.take_in("TX1", employee=DANA, source_version=2)
        assert not ApprovalVote.objects.filter(voided_at__isnull=True).exists()
        assert factories.assignee_of(by_two).user_id != 31


class TestReadByConditions:
    def test_change_of_a_field_that_a_condition_reads_voids_the_votes(self, people: dict[str, Person]) -> None:
        leads = factories.make_role("Leads", people["Dana"], people["Eli"])
        condition = {"field": "dynamic_data.cost_centre", "op": "eq", "value": "007"}
        factories.make_workflow(
            "Costs",
            coordinators=factories.make_role("Coordinators", people["Cara"]),
            steps=[
                {"name": "Approve", "role": leads, "kind": "approval", "approval": {"required": 2, "mode": "count"}},
                {"name": "Work", "role": leads},
                {"name": "Done", "is_end": True, "end_status": "completed"},
                {"name": "Refused", "is_end": True, "end_status": "rejected"},
            ],
            edges=[
                ("Approve", "Work", "approve", {}),
                ("Approve", "Refused", "reject", {}),
                ("Work", "Done", "forward", {"condition": condition}),
            ],
        )
        factories.take_in("TX1", dynamic_data={"cost_centre": "007"})
        task = factories.task_of()
        go(task, people["Dana"], "Approve to Work")
        factories.take_in("TX1", dynamic_data={"cost_centre": "008"})
        assert ApprovalVote.objects.filter(voided_at__isnull=False).count() == 1

    def test_hand_off_carries_the_sum_that_was_approved(self, people: dict[str, Person]) -> None:
        coordinators = factories.make_role("Coordinators", people["Cara"])
        leads = factories.make_role("Leads", people["Dana"])
        factories.make_workflow(
            "Buy",
            coordinators=coordinators,
            end_logic="budget",
            steps=[
                {"name": "Approve", "role": leads, "kind": "approval", "approval": {"required": 1, "mode": "count"}},
                {"name": "Order", "role": coordinators},
                {"name": "Done", "is_end": True, "end_status": "completed"},
                {"name": "Refused", "is_end": True, "end_status": "rejected"},
            ],
            edges=[
                ("Approve", "Order", "approve", {}),
                ("Approve", "Refused", "reject", {}),
                ("Order", "Done", "forward", {}),
            ],
        )
        factories.take_in("TX1", requested_budget="1000.00")
        task = factories.task_of()
        go(task, people["Dana"], "Approve to Order")
        factories.take_in("TX1", requested_budget="900000.00")
        go(task, people["Cara"], "Order to Done")
        assert BmsCheckout.objects.get().payload["requested_budget"] == "1000.00"


class TestPriority:
    def test_priority_corrected_by_the_source_is_one_value_everywhere(self, support: Role) -> None:
        factories.take_in("TX1", priority="Low")
        started = SlaClock.objects.get(visit__isnull=True).events[0]
        factories.take_in("TX1", priority="Critical")
        task = factories.task_of()
        assert (task.priority, Ticket.objects.get().priority) == ("urgent", "urgent")
        clock = SlaClock.objects.get(visit__isnull=True)
        assert clock.events[0] == started
        assert clock.events[-1]["kind"] == "target_changed"
        assert clock.events[-1]["seconds"] == factories.SLA["urgent"]
        found = factories.admin_client().get("/tasks/?priority=urgent").json()["results"]
        assert [row["ticket_number"] for row in found] == ["TX1"]

    def test_priority_changed_here_is_the_tickets_too_and_an_update_without_it_leaves_it(self, support: Role) -> None:
        factories.take_in("TX1", priority="Low")
        task = factories.task_of()
        answer = factories.admin_client().post(f"/tasks/{task.pk}/priority/", {"priority": "high"}, format="json")
        assert answer.status_code == 200
        assert Ticket.objects.get().priority == "high"
        factories.take_in("TX1", priority="Low", description="More")
        assert (factories.task_of().priority, Ticket.objects.get().priority) == ("high", "high")

    def test_category_that_another_workflow_serves_is_offered_as_a_move(
        self, support: Role, people: dict[str, Person]
    ) -> None:
        other = factories.one_step(support, name="Facilities", category="Facilities", department="IT Department")
        factories.take_in("TX1")
        factories.take_in("TX1", category="Facilities")
        task = factories.task_of()
        assert task.move_offer == {"workflow_id": other.workflow_id, "name": "Facilities"}
        assert Timeline.objects.filter(event="move_offered").count() == 1
        shown = factories.admin_client().get(f"/tasks/{task.pk}/").json()
        assert shown["move_offer"] == {"workflow_id": other.workflow_id, "name": "Facilities"}
        factories.take_in("TX1", category="IT Support")
        assert factories.task_of().move_offer is None


class TestHeld:
    @pytest.mark.parametrize("status", ["On Hold", "on  hold", "ON_HOLD"])
    def test_a_ticket_that_arrives_on_hold_is_held(self, support: Role, status: str) -> None:
        factories.take_in("TX1", status=status)
        task = factories.task_of()
        assert (task.status, task.due_at) == ("on_hold", None)
        for clock in SlaClock.objects.all():
            assert [event["kind"] for event in clock.events] == ["started", "paused"]
            assert clock.events[0]["at"] == clock.events[1]["at"]
        assert published_messages("send_ticket_status")[-1]["new_status"] == "on_hold"
        assert IntakeRecord.objects.get().verdict == "accepted"
