"""Which moves a workflow may make, and what each refuses."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from audit.models import AuditLog
from audit.services import verify
from role.models import Role
from role.services import apply_role
from ticketing_common.errors import Invalid, Refusal
from workflow import archiving, services
from workflow.graph import version_graph
from workflow.models import VersionStep, Workflow, WorkflowVersion
from workflow.tests import factories as story
from workflow.tests.factories import ADMIN, NOW
from workflow.versions import RolesGone

pytestmark = pytest.mark.django_db

MOVES = ("initialize", "deploy", "pause", "resume", "archive", "restore")


@pytest.fixture(autouse=True)
def _roles() -> None:
    story.roles()


def make(move: str, workflow: Workflow) -> None:
    functions: dict[str, Callable[..., Any]] = {
        "initialize": services.initialize_workflow,
        "deploy": services.deploy,
        "pause": services.pause,
        "resume": services.resume,
        "archive": archiving.archive,
        "restore": archiving.restore,
    }
    functions[move](workflow_id=workflow.pk, actor=ADMIN, now=NOW)


def in_state(state: str) -> Workflow:
    path = {
        "draft": [],
        "initialized": ["initialize"],
        "deployed": ["initialize", "deploy"],
        "paused": ["initialize", "deploy", "pause"],
        "archived": ["archive"],
    }[state]
    workflow = story.draft()
    for move in path:
        make(move, workflow)
    return story.fresh(workflow)


class TestMoves:
    @pytest.mark.parametrize("state", ["draft", "initialized", "deployed", "paused", "archived"])
    @pytest.mark.parametrize("move", MOVES)
    def test_allow_what_is_legal_and_refuse_the_rest_with_the_legal_moves(self, state: str, move: str) -> None:
        legal = {
            "draft": {"initialize", "archive"},
            "initialized": {"deploy", "archive"},
            "deployed": {"pause"},
            "paused": {"resume", "archive"},
            "archived": {"restore"},
        }[state]
        workflow = in_state(state)
        assert set(workflow.legal_moves) == legal

        if move in legal:
            make(move, workflow)
            assert story.fresh(workflow).legal_moves != workflow.legal_moves
        else:
            with pytest.raises((services.IllegalMove, services.NothingToDeploy)) as refusal:
                make(move, workflow)
            assert set(refusal.value.extra["legal_moves"]) == legal
            assert story.fresh(workflow).status == workflow.status

    def test_are_audited_each_with_old_and_new_status(self) -> None:
        workflow = in_state("paused")
        make("resume", workflow)

        rows = AuditLog.objects.filter(object_type="workflow", object_id=str(workflow.pk)).order_by("id")
        assert [row.action for row in rows] == [
            "workflow.created",
            "workflow.graph_saved",
            "workflow.initialized",
            "workflow.deployed",
            "workflow.paused",
            "workflow.resumed",
        ]
        assert (rows[5].old, rows[5].new) == ({"status": "paused"}, {"status": "deployed"})
        assert {row.actor_id for row in rows} == {ADMIN.user_id}
        assert verify().is_valid

    def test_from_initialized_fall_back_to_draft_by_an_edit(self) -> None:
        workflow = in_state("initialized")

        story.edit(workflow, description="Anything that does not work.")

        assert story.fresh(workflow).status == "draft"


class TestInitialize:
    def test_refuses_a_definition_with_errors_and_names_them(self) -> None:
        workflow = story.draft(steps=story.STRAIGHT_STEPS[:2], edges=story.STRAIGHT_EDGES[:1])

        with pytest.raises(services.NotValid) as refusal:
            make("initialize", workflow)

        assert "no_end" in {finding["code"] for finding in refusal.value.extra["findings"]}
        assert story.fresh(workflow).status == "draft"

    def test_resolves_roles_that_were_only_named(self) -> None:
        Role.objects.filter(name="IT Support").update(name="Help")
        workflow = story.draft()
        with pytest.raises(services.NotValid):
            make("initialize", workflow)
        Role.objects.filter(name="Help").update(name="IT Support")

        make("initialize", workflow)

        names = workflow.steps.order_by("id").values_list("role__name", flat=True)
        assert list(names) == ["Ticket Coordinator", "IT Support", None]


class TestDeploy:
    def test_freezes_rows_of_its_own(self) -> None:
        workflow = story.deployed()

        version = WorkflowVersion.objects.get()
        steps = list(version.steps.order_by("order", "id"))
        assert (version.number, version.name, version.deployed_by_id) == (1, "IT Support Request", 1)
        assert version.sla_seconds == {"low": 432000, "medium": 172800, "high": 28800, "urgent": 14400}
        assert [(step.name, str(step.share)) for step in steps] == [
            ("Triage", "0.25000000"),
            ("Resolve", "0.75000000"),
            ("Done", "0E-8"),
        ]
        assert {step.key for step in steps} == set(workflow.steps.values_list("pk", flat=True))
        assert version.transitions.count() == 3
        assert workflow.current_version == version

    def test_leaves_the_deployed_version_alone_when_the_draft_is_edited(self) -> None:
        workflow = story.deployed()
        before = list(VersionStep.objects.order_by("id").values())

        story.store(workflow, story.APPROVAL_STEPS, story.APPROVAL_EDGES)
        story.edit(workflow, urgent_sla=None, at_risk_percent=50)

        assert list(VersionStep.objects.order_by("id").values()) == before
        version = WorkflowVersion.objects.get()
        assert (version.at_risk_percent, version.sla_seconds["urgent"]) == (75, 14400)
        assert story.fresh(workflow).status == "deployed"

    def test_makes_the_next_version_of_a_changed_draft(self) -> None:
        workflow = story.deployed()
        story.edit(workflow, at_risk_percent=60)

        version = story.deploy(workflow)

        assert (version.number, version.at_risk_percent) == (2, 60)
        assert story.fresh(workflow).current_version == version

    def test_refuses_a_draft_that_says_the_same(self) -> None:
        workflow = story.deployed()

        with pytest.raises(services.NothingToDeploy):
            story.deploy(workflow)

        assert WorkflowVersion.objects.count() == 1

    def test_validates_again(self) -> None:
        workflow = story.draft()
        make("initialize", workflow)
        support = Role.objects.get(name="IT Support")
        apply_role(
            role_id=support.pk,
            name="IT Support",
            system="tts",
            description="",
            is_custom=True,
            action="delete",
            version=2,
        )

        with pytest.raises(services.NotValid) as refusal:
            make("deploy", workflow)

        assert {finding["code"] for finding in refusal.value.extra["findings"]} == {"role_unknown"}

    @pytest.mark.parametrize("category", ["IT Support", " it support "])
    def test_refuses_a_second_workflow_for_the_same_tickets_and_names_the_other(self, category: str) -> None:
        first = story.deployed()
        second = story.draft("Another", category=category)
        make("initialize", second)

        with pytest.raises(services.KeyTaken, match="IT Support Request") as refusal:
            make("deploy", second)

        assert refusal.value.extra["other"] == {"id": first.pk, "name": "IT Support Request"}
        make("pause", first)
        make("deploy", second)
        with pytest.raises(services.KeyTaken, match="Another"):
            make("resume", first)

    def test_refuses_a_second_default(self) -> None:
        story.deployed(is_default=True)
        second = story.draft("Another", category="Others", is_default=True)
        make("initialize", second)

        with pytest.raises(services.KeyTaken, match="default"):
            make("deploy", second)

    def test_refuses_what_the_editor_has_not_seen(self) -> None:
        workflow = story.draft()
        make("initialize", workflow)

        with pytest.raises(services.StaleEdit) as refusal:
            services.deploy(workflow_id=workflow.pk, actor=ADMIN, now=NOW, edit_version=workflow.edit_version - 1)

        assert refusal.value.extra["edit_version"] == workflow.edit_version

    @pytest.mark.parametrize(
        "sql",
        [
            "UPDATE version_steps SET weight = 9",
            "UPDATE version_transitions SET outcome = 'approve'",
            "UPDATE workflow_versions SET at_risk_percent = 1",
            "DELETE FROM version_transitions",
        ],
    )
    def test_makes_versions_that_not_even_the_database_changes(self, sql: str) -> None:
        story.deployed()

        with pytest.raises(DatabaseError, match="deployed versions"), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(sql)


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_of_two_workflows_for_the_same_tickets_one_is_deployed(self) -> None:
        first, second = story.draft("First"), story.draft("Second", category="it support")
        for workflow in (first, second):
            make("initialize", workflow)

        outcomes = together(partial(make, "deploy", first), partial(make, "deploy", second))

        assert sorted(outcomes) == ["KeyTaken", "done"]
        assert Workflow.objects.deployed().count() == 1

    def test_two_deploys_of_one_draft_make_one_version(self) -> None:
        workflow = story.draft()
        make("initialize", workflow)

        outcomes = together(partial(make, "deploy", workflow), partial(make, "deploy", workflow))

        assert sorted(outcomes) == ["NothingToDeploy", "done"]
        assert WorkflowVersion.objects.count() == 1

    def test_a_pause_that_waited_for_a_deploy_knows_the_new_version(self) -> None:
        workflow = story.deployed()
        story.edit(workflow, at_risk_percent=60)
        entered = threading.Event()

        def deploy_slowly() -> None:
            with transaction.atomic():
                story.deploy(workflow)
                entered.set()
                time.sleep(0.3)

        def edit_meanwhile() -> None:
            entered.wait(timeout=10)
            with transaction.atomic():
                found = services.locked(workflow.pk)
                assert found.current_version is not None
                assert found.current_version.number == 2

        assert together(deploy_slowly, edit_meanwhile) == ["done", "done"]

    def test_two_new_workflows_of_one_name_make_one(self) -> None:
        def create() -> None:
            services.create_workflow(values={"name": "Printing"}, actor=ADMIN, now=NOW)

        assert sorted(together(create, create)) == ["NameTaken", "done"]


def together(*jobs: Callable[[], None]) -> list[str]:
    """Run the jobs in threads at one moment; return `done` or the refusal's name for each."""
    barrier, outcomes = threading.Barrier(len(jobs)), []

    def run(job: Callable[[], None]) -> None:
        try:
            barrier.wait()
            job()
            outcomes.append("done")
        except Refusal as refusal:
            outcomes.append(type(refusal).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


class TestUpdate:
    def test_refuses_a_stale_editor_with_the_current_edit_version(self) -> None:
        workflow = story.draft()
        story.edit(workflow, description="By the first.")

        with pytest.raises(services.StaleEdit) as refusal:
            services.update_workflow(
                workflow_id=workflow.pk,
                edit_version=workflow.edit_version,
                values={"description": "By the second."},
                actor=ADMIN,
                now=NOW,
            )

        assert refusal.value.extra["edit_version"] == workflow.edit_version + 1
        assert refusal.value.extra["edited_by"] == {"user_id": ADMIN.user_id, "full_name": ADMIN.full_name}
        assert story.fresh(workflow).description == "By the first."

    def test_moves_a_deployed_workflow_to_other_tickets_at_once_but_not_onto_anothers(self) -> None:
        story.deployed("Access Request", sub_category="Access Request")
        workflow = story.deployed()

        story.edit(workflow, category="Hardware")
        with pytest.raises(services.KeyTaken, match="Access Request"):
            story.edit(workflow, category="it support", sub_category="access request")
        with pytest.raises(Invalid, match="category"):
            story.edit(workflow, category="")

        assert story.fresh(workflow).category == "Hardware"

    def test_writes_only_what_changed_into_the_trail(self) -> None:
        workflow = story.draft()

        story.edit(workflow, description="Anything.", name=workflow.name)

        row = AuditLog.objects.filter(action="workflow.updated").get()
        assert (row.old, row.new) == ({"description": ""}, {"description": "Anything."})

    def test_refuses_a_name_that_another_has_in_any_case(self) -> None:
        story.draft("Access Request", sub_category="Access Request")
        workflow = story.draft()

        with pytest.raises(services.NameTaken):
            story.edit(workflow, name="ACCESS request")


class TestUndeployedChanges:
    def test_show_when_the_draft_differs_and_go_when_it_is_changed_back(self) -> None:
        workflow = story.deployed()
        assert not workflow.has_undeployed_changes

        workflow = story.edit(workflow, at_risk_percent=60)
        assert workflow.has_undeployed_changes

        workflow = story.edit(workflow, at_risk_percent=75)
        assert not workflow.has_undeployed_changes

    def test_are_not_made_by_moving_a_step_on_the_canvas(self) -> None:
        workflow = story.deployed()
        steps = [{"id": row.pk, "name": row.name, "position": {"x": 5, "y": 7}} for row in workflow.steps.all()]
        edges = [
            {"id": row.pk, "name": row.name, "from_step": row.from_step_id, "to_step": row.to_step_id}
            for row in workflow.transitions.all()
        ]

        story.store(workflow, steps, edges)

        assert not story.fresh(workflow).has_undeployed_changes


class TestRedeploy:
    def test_deploys_an_older_version_in_one_action(self) -> None:
        workflow = story.deployed()
        first = workflow.current_version
        assert first is not None
        story.store(workflow, story.APPROVAL_STEPS, story.APPROVAL_EDGES)
        story.deploy(workflow)

        third = services.redeploy(workflow_id=workflow.pk, number=1, actor=ADMIN, now=NOW)

        assert (third.number, third.redeployed_from, third.fingerprint) == (3, 1, first.fingerprint)
        graph, old = version_graph(third.pk), version_graph(first.pk)
        assert [(s.key, s.name, s.role_id, s.share) for s in graph.steps.values()] == [
            (s.key, s.name, s.role_id, s.share) for s in old.steps.values()
        ]
        assert [(t.key, t.name, t.outcome) for t in graph.transitions.values()] == [
            (t.key, t.name, t.outcome) for t in old.transitions.values()
        ]
        workflow = story.fresh(workflow)
        assert workflow.has_undeployed_changes
        assert workflow.current_version == third

    def test_refuses_a_version_whose_role_is_gone(self) -> None:
        workflow = story.deployed()
        story.store(workflow, story.APPROVAL_STEPS, story.APPROVAL_EDGES)
        story.deploy(workflow)
        Role.objects.filter(name="Ticket Coordinator").update(is_active=False)

        with pytest.raises(RolesGone) as refusal:
            services.redeploy(workflow_id=workflow.pk, number=1, actor=ADMIN, now=NOW)

        assert refusal.value.extra["roles"] == ["Ticket Coordinator"]
