"""Every answer of 400 or more has the same shape, and shows nothing of the inside."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from ticketing_testing.clients import assert_problem, client_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> APIClient:
    return APIClient(raise_request_exception=False)


@pytest.mark.parametrize(
    ("what", "status", "code", "attr"),
    [
        ("conflict", 409, "conflict", None),
        ("attr", 409, "conflict", "size"),
        ("retry", 404, "not_found", None),
        ("http404", 404, "not_found", None),
        ("denied", 403, "permission_denied", None),
        ("nested", 400, "invalid", "steps.1.name"),
        ("throttled", 429, "throttled", None),
        ("database", 503, "unavailable", None),
        ("bug", 500, "internal_error", None),
    ],
)
def test_a_refusal_is_answered_in_the_envelope(
    client: APIClient, what: str, status: int, code: str, attr: str | None
) -> None:
    answer = client.get(f"/raise/{what}/")

    body = assert_problem(answer, status, code)
    assert attr in [error["attr"] for error in body["errors"]]
    assert "secret detail" not in answer.content.decode()
    assert answer["X-Request-ID"]


def test_extra_facts_stand_beside_the_errors(client: APIClient) -> None:
    assert client.get("/raise/conflict/").json()["current_version"] == 7


@pytest.mark.parametrize(("what", "seconds"), [("throttled", "5"), ("retry", "30"), ("database", "2")])
def test_says_when_to_try_again(client: APIClient, what: str, seconds: str) -> None:
    assert client.get(f"/raise/{what}/")["Retry-After"] == seconds


def test_an_unknown_address_is_a_404(client: APIClient) -> None:
    assert_problem(client.get("/no/such/address/"), 404, "not_found")


def test_a_method_that_is_not_there_is_a_405(client: APIClient) -> None:
    assert_problem(client.delete("/things/"), 405, "method_not_allowed")


def test_a_failure_outside_rest_views_is_a_500(client: APIClient) -> None:
    answer = client.get("/plain-bug/")

    assert_problem(answer, 500, "internal_error")
    assert "secret detail" not in answer.content.decode()


def test_a_body_that_is_not_json_is_a_400(client: APIClient) -> None:
    assert_problem(client.post("/things/", data="{", content_type="application/json"), 400, "parse_error")


def test_another_media_type_is_a_415(client: APIClient) -> None:
    assert_problem(client.post("/things/", data="x", content_type="text/plain"), 415, "unsupported_media_type")


def test_a_field_at_fault_is_named(client: APIClient) -> None:
    assert_problem(client.post("/things/", {"name": ""}), 400, "blank", "name")


class TestLists:
    @pytest.mark.parametrize("query", ["colour=red", "name__contains=x", "Size=1", "page__size=3"])
    def test_an_unknown_filter_is_a_400(self, client: APIClient, query: str) -> None:
        assert_problem(client.get(f"/things/?{query}"), 400, "unknown_filter", query.split("=")[0])

    @pytest.mark.parametrize(
        "query", ["name=x", "name__icontains=x", "size__gte=1", "search=x", "page=1&page_size=5", "ordering=-size,name"]
    )
    def test_a_known_one_is_taken(self, client: APIClient, query: str) -> None:
        assert client.get(f"/things/?{query}").status_code == 200

    def test_an_unknown_ordering_is_a_400(self, client: APIClient) -> None:
        assert_problem(client.get("/things/?ordering=colour"), 400, "unknown_ordering", "ordering")

    def test_a_filter_of_the_wrong_type_is_a_400(self, client: APIClient) -> None:
        assert_problem(client.get("/things/?size=large"), 400, attr="size")

    def test_a_page_has_at_most_a_hundred_rows(self, client: APIClient) -> None:
        from project.models import Thing

        Thing.objects.bulk_create(Thing(name=f"thing {n}") for n in range(130))

        body = client.get("/things/?page_size=1000").json()

        assert set(body) == {"count", "next", "previous", "results"}
        assert (body["count"], len(body["results"])) == (130, 100)


class TestRequestId:
    def test_is_returned_as_sent(self, client: APIClient) -> None:
        assert client.get("/health/live/", HTTP_X_REQUEST_ID="cause-1")["X-Request-ID"] == "cause-1"

    @pytest.mark.parametrize("sent", ["", "a b", "x" * 129, "a\x1b[31m", 'a","level":"info'])
    def test_is_made_anew_when_it_is_not_safe_to_log(self, client: APIClient, sent: str) -> None:
        made = client.get("/health/live/", HTTP_X_REQUEST_ID=sent)["X-Request-ID"]

        assert made != sent
        assert len(made) == 32


class TestRights:
    @pytest.mark.parametrize("path", ["/who/", "/agent/", "/admin/", "/service/"])
    def test_nobody_gets_in_without_credentials(self, client: APIClient, path: str) -> None:
        answer = client.get(path)

        assert_problem(answer, 401, "not_authenticated")
        assert answer["WWW-Authenticate"].startswith("Bearer")

    @pytest.mark.parametrize(
        ("roles", "agent", "admin"),
        [
            ({"tts": ["User"]}, 403, 403),
            ({"tts": ["Agent"]}, 200, 403),
            ({"tts": ["User", "Finance Lead"]}, 200, 403),
            ({"tts": ["Admin"]}, 200, 200),
            ({"hdts": ["Admin"]}, 403, 403),
            ({}, 403, 403),
        ],
    )
    def test_roles_decide(self, roles: dict[str, list[str]], agent: int, admin: int) -> None:
        client = client_for(5, roles=roles)

        assert client.get("/who/").json()["user_id"] == 5
        assert client.get("/agent/").status_code == agent
        assert client.get("/admin/").status_code == admin

    @pytest.mark.parametrize("key", ["first-key", "second-key"])
    def test_both_keys_of_a_service_work(self, client: APIClient, key: str) -> None:
        assert client.get("/service/", HTTP_X_API_KEY=key).json() == {"service": "ticket_service"}

    @pytest.mark.parametrize("key", ["", "wrong", "first-key ", "ticket_service:first-key"])
    def test_a_wrong_key_is_refused(self, client: APIClient, key: str) -> None:
        assert_problem(client.get("/service/", HTTP_X_API_KEY=key), 401, "api_key_invalid")

    def test_a_person_is_not_a_service(self) -> None:
        assert client_for(5, roles={"tts": ["Admin"]}).get("/service/").status_code == 403


def test_the_schema_documents_the_envelope(client: APIClient) -> None:
    schema: Any = client.get("/api/schema/?format=json").json()

    operation = schema["paths"]["/things/"]["post"]
    assert {"400", "401", "403", "409", "422", "429", "503"} <= set(operation["responses"])
    assert operation["responses"]["400"]["content"]["application/json"]["schema"]["$ref"].endswith("/Error")
    assert {"bearer", "apiKey"} <= set(schema["components"]["securitySchemes"])


def test_the_documentation_page_loads_nothing_from_elsewhere(client: Client) -> None:
    page = client.get("/api/docs/").content.decode()

    assert "//cdn" not in page
    assert "https://" not in page
