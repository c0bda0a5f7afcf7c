"""Every operation, called as everybody, compared with the table in docs/access/auth.md."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from hdts.models import Employee
from hdts.services import take_over
from keys.api_keys import create_key
from roles.models import Role
from security.models import SecurityEvent
from security.services import OPERATOR
from system_roles.models import SystemRole, UserSystemRole
from systems.models import System
from ticketing_common.testing import assert_problem
from users.models import User
from users.passwords import invite
from users.tests.factories import a_person, client_of, give, signed_in

pytestmark = pytest.mark.django_db

TABLE = Path(__file__).parents[3] / "docs" / "access" / "auth.md"
WHO = ("anonymous", "User", "other admin", "Agent", "Admin", "service key")
METHODS = {"get", "post", "put", "patch", "delete"}
# Refusals of the request, not of the caller.
NOT_ABOUT_THE_CALLER = {"origin_refused", "captcha_required", "password_wrong"}


def rows() -> dict[str, dict[str, bool]]:
    found = {}
    for line in TABLE.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if match := re.fullmatch(r"`([A-Z]+ /\S*)`", cells[0]):
            found[match[1]] = dict(zip(WHO, (cell == "yes" for cell in cells[1:]), strict=True))
    return found


ROWS = rows()


def test_every_operation_has_a_row_and_every_row_an_operation() -> None:
    generator: Any = SchemaGenerator
    schema = generator().get_schema(request=None, public=True)
    operations = {
        f"{method.upper()} {path}" for path, calls in schema["paths"].items() for method in calls if method in METHODS
    }

    assert operations == set(ROWS)


@pytest.fixture
def target(admin: User, agent: User) -> dict[str, str]:
    """Something of each kind that the paths name, belonging to somebody else."""
    now = timezone.now()
    other = a_person("Lena", "Fischer", tts=["Agent"])
    link = invite(email="new@example.com", first_name="Nina", last_name="New", by=OPERATOR, now=now)
    employee = {"source_id": "E-1", "email": "e@example.com", "first_name": "Ed", "last_name": "Employee"}
    take_over(employees=[employee], by=OPERATOR, now=now)
    key, _ = create_key(name="bms", scopes=["bms"], by=OPERATOR, now=now)
    return {
        "api-keys": str(key.pk),
        "hdts": str(Employee.objects.get().pk),
        "invitations": str(link.pk),
        "roles": str(Role.objects.get(name="IT Lead").pk),
        "security-events": str(SecurityEvent.objects.values_list("pk", flat=True).order_by("pk")[0]),
        "system-roles": str(SystemRole.objects.values_list("pk", flat=True)[0]),
        "systems": str(System.objects.get(slug="bms").pk),
        "user-system-roles": str(UserSystemRole.objects.get(user=other).pk),
        "users": str(other.pk),
        "sid": signed_in(other).sid,
    }


def client_for(who: str, admin: User, agent: User) -> APIClient:
    if who == "anonymous":
        return APIClient()
    if who == "service key":
        _, plain = create_key(name="hdts", scopes=["employees"], by=OPERATOR, now=timezone.now())
        client = APIClient()
        client.credentials(HTTP_X_API_KEY=plain)
        return client
    if who == "other admin":
        person = a_person("Otto", "Other")
        give(person, "Admin", system="hdts")
        return client_of(person)
    people = {"Admin": admin, "Agent": agent}
    return client_of(people.get(who) or a_person("Jonas", "Keller", tts=["User"]))


def call(client: APIClient, operation: str, target: dict[str, str]) -> Any:
    method, path = operation.split()
    return getattr(client, method.lower())(call_path(path, target))


def call_path(path: str, target: dict[str, str]) -> str:
    """Return the path with the ids of things that exist."""
    kind = path.removeprefix("/api/v1/").split("/")[0]
    path = path.replace("{sid}", target["sid"]).replace("{user_id}", target["users"])
    return path.replace("{id}", target.get(kind, "1"))


def judge(response: Any, *, who: str, operation: str) -> str | None:
    """Return what is wrong with the answer, None when it is as the table says."""
    is_json = response.has_header("Content-Type") and response["Content-Type"].startswith("application/json")
    codes = {error["code"] for error in response.json().get("errors", [])} if is_json else set()
    said = f"{who}: {operation} → {response.status_code} {codes}"
    if response.status_code >= 500 and response.status_code != 503:
        return said
    is_refused = response.status_code in {401, 403} and not codes & NOT_ABOUT_THE_CALLER
    if ROWS[operation]["anonymous"]:
        return None  # open to everybody; whatever it answers is about the request
    if is_refused is ROWS[operation][who]:
        return said
    takes_keys = operation == "POST /api/v1/hdts/sync/"
    is_known = who != "anonymous" and (who != "service key" or takes_keys)
    if is_refused and response.status_code != (403 if is_known else 401):
        return said
    return None


@pytest.mark.parametrize("who", WHO)
def test_lets_in_whom_the_table_says(who: str, admin: User, agent: User, target: dict[str, str], settings: Any) -> None:
    settings.WORKFLOW_API_URL = "http://127.0.0.1:9"
    client = client_for(who, admin, agent)
    wrong = []
    for operation in ROWS:
        with transaction.atomic():  # each operation meets the same world
            wrong.append(judge(call(client, operation, target), who=who, operation=operation))
            transaction.set_rollback(True)

    assert [said for said in wrong if said] == []


@pytest.mark.parametrize("scope", ["notifications", "ams", "bms", "tickets"])
def test_keys_of_other_scopes_open_nothing_here(scope: str, systems: None) -> None:
    _, plain = create_key(name="x", scopes=[scope], by=OPERATOR, now=timezone.now())

    response = APIClient().post("/api/v1/hdts/sync/", {"employees": []}, HTTP_X_API_KEY=plain)

    assert_problem(response, 403)


def test_a_dead_session_is_nobody(admin: User, target: dict[str, str]) -> None:
    pair = signed_in(admin)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {pair.access}")
    APIClient().post("/logout/", {"refresh": pair.refresh})

    for operation, row in ROWS.items():
        if not row["anonymous"]:
            assert_problem(call(client, operation, target), 401, "token_revoked")
