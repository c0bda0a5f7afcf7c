"""The shipped workflows: made once, deployed when their roles have arrived, never overwritten."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest
from django.db import connection

from step.models import Step
from ticketing_common.contracts.messages import examples
from ticketing_common.inbox.models import DeadLetter
from ticketing_testing.clients import deliver, published_messages
from workflow import archiving, seeding, services
from workflow.documents import WorkflowDocument
from workflow.matching import Match, match
from workflow.models import Category, Workflow
from workflow.tasks import seed_workflows
from workflow.tests import factories as story
from workflow.tests.factories import ADMIN, NOW
from workflowmanager.tasks import initialize_workflow, sync_role, sync_user_system_role

INITIALIZE = "workflow.tasks.initialize_workflow"
ROLES = (
    "Ticket Coordinator",
    "IT Support",
    "IT Lead",
    "Asset Manager",
    "Budget Manager",
    "Finance Lead",
    "Department Head",
)


def announce_roles(names: tuple[str, ...] = ROLES) -> None:
    """Deliver what auth sends about its roles and two people in each."""
    for number, name in enumerate(names, 1):
        deliver(
            sync_role,
            role_id=number,
            name=name,
            system="tts",
            description="",
            is_custom=True,
            action="upsert",
            version=1,
        )
        for person in (1, 2):
            deliver(
                sync_user_system_role,
                user_system_role_id=number * 10 + person,
                user_id=number * 10 + person,
                user_email=f"person.{number}.{person}@example.com",
                user_full_name=f"Person {number} {person}",
                system="tts",
                role_id=number,
                role_name=name,
                is_active=True,
                settings={},
                assigned_at="2026-03-02T08:00:00Z",
                action="upsert",
                version=1,
            )


def run_queued(already: int = 0) -> int:
    """Deliver the queued initialisations from number `already` on; return how many there are now."""
    queued = published_messages(INITIALIZE)
    for message in queued[already:]:
        deliver(initialize_workflow, **message)
    return len(queued)


@pytest.mark.django_db
class TestSeeds:
    @pytest.mark.parametrize("document", seeding.seeds(), ids=lambda document: document["seed_key"])
    def test_are_documents_that_the_import_accepts_and_validation_finds_nothing_in(
        self, document: dict[str, Any]
    ) -> None:
        checked = WorkflowDocument(data=document)
        assert checked.is_valid(), checked.errors
        announce_roles()

        seeding.seed_workflows(seed_version=1, now=NOW)

        report = services.report(workflow_id=Workflow.objects.get(seed_key=document["seed_key"]).pk)
        assert (report.errors, report.warnings) == ((), ())

    def test_are_the_five_of_the_story(self) -> None:
        kinds = {(d["name"], d["end_logic"], d["department"], d["is_default"]) for d in seeding.seeds()}

        assert kinds == {
            ("IT Support Request", "notification", "IT Department", False),
            ("Access Request", "notification", "IT Department", False),
            ("Software Installation", "notification", "IT Department", True),
            ("Asset Check Out", "asset", "Asset Department", False),
            ("New Budget Proposal", "budget", "Budget Department", False),
        }
        for document in seeding.seeds():
            assert all(step["instruction"] for step in document["steps"] if not step.get("is_end"))


@pytest.mark.django_db
class TestSeedWorkflows:
    def test_deploys_everything_once_the_roles_are_there(self) -> None:
        announce_roles()
        for example in examples("workflow.tasks.seed_workflows").values():
            deliver(seed_workflows, sent_by="a newer publisher", **example)
            deliver(seed_workflows, **example)
        run_queued()

        assert Workflow.objects.filter(status="deployed", deploy_when_ready=False).count() == 5
        assert len(published_messages(INITIALIZE)) == 5
        found = match(category="IT Support", sub_category="Access Request", department="IT Department")
        assert isinstance(found, Match)
        assert Workflow.objects.get(pk=found.workflow_id).name == "Access Request"
        fallback = match(category="Catering", sub_category="", department="Kitchen")
        assert isinstance(fallback, Match)
        assert fallback.rule == "default"
        assert Workflow.objects.get(pk=fallback.workflow_id).name == "Software Installation"
        assert Category.objects.filter(name="Access Request", parent__name="IT Support").exists()

    def test_waits_for_roles_that_come_later(self) -> None:
        deliver(seed_workflows, seed_version=1)
        ran = run_queued()
        assert set(Workflow.objects.values_list("status", "deploy_when_ready")) == {("draft", True)}
        assert set(Step.objects.filter(is_end=False).values_list("role", flat=True)) == {None}

        announce_roles(ROLES[:2])
        run_queued(ran)
        assert not Workflow.objects.filter(status="deployed").exists()

        announce_roles()
        run_queued(ran)
        assert Workflow.objects.filter(status="deployed", deploy_when_ready=False).count() == 5
        assert not DeadLetter.objects.exists()

    def test_never_overwrites_what_an_admin_made_of_a_seed(self) -> None:
        announce_roles()
        deliver(seed_workflows, seed_version=1)
        run_queued()
        workflow = Workflow.objects.get(seed_key="access-request")
        story.edit(workflow, name="Zugang", at_risk_percent=50)
        archived = Workflow.objects.get(seed_key="asset-check-out")
        services.pause(workflow_id=archived.pk, actor=ADMIN, now=NOW)
        archiving.archive(workflow_id=archived.pk, actor=ADMIN, now=NOW)

        deliver(seed_workflows, seed_version=2)

        assert Workflow.objects.count() == 5
        assert Workflow.objects.get(pk=workflow.pk).name == "Zugang"
        assert Workflow.objects.get(pk=archived.pk).is_archived

    def test_leaves_out_a_seed_whose_name_an_admin_has_taken(self) -> None:
        announce_roles()
        services.create_workflow(values={"name": "access request"}, actor=ADMIN, now=NOW)

        made = seeding.seed_workflows(seed_version=1, now=NOW)

        assert "Access Request" not in {workflow.name for workflow in made}
        assert len(made) == 4

    def test_brings_later_seeds_with_their_version_only(self, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        late = {**seeding.seeds()[0], "seed_key": "late", "seed_version": 2, "name": "Late"}
        (tmp_path / "01-late.json").write_text(json.dumps(late))
        monkeypatch.setattr(seeding, "SEEDS", tmp_path)

        assert seeding.seed_workflows(seed_version=1, now=NOW) == []
        assert len(seeding.seed_workflows(seed_version=2, now=NOW)) == 1


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_two_seedings_make_each_workflow_once(self) -> None:
        barrier, made = threading.Barrier(2), []

        def seed() -> None:
            try:
                barrier.wait()
                made.extend(seeding.seed_workflows(seed_version=1, now=NOW))
            finally:
                connection.close()

        threads = [threading.Thread(target=seed) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert len(made) == 5
        assert Workflow.objects.count() == 5


@pytest.mark.django_db
class TestInitializeWorkflow:
    def test_accepts_every_published_example_and_its_redelivery(self) -> None:
        story.roles()
        for example in examples(INITIALIZE).values():
            workflow = story.draft()
            Workflow.objects.filter(pk=workflow.pk).update(seed_key="x")
            message = {**example, "workflow_id": workflow.pk}

            deliver(initialize_workflow, **message)
            deliver(initialize_workflow, **message)

            assert story.fresh(workflow).status == ("deployed" if example["deploy"] else "initialized")

    def test_initializes_without_deploying_when_not_asked(self) -> None:
        story.roles()
        workflow = story.draft()

        deliver(initialize_workflow, workflow_id=workflow.pk, deploy=False)

        assert story.fresh(workflow).status == "initialized"

    def test_dead_letters_a_broken_definition_with_the_reason(self) -> None:
        story.roles()
        workflow = story.draft(low_sla=None)

        with pytest.raises(Exception, match="errors"):
            deliver(initialize_workflow, workflow_id=workflow.pk, deploy=True)

        assert DeadLetter.objects.get().code == "definition_invalid"
        assert story.fresh(workflow).status == "draft"

    def test_dead_letters_a_workflow_that_is_not_there(self) -> None:
        with pytest.raises(Exception, match="no such workflow"):
            deliver(initialize_workflow, workflow_id=999, deploy=True)

        assert DeadLetter.objects.get().code == "not_found"
