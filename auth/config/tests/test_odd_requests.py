"""Odd bodies, queries and ids get an answer in the envelope from every operation, never a crash."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from rest_framework.test import APIClient

from config.tests.test_access import call_path, target  # noqa: F401 -- a fixture
from ticketing_testing.access import operations
from ticketing_testing.clients import assert_problem
from users.models import User
from users.tests.factories import client_of

pytestmark = pytest.mark.django_db

HUGE = 10**30
BODIES: list[str] = [
    "",
    "{",
    "null",
    "[]",
    '"text"',
    "17",
    "[[[[]]]]",
    '{"a": ' + "[" * 500 + "]" * 500 + "}",
    "\x00",
    '{"email": null, "password": null}',
    '{"email": {"a": 1}, "password": ["x"], "username": 1.5, "token": true, "refresh": {}}',
    '{"email": "a\\u0000@example.com", "password": "\\ud800", "username": "\\u0000", "name": "\\u0000"}',
    f'{{"user_id": {HUGE}, "role_id": {HUGE}, "overlap_hours": {HUGE}}}',
    f'{{"user_id": -{HUGE}, "role_id": 1e400}}',
    '{"user_id": 1, "role_id": 1, "settings": {"a": "\\u0000"}}',
    '{"settings": {"a": "\\ud800"}}',
    '{"scopes": "ams", "name": "x", "expires_at": "9999-12-31T23:59:59.999999+14:00"}',
    '{"employees": [null, 1, "x", {"source_id": "\\u0000"}]}',
    '{"challenge": "x", "code": "\\u0661\\u0662\\u0663\\u0664\\u0665\\u0666"}',
    '{"token": "a.b.c"}',
    '{"refresh": "a.b.c", "captcha": "!!!"}',
]
QUERIES = [
    "page=-1",
    f"page={HUGE}",
    "page_size=x",
    "search=%00",
    "search=" + "x" * 3000,
    "ordering=,,-",
    "ordering=__class__",
    f"user_id={HUGE}",
    "user_id=NaN",
    "role=%00",
    "occurred_after=yesterday",
    "system=%ED%A0%80",
    "unknown=1",
]


def problem(response: Any, said: str) -> str | None:
    if response.status_code < 400:
        return None
    if response.status_code >= 500 and response.status_code != 503:
        return f"{said} → {response.status_code}"
    try:
        assert_problem(response, response.status_code)
    except (AssertionError, KeyError, ValueError) as error:
        return f"{said} → {response.status_code} without the envelope: {error}"
    return None


@pytest.fixture
def desk(admin: User, settings: Any) -> APIClient:
    settings.WORKFLOW_API_URL = "http://127.0.0.1:9"
    client = client_of(admin)
    client.raise_request_exception = False
    return client


def test_odd_bodies(desk: APIClient, target: dict[str, str]) -> None:  # noqa: F811
    wrong = []
    for operation in sorted(operations()):
        method, path = operation.split()
        if method == "GET":
            continue
        for body in BODIES:
            with transaction.atomic():
                where = call_path(path, target)
                response = desk.generic(method, where, body, content_type="application/json")
                wrong.append(problem(response, f"{operation} {body[:60]}"))
                transaction.set_rollback(True)

    assert [said for said in wrong if said] == []


def test_odd_queries(desk: APIClient, target: dict[str, str]) -> None:  # noqa: F811
    wrong = []
    for operation in sorted(operations()):
        method, path = operation.split()
        if method != "GET":
            continue
        for query in QUERIES:
            with transaction.atomic():
                response = desk.get(f"{call_path(path, target)}?{query}")
                wrong.append(problem(response, f"{operation} ?{query[:60]}"))
                transaction.set_rollback(True)

    assert [said for said in wrong if said] == []


@pytest.mark.parametrize("odd", ["0", "-1", "x", "1.5", "9" * 18, "9" * 40, "%00", "1%20or%201=1"])
def test_odd_ids(desk: APIClient, odd: str, target: dict[str, str]) -> None:  # noqa: F811
    wrong = []
    for operation in sorted(operations()):
        method, path = operation.split()
        if "{" not in path:
            continue
        with transaction.atomic():
            ids = dict.fromkeys(target, odd)
            response = desk.generic(method, call_path(path, ids), "{}", content_type="application/json")
            wrong.append(problem(response, f"{operation} {odd}"))
            transaction.set_rollback(True)

    assert [said for said in wrong if said] == []
