"""Who may say that a person is away, and who leads a role."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from audit.models import AuditLog
from role.models import Person, Role, RoleMember
from ticketing_testing.clients import assert_problem, client_for
from workflow.tests import factories as story
from workflow.tests.factories import AMARA, BENEDIKT, CHIYO, DAVOR, NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _roles() -> None:
    story.roles()


@pytest.fixture
def admin() -> APIClient:
    return client_for(1, full_name="Ines Duarte", roles={"tts": ["Admin"]})


def as_(person: story.Somebody) -> APIClient:
    return client_for(person.user_id, full_name=person.full_name, roles={"tts": ["Agent"]})


AWAY = {"away_from": "2026-03-02T09:00:00Z", "away_until": "2026-03-09T09:00:00Z"}


class TestAvailability:
    def test_is_set_by_the_person_and_audited(self) -> None:
        answer = as_(AMARA).patch(
            f"/people/{AMARA.user_id}/availability/", {**AWAY, "substitute_id": BENEDIKT.user_id, "capacity": 5}
        )

        assert answer.status_code == 200, answer.json()
        body = answer.json()
        assert body["substitute"] == {"user_id": BENEDIKT.user_id, "full_name": "Benedikt Ivers"}
        assert (body["capacity"], body["away_until"]) == (5, "2026-03-09T09:00:00Z")
        person = Person.objects.get(pk=AMARA.user_id)
        assert person.is_away(NOW)
        assert not person.is_away(NOW + timedelta(days=8))
        row = AuditLog.objects.get(action="person.availability_changed")
        assert (row.actor_id, row.on_behalf_of_id) == (AMARA.user_id, None)
        assert row.new is not None
        assert row.new["capacity"] == 5

    def test_is_set_by_a_lead_of_their_role_and_by_nobody_else(self) -> None:
        Role.objects.filter(name="IT Support").update(lead_id=CHIYO.user_id)
        url = f"/people/{BENEDIKT.user_id}/availability/"

        assert as_(CHIYO).patch(url, {"capacity": 2}).status_code == 200
        assert_problem(as_(DAVOR).patch(url, {"capacity": 9}), 403, "permission_denied")
        assert_problem(as_(CHIYO).patch(f"/people/{AMARA.user_id}/availability/", {"capacity": 9}), 403)
        assert Person.objects.get(pk=BENEDIKT.user_id).capacity == 2
        assert AuditLog.objects.get(action="person.availability_changed").on_behalf_of_id == BENEDIKT.user_id

    @pytest.mark.parametrize(
        ("values", "attr"),
        [
            ({"away_from": "2026-03-02T09:00:00Z", "away_until": "2026-03-02T09:00:00Z"}, "away_until"),
            ({"away_until": "2026-03-02T09:00:00Z"}, "away_until"),
            ({"substitute_id": AMARA.user_id}, "substitute_id"),
            ({"substitute_id": 4711}, "substitute_id"),
            ({"capacity": -1}, "capacity"),
        ],
    )
    def test_refuses_what_makes_no_sense(self, values: dict[str, Any], attr: str) -> None:
        assert_problem(as_(AMARA).patch(f"/people/{AMARA.user_id}/availability/", values), 400, attr=attr)

    @pytest.mark.parametrize(
        ("person", "substitute", "is_fit"),
        [(AMARA, CHIYO, False), (AMARA, DAVOR, False), (BENEDIKT, CHIYO, True), (BENEDIKT, AMARA, True)],
    )
    def test_a_substitute_must_share_a_role(
        self, person: story.Somebody, substitute: story.Somebody, is_fit: bool, admin: APIClient
    ) -> None:
        values = {**AWAY, "substitute_id": substitute.user_id}
        answer = admin.patch(f"/people/{person.user_id}/availability/", values)
        if is_fit:
            assert answer.status_code == 200, answer.json()
        else:
            assert_problem(answer, 400, "substitute_outside_role", attr="substitute_id")
            assert Person.objects.get(pk=person.user_id).substitute_id is None

    def test_a_role_held_no_longer_is_not_shared(self, admin: APIClient) -> None:
        RoleMember.objects.filter(person_id=AMARA.user_id).update(is_active=False)
        values = {"substitute_id": AMARA.user_id}
        answer = admin.patch(f"/people/{BENEDIKT.user_id}/availability/", values)
        assert_problem(answer, 400, "substitute_outside_role", attr="substitute_id")

    def test_of_somebody_unknown_is_a_404(self, admin: APIClient) -> None:
        assert_problem(admin.patch("/people/4711/availability/", {"capacity": 1}), 404, "not_found")


class TestLead:
    def test_is_named_by_an_admin_among_the_roles_people(self, admin: APIClient) -> None:
        role = Role.objects.get(name="IT Support")

        named = admin.put(f"/roles/{role.pk}/lead/", {"user_id": CHIYO.user_id})
        assert named.json()["lead"] == {"user_id": CHIYO.user_id, "full_name": "Chiyo Tanabe"}
        assert_problem(admin.put(f"/roles/{role.pk}/lead/", {"user_id": AMARA.user_id}), 400, attr="user_id")
        assert_problem(as_(CHIYO).put(f"/roles/{role.pk}/lead/", {"user_id": CHIYO.user_id}), 403)
        assert admin.put(f"/roles/{role.pk}/lead/", {"user_id": None}).json()["lead"] is None
        assert AuditLog.objects.filter(action="role.lead_changed").count() == 2
        assert_problem(admin.put("/roles/4711/lead/", {"user_id": None}), 404)


class TestPeople:
    def test_are_listed_with_their_roles_in_a_fixed_number_of_statements(self, admin: APIClient) -> None:
        with CaptureQueriesContext(connection) as queries:
            rows = admin.get("/people/?ordering=user_id").json()["results"]

        assert len(queries) == 3
        assert [(row["full_name"], [role["name"] for role in row["roles"]]) for row in rows] == [
            ("Amara Okafor", ["Ticket Coordinator"]),
            ("Benedikt Ivers", ["IT Support", "Ticket Coordinator"]),
            ("Chiyo Tanabe", ["IT Lead", "IT Support"]),
            ("Davor Lukic", ["IT Lead"]),
        ]
        assert {row["open_tasks"] for row in rows} == {0}

    def test_are_filtered_by_role_and_searched(self, admin: APIClient) -> None:
        lead = Role.objects.get(name="IT Lead")

        def names(query: str) -> list[str]:
            return [row["full_name"] for row in admin.get(f"/people/?{query}").json()["results"]]

        assert names(f"role={lead.pk}") == ["Chiyo Tanabe", "Davor Lukic"]
        assert names("search=amara") == ["Amara Okafor"]

    def test_are_filtered_by_whether_they_can_be_given_work(self, admin: APIClient) -> None:
        Person.objects.filter(full_name="Amara Okafor").update(is_active=False)
        Person.objects.filter(full_name="Chiyo Tanabe").update(can_sign_in=False)  # invited, has not accepted

        def names(query: str) -> list[str]:
            return [row["full_name"] for row in admin.get(f"/people/?{query}").json()["results"]]

        assert names("can_work=true") == ["Benedikt Ivers", "Davor Lukic"]
        assert names("can_work=false") == ["Amara Okafor", "Chiyo Tanabe"]
        assert names(f"can_work=true&role={Role.objects.get(name='IT Lead').pk}") == ["Davor Lukic"]


class TestUsedBy:
    def test_names_the_live_workflows_that_need_the_role(self, admin: APIClient) -> None:
        story.deployed()
        story.draft("Draft", sub_category="Draft")

        rows = {row["name"]: row["used_by"] for row in admin.get("/roles/").json()["results"]}

        assert rows == {
            "IT Lead": [],
            "IT Support": ["IT Support Request"],
            "Ticket Coordinator": ["IT Support Request"],
        }
