"""A client may try a write again: the same key has one effect and gets the first answer."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from project.models import Thing
from rest_framework.test import APIClient

from ticketing_common.inbox.models import IdempotentAnswer, delete_old
from ticketing_testing.clients import assert_problem, client_for


def post(client: APIClient, key: str | None, **body: Any) -> Any:
    headers = {"HTTP_IDEMPOTENCY_KEY": key} if key is not None else {}
    return client.post("/things/", {"name": "lamp", **body}, **headers)


@pytest.mark.django_db
class TestIdempotent:
    def test_a_second_try_gets_the_first_answer(self) -> None:
        client = client_for(1)
        first, second = post(client, "k1"), post(client, "k1")

        assert (first.status_code, second.status_code) == (201, 201)
        assert first.json() == second.json()
        assert second["Idempotent-Replayed"] == "true"
        assert Thing.objects.count() == 1

    def test_without_key_each_try_counts(self) -> None:
        client = client_for(1)
        post(client, None)
        post(client, None)

        assert Thing.objects.count() == 2

    def test_the_same_key_for_another_request_is_refused(self) -> None:
        client = client_for(1)
        post(client, "k1")

        assert_problem(post(client, "k1", size=2), 422, "idempotency_key_reused")
        assert Thing.objects.count() == 1

    def test_the_same_key_of_another_person_is_another_key(self) -> None:
        post(client_for(1), "k1")
        post(client_for(2), "k1")

        assert Thing.objects.count() == 2

    def test_a_refusal_leaves_nothing_and_may_be_tried_again(self) -> None:
        client = client_for(1)

        assert post(client, "k1", name="refuse after writing").status_code == 409
        assert post(client, "k2", name="").status_code == 400
        assert Thing.objects.count() == 0
        assert not IdempotentAnswer.objects.exists()
        assert post(client, "k2").status_code == 201

    def test_a_key_that_is_too_long_is_refused(self) -> None:
        assert_problem(post(client_for(1), "x" * 201), 400, attr="Idempotency-Key")

    def test_answers_are_kept_for_two_days(self) -> None:
        post(client_for(1), "k1")
        IdempotentAnswer.objects.update(created_at=timezone.now() - timedelta(days=3))

        assert delete_old(now=timezone.now()) == 1


@pytest.mark.django_db(transaction=True)
def test_ten_tries_at_once_have_one_effect() -> None:
    answers: list[Any] = []
    client_for(1)  # makes the key pair before the threads need it

    def run() -> None:
        try:
            answers.append(post(client_for(1), "k1"))
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [answer.status_code for answer in answers] == [201] * 10
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert Thing.objects.count() == 1
