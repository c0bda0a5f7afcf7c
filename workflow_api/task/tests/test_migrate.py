"""Migration of running tasks: the preview equals the outcome, and back restores step, people and time."""

from __future__ import annotations

from typing import Any

import pytest

from audit.models import AuditLog
from role.models import Person
from task.models import Assignment, SlaClock, StepVisit, Task
from task.tests.test_perform import press
from ticketing_testing.clients import assert_problem
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

    def migrate(self, one: WorkflowVersion, two: WorkflowVersion, **fields: Any) -> Any:
        body = {"from_version": one.number, "to_version": two.number, **fields}
        return factories.admin_client().post(f"/workflows/{one.workflow_id}/migrate/", body)


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
