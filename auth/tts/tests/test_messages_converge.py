"""Whatever happens to roles and people, and in whatever order the messages arrive, the copy ends equal to auth."""

from __future__ import annotations

import random
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from roles.models import Role
from roles.services import change_role, create_role, delete_role
from security.services import OPERATOR
from system_roles.models import UserSystemRole
from system_roles.services import assign_role, change_hold, remove_hold
from systems.models import System
from ticketing_common.errors import Refusal
from ticketing_common.outbox.models import OutboxMessage
from tts import sync
from users.models import User
from users.services import delete_user, set_active, update_user
from users.tests.factories import a_person

pytestmark = pytest.mark.django_db

ROLE, HOLD, PERSON = "role.tasks.sync_role", "role.tasks.sync_user_system_role", "users.tasks.sync_user"
IDS = {ROLE: "role_id", HOLD: "user_system_role_id", PERSON: "user_id"}

steps = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "add role",
                "rename role",
                "delete role",
                "assign",
                "switch",
                "remove",
                "turn off",
                "turn on",
                "marry",
                "go",
            ]
        ),
        st.integers(0, 5),
        st.integers(0, 5),
    ),
    max_size=14,
)


class Copy:
    """A consumer as the contract asks for: of one object, only a newer version applies."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, int], dict[str, Any]] = {}

    def take(self, task: str, message: dict[str, Any]) -> None:
        key = (task, message[IDS[task]])
        if key not in self.known or self.known[key]["version"] < message["version"]:
            self.known[key] = message

    def alive(self, task: str) -> dict[int, dict[str, Any]]:
        found = {key[1]: entry for key, entry in self.known.items() if key[0] == task}
        return {key: entry for key, entry in found.items() if entry.get("action") != "delete"}


def do(what: str, one: int, two: int) -> None:
    """Do one thing to the objects that there are; what is refused changes nothing."""
    by, now = OPERATOR, timezone.now()
    roles = list(Role.objects.of_system("tts").order_by("id"))
    users = list(User.objects.get_queryset().order_by("id"))
    holds = list(UserSystemRole.objects.order_by("id"))
    role, user = roles[one % len(roles)], users[two % len(users)] if users else None
    hold = holds[two % len(holds)] if holds else None
    if what == "add role":
        create_role(system_id=System.objects.get(slug="tts").pk, name=f"Team {one}{two}", by=by, now=now)
    elif what == "rename role":
        change_role(role_id=role.pk, name=f"Squad {one}{two}", by=by, now=now)
    elif what == "delete role":
        delete_role(role_id=role.pk, by=by, now=now)
    elif what == "assign" and user:
        assign_role(user_id=user.pk, role_id=role.pk, by=by, now=now)
    elif what == "switch" and hold:
        change_hold(hold_id=hold.pk, is_active=not hold.is_active, by=by, now=now)
    elif what == "remove" and hold:
        remove_hold(hold_id=hold.pk, by=by, now=now)
    elif what in {"turn off", "turn on"} and user:
        set_active(user_id=user.pk, is_active=what == "turn on", by=by, now=now)
    elif what == "marry" and user:
        update_user(user_id=user.pk, changes={"last_name": f"Name{one}"}, by=by, now=now)
    elif what == "go" and user:
        delete_user(user_id=user.pk, by=by, now=now)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=steps, seed=st.integers(0, 2**32))
def test_a_shuffled_and_doubled_stream_ends_in_the_same_state(
    systems: None, steps: list[tuple[str, int, int]], seed: int
) -> None:
    with transaction.atomic():
        OutboxMessage.objects.all().delete()
        for role in Role.objects.of_system("tts").select_related("system"):
            sync.publish_role(role)
        people = [a_person_kept("Amara"), a_person_kept("Priya"), a_person_kept("Tomas")]
        assert people
        for step in steps:
            try:
                with transaction.atomic():
                    do(*step)
            except Refusal:
                continue
        sent = [(row.task, row.kwargs) for row in OutboxMessage.objects.order_by("id") if row.task in IDS]
        versions_of_each_object_are_new(sent)
        order = random.Random(seed)
        stream = sent + order.sample(sent, len(sent) // 2)
        order.shuffle(stream)
        copy = Copy()
        for task, message in stream:
            copy.take(task, message)

        equals_auth(copy)
        transaction.set_rollback(True)


def a_person_kept(first_name: str) -> User:
    before = list(OutboxMessage.objects.values_list("pk", flat=True))
    kept = list(OutboxMessage.objects.filter(pk__in=before))
    user = a_person(first_name, "Okafor", tts=["Agent"])
    OutboxMessage.objects.bulk_create(kept)
    sync.publish_people([user])
    for hold in UserSystemRole.objects.filter(user=user).with_names():
        sync.publish_hold(hold)
    return user


def versions_of_each_object_are_new(sent: list[tuple[str, dict[str, Any]]]) -> None:
    """Two different messages about one object never bear the same version."""
    seen: dict[tuple[str, int, int], dict[str, Any]] = {}
    for task, message in sent:
        key = (task, message[IDS[task]], message["version"])
        assert seen.setdefault(key, message) == message


def equals_auth(copy: Copy) -> None:
    roles = {role.pk: (role.name, role.version) for role in Role.objects.of_system("tts")}
    assert {key: (entry["name"], entry["version"]) for key, entry in copy.alive(ROLE).items()} == roles
    holds = {
        hold.pk: (hold.user_id, hold.role_id, hold.is_active and hold.user.is_active, hold.user.full_name)
        for hold in UserSystemRole.objects.of_system("tts").with_names()
    }
    assert {
        key: (entry["user_id"], entry["role_id"], entry["is_active"], entry["user_full_name"])
        for key, entry in copy.alive(HOLD).items()
    } == holds
    named = UserSystemRole.objects.names_by_user()
    numbered: dict[int, dict[str, list[int]]] = {}
    for hold in UserSystemRole.objects.effective().with_names().order_by("role_id"):
        numbered.setdefault(hold.user_id, {}).setdefault(hold.system.slug, []).append(hold.role_id)
    people = {
        user.pk: (user.full_name, named.get(user.pk, {}), numbered.get(user.pk, {}))
        for user in User.objects.active().order_by("id")
    }
    assert {
        key: (entry["full_name"], entry["roles"], entry["role_ids"])
        for key, entry in copy.alive(PERSON).items()
        if entry["is_active"]
    } == people
