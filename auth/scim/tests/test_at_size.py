"""Groups with many members, and requests at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from roles.models import Role
from scim.tests.conftest import assert_scim_error, client_named
from scim.tests.test_groups import GROUP, members, patch
from security.models import SecurityEvent
from signin.models import RefreshSession, Revocation
from system_roles.models import UserSystemRole
from ticketing_common.outbox.models import OutboxMessage
from ticketing_testing.clients import published_messages
from users.models import User
from users.tests.factories import a_person, a_role, at_once

pytestmark = pytest.mark.django_db

USER = "urn:ietf:params:scim:schemas:core:2.0:User"


def crowd(count: int) -> list[User]:
    """Add people, each with a session."""
    now = timezone.now()
    people = User.objects.bulk_create(
        User(email=f"p{number}@example.com", username=f"p{number}", last_name=f"P{number}", date_joined=now)
        for number in range(count)
    )
    RefreshSession.objects.bulk_create(_session(person, now) for person in people)
    return people


def _session(person: User, now: datetime) -> RefreshSession:
    later = now + timedelta(hours=1)
    return RefreshSession(
        sid=f"s{person.pk}",
        user=person,
        created_at=now,
        rotated_at=now,
        last_seen_at=now,
        idle_until=later,
        expires_at=later,
    )


def operation(op: str, people: list[User]) -> dict[str, Any]:
    return {"op": op, "path": "members", "value": [{"value": str(person.pk)} for person in people]}


class TestMembers:
    def test_statements_do_not_grow_with_the_members(self, entra: APIClient, systems: None) -> None:
        role, people = a_role("IT Lead"), crowd(60)
        entra.get("/scim/v2/Users")  # what a process does at its first request

        def statements(op: str, some: list[User]) -> int:
            with CaptureQueriesContext(connection) as queries:
                assert patch(entra, role, operation(op, some)).status_code == 204
            return len(queries)

        added = [statements("add", people[:1]), statements("add", people[1:])]
        assert members(role) == {person.pk for person in people}
        removed = [statements("remove", people[:1]), statements("remove", people[1:])]

        assert (added[0], removed[0]) == (added[1], removed[1])
        assert max(added + removed) < 50
        assert members(role) == set()

    def test_everybody_is_told_of_each_as_of_one(self, entra: APIClient, systems: None) -> None:
        role, people = a_role("IT Lead"), crowd(5)
        ids = {person.pk for person in people}

        for op, kind, action in (("add", "role_assigned", "upsert"), ("remove", "role_removed", "delete")):
            OutboxMessage.objects.all().delete()
            before = dict(User.objects.values_list("pk", "token_version"))
            patch(entra, role, operation(op, people))

            events = SecurityEvent.objects.filter(kind=kind, details__role="IT Lead")
            assert {event.user_id for event in events} == ids
            assert {event.details["api_key"].split(" ")[0] for event in events} == {"entra"}
            news = published_messages("tts.revocations")
            versions = {each["user_id"]: each["min_version"] for each in news}
            assert versions == {user_id: before[user_id] + 1 for user_id in ids}
            assert {row.user_id for row in Revocation.objects.filter(min_version__in=versions.values())} == ids
            assert dict(User.objects.filter(pk__in=ids).values_list("pk", "token_version")) == versions
            held = published_messages("role.tasks.sync_user_system_role")
            assert {(each["user_id"], each["action"]) for each in held} == {(user_id, action) for user_id in ids}
            told = [each for each in published_messages() if "role_ids" in each]
            assert len(told) == 2 * len(ids)  # for notifications and for conversations
            assert {tuple(each["roles"].get("tts", [])) for each in told} == {("IT Lead",) if op == "add" else ()}
            assert {each["version"] for each in told} == set(
                User.objects.filter(pk__in=ids).values_list("version", flat=True)
            )

    def test_the_last_administrators_stay_together(self, entra: APIClient, admin: User) -> None:
        role = Role.objects.get(system__slug="tts", name="Admin")
        other = a_person("Bea", "Berg", tts=["Admin"])

        answer = patch(entra, role, operation("remove", [admin, other]))

        assert "[last_admin]" in assert_scim_error(answer, 409)["detail"]
        assert members(role) == {admin.pk, other.pk}
        assert patch(entra, role, operation("remove", [admin])).status_code == 204

    def test_administrators_can_be_replaced_in_one_request(self, entra: APIClient, admin: User) -> None:
        role, other = Role.objects.get(system__slug="tts", name="Admin"), a_person("Bea", "Berg")

        assert patch(entra, role, operation("replace", [other])).status_code == 204
        assert members(role) == {other.pk}


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_changes_in_two_systems_do_not_wait_for_each_other(self, systems: None) -> None:
        """Each gives a role to those from whom the other takes one."""
        people = crowd(40)
        low, high = people[:20], people[20:]
        lead, auditor = a_role("IT Lead"), a_role("Auditor", system="ams")
        for role, held in ((lead, low), (auditor, high)):
            UserSystemRole.objects.bulk_create(
                UserSystemRole(user=person, system=role.system, role=role, assigned_at=timezone.now())
                for person in held
            )
        client, barrier = client_named("entra"), Barrier(2)

        def replace(number: int) -> int:
            role, wanted = ((lead, high), (auditor, low))[number]
            client.get(f"/scim/v2/Groups/{role.pk}")
            barrier.wait(timeout=10)
            return int(patch(client, role, operation("replace", wanted)).status_code)

        assert at_once(replace, 2, threads=2) == [204, 204]
        assert (members(lead), members(auditor)) == ({p.pk for p in high}, {p.pk for p in low})

    @pytest.mark.parametrize(
        ("path", "body", "count"),
        [
            (
                "Users",
                {"schemas": [USER], "userName": "anna.lind@example.com", "externalId": "A-1"},
                lambda: User.objects.get_queryset().filter(email="anna.lind@example.com").count(),
            ),
            (
                "Groups",
                {"schemas": [GROUP], "displayName": "Night shift", "externalId": "G-1"},
                lambda: Role.objects.filter(name="Night shift").count(),
            ),
        ],
    )
    def test_the_same_create_many_times_is_done_once(
        self, systems: None, path: str, body: dict[str, Any], count: Callable[[], int]
    ) -> None:
        client, barrier = client_named("entra"), Barrier(6)

        def create(_: int) -> Any:
            barrier.wait(timeout=10)
            return client.post(f"/scim/v2/{path}", body)

        answers = sorted(at_once(create, 6, threads=6), key=lambda answer: answer.status_code)

        assert answers[0].status_code == 201
        for answer in answers[1:]:
            assert_scim_error(answer, 409, "uniqueness")
        assert count() == 1
