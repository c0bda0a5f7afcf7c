"""What happens to a ticket is told to webhooks: one message an event, in its order, without what people wrote."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from role.models import Person, Role
from task.deadlines import sweep_clocks
from ticketing_common.contracts.messages import DeliverTicketEvent
from ticketing_common.outbox.models import OutboxMessage
from ticketing_testing.clients import published_messages
from workflowmanager.tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def number(support: Role) -> str:
    factories.one_step(support)
    factories.take_in("TX1")
    return "TX1"


def events() -> list[DeliverTicketEvent]:
    return [DeliverTicketEvent.parse(message) for message in published_messages(DeliverTicketEvent.task)]


def types() -> list[str]:
    return [event.event_type for event in events()]


def test_a_ticket_from_its_creation_to_its_end(number: str, amara: Person) -> None:
    task = factories.task_of()
    assert task.assignee is not None
    client = factories.as_client(task.assignee)
    assert client.post(f"/tasks/{task.pk}/hold/", {"reason": "Told in confidence."}).status_code == 200
    assert client.post(f"/tasks/{task.pk}/resume/").status_code == 200
    seen = client.get(f"/tasks/{task.pk}/").json()
    body = {
        "task_id": task.pk,
        "transition_id": seen["available_transitions"][0]["id"],
        "expected_version": seen["version"],
        "comment": "Told in confidence.",
    }
    assert client.post("/transitions/", body).status_code == 200

    assert types() == [
        "ticket.created",
        "ticket.assigned",
        "ticket.held",
        "ticket.resumed",
        "ticket.transitioned",
        "ticket.closed",
    ]
    found = events()
    assert [event.sequence for event in found] == sorted(event.sequence for event in found)
    assert len({event.event_id for event in found}) == len(found)
    assert found[1].data["assignee"] == {"user_id": task.assignee_id, "full_name": task.assignee.full_name}
    assert found[0].data["priority"] in {"urgent", "high", "medium", "low"}, "what webhooks may be narrowed to"
    assert found[4].data["detail"]["to_step"]["name"] == "Done"
    assert found[4].data["actor"]["user_id"] == task.assignee_id
    assert (found[5].data["status"], found[5].data["step"], found[5].data["assignee"]) == ("completed", None, None)
    assert "confidence" not in json.dumps([event.as_kwargs() for event in found])


def test_the_messages_of_a_ticket_are_published_in_its_order_and_hold_up_no_others(number: str) -> None:
    keys = OutboxMessage.objects.filter(task=DeliverTicketEvent.task).values_list("key", "queue")
    assert set(keys) == {("webhooks:TX1", "webhook-events-default")}


def test_a_missed_deadline_and_a_transfer(number: str, amara: Person, kenji: Person) -> None:
    task = factories.task_of()
    before = len(events())
    other = kenji if task.assignee_id == amara.pk else amara
    answer = factories.admin_client().post(
        f"/tasks/{task.pk}/transfer/", {"to_user_id": other.pk, "reason": "Told in confidence."}
    )
    assert answer.status_code == 200, answer.json()
    (moved,) = events()[before:]
    assert (moved.event_type, moved.data["assignee"]["user_id"]) == ("ticket.assigned", other.pk)

    sweep_clocks(now=timezone.now() + timedelta(days=30))

    late = [event for event in events()[before + 1 :] if event.event_type == "ticket.breached"]
    assert {event.data["detail"]["clock"] for event in late} == {"task", "step"}
    assert all(event.data["detail"]["happened_at"].endswith("Z") for event in late)


def test_a_refused_act_tells_nothing(number: str) -> None:
    before = types()
    stranger = factories.as_client(factories.make_person(60))
    assert stranger.post(f"/tasks/{factories.task_of().pk}/hold/", {"reason": "No."}).status_code == 404
    assert types() == before
