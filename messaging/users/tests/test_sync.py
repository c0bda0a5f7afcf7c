"""The copy of people follows auth."""

from __future__ import annotations

import pytest

from ticketing_common.contracts.messages import examples
from ticketing_common.testing import deliver
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
