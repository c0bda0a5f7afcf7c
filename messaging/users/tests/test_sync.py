"""The copy of people follows auth."""

from __future__ import annotations

import random

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ticketing_common.contracts.messages import examples
from ticketing_testing.clients import deliver
from users.models import Person
from users.tasks import sync_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", examples("users.tasks.sync_user"))
def test_accepts_every_published_example_and_its_redelivery(name: str) -> None:
    payload = examples("users.tasks.sync_user")[name]
    deliver(sync_user, message_id="m-1", **payload)
    deliver(sync_user, message_id="m-1", **payload)
    person = Person.objects.get()
    assert (person.user_id, person.full_name, person.roles) == (
        payload["user_id"],
        payload["full_name"],
        payload["roles"],
    )


@pytest.mark.parametrize(("version", "name"), [(3, "Amara Okafor"), (4, "Amara Okafor"), (5, "Amara Okafor-Weber")])
def test_only_what_is_newer_counts(version: int, name: str) -> None:
    payload = examples("users.tasks.sync_user")["agent"]
    deliver(sync_user, **payload)
    deliver(sync_user, **(payload | {"full_name": "Amara Okafor-Weber", "version": version}))
    assert Person.objects.get().full_name == name


def test_roles_by_id_are_kept_of_this_system_and_forgotten_when_an_older_publisher_speaks() -> None:
    payload = examples("users.tasks.sync_user")["with_role_ids"] | {"role_ids": {"hdts": [3], "tts": [2, 8]}}
    deliver(sync_user, **payload)
    assert Person.objects.get().role_ids == [2, 8]
    del payload["role_ids"]
    deliver(sync_user, **(payload | {"version": payload["version"] + 1}))
    assert Person.objects.get().role_ids is None, "they may be others by now: names count until ids come again"


def test_roles_by_id_are_taken_once_more_of_a_version_that_was_told_without() -> None:
    payload = examples("users.tasks.sync_user")["with_role_ids"]
    deliver(sync_user, **examples("users.tasks.sync_user")["agent"])
    deliver(sync_user, **(payload | {"version": payload["version"] - 1, "role_ids": {"tts": [1]}}))
    assert Person.objects.get().role_ids is None
    deliver(sync_user, **payload)
    deliver(sync_user, **(payload | {"role_ids": {"tts": [1]}}))
    assert Person.objects.get().role_ids == [2, 8]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(counts=st.lists(st.integers(1, 6), min_size=1, max_size=4), seed=st.integers(0, 2**32))
def test_shuffled_and_doubled_messages_end_with_the_newest_of_each_person(counts: list[int], seed: int) -> None:
    chance = random.Random(seed)
    sent = [
        examples("users.tasks.sync_user")["agent"]
        | {"user_id": person, "version": version, "full_name": f"Name {version}", "is_active": chance.random() < 0.5}
        for person, count in enumerate(counts, start=1)
        for version in range(1, count + 1)
    ]
    newest = {message["user_id"]: (message["full_name"], message["is_active"]) for message in sent}
    stream = sent + chance.sample(sent, len(sent) // 2)
    chance.shuffle(stream)
    with transaction.atomic():
        for message in stream:
            deliver(sync_user, **message)

        assert {row.user_id: (row.full_name, row.is_active) for row in Person.objects.all()} == newest
        transaction.set_rollback(True)
