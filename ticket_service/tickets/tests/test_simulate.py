"""The simulation files believable tickets through the same door as people."""

from __future__ import annotations

import itertools
import time
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from ticketing_testing.clients import published_messages
from tickets.models import Ticket
from tickets.samples import sample_tickets


@pytest.mark.django_db
class TestSimulate:
    def test_files_and_queues_as_many_as_asked(self) -> None:
        out = StringIO()

        call_command("simulate", "--rate", "0", "--count", "25", "--seed", "7", stdout=out)

        assert Ticket.objects.count() == 25
        assert len(published_messages("tickets.tasks.receive_ticket")) == 25
        assert len(out.getvalue().splitlines()) == 25
        assert len(set(Ticket.objects.values_list("category", flat=True))) >= 3

    def test_keeps_the_rate(self) -> None:
        started = time.monotonic()

        call_command("simulate", "--rate", "20", "--count", "7", "--seed", "7", stdout=StringIO())

        assert 0.3 <= time.monotonic() - started < 30

    def test_refuses_a_negative_rate(self) -> None:
        with pytest.raises(CommandError):
            call_command("simulate", "--rate=-1", stdout=StringIO())


def test_the_same_seed_tells_the_same_tickets() -> None:
    day = date(2026, 3, 2)

    assert list(itertools.islice(sample_tickets(seed=3, today=day), 50)) == list(
        itertools.islice(sample_tickets(seed=3, today=day), 50)
    )
    assert list(itertools.islice(sample_tickets(seed=3, today=day), 5)) != list(
        itertools.islice(sample_tickets(seed=4, today=day), 5)
    )


def test_the_stories_touch_every_department() -> None:
    told = list(itertools.islice(sample_tickets(seed=1, today=date(2026, 3, 2)), 200))

    assert {values["department"] for values, _ in told} == {"IT Department", "Asset Department", "Budget Department"}
    assert len({values["subject"] for values, _ in told}) > 15
    assert len({employee["email"] for _, employee in told}) == 12
