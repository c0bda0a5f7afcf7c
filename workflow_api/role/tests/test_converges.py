"""Whatever happened in auth, and however its messages were shuffled, doubled, delayed or lost: the copy ends equal.

The messages go through the real consumers. `Auth` numbers objects and versions as the auth service does.
"""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from role.models import Person, Role, RoleMember
from ticketing_common.contracts.messages import SyncRole, SyncSnapshot, SyncUserSystemRole
from ticketing_testing.clients import deliver
from workflow.tests.factories import NOW
from workflowmanager.tasks import sync_role, sync_snapshot, sync_user_system_role

pytestmark = pytest.mark.django_db

CONSUMERS: dict[type, Any] = {
    SyncRole: sync_role,
    SyncUserSystemRole: sync_user_system_role,
    SyncSnapshot: sync_snapshot,
}
STEPS = ("add role", "rename", "drop role", "assign", "assign", "switch", "remove", "turn", "marry", "snapshot")

Message = SyncRole | SyncUserSystemRole | SyncSnapshot


class Auth:
    """What auth knows, and what it has said of it so far."""

    def __init__(self) -> None:
        self.roles: dict[int, dict[str, Any]] = {}
        self.holds: dict[int, dict[str, Any]] = {}
        self.people: dict[int, dict[str, Any]] = {
            number: {"name": f"Person {number}", "is_active": True, "version": 1} for number in (1, 2, 3)
        }
        self.last_role_id = self.last_hold_id = 0
        self.sent: list[Message] = []
        self.step("add role", 0, 0)

    def step(self, what: str, one: int, two: int) -> None:
        person = one % 3 + 1
        role = self._one_of(self.roles, two)
        hold = self._one_of(self.holds, two)
        if what == "add role":
            self.last_role_id += 1
            self.roles[self.last_role_id] = {"name": f"Team {one}", "version": 1}
            self._send_role(self.last_role_id)
        elif what == "rename" and role:
            self.roles[role] |= {"name": f"Squad {one}", "version": self.roles[role]["version"] + 1}
            self._send_role(role)
        elif what == "drop role" and role and self._may_go(role):
            self.roles[role]["version"] += 1
            self._send_role(role, "delete")
            del self.roles[role]
        elif what == "assign" and role:
            self._assign(person, role)
        elif what == "switch" and hold:
            self.holds[hold] |= {"is_on": not self.holds[hold]["is_on"]}
            self._send_holds([hold])
        elif what == "remove" and hold:
            self._send_holds([hold], "delete")
            del self.holds[hold]
        elif what in {"turn", "marry"}:
            known = self.people[person]
            known["version"] += 1
            known |= {"is_active": not known["is_active"]} if what == "turn" else {"name": f"Married {one}{two}"}
            self._send_holds([key for key, entry in self.holds.items() if entry["person"] == person])
        elif what == "snapshot":
            self.snapshot()

    def snapshot(self) -> None:
        self.sent.append(
            SyncSnapshot(
                roles=[self._role_message(key).as_kwargs() for key in self.roles],
                members=[self._hold_message(key).as_kwargs() for key in self.holds],
                snapshot_id=f"s{len(self.sent)}",
                taken_at=(NOW + timedelta(seconds=len(self.sent))).isoformat(),
                last_role_id=self.last_role_id,
                last_member_id=self.last_hold_id,
            )
        )

    def _may_go(self, role: int) -> bool:
        """The first role is one of those that a system relies on: there is always one."""
        return role != 1 and not any(entry["role"] == role for entry in self.holds.values())

    def _one_of(self, rows: dict[int, Any], number: int) -> int | None:
        return sorted(rows)[number % len(rows)] if rows else None

    def _assign(self, person: int, role: int) -> None:
        if any((entry["person"], entry["role"]) == (person, role) for entry in self.holds.values()):
            return
        self.last_hold_id += 1
        given_at = (NOW + timedelta(seconds=len(self.sent))).isoformat()
        self.holds[self.last_hold_id] = {
            "person": person, "role": role, "is_on": True, "version": 0, "given_at": given_at,
        }  # fmt: skip
        self._send_holds([self.last_hold_id])

    def _send_role(self, key: int, action: str = "upsert") -> None:
        self.sent.append(self._role_message(key, action))

    def _send_holds(self, keys: list[int], action: str = "upsert") -> None:
        for key in keys:
            self.holds[key]["version"] += 1
            self.sent.append(self._hold_message(key, action))

    def _role_message(self, key: int, action: str = "upsert") -> SyncRole:
        role = self.roles[key]
        return SyncRole(
            role_id=key,
            name=role["name"],
            system="tts",
            description="",
            is_custom=True,
            action=action,
            version=role["version"],
        )

    def _hold_message(self, key: int, action: str = "upsert") -> SyncUserSystemRole:
        hold = self.holds[key]
        person = self.people[hold["person"]]
        return SyncUserSystemRole(
            user_system_role_id=key,
            user_id=hold["person"],
            user_email=f"{hold['person']}@example.com",
            user_full_name=person["name"],
            system="tts",
            role_id=hold["role"],
            role_name=self.roles[hold["role"]]["name"],
            is_active=hold["is_on"] and person["is_active"],
            settings={},
            assigned_at=hold["given_at"],
            action=action,
            version=hold["version"],
            user_version=person["version"],
        )

    def state(self) -> tuple[Any, Any, Any]:
        """Active roles, who effectively holds which, and the names of those who hold any."""
        roles = {key: (entry["name"], entry["version"]) for key, entry in self.roles.items()}
        holders = {
            (entry["role"], entry["person"])
            for entry in self.holds.values()
            if entry["is_on"] and self.people[entry["person"]]["is_active"]
        }
        return roles, holders, {entry["person"]: self.people[entry["person"]]["name"] for entry in self.holds.values()}


def copy(people: set[int]) -> tuple[Any, Any, Any]:
    roles = {role.pk: (role.name, role.version) for role in Role.objects.filter(is_active=True)}
    holders = set(RoleMember.objects.active().values_list("role_id", "person_id"))
    return roles, holders, dict(Person.objects.filter(pk__in=people).values_list("user_id", "full_name"))


def arrive(messages: list[Message]) -> None:
    for message in messages:
        deliver(CONSUMERS[type(message)], **message.as_kwargs())


def history(steps: list[tuple[str, int, int]]) -> Auth:
    auth = Auth()
    for step in steps:
        auth.step(*step)
    return auth


histories = st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 5), st.integers(0, 5)), max_size=16)
many = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@many
@given(steps=histories, seed=st.integers(0, 2**32))
def test_shuffled_doubled_and_delayed_messages_end_in_the_same_state(
    steps: list[tuple[str, int, int]], seed: int
) -> None:
    auth, chance = history(steps), random.Random(seed)
    stream = auth.sent + chance.sample(auth.sent, len(auth.sent) // 2)
    chance.shuffle(stream)
    with transaction.atomic():
        arrive(stream)

        assert copy(set(auth.state()[2])) == auth.state()
        transaction.set_rollback(True)


@many
@given(steps=histories, seed=st.integers(0, 2**32))
def test_a_snapshot_heals_what_was_lost_and_nothing_late_undoes_it(
    steps: list[tuple[str, int, int]], seed: int
) -> None:
    auth, chance = history(steps), random.Random(seed)
    arrived = chance.sample(auth.sent, len(auth.sent) // 2)
    late = chance.sample(auth.sent, len(auth.sent) // 2)
    auth.snapshot()
    with transaction.atomic():
        arrive([*arrived, auth.sent[-1], *late])

        assert copy(set(auth.state()[2])) == auth.state()
        transaction.set_rollback(True)
