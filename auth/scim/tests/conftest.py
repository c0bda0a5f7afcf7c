"""Clients of SCIM for tests."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from keys.api_keys import create_key
from security.services import OPERATOR


def a_key(name: str = "entra", scopes: tuple[str, ...] = ("scim",)) -> str:
    _, plain = create_key(name=name, scopes=list(scopes), by=OPERATOR, now=timezone.now())
    return plain


def client_named(name: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {a_key(name)}")
    return client


@pytest.fixture
def entra(systems: None) -> APIClient:
    return client_named("entra")


@pytest.fixture
def okta(systems: None) -> APIClient:
    return client_named("okta")


def assert_scim_error(answer: Any, status: int, scim_type: str | None = None) -> dict[str, Any]:
    """Check that this is SCIM's error with this status and keyword, and return it."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/scim+json"
    error: dict[str, Any] = answer.json()
    assert error["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:Error"]
    assert (error["status"], error.get("scimType")) == (str(status), scim_type)
    return error
