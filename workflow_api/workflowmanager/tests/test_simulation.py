"""Simulated history is made by the engine itself, tells nobody, and is the same for the same seed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from audit.services import verify
from task.clocks import reading_of
from task.models import SlaClock, SlaFact, Task, TaskTransition
from ticketing_common.testing import published_messages
from workflowmanager.simulation import Simulation
from workflowmanager.tests import factories

pytestmark = pytest.mark.django_db
END = datetime(2026, 3, 2, 12, tzinfo=UTC)


def found_the_desk() -> None:
    support = factories.make_role("IT Support", *(factories.make_person(number) for number in (11, 12, 13)))
    leads = factories.make_role("IT Lead", *(factories.make_person(number) for number in (21, 22)))
    factories.approval(support, leads, coordinators=support, approve={"escalate_to": None})


def told(seed: int) -> list[Any]:
    """Tell a story, take it back, and return what happened in it."""
    with transaction.atomic():
        Simulation(tickets=15, days=4, seed=seed, end=END).run()
        tasks = Task.objects.order_by("ticket_number")
        story: list[Any] = list(
            tasks.values_list("ticket_number", "status", "assignee_id", "version", "created_at", "closed_at")
        )
        transaction.set_rollback(True)
    return story


class TestSimulation:
    def test_tells_a_story_that_the_engine_could_have_lived(self) -> None:
        found_the_desk()
        counts = Simulation(tickets=60, days=10, seed=3, end=END).run()
        assert counts["tickets"] == Task.objects.count() == 60
        statuses = set(Task.objects.values_list("status", flat=True))
        assert {"completed", "in_progress"} <= statuses
        assert TaskTransition.objects.count() > 60
        assert SlaFact.objects.exists()
        assert Task.objects.filter(created_at__lt=END - timedelta(days=5)).exists()
        assert not Task.objects.filter(created_at__gt=END).exists()
        assert verify().is_valid
        for clock in SlaClock.objects.filter(stopped_at=None):
            assert clock.due_at == reading_of(clock, END).due_at

    def test_nobody_hears_of_it(self) -> None:
        found_the_desk()
        Simulation(tickets=20, days=5, seed=1, end=END).run()
        assert published_messages() == []

    def test_the_same_seed_gives_the_same_story(self) -> None:
        found_the_desk()
        assert told(seed=7) == told(seed=7)
        assert told(seed=7) != told(seed=8)

    def test_needs_a_deployed_workflow(self) -> None:
        with pytest.raises(CommandError):
            call_command("simulate_history", tickets=5, days=5)
