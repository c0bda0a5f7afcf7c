"""The copy of people follows auth, however its messages arrive."""

from __future__ import annotations

import random

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.tasks import sync_user
from notifications.models import Person
from ticketing_common.contracts.messages import examples
from ticketing_testing.clients import deliver

pytestmark = pytest.mark.django_db


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
