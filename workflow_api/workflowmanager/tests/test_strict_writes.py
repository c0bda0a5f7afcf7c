"""A field that a write does not know is refused by its name."""

from __future__ import annotations

import pytest

from role.models import Role
from ticketing_testing.clients import assert_problem
from ticketing_testing.strict_writes import lenient_writes, writes
from workflow.tests import factories as story
from workflowmanager.tests import factories

# AMS and BMS are other systems: what they say beside the reference is theirs, as in messages.
LENIENT = {
    "POST /ams/checkouts/{pk}/acknowledge/": "AcknowledgeIn",
    "POST /bms/checkouts/{pk}/acknowledge/": "AcknowledgeIn",
}


def test_every_write_refuses_unknown_fields() -> None:
    assert len(list(writes())) > 5
    assert lenient_writes() == LENIENT


@pytest.mark.django_db
class TestRefusal:
    def test_names_the_field_of_a_verb(self) -> None:
        factories.one_step(factories.make_role("IT Support", factories.make_person(11)))
        factories.take_in("TX1")
        url = f"/tasks/{factories.task_of().pk}"
        admin = factories.admin_client()
        body = {"reason": "Waiting.", "untill": "2027-01-01"}
        assert_problem(admin.post(f"{url}/hold/", body), 400, "unknown_field", "untill")
        assert factories.task_of().status == "in_progress"
        assert admin.post(f"{url}/hold/", {"reason": "Waiting."}).status_code == 200
        assert admin.post(f"{url}/resume/", {"reason": "It has come."}).status_code == 200

    def test_names_the_field_of_a_change(self) -> None:
        story.roles()
        workflow = story.draft()
        url = f"/workflows/{workflow.pk}/"
        admin = factories.admin_client()
        for name in ("reopen_day", "status"):
            body = {"edit_version": workflow.edit_version, name: "deployed"}
            assert_problem(admin.patch(url, body), 400, "unknown_field", name)
        # Half of a surrogate pair is no text that an answer can carry.
        answer = admin.generic("PATCH", url, '{"edit_version": 1, "\\ud800": 1}', content_type="application/json")
        assert_problem(answer, 400, "unknown_field", "?")

    def test_names_the_part_of_a_document(self) -> None:
        story.roles()
        url = f"/workflows/{story.draft().pk}/graph/"
        admin = factories.admin_client()
        graph = admin.get(url).json()
        graph["steps"][1]["asignment"] = "claim"
        assert_problem(admin.put(url, graph), 400, "unknown_field", "steps.1.asignment")

    def test_what_was_answered_may_be_put_back(self) -> None:
        story.roles()
        workflow = story.draft()
        admin = factories.admin_client()
        url = f"/workflows/{workflow.pk}/"
        assert admin.put(url, admin.get(url).json()).status_code == 200
        graph = admin.put(f"{url}graph/", admin.get(f"{url}graph/").json())
        assert graph.status_code == 200, graph.json()
        assert admin.put(f"{url}graph/", graph.json()).status_code == 200
        step = admin.get(f"/steps/{graph.json()['steps'][0]['id']}/").json()
        edit_version = admin.get(url).json()["edit_version"]
        answer = admin.put(f"/steps/{step['id']}/", {**step, "edit_version": edit_version})
        assert answer.status_code == 200, answer.json()
        assert Role.objects.filter(name=step["role"]).exists()
