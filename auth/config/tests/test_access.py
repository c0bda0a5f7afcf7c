"""Every route, called as everybody, compared with the table in docs/access/auth.md."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from rest_framework.test import APIClient

from hdts.models import Employee
from hdts.services import take_over
from keys.api_keys import create_key
from oidc.providers import create_provider
from roles.models import Role
from security.models import SecurityEvent
from security.services import OPERATOR
from system_roles.models import SystemRole, UserSystemRole
from systems.models import System
from ticketing_testing.access import AccessTable, routes
from ticketing_testing.clients import assert_problem, scopes_but
from users.invitations import invite
from users.models import User
from users.tests.factories import a_person, client_of, give, signed_in

pytestmark = pytest.mark.django_db

TABLE = AccessTable.read(Path(__file__).parents[3] / "docs" / "access" / "auth.md")
# Refusals of the request, not of the caller.
NOT_ABOUT_THE_CALLER = {"origin_refused", "captcha_required", "password_wrong"}


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    assert routes() == set(TABLE.rows)


@pytest.fixture
def target(admin: User, agent: User) -> dict[str, str]:
    """Something of each kind that the paths name, belonging to somebody else."""
    now = timezone.now()
    other = a_person("Lena", "Fischer", tts=["Agent"])
    link = invite(email="new@example.com", first_name="Nina", last_name="New", by=OPERATOR, now=now)
    employee = {"source_id": "E-1", "email": "e@example.com", "first_name": "Ed", "last_name": "Employee"}
    take_over(employees=[employee], by=OPERATOR, now=now)
    key, _ = create_key(name="bms", scopes=["bms"], by=OPERATOR, now=now)
    acme = {"slug": "acme", "name": "Acme", "issuer": "http://127.0.0.1:9", "client_id": "tts"}
    provider = create_provider(values=acme, by=OPERATOR, now=now)
    return {
        "api-keys": str(key.pk),
        "hdts": str(Employee.objects.get().pk),
        "identity-providers": str(provider.pk),
        "invitations": str(link.pk),
        "roles": str(Role.objects.get(name="IT Lead").pk),
        "security-events": str(SecurityEvent.objects.values_list("pk", flat=True).order_by("pk")[0]),
        "system-roles": str(SystemRole.objects.values_list("pk", flat=True)[0]),
        "systems": str(System.objects.get(slug="bms").pk),
        "user-system-roles": str(UserSystemRole.objects.get(user=other).pk),
        "users": str(other.pk),
        "sid": signed_in(other).sid,
    }


def clients_for(who: str, admin: User, agent: User) -> list[APIClient]:
    if who == "anonymous":
        return [APIClient()]
    if who == "service key":
        return [client_with_key("employees")]
    if who == "other key":
        return [client_with_key(scope) for scope in scopes_but("employees")]
    if who == "SCIM key":
        return [client_with_bearer("scim")]
    if who == "expired":
        return [client_of(admin, now=timezone.now() - timedelta(hours=1))]
    if who == "other admin":
        person = a_person("Otto", "Other")
        give(person, "Admin", system="hdts")
        return [client_of(person)]
    people = {"Admin": admin, "Agent": agent}
    return [client_of(people.get(who) or a_person("Jonas", "Keller", tts=["User"]))]


def client_with_key(scope: str) -> APIClient:
    _, plain = create_key(name=f"with {scope}", scopes=[scope], by=OPERATOR, now=timezone.now())
    client = APIClient()
    client.credentials(HTTP_X_API_KEY=plain)
    return client


def client_with_bearer(scope: str) -> APIClient:
    _, plain = create_key(name=f"with {scope}", scopes=[scope], by=OPERATOR, now=timezone.now())
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {plain}")
    return client


def call(client: APIClient, operation: str, target: dict[str, str]) -> Any:
    method, path = operation.split()
    return getattr(client, method.lower())(call_path(path, target))


def call_path(path: str, target: dict[str, str]) -> str:
    """Return the path with the ids of things that exist."""
    path = path.replace("{name}", "0" * 32 + ".webp").replace("{slug}", "acme").replace("{kind}", "people")
    kind = path.removeprefix("/api/v1/").split("/")[0]
    path = path.replace("{sid}", target["sid"]).replace("{user_id}", target["users"])
    return path.replace("{id}", target.get(kind, "1"))


def judge(response: Any, *, who: str, operation: str) -> str | None:
    """Return what is wrong with the answer, None when it is as the table says."""
    is_json = response.has_header("Content-Type") and response["Content-Type"].startswith("application/json")
    body = response.json() if is_json else {}
    codes = {error["code"] for error in body.get("errors", [])} if isinstance(body, dict) else set()
    said = f"{who}: {operation} → {response.status_code} {codes}"
    if response.status_code >= 500 and response.status_code != 503:  # what another service is needed for
        return said
    is_refused = response.status_code in {401, 403} and not codes & NOT_ABOUT_THE_CALLER
    if TABLE.is_open(operation):
        return None  # whatever it answers is about the request
    if is_refused is TABLE.lets_in(who, operation):
        return said
    takes_keys = operation == "POST /api/v1/hdts/sync/"
    is_scim = operation.split()[1].startswith("/scim/")  # knows nobody but its own keys
    is_known = not is_scim and who not in {"anonymous", "expired", "SCIM key"} and ("key" not in who or takes_keys)
    if is_refused and response.status_code != (403 if is_known else 401):
        return said
    return None


@pytest.mark.parametrize("who", TABLE.columns)
def test_lets_in_whom_the_table_says(who: str, admin: User, agent: User, target: dict[str, str], settings: Any) -> None:
    settings.WORKFLOW_API_URL = "http://127.0.0.1:9"
    wrong = []
    for client in clients_for(who, admin, agent):
        for operation in TABLE.rows:
            with transaction.atomic():  # each operation meets the same world
                wrong.append(judge(call(client, operation, target), who=who, operation=operation))
                transaction.set_rollback(True)

    assert [said for said in wrong if said] == []


def test_a_dead_session_is_nobody(admin: User, target: dict[str, str]) -> None:
    pair = signed_in(admin)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {pair.access}")
    APIClient().post("/logout/", {"refresh": pair.refresh})

    for operation in TABLE.rows:
        if not TABLE.is_open(operation) and "/scim/" not in operation:
            assert_problem(call(client, operation, target), 401, "token_revoked")
