"""The graph that running tasks read: few statements once, none afterwards."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from role.models import Role
from workflow import graph
from workflow.graph import version_graph
from workflow.models import WorkflowVersion
from workflow.tests import factories as story

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _roles() -> None:
    story.roles()
    graph.forget()


class TestVersionGraph:
    def test_holds_policy_steps_and_transitions(self) -> None:
        workflow = story.deployed(steps=story.APPROVAL_STEPS, edges=story.APPROVAL_EDGES)
        assert workflow.current_version_id is not None

        found = version_graph(workflow.current_version_id)

        assert (found.workflow_id, found.workflow_name, found.number) == (workflow.pk, "IT Support Request", 1)
        assert (found.end_logic, found.at_risk_percent, found.calendar) == ("notification", 75, None)
        assert found.sla_seconds == {"low": 432000, "medium": 172800, "high": 28800, "urgent": 14400}
        assert found.coordinator_role_id == Role.objects.get(name="Ticket Coordinator").pk
        assert (found.start.name, found.start.role_name, found.start.share) == ("Review", "IT Support", Decimal("0.5"))
        (submit,) = found.outgoing(found.start.id)
        approve = found.steps[submit.to_step_id]
        assert approve.as_step == {"id": approve.id, "name": "Approve", "role": "IT Lead"}
        assert [edge.outcome for edge in found.outgoing(approve.id)] == ["approve", "reject"]
        rejected = found.steps[found.outgoing(approve.id)[1].to_step_id]
        assert (rejected.is_end, rejected.end_status, rejected.role_id) == (True, "rejected", None)
        assert found.transition(submit.id) == submit
        assert found.transition(-1) is None
        assert found.step_by_key(approve.key) == approve

    def test_takes_three_statements_once_and_none_afterwards(self) -> None:
        version = WorkflowVersion.objects.get(workflow=story.deployed())

        with CaptureQueriesContext(connection) as first:
            version_graph(version.pk)
        with CaptureQueriesContext(connection) as later:
            version_graph(version.pk)

        assert (len(first), len(later)) == (3, 0)

    def test_learns_of_a_renamed_role_before_long(self, monkeypatch: pytest.MonkeyPatch) -> None:
        workflow = story.deployed()
        assert workflow.current_version_id is not None
        version_graph(workflow.current_version_id)
        Role.objects.filter(name="Ticket Coordinator").update(name="Dispatcher")
        now = time.monotonic()

        monkeypatch.setattr(time, "monotonic", lambda: now + graph.FRESH_SECONDS + 1)

        assert version_graph(workflow.current_version_id).start.role_name == "Dispatcher"

    def test_is_unknown_for_a_version_that_is_not_there(self) -> None:
        with pytest.raises(WorkflowVersion.DoesNotExist):
            version_graph(999999)
