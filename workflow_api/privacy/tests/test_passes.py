"""An erasure is done again: what was published before it and read after it does not stay."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from audit.models import AuditLog
from audit.services import verify
from audit.tests.test_chain import tamper
from privacy import passes
from privacy.models import OTHERS, Erasure
from privacy.tests.test_erasure import (
    ASKED,
    MIA,
    OLGA,
    SECRETS,
    admin,
    agent,
    closed,
    everything,
    report,
    support,
    take_in,
)
from task.models import Task
from ticketing_common.outbox.models import OutboxMessage
from ticketing_testing.clients import assert_problem, published_messages
from tickets.models import IntakeRecord, Ticket

__all__ = ["admin", "agent", "closed", "support"]

pytestmark = pytest.mark.django_db

ERASE = "privacy.tasks.erase_person"


@pytest.fixture
def erasure(closed: Task, admin: APIClient) -> Erasure:
    """The erasure of Mia, confirmed by everybody once."""
    admin.post("/privacy/erasures/", ASKED, format="json")
    confirm_all()
    return Erasure.objects.get()


def confirm_all() -> None:
    erasure = Erasure.objects.get()
    for service in OTHERS:
        report(erasure.pk, service, pass_number=erasure.pass_number)


def due() -> datetime:
    at = Erasure.objects.order_by("pk")[0].next_pass_at
    assert at is not None
    return at


def bring_back() -> None:
    """Have the ticket as it was before the erasure, as a message that was read late leaves it."""
    Ticket.objects.filter(ticket_number="TX1").update(
        subject="My screen is cracked", requester_name=MIA["name"], requester_email=MIA["email"]
    )
    IntakeRecord.objects.filter(ticket__ticket_number="TX1").update(raw_body="Mia Berg: cracked")


def left() -> list[str]:
    return [row for row in everything().splitlines() if any(secret in row for secret in SECRETS)]


def test_the_second_pass_removes_what_a_late_message_brought_back(erasure: Erasure) -> None:
    bring_back()
    assert left() != []

    assert passes.run_due(now=due()) == 1

    assert left() == []
    asked = published_messages(ERASE)
    assert [(message["pass_number"], message["tickets"][0]["ticket_number"]) for message in asked] == [(2, "TX1")] * 4
    erasure.refresh_from_db()
    assert (erasure.pass_number, erasure.next_pass_at, sorted(erasure.waiting_for)) == (2, None, sorted(OTHERS))
    assert erasure.parts["workflow_api"]["erased"]["tickets"] == 1
    assert verify().is_valid


def test_who_it_was_is_forgotten_after_the_last_pass_only(erasure: Erasure, admin: APIClient) -> None:
    first = due()
    assert timedelta(minutes=55) < first - timezone.now() <= timedelta(hours=1)
    passes.run_due(now=first)
    confirm_all()
    # Beyond the time for which outboxes keep what they published.
    assert due() - timezone.now() > timedelta(days=7)
    assert Erasure.objects.get().person is not None
    passes.run_due(now=due())
    confirm_all()

    done = Erasure.objects.get()
    assert (done.person, done.next_pass_at, done.completed_at is None) == (None, None, False)
    assert not OutboxMessage.objects.filter(task=ERASE).exists()
    rows = AuditLog.objects.filter(action="person.erasure_pass_done").order_by("id")
    assert [(row.new or {})["pass"] for row in rows] == [1, 2, 3]
    assert passes.run_due(now=timezone.now() + timedelta(days=999)) == 0
    assert_problem(admin.post(f"/privacy/erasures/{erasure.pk}/resend/"), 409, "erasure_complete")


def test_a_pass_with_nothing_left_changes_nothing(erasure: Erasure) -> None:
    rows = AuditLog.objects.count()

    passes.run_due(now=due())

    here = Erasure.objects.get().parts["workflow_api"]["erased"]
    assert {kind: count for kind, count in here.items() if count} == {}
    assert AuditLog.objects.count() == rows


def test_does_not_begin_before_its_time_nor_twice(erasure: Erasure) -> None:
    at = due()
    assert passes.run_due(now=at - timedelta(seconds=1)) == 0
    assert (passes.run_due(now=at), passes.run_due(now=at)) == (1, 0)
    assert Erasure.objects.get().pass_number == 2


def test_waits_for_a_service_that_is_down_and_takes_no_confirmation_of_an_earlier_pass(
    erasure: Erasure, admin: APIClient
) -> None:
    passes.run_due(now=due())
    for service in OTHERS[:-1]:
        report(erasure.pk, service, pass_number=2)
    report(erasure.pk, OTHERS[-1])
    report(erasure.pk, OTHERS[-1], pass_number=1)

    erasure.refresh_from_db()
    assert (erasure.waiting_for, erasure.next_pass_at) == ([OTHERS[-1]], None)
    OutboxMessage.objects.filter(task=ERASE).delete()
    answer = admin.post(f"/privacy/erasures/{erasure.pk}/resend/").json()
    assert (answer["pass_number"], answer["next_pass_at"]) == (2, None)
    (again,) = published_messages(ERASE)
    assert again["pass_number"] == 2
    report(erasure.pk, OTHERS[-1], pass_number=2)
    assert due() > timezone.now()


def test_a_pass_that_fails_is_undone_as_a_whole_and_done_at_the_next_tick(
    erasure: Erasure, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring_back()
    at = due()
    with monkeypatch.context() as broken:

        def fail(**_: Any) -> None:
            raise RuntimeError("the process ends here")

        broken.setattr("privacy.services.redact", fail)
        assert passes.run_due(now=at) == 0
    assert Ticket.objects.get().requester_name == "Mia Berg"
    assert published_messages(ERASE) == []
    assert (Erasure.objects.get().pass_number, due()) == (1, at)

    assert passes.run_due(now=at) == 1
    assert left() == []


def test_a_pass_that_fails_does_not_keep_others(erasure: Erasure) -> None:
    at = due()
    nobody = {"tickets": [], "requesters": [], "names": [], "emails": ["olga@example.com"]}
    second = Erasure.objects.get()
    second.pk, second.person = None, nobody
    second.save()
    bring_back()
    row = AuditLog.objects.filter(ticket_number="TX1", new__isnull=False).first()
    assert row is not None
    tamper('UPDATE audit_logs SET new = \'{"subject": "x"}\' WHERE id = %s', row.pk)

    assert passes.run_due(now=at) == 1

    second.refresh_from_db()
    erasure.refresh_from_db()
    assert (erasure.pass_number, second.pass_number) == (1, 2)


def test_leaves_what_the_person_asked_for_since(erasure: Erasure) -> None:
    take_in("TX2", subject="Another one")
    take_in("TX3", subject="For Olga")
    take_in("TX3", OLGA, subject="For Olga", source_version=2)

    passes.run_due(now=due())

    assert Ticket.objects.get(ticket_number="TX2").requester_name == "Mia Berg"
    assert "Mia Berg" in str(Ticket.objects.get(ticket_number="TX3").requesters)
    assert [message["tickets"][0]["ticket_number"] for message in published_messages(ERASE)] == ["TX1"] * 4


def test_leaves_a_ticket_that_is_worked_on_again(erasure: Erasure) -> None:
    bring_back()
    Task.objects.filter(ticket__ticket_number="TX1").update(status="in_progress", closed_at=None)

    passes.run_due(now=due())

    assert Ticket.objects.get().requester_name == "Mia Berg"
    assert [message["tickets"] for message in published_messages(ERASE)] == [[]] * 4
