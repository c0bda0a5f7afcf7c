"""Links to other pages lead back to where the client called."""

from __future__ import annotations

import pytest
from project.models import Thing
from rest_framework.test import APIClient

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> APIClient:
    Thing.objects.bulk_create(Thing(name=str(number)) for number in range(5))
    return APIClient()


def test_straight_they_name_the_service(client: APIClient) -> None:
    page = client.get("/things/?page_size=2&page=2").json()

    assert page["next"] == "http://testserver/things/?page=3&page_size=2"
    assert page["previous"] == "http://testserver/things/?page_size=2"


def test_through_the_gateway_they_carry_its_prefix(client: APIClient) -> None:
    page = client.get("/things/?page_size=2&page=2", headers={"X-Forwarded-Prefix": "/api/workflow"}).json()

    assert page["next"] == "http://testserver/api/workflow/things/?page=3&page_size=2"
    assert page["previous"] == "http://testserver/api/workflow/things/?page_size=2"


@pytest.mark.parametrize("prefix", ["//evil.example.com", "/api/../x", "api/workflow", "/api/workflow/", "/api/A\\b"])
def test_what_is_no_prefix_of_the_gateway_is_ignored(client: APIClient, prefix: str) -> None:
    page = client.get("/things/?page_size=2", headers={"X-Forwarded-Prefix": prefix}).json()

    assert page["next"] == "http://testserver/things/?page=2&page_size=2"


def test_the_ends_have_none(client: APIClient) -> None:
    page = client.get("/things/?page_size=5", headers={"X-Forwarded-Prefix": "/api/workflow"}).json()

    assert (page["next"], page["previous"]) == (None, None)
