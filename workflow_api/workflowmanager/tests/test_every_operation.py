"""What holds for every list and every write of the service, whatever it is about. The schema names them."""

from __future__ import annotations

from typing import Any

import pytest
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from ticketing_testing.clients import assert_problem, client_for
from workflowmanager.tests.test_access import Desk

pytestmark = pytest.mark.django_db

TOO_LONG_A_KEY = "k" * 201
# Gives out what waits, looks at a draft or ahead: to do it twice is to do it once. A calendar feed would be kept with
# its link; its name can't be taken twice.
NEEDS_NO_KEY = {
    "/calendar-feeds/",
    "/pool/retry/",
    "/privacy/person/",
    "/retention/{kind}/run/",
    "/workflows/import/preview/",
    "/workflows/{id}/validate/",
    "/workflows/{workflow_id}/dry-run/",
    "/workflows/{workflow_id}/migrate/preview/",
}
# A value that each kind of filter understands.
VALUES = {"integer": "1", "number": "1", "boolean": "true", "string": "x", "array": "1"}


def paths() -> dict[str, Any]:
    generator: Any = SchemaGenerator
    found: dict[str, Any] = generator().get_schema(request=None, public=True)["paths"]
    return found


def parameters(operation: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {given["name"]: given for given in operation.get("parameters", []) if given["in"] == "query"}


LISTS = {
    path: parameters(calls["get"])
    for path, calls in paths().items()
    if "get" in calls and "page" in parameters(calls["get"])
}
POSTS = sorted(path for path, calls in paths().items() if "post" in calls)


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def admin() -> APIClient:
    return client_for(90, roles={"tts": ["Admin"]})


def value_of(desk: Desk, given: dict[str, Any]) -> str:
    things = {"parent": "categories", "role": "roles", "workflow": "workflows"}
    if given["name"] in things:
        return str(desk.ids[things[given["name"]]])
    shape = given["schema"]
    shape = shape.get("items", shape) if shape.get("type") == "array" else shape
    if shape.get("enum"):
        return str(next(value for value in shape["enum"] if value))
    if shape.get("format") == "date-time":
        return "2026-03-02T09:00:00Z"
    return VALUES[shape.get("type", "string")]


@pytest.mark.parametrize("path", LISTS)
class TestLists:
    def test_refuses_an_unknown_filter_and_an_unknown_order(self, path: str, desk: Desk, admin: APIClient) -> None:
        address = desk.path(path)
        for query in ({"no_such_filter": "1"}, {"ordering": "no_such_column"}):
            own = dict(pair.split("=") for pair in address.partition("?")[2].split("&") if pair)
            assert_problem(admin.get(address.partition("?")[0], {**own, **query}), 400)

    def test_takes_every_filter_that_it_documents(self, path: str, desk: Desk, admin: APIClient) -> None:
        address = desk.path(path)
        for name, given in LISTS[path].items():
            if name in address or name in ("page", "ordering"):
                continue
            answer = admin.get(address + ("&" if "?" in address else "?") + f"{name}={value_of(desk, given)}")
            assert answer.status_code == 200, f"{name}: {answer.content!r}"
            assert set(answer.json()) == {"count", "next", "previous", "results"}

    def test_pages_of_at_most_a_hundred(self, path: str, desk: Desk, admin: APIClient) -> None:
        address = desk.path(path)
        answer = admin.get(address + ("&" if "?" in address else "?") + "page_size=100000")
        assert answer.status_code == 200
        assert len(answer.json()["results"]) <= 100


@pytest.mark.parametrize("path", [path for path in POSTS if path not in NEEDS_NO_KEY])
def test_every_write_that_a_client_may_retry_takes_an_idempotency_key(path: str, desk: Desk, admin: APIClient) -> None:
    answer = admin.post(desk.path(path), desk.body(f"POST {path}") or None, headers={"Idempotency-Key": TOO_LONG_A_KEY})
    assert_problem(answer, 400, attr="Idempotency-Key")
