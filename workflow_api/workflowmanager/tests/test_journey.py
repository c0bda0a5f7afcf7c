"""A ticket walks its workflow over the API, from the help desk to its end."""

from __future__ import annotations

import pytest

from audit.models import AuditLog
from audit.services import verify
from task.models import SlaClock, StepVisit, Task
from ticketing_testing.clients import assert_problem, published_messages
from workflowmanager.tests import factories

pytestmark = pytest.mark.django_db


class TestJourney:
    def test_every_step_is_done_by_its_assignee_and_the_source_hears_of_it(self) -> None:
        mara, amara, kenji = (
            factories.make_person(1, "Mara Lindt"),
            factories.make_person(11, "Amara Okafor"),
            factories.make_person(12, "Kenji Mori"),
        )
        stranger = factories.make_person(50, "Sten Ranger")
        coordinators = factories.make_role("Ticket Coordinator", mara)
        support = factories.make_role("IT Support", amara, kenji)
        factories.straight(coordinators, support)
        factories.take_in("TX1", employee={"name": "Noor Haddad", "email": "noor@example.com"})
        task = factories.task_of("TX1")
        page = factories.as_client(mara).get("/tasks/", {"view": "mine"}).json()
        assert [row["ticket_number"] for row in page["results"]] == ["TX1"]
        assert page["results"][0]["current_step"] == {
            "id": task.current_step_id,
            "name": "Triage",
            "role": "Ticket Coordinator",
        }
        seen = factories.as_client(mara).get(f"/tasks/{task.pk}/").json()
        assert seen["assignee"] == {"user_id": 1, "full_name": "Mara Lindt"}
        assert seen["why"]["explanation"]
        (onward,) = seen["available_transitions"]
        assert onward["to_step"]["name"] == "Resolve"
        assert_problem(factories.as_client(stranger).get(f"/tasks/{task.pk}/"), 404, "not_found")

        body = {"task_id": task.pk, "transition_id": onward["id"], "expected_version": seen["version"]}
        assert_problem(factories.as_client(amara).post("/transitions/", body), 404)
        answer = factories.as_client(mara).post("/transitions/", body)
        assert answer.status_code == 200, answer.json()
        assert answer.json()["current_step"]["name"] == "Resolve"
        assert answer.json()["assignee"]["user_id"] == 11
        # The task's coordinator sees it on, and is not offered what is Amara's to do.
        assert factories.as_client(mara).get(f"/tasks/{task.pk}/").json()["available_transitions"] == []
        stale = assert_problem(factories.as_client(mara).post("/transitions/", body), 409, "stale_version")
        assert stale["current"]["version"] == 2
        assert stale["acted_by"] == {"user_id": 1, "full_name": "Mara Lindt"}

        seen = factories.as_client(amara).get(f"/tasks/{task.pk}/").json()
        (resolve,) = seen["available_transitions"]
        body = {"task_id": task.pk, "transition_id": resolve["id"], "expected_version": seen["version"]}
        answer = factories.as_client(amara).post("/transitions/", body)
        assert answer.json()["status"] == "completed"
        assert answer.json()["current_step"] is None

        task.refresh_from_db()
        assert (task.status, task.assignee_id, task.due_at) == ("completed", None, None)
        assert set(SlaClock.objects.values_list("verdict", flat=True)) == {"met"}
        assert StepVisit.objects.filter(closed_at__isnull=True).count() == 0
        told = [message["new_status"] for message in published_messages("send_ticket_status")]
        assert told == ["received", "in_progress", "resolved"]
        (mail,) = [m for m in published_messages("notifications.send_email") if m.get("user_email")]
        assert mail["user_email"] == "noor@example.com"
        events = published_messages("tickets.tasks.apply_ticket_event")
        assert [event["event"] for event in events] == ["task_created", "transition", "completed"]
        assert [event["seq"] for event in events] == sorted({event["seq"] for event in events})
        assert events[-1]["task"]["current_step"] is None
        relations = {person["user_id"]: person["relation"] for person in events[-1]["participants"]}
        assert relations == {1: "owner", 11: "performer"}
        story = factories.as_client(mara).get(f"/tasks/{task.pk}/timeline/").json()["results"]
        assert [line["event"] for line in story] == ["task_created", "transition", "transition", "completed"]
        record = factories.as_client(mara).get("/transitions/", {"task": task.pk}).json()["results"]
        assert [(row["name"], row["actor"]["user_id"]) for row in record] == [
            ("Triage to Resolve", 1),
            ("Resolve to Done", 11),
        ]
        graph = factories.as_client(mara).get(f"/tasks/{task.pk}/graph/").json()
        assert [step["state"] for step in graph["steps"]] == ["done", "done", "done"]
        explained = factories.as_client(mara).get(f"/tasks/{task.pk}/sla/").json()
        assert explained["task"]["state"] == "met"
        assert len(explained["visits"]) == 2
        turns = factories.as_client(mara).get(f"/tasks/{task.pk}/assignment/").json()
        assert turns["current"] is None
        assert len(turns["history"]) == 3
        assert verify().is_valid
        assert AuditLog.objects.filter(ticket_number="TX1").count() >= 5
        assert Task.objects.count() == 1

    def test_admin_reads_tickets_and_the_ledger(self) -> None:
        role = factories.make_role("IT Support", factories.make_person(11))
        factories.one_step(role)
        factories.take_in("TX1", asset_name="Laptop", dynamic_data={"share": "q1"})
        admin = factories.admin_client()
        assert admin.get("/tickets/").json()["results"][0]["ticket_number"] == "TX1"
        ticket = admin.get("/tickets/TX1/").json()
        assert ticket["fields"] == {"asset_name": "Laptop", "share": "q1"}
        assert ticket["task"]["status"] == "in_progress"
        (record,) = admin.get("/intake/", {"verdict": "accepted"}).json()["results"]
        assert admin.get(f"/intake/{record['id']}/").json()["body"]["ticket_number"] == "TX1"
        assert_problem(factories.as_client(factories.make_person(60)).get("/intake/"), 403)
        assert_problem(factories.as_client(factories.make_person(61)).get("/tickets/TX1/"), 404)
