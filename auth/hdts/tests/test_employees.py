"""Employees of the help desk: taken over, approved, rejected; one identity with all other people."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from hdts.models import Employee
from system_roles.models import UserSystemRole
from ticketing_testing.clients import assert_problem, published_messages
from users.models import User
from users.tests.factories import client_of, give

pytestmark = pytest.mark.django_db

KEY = "a key of the help desk"
NINA = {"source_id": "E-17", "email": "nina.fox@example.com", "first_name": "Nina", "last_name": "Fox"}


@pytest.fixture(autouse=True)
def _key(settings: Any) -> None:
    settings.SERVICE_API_KEYS = [f"hdts:{KEY}"]


@pytest.fixture
def desk(admin: User) -> APIClient:
    return client_of(admin)


def sync(*employees: dict[str, Any], key: str = KEY) -> Any:
    return APIClient().post("/api/v1/hdts/sync/", {"employees": list(employees)}, HTTP_X_API_KEY=key)


class TestTakeOver:
    def test_new_employees_wait_and_can_do_nothing(self, systems: None) -> None:
        (result,) = sync(NINA).json()["results"]

        user = User.objects.get(email="nina.fox@example.com")
        assert (result["status"], result["user_id"], result["is_new"]) == ("Pending", user.pk, True)
        assert not user.is_active
        assert not UserSystemRole.objects.filter(user=user).exists()

    def test_again_changes_nothing_but_what_changed_there(self, systems: None) -> None:
        sync(NINA)
        (result,) = sync({**NINA, "last_name": "Fuchs"}).json()["results"]

        assert (result["is_new"], Employee.objects.count()) == (False, 1)
        assert User.objects.get(pk=result["user_id"]).last_name == "Fuchs"

    def test_somebody_who_works_here_stays_one_person(self, agent: User) -> None:
        (result,) = sync({**NINA, "email": agent.email}).json()["results"]

        agent.refresh_from_db()
        assert result["user_id"] == agent.pk
        assert agent.is_active
        assert agent.full_name == "Priya Raman"

    def test_the_help_desk_can_not_move_the_account_of_somebody_who_works_here(self, systems: None) -> None:
        (result,) = sync(NINA).json()["results"]
        give(User.objects.get(pk=result["user_id"]), "Agent")

        sync({**NINA, "email": "thief@example.org"})

        assert User.objects.get(pk=result["user_id"]).email == "nina.fox@example.com"

    def test_each_entry_has_its_own_result(self, agent: User) -> None:
        sync({**NINA, "email": agent.email})
        results = sync({**NINA, "source_id": "E-18", "email": agent.email}, {**NINA, "source_id": "E-19"}).json()

        assert [row["status"] for row in results["results"]] == ["failed", "Pending"]
        assert results["results"][0]["code"] == "source_id_taken"

    def test_needs_a_key_or_an_admin(self, admin: User, agent: User) -> None:
        assert_problem(sync(NINA, key="another"), 401, "api_key_invalid")
        assert_problem(client_of(agent).post("/api/v1/hdts/sync/", {"employees": [NINA]}), 403)
        assert client_of(admin).post("/api/v1/hdts/sync/", {"employees": [NINA]}).status_code == 200

    @pytest.mark.parametrize(
        "employees", [[], [{}], [{**NINA, "is_active": True}], [{**NINA, "source_id": ""}], [NINA] * 201]
    )
    def test_refuses_nonsense(self, systems: None, employees: list[Any]) -> None:
        assert_problem(sync(*employees), 400)


class TestDecide:
    @pytest.fixture
    def nina(self, systems: None) -> Employee:
        sync(NINA)
        return Employee.objects.get()

    def decide(self, desk: APIClient, employee: Employee, what: str, **given: Any) -> Any:
        return desk.post(f"/api/v1/hdts/users/{employee.pk}/{what}/", given)

    def test_approval_opens_the_account_with_the_role(self, desk: APIClient, nina: Employee, admin: User) -> None:
        body = self.decide(desk, nina, "approve").json()

        assert (body["status"], body["is_active"], body["decided_by_id"]) == ("Approved", True, admin.pk)
        assert published_messages("users.tasks.sync_user")[-1]["roles"] == {"hdts": ["Employee"]}
        assert_problem(self.decide(desk, nina, "approve"), 409, "already_decided")

    def test_rejection_takes_both_away(self, desk: APIClient, nina: Employee) -> None:
        self.decide(desk, nina, "approve")
        body = self.decide(desk, nina, "reject", reason="Left the company.").json()

        assert (body["status"], body["is_active"], body["reason"]) == ("Rejected", False, "Left the company.")
        assert not UserSystemRole.objects.filter(user=nina.user_id).exists()

    def test_rejection_leaves_the_account_of_somebody_who_works_here(self, desk: APIClient, agent: User) -> None:
        sync({**NINA, "email": agent.email})
        employee = Employee.objects.get(user=agent)
        self.decide(desk, employee, "approve")

        assert self.decide(desk, employee, "reject", reason="No.").json()["is_active"] is True

    def test_rejection_needs_a_reason(self, desk: APIClient, nina: Employee) -> None:
        assert_problem(self.decide(desk, nina, "reject"), 400, attr="reason")

    def test_can_be_listed_by_state(self, desk: APIClient, nina: Employee) -> None:
        assert desk.get("/api/v1/hdts/users/?status=Pending").json()["count"] == 1
        assert desk.get("/api/v1/hdts/users/?status=Approved").json()["count"] == 0
        assert_problem(desk.get("/api/v1/hdts/users/?status=Perhaps"), 400, attr="status")

    def test_only_admins_decide(self, agent: User, nina: Employee) -> None:
        for what in ("approve", "reject"):
            assert_problem(self.decide(client_of(agent), nina, what, reason="x"), 403)
        assert_problem(client_of(agent).get("/api/v1/hdts/users/"), 403)
