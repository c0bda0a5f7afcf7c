"""Migration of running tasks: the preview equals the outcome, and back restores step, people and time."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from django.utils import timezone

from audit.models import AuditLog
from role.models import Person
from task.models import ApprovalVote, Assignment, SlaClock, StepVisit, Task, Timeline
from task.tests.test_perform import press
from ticketing_common.outbox.models import OutboxMessage
from ticketing_testing.clients import assert_problem, published_messages
from tickets.models import Ticket
from workflow.models import VersionStep, WorkflowVersion
from workflowmanager.tests import factories

pytestmark = pytest.mark.django_db
STEPS = ["One", "Two", "Three", "Four", "Five"]


class Plant:
    """A workflow of five steps with fifty tasks spread over them, and its second version."""

    def __init__(self) -> None:
        self.people = [factories.make_person(number) for number in range(11, 15)]
        self.owners = factories.make_role("Ticket Coordinator", *(factories.make_person(n) for n in (1, 2)))
        self.support = factories.make_role("IT Support", *self.people)
        self.first = self.deploy()
        for number in range(50):
            factories.take_in(f"TX{number}")
            task = factories.task_of(f"TX{number}")
            for place in range(number % 5):
                press(factories.assignee_of(task), task, f"{STEPS[place]} to {STEPS[place + 1]}")

    def deploy(self, names: list[str] | None = None, role: Any = None, owners: Any = None) -> WorkflowVersion:
        names = names or STEPS
        return factories.make_workflow(
            "Long",
            coordinators=owners or self.owners,
            steps=[
                *({"name": name, "role": role or self.support} for name in names),
                {"name": "Done", "is_end": True, "end_status": "completed"},
            ],
            edges=[(one, two, "forward", {}) for one, two in zip(names, [*names[1:], "Done"], strict=True)],
        )

    def deploy_approval(self, *, required: int) -> WorkflowVersion:
        rule = {"mode": "count", "required": required}
        return factories.make_workflow(
            "Long",
            coordinators=self.owners,
            steps=[
                {"name": "One", "role": self.support, "kind": "approval", "approval": rule},
                {"name": "Two", "role": self.support},
                {"name": "Done", "is_end": True, "end_status": "completed"},
                {"name": "Refused", "is_end": True, "end_status": "rejected"},
            ],
            edges=[("One", "Two", "approve", {}), ("One", "Refused", "reject", {}), ("Two", "Done", "forward", {})],
        )

    def all_to(self, version: WorkflowVersion, name: str) -> list[dict[str, int]]:
        return [pair for old in STEPS for pair in pairs(self.first, version, **{old: name})]

    def migrate(self, one: WorkflowVersion, two: WorkflowVersion, **fields: Any) -> Any:
        body = {"from_version": one.number, "to_version": two.number, **fields}
        return factories.admin_client().post(f"/workflows/{one.workflow_id}/migrate/", body)

    def preview(self, one: WorkflowVersion, two: WorkflowVersion, **fields: Any) -> Any:
        body = {"from_version": one.number, "to_version": two.number, **fields}
        return factories.admin_client().post(f"/workflows/{one.workflow_id}/migrate/preview/", body)

    def move(self, one: WorkflowVersion, two: WorkflowVersion, tasks: list[Any], key: str = "", **fields: Any) -> Any:
        body = {"from_version": one.number, "to_version": two.number, "reason": "The new form.", "tasks": tasks}
        headers = {"Idempotency-Key": key} if key else {}
        url = f"/workflows/{one.workflow_id}/migrate/tasks/"
        return factories.admin_client().post(url, {**body, **fields}, headers=headers)


def pairs(one: WorkflowVersion, two: WorkflowVersion, **names: str) -> list[dict[str, int]]:
    def step(version: WorkflowVersion, name: str) -> int:
        return VersionStep.objects.get(version=version, name=name).pk

    return [{"from_step": step(one, old), "to_step": step(two, new)} for old, new in names.items()]


def asked(preview: Any) -> list[dict[str, int]]:
    return [{"task_id": row["task_id"], "expected_version": row["version"]} for row in preview["tasks"]]


def asked_to_vote(number: str) -> set[int]:
    """Return who is asked to decide: the assignee with the assignment, the others by themselves."""
    assigned = published_messages("task.send_assignment_notification")
    others = published_messages("notifications.create_inapp_notification")
    return {m["user_id"] for m in assigned if m["ticket_number"] == number} | {
        m["user_id"] for m in others if m["subject"] == f"{number} waits for your decision"
    }


def state() -> dict[str, Any]:
    clocks = {clock.task_id: clock.events for clock in SlaClock.objects.filter(visit__isnull=True)}
    return {
        task.ticket_number: (
            task.current_step.name if task.current_step else None,
            task.workflow_version_id,
            task.owner_id,
            task.assignee_id,
            task.due_at,
            clocks[task.pk],
        )
        for task in Task.objects.select_related("current_step")
    }


class TestMigrate:
    def test_preview_equals_outcome_and_back_restores_everything(self) -> None:
        plant = Plant()
        before = state()
        others = factories.make_role("Second Line", *(factories.make_person(n) for n in (31, 32, 33)))
        coordinators = factories.make_role("Desk Lead", factories.make_person(41))
        second = plant.deploy(role=others, owners=coordinators)
        preview = plant.migrate(plant.first, second, dry_run=True).json()
        assert state() == before
        outcome = plant.migrate(plant.first, second).json()
        assert {**preview, "dry_run": False} == outcome
        assert outcome["migrated"] == 50
        assert [row["tasks"] for row in outcome["steps"]] == [10] * 5
        after = state()
        assert {row[0] for row in after.values()} == set(STEPS)
        for number, row in after.items():
            assert row[0] == before[number][0]
            assert row[1] == second.pk
            assert row[2] == 41
            assert row[3] in (31, 32, 33)
            assert row[4:] == before[number][4:]
        assert AuditLog.objects.filter(action="task.migrated").count() == 50

        assert plant.migrate(second, plant.first).status_code == 200
        assert state() == before
        assert Assignment.objects.filter(is_owner=False, ended_at__isnull=True).count() == 50

    def test_people_stay_where_they_still_hold_the_role(self) -> None:
        plant = Plant()
        before = state()
        second = plant.deploy()
        plant.migrate(plant.first, second)
        after = state()
        assert {number: row[2:] for number, row in after.items()} == {n: row[2:] for n, row in before.items()}
        task = factories.task_of("TX1")
        assert press(factories.assignee_of(task), task, "Two to Three").status_code == 200

    def test_is_refused_when_an_occupied_step_leads_nowhere(self) -> None:
        plant = Plant()
        second = plant.deploy(["One", "Two", "Three"])
        before = state()
        problem = assert_problem(plant.migrate(plant.first, second), 409, "step_unmapped")
        # The fourth draft step's key is the end step's now.
        assert [(row["step"]["name"], row["running_tasks"]) for row in problem["unmapped"]] == [
            ("Four", 10),
            ("Five", 10),
        ]
        assert state() == before
        aim = VersionStep.objects.get(version=second, name="Three").pk
        pairs = [
            {"from_step": VersionStep.objects.get(version=plant.first, name=name).pk, "to_step": aim}
            for name in ("Four", "Five")
        ]
        outcome = plant.migrate(plant.first, second, mapping=pairs)
        assert outcome.json()["migrated"] == 50
        assert StepVisit.objects.filter(closed_at__isnull=True, step_id=aim).count() == 30

    def test_refuses_steps_of_other_versions_and_ends(self) -> None:
        plant = Plant()
        second = plant.deploy()
        done = VersionStep.objects.get(version=second, name="Done").pk
        one = VersionStep.objects.get(version=plant.first, name="One").pk
        for pair in ({"from_step": one, "to_step": done}, {"from_step": done, "to_step": one}):
            assert_problem(plant.migrate(plant.first, second, mapping=[pair]), 400, attr="mapping")
        assert_problem(plant.migrate(plant.first, plant.first), 400, attr="to_version")

    def test_is_for_admins_and_for_versions_that_are_there(self) -> None:
        version = factories.one_step(factories.make_role("IT Support", factories.make_person(11)))
        agent = factories.as_client(Person.objects.get(pk=11))
        url = f"/workflows/{version.workflow_id}/migrate/"
        assert_problem(agent.post(url, {"from_version": 1, "to_version": 2}), 403)
        assert_problem(factories.admin_client().post(url, {"from_version": 1, "to_version": 9}), 404)


class TestOneByOne:
    """Each task by itself: the preview, what became of each, and the way back."""

    def test_the_preview_says_what_becomes_of_each_and_stores_nothing(self) -> None:
        plant = Plant()
        others = factories.make_role("Second Line", *(factories.make_person(n) for n in (31, 32, 33)))
        second = plant.deploy(role=others)
        before, trail, lines = state(), AuditLog.objects.count(), Timeline.objects.count()
        preview = plant.preview(plant.first, second).json()
        assert (state(), AuditLog.objects.count(), Timeline.objects.count()) == (before, trail, lines)
        assert preview["running_tasks"] == 50
        assert [
            (row["from_step"]["name"], row["to_step"]["name"], row["running_tasks"]) for row in preview["steps"]
        ] == [(name, name, 10) for name in STEPS]
        assert len(preview["tasks"]) == 50
        assert preview["next_after"] is None
        for row in preview["tasks"]:
            assert row["due_before"] == row["due_after"] is not None
            assert row["assigned_by"] == "round_robin"
            assert row["assignee_after"]["full_name"] in row["explanation"]
            assert row["error"] is None
        results = plant.move(plant.first, second, asked(preview)).json()["results"]
        assert [row["assignee_after"] for row in results] == [row["assignee_after"] for row in preview["tasks"]]
        assert {row[4] for row in state().values()} == {row[4] for row in before.values()}

    def test_the_preview_comes_in_pages(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("task.migrate_tasks.PAGE", 20)
        plant = Plant()
        second = plant.deploy()
        seen: list[int] = []
        after: int | None = 0
        sizes: list[int] = []
        while after is not None:
            page = plant.preview(plant.first, second, after=after).json()
            assert page["running_tasks"] == 50
            assert {row["assigned_by"] for row in page["tasks"]} == {"kept"}
            seen += [row["task_id"] for row in page["tasks"]]
            sizes.append(len(page["tasks"]))
            after = page["next_after"]
        assert sizes == [20, 20, 10]
        assert seen == sorted(Task.objects.values_list("pk", flat=True))

    def test_a_step_that_leads_nowhere_is_said_by_step_and_by_task(self) -> None:
        plant = Plant()
        second = plant.deploy(["One", "Two", "Three"])
        preview = plant.preview(plant.first, second).json()
        assert [row["from_step"]["name"] for row in preview["steps"] if row["to_step"] is None] == ["Four", "Five"]
        codes = Counter(row["error"]["code"] for row in preview["tasks"] if row["error"])
        assert codes == {"step_unmapped": 20}
        mapped = plant.preview(plant.first, second, mapping=pairs(plant.first, second, Four="Three", Five="Three"))
        assert not [row for row in mapped.json()["tasks"] if row["error"]]

    def test_one_that_fails_stops_no_other(self) -> None:
        plant = Plant()
        second = plant.deploy(["One", "Two", "Three"])
        tasks = asked(plant.preview(plant.first, second).json())
        moved_on = factories.task_of("TX0")
        press(factories.assignee_of(moved_on), moved_on, "One to Two")
        with_hand_off = factories.task_of("TX1")
        Task.objects.filter(pk=with_hand_off.pk).update(status="handing_off")
        tasks.append({"task_id": 4711, "expected_version": 1})
        results = {row["task_id"]: row for row in plant.move(plant.first, second, tasks).json()["results"]}
        codes = Counter(row["error"]["code"] for row in results.values() if not row["ok"])
        assert codes == {"stale_version": 1, "handing_off": 1, "step_unmapped": 20, "not_found": 1}
        assert results[moved_on.pk]["error"]["code"] == "stale_version"
        assert results[with_hand_off.pk]["error"]["code"] == "handing_off"
        assert Task.objects.filter(workflow_version=second).count() == 28
        assert AuditLog.objects.filter(action="task.migrated", reason="The new form.").count() == 28
        line = Timeline.objects.filter(event="task_migrated").first()
        assert line is not None
        assert line.detail["reason"] == "The new form."

    def test_the_same_key_moves_nothing_twice(self) -> None:
        plant = Plant()
        second = plant.deploy()
        tasks = asked(plant.preview(plant.first, second).json())[:3]
        first = plant.move(plant.first, second, tasks, key="once").json()
        assert [row["ok"] for row in first["results"]] == [True] * 3
        assert plant.move(plant.first, second, tasks, key="once").json() == first
        assert AuditLog.objects.filter(action="task.migrated").count() == 3
        again = plant.move(plant.first, second, tasks).json()["results"]
        assert {row["error"]["code"] for row in again} == {"not_of_version"}

    def test_back_restores_version_step_and_people_of_those_that_have_not_moved(self) -> None:
        plant = Plant()
        before = state()
        others = factories.make_role("Second Line", *(factories.make_person(n) for n in (31, 32, 33)))
        second = plant.deploy(["One", "Two", "Three"], role=others)
        mapping = pairs(plant.first, second, Two="One", Four="Three", Five="Three")
        tasks = asked(plant.preview(plant.first, second, mapping=mapping).json())
        results = plant.move(plant.first, second, tasks, mapping=mapping).json()["results"]
        assert all(row["ok"] for row in results)
        acted = factories.task_of("TX0")
        press(factories.assignee_of(acted), acted, "One to Two")
        back = [
            {"task_id": row["task_id"], "expected_version": row["version"], "to_step": row["from_step"]["id"]}
            for row in results
        ]
        answers = {row["task_id"]: row for row in plant.move(second, plant.first, back).json()["results"]}
        assert answers[acted.pk]["error"]["code"] == "stale_version"
        assert Counter(row["ok"] for row in answers.values()) == {True: 49, False: 1}
        after = state()
        assert after.pop("TX0")[1] == second.pk
        before.pop("TX0")
        assert after == before

    def test_an_answer_stays_marked(self) -> None:
        plant = Plant()
        second = plant.deploy()
        Task.objects.filter(ticket_number="TX1").update(answered_at=timezone.now())
        tasks = asked(plant.preview(plant.first, second).json())
        assert plant.move(plant.first, second, tasks).status_code == 200
        assert factories.task_of("TX1").answered_at is not None

    def test_a_step_that_becomes_an_approval_is_begun_as_one(self) -> None:
        plant = Plant()
        task = factories.task_of("TX0")
        requester = factories.assignee_of(task)
        second = plant.deploy_approval(required=2)
        Ticket.objects.filter(pk=task.ticket_id).update(requester_email=requester.email)
        OutboxMessage.objects.all().delete()
        preview = plant.preview(plant.first, second, mapping=plant.all_to(second, "One")).json()
        plant.move(plant.first, second, asked(preview), mapping=plant.all_to(second, "One"))

        task.refresh_from_db()
        assert task.assignee_id not in (None, requester.pk), "who asked for it may not approve it"
        others = {person.pk for person in plant.people} - {requester.pk}
        assert asked_to_vote("TX0") == others

    def test_votes_that_a_move_voids_are_counted_before_and_everybody_is_asked_again(self) -> None:
        plant = Plant()
        first = plant.deploy_approval(required=2)
        factories.take_in("TX100")
        task = factories.task_of("TX100")
        voter = factories.assignee_of(task)
        assert press(voter, task, "One to Two", comment="Yes.").status_code == 200
        second = plant.deploy_approval(required=3)
        OutboxMessage.objects.all().delete()

        preview = plant.preview(first, second).json()
        assert [(row["ticket_number"], row["voided_votes"]) for row in preview["tasks"]] == [("TX100", 1)]
        assert ApprovalVote.objects.filter(voided_at__isnull=True).count() == 1
        (row,) = plant.move(first, second, asked(preview)).json()["results"]

        assert row["ok"], row
        assert ApprovalVote.objects.filter(voided_at__isnull=True).count() == 0
        assert asked_to_vote("TX100") == {person.pk for person in plant.people}
        assert press(voter, task, "One to Two", comment="Still.").status_code == 200

    def test_refuses_what_it_cannot_do(self) -> None:
        plant = Plant()
        second = plant.deploy()
        task = {"task_id": factories.task_of("TX0").pk, "expected_version": 1}
        done = VersionStep.objects.get(version=second, name="Done").pk
        assert_problem(plant.move(plant.first, second, [{**task, "to_step": done}]), 400, attr="tasks")
        assert_problem(plant.move(plant.first, second, [task], reason=" "), 400, attr="reason")
        assert_problem(plant.move(plant.first, second, []), 400)
        assert_problem(plant.move(plant.first, plant.first, [task]), 400, attr="to_version")
        assert_problem(plant.preview(plant.first, plant.first), 400, attr="to_version")
        wrong = [{"from_step": done, "to_step": done}]
        assert_problem(plant.preview(plant.first, second, mapping=wrong), 400, attr="mapping")
        agent = factories.as_client(plant.people[0])
        for part in ("preview", "tasks"):
            url = f"/workflows/{plant.first.workflow_id}/migrate/{part}/"
            assert_problem(agent.post(url, {"from_version": 1, "to_version": 2}), 403)
