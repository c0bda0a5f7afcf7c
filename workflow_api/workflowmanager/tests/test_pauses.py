"""Pausing a workflow, and what happens to its tickets and running tasks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from role.models import Person, Role
from task.hold import hold
from task.models import SlaClock, Task
from tickets.models import Ticket
from workflow.models import Workflow
from workflowmanager import services
from workflowmanager.pauses import HELD_WITH_WORKFLOW, pause_workflow, resume_workflow
from workflowmanager.tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def workflow() -> Workflow:
    coordinators = factories.make_role("Ticket Coordinator", factories.make_person(1), factories.make_person(2))
    support = factories.make_role("IT Support", factories.make_person(3), factories.make_person(4))
    return factories.straight(coordinators, support).workflow


@pytest.fixture
def admin() -> Any:
    return factories.actor(Person(user_id=99, full_name="Ines Duarte"), is_admin=True)


class TestPause:
    def test_parks_new_tickets_and_lets_running_tasks_go_on(self, workflow: Workflow, admin: Any) -> None:
        factories.take_in("TX1")

        pause_workflow(workflow_id=workflow.pk, actor=admin, now=timezone.now(), reason="Moving house")
        factories.take_in("TX2")

        parked = Ticket.objects.get(ticket_number="TX2")
        assert (parked.intake_state, parked.unmatched_reason) == ("unmatched", "workflow_paused")
        assert not Task.objects.filter(ticket_number="TX2").exists()
        assert factories.task_of("TX1").status == "in_progress"

    def test_starts_what_was_parked_when_it_resumes(
        self, workflow: Workflow, admin: Any, django_capture_on_commit_callbacks: Any
    ) -> None:
        pause_workflow(workflow_id=workflow.pk, actor=admin, now=timezone.now())
        factories.take_in("TX2")

        with django_capture_on_commit_callbacks(execute=True):
            resume_workflow(workflow_id=workflow.pk, actor=admin, now=timezone.now())

        assert factories.task_of("TX2").status == "in_progress"

    def test_holds_running_tasks_on_request_with_their_clocks(
        self, workflow: Workflow, admin: Any, django_capture_on_commit_callbacks: Any
    ) -> None:
        factories.take_in("TX1")
        due_at = factories.task_of("TX1").due_at
        assert due_at is not None
        paused_at = timezone.now()

        with django_capture_on_commit_callbacks(execute=True):
            pause_workflow(workflow_id=workflow.pk, actor=admin, now=paused_at, hold_running=True)
        held = factories.task_of("TX1")
        assert (held.status, held.due_at) == ("on_hold", None)
        with django_capture_on_commit_callbacks(execute=True):
            resume_workflow(workflow_id=workflow.pk, actor=admin, now=paused_at + timedelta(hours=3))

        going = factories.task_of("TX1")
        assert going.status == "in_progress"
        assert going.due_at == due_at + timedelta(hours=3)

    def test_a_deploy_ends_the_pause_for_what_was_held_with_it(
        self, workflow: Workflow, admin: Any, django_capture_on_commit_callbacks: Any
    ) -> None:
        factories.take_in("TX1")
        coordinators, support = (Role.objects.get(name=name) for name in ("Ticket Coordinator", "IT Support"))
        with django_capture_on_commit_callbacks(execute=True):
            pause_workflow(workflow_id=workflow.pk, actor=admin, now=timezone.now(), hold_running=True)
        assert factories.task_of("TX1").status == "on_hold"
        # A second version, so that there is an older one to deploy again.
        factories.straight(coordinators, support, status="paused")

        with django_capture_on_commit_callbacks(execute=True):
            services.redeploy_workflow(workflow_id=workflow.pk, number=1, actor=admin, now=timezone.now())

        workflow.refresh_from_db()
        assert workflow.status == "deployed"
        assert factories.task_of("TX1").status == "in_progress"

    def test_leaves_on_hold_what_somebody_held_by_hand(
        self, workflow: Workflow, admin: Any, django_capture_on_commit_callbacks: Any
    ) -> None:
        factories.take_in("TX1")
        factories.take_in("TX2")
        by_hand = factories.task_of("TX1")
        hold(task_id=by_hand.pk, reason="Waiting for a part", actor=admin, now=timezone.now())

        with django_capture_on_commit_callbacks(execute=True):
            pause_workflow(workflow_id=workflow.pk, actor=admin, now=timezone.now(), hold_running=True)
        assert factories.task_of("TX2").status == "on_hold"
        with django_capture_on_commit_callbacks(execute=True):
            resume_workflow(workflow_id=workflow.pk, actor=admin, now=timezone.now())

        assert factories.task_of("TX1").status == "on_hold"
        assert factories.task_of("TX2").status == "in_progress"
        clock = SlaClock.objects.get(task=by_hand, visit=None)
        assert HELD_WITH_WORKFLOW not in str(clock.events)

    def test_what_was_held_with_it_goes_on_although_its_priority_changed(
        self, workflow: Workflow, admin: Any, django_capture_on_commit_callbacks: Any
    ) -> None:
        factories.take_in("TX1", priority="low")
        with django_capture_on_commit_callbacks(execute=True):
            pause_workflow(workflow_id=workflow.pk, actor=admin, now=timezone.now(), hold_running=True)
        factories.take_in("TX1", priority="urgent")
        assert factories.task_of("TX1").status == "on_hold"
        with django_capture_on_commit_callbacks(execute=True):
            resume_workflow(workflow_id=workflow.pk, actor=admin, now=timezone.now())
        assert factories.task_of("TX1").status == "in_progress"
