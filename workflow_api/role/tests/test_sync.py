"""Roles and people as auth tells of them: late, twice, in any order."""

from __future__ import annotations

import itertools
import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from role.models import Person, Role, RoleMember
from role.services import MemberChange, apply_member, apply_role, apply_snapshot
from ticketing_common.contracts.messages import examples
from ticketing_testing.clients import deliver
from workflow.tests.factories import AMARA, BENEDIKT, CHIYO, NOW, Somebody
from workflowmanager.tasks import sync_role, sync_snapshot, sync_user_system_role

SUPPORT = 5


def role_message(version: int = 1, **given: Any) -> dict[str, Any]:
    values = {
        "role_id": SUPPORT,
        "name": "IT Support",
        "system": "tts",
        "description": "Solves IT tickets.",
        "is_custom": True,
        "action": "upsert",
        "version": version,
    }
    return values | given


def member_message(hold: int = 12, person: Somebody = AMARA, version: int = 1, **given: Any) -> dict[str, Any]:
    values = {
        "user_system_role_id": hold,
        "user_id": person.user_id,
        "user_email": f"{person.full_name.lower().replace(' ', '.')}@example.com",
        "user_full_name": person.full_name,
        "system": "tts",
        "role_id": SUPPORT,
        "role_name": "IT Support",
        "is_active": True,
        "settings": {},
        "assigned_at": NOW,
        "action": "upsert",
        "version": version,
    }
    return values | given


def holders(role_id: int = SUPPORT) -> set[int]:
    return set(RoleMember.objects.active().of_role(role_id).values_list("person_id", flat=True))


def forget() -> None:
    RoleMember.objects.all().delete()
    Role.objects.all().delete()
    Person.objects.all().delete()


@pytest.mark.django_db
class TestApplyRole:
    def test_makes_changes_and_retires_a_role(self) -> None:
        assert apply_role(**role_message(1)).is_new
        apply_role(**role_message(2, name="Service Desk"))
        apply_member(**member_message())
        gone = apply_role(**role_message(3, name="Service Desk", action="delete"))

        role = Role.objects.get()
        assert (role.name, role.is_active, role.version) == ("Service Desk", False, 3)
        assert gone.deleted
        assert gone.members == (MemberChange(SUPPORT, AMARA.user_id, lost=True),)
        assert holders() == set()

    def test_ignores_what_is_older_than_known(self) -> None:
        apply_role(**role_message(3, name="Service Desk"))

        assert not apply_role(**role_message(2)).applied
        assert Role.objects.get().name == "Service Desk"

    def test_has_no_effect_the_second_time(self) -> None:
        apply_role(**role_message(1))
        before = Role.objects.values().get()

        apply_role(**role_message(1))

        assert Role.objects.values().get() == before

    def test_lets_a_name_pass_from_one_role_to_another_in_any_order(self) -> None:
        apply_role(**role_message(1))

        apply_role(**role_message(1, role_id=6))
        apply_role(**role_message(2, action="delete"))

        assert Role.objects.get(name="IT Support", is_active=True).pk == 6


@pytest.mark.django_db
class TestApplyMember:
    def test_says_who_gained_and_who_lost_the_role(self) -> None:
        apply_role(**role_message())

        gained = apply_member(**member_message(version=1))
        again = apply_member(**member_message(version=1))
        lost = apply_member(**member_message(version=2, is_active=False))

        assert (gained.gained, gained.lost) == (True, False)
        assert (again.gained, again.lost) == (False, False)
        assert (lost.gained, lost.lost) == (False, True)

    def test_makes_a_placeholder_of_a_role_that_comes_later(self) -> None:
        change = apply_member(**member_message())
        assert change.gained
        assert Role.objects.get().name == "IT Support"

        apply_role(**role_message(0, description="Solves IT tickets."))

        assert Role.objects.get().description == "Solves IT tickets."
        assert holders() == {AMARA.user_id}

    def test_keeps_a_tombstone_so_that_a_late_message_revives_nobody(self) -> None:
        apply_role(**role_message())
        apply_member(**member_message(version=4, action="delete", is_active=False))

        late = apply_member(**member_message(version=3))

        assert not late.applied
        assert holders() == set()

    def test_gives_nobody_a_role_that_is_gone(self) -> None:
        apply_role(**role_message(2, action="delete"))

        assert not apply_member(**member_message()).gained
        assert holders() == set()

    def test_counts_a_person_once_while_an_old_hold_is_still_to_end(self) -> None:
        apply_role(**role_message())
        apply_member(**member_message(hold=12))

        change = apply_member(**member_message(hold=13))
        ended = apply_member(**member_message(hold=12, version=2, action="delete", is_active=False))

        assert (change.gained, change.lost) == (False, False)
        assert (ended.gained, ended.lost) == (False, False)
        assert holders() == {AMARA.user_id}
        assert RoleMember.objects.active().count() == 1

    def test_takes_over_name_and_address(self) -> None:
        apply_member(**member_message(version=1))
        apply_member(**member_message(version=2, user_full_name="Amara Obi", user_email="amara.obi@example.com"))

        person = Person.objects.get()
        assert (person.full_name, person.email) == ("Amara Obi", "amara.obi@example.com")

    def test_a_late_message_about_another_hold_brings_no_old_name_back(self) -> None:
        apply_member(**member_message(12, version=2, user_version=5, user_full_name="Amara Obi"))
        apply_member(**member_message(13, version=9, user_version=4, role_id=6, role_name="Admin"))

        assert Person.objects.get().full_name == "Amara Obi"

    def test_leaves_availability_alone(self) -> None:
        apply_member(**member_message(version=1))
        Person.objects.update(away_from=NOW, capacity=3)

        apply_member(**member_message(version=2))

        assert Person.objects.values_list("away_from", "capacity").get() == (NOW, 3)


@pytest.mark.django_db
class TestLanguage:
    def test_is_that_of_the_newest_news_and_kept_where_a_publisher_does_not_say_it(self) -> None:
        def language_after(**given: Any) -> str:
            apply_member(**member_message(**given))
            return Person.objects.get(pk=AMARA.user_id).language

        assert language_after(user_version=1) == ""
        assert language_after(user_version=3, user_language="de") == "de"
        assert language_after(hold=13, role_id=6, user_version=2, user_language="en") == "de"
        assert language_after(user_version=4) == "de"
        assert language_after(user_version=5, user_language="") == ""


@pytest.mark.django_db
class TestInvited:
    def test_who_can_not_sign_in_yet_does_not_count_as_holder(self) -> None:
        invited = apply_member(**member_message(user_version=1, user_can_sign_in=False))
        assert (holders(), invited.gained) == (set(), False)
        accepted = apply_member(**member_message(version=2, user_version=2, user_can_sign_in=True))
        assert (holders(), accepted.gained) == ({AMARA.user_id}, True)

    def test_an_older_message_takes_nothing_back_and_publishers_that_do_not_say_it_change_nothing(self) -> None:
        apply_member(**member_message(version=2, user_version=2, user_can_sign_in=True))
        apply_member(**member_message(hold=13, role_id=6, user_version=1, user_can_sign_in=False))
        assert Person.objects.get(pk=AMARA.user_id).can_sign_in
        apply_member(**member_message(version=3, user_version=3))
        assert holders() == {AMARA.user_id}
        apply_member(**member_message(person=BENEDIKT, hold=14))
        assert holders() == {AMARA.user_id, BENEDIKT.user_id}


def _script() -> list[tuple[str, dict[str, Any]]]:
    """What auth sends while a role is renamed, people come and go, and one comes back with a new hold."""
    return [
        ("role", role_message(1)),
        ("role", role_message(2, name="Service Desk")),
        ("member", member_message(12, AMARA, 1)),
        ("member", member_message(12, AMARA, 2, is_active=False)),
        ("member", member_message(12, AMARA, 3, is_active=False, action="delete")),
        ("member", member_message(14, AMARA, 1)),
        ("member", member_message(13, BENEDIKT, 1)),
        ("member", member_message(13, BENEDIKT, 2, is_active=False)),
        ("member", member_message(15, CHIYO, 1)),
    ]


@pytest.mark.django_db
class TestOrder:
    @settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
    @given(order=st.permutations(range(9)), repeated=st.lists(st.integers(0, 8), max_size=5))
    def test_does_not_matter_nor_does_repetition(self, order: list[int], repeated: list[int]) -> None:
        forget()
        script = _script()

        for index in itertools.chain(order, repeated):
            kind, message = script[index]
            (apply_role if kind == "role" else apply_member)(**message)

        role = Role.objects.get()
        assert (role.name, role.version, role.is_active) == ("Service Desk", 2, True)
        assert holders() == {AMARA.user_id, CHIYO.user_id}


@pytest.mark.django_db
class TestApplySnapshot:
    def test_heals_what_was_missed(self) -> None:
        apply_role(**role_message(1))
        apply_role(**role_message(1, role_id=4, name="Forgotten"))
        apply_member(**member_message(12, AMARA))
        apply_member(**member_message(13, BENEDIKT))
        apply_member(**member_message(11, CHIYO, role_id=4, role_name="Forgotten"))

        change = apply_snapshot(
            roles=[role_message(2, description="New words.")],
            members=[member_message(12, AMARA), member_message(14, CHIYO)],
            taken_at=NOW + timedelta(hours=1),
        )

        assert holders() == {AMARA.user_id, CHIYO.user_id}
        assert holders(4) == set()
        assert Role.objects.get(pk=SUPPORT).description == "New words."
        assert not Role.objects.get(pk=4).is_active
        lost = {(one.role_id, one.user_id) for one in change.all_members if one.lost}
        gained = {(one.role_id, one.user_id) for one in change.all_members if one.gained}
        assert lost == {(4, CHIYO.user_id), (SUPPORT, BENEDIKT.user_id)}
        assert gained == {(SUPPORT, CHIYO.user_id)}

    def test_leaves_what_is_newer_than_itself(self) -> None:
        taken_at = NOW + timedelta(hours=1)
        apply_role(**role_message(5, name="Renamed since"))
        apply_role(**role_message(1, role_id=9, name="Made since"))
        apply_member(**member_message(12, AMARA, 5, is_active=False))
        apply_member(**member_message(30, BENEDIKT))

        apply_snapshot(roles=[role_message(4)], members=[member_message(12, AMARA, 4)], taken_at=taken_at)

        assert Role.objects.get(pk=SUPPORT).name == "Renamed since"
        assert Role.objects.get(pk=9).is_active
        assert holders() == {BENEDIKT.user_id}

    def test_takes_the_newest_hold_away_too_when_the_news_of_its_end_was_lost(self) -> None:
        apply_role(**role_message(1))
        apply_role(**role_message(1, role_id=9, name="Made and deleted"))
        apply_member(**member_message(12, AMARA))
        apply_member(**member_message(30, BENEDIKT))

        apply_snapshot(
            roles=[role_message(1)],
            members=[member_message(12, AMARA)],
            taken_at=NOW,
            last_role_id=9,
            last_member_id=30,
        )
        late = apply_member(**member_message(30, BENEDIKT))

        assert not late.applied
        assert holders() == {AMARA.user_id}
        assert not Role.objects.get(pk=9).is_active

    def test_leaves_what_was_given_after_it_was_taken(self) -> None:
        apply_role(**role_message(1))
        apply_member(**member_message(31, BENEDIKT))

        apply_snapshot(roles=[role_message(1)], members=[], taken_at=NOW, last_role_id=9, last_member_id=30)

        assert holders() == {BENEDIKT.user_id}

    def test_leaves_other_systems_alone_and_an_empty_one_changes_nothing(self) -> None:
        apply_role(**role_message(1, role_id=3, system="hdts", name="Employee"))
        apply_role(**role_message(1))

        apply_snapshot(roles=[], members=[], taken_at=NOW)
        apply_snapshot(roles=[role_message(1)], members=[], taken_at=NOW)

        assert Role.objects.filter(is_active=True).count() == 2


@pytest.mark.django_db
class TestConsumers:
    def test_accept_every_published_example_and_its_redelivery(self) -> None:
        for name, consumer in (
            ("role.tasks.sync_role", sync_role),
            ("role.tasks.sync_user_system_role", sync_user_system_role),
            ("role.tasks.sync_snapshot", sync_snapshot),
        ):
            for example in examples(name).values():
                deliver(consumer, sent_by="a newer publisher", **example)
                deliver(consumer, **example)

        # The last example deletes nothing: the snapshot is older than the deletions before it.
        assert not Role.objects.get(pk=5).is_active
        assert holders() == set()

    def test_read_times_as_published(self) -> None:
        deliver(sync_user_system_role, **examples("role.tasks.sync_user_system_role")["upsert"])

        assert RoleMember.objects.get().assigned_at == datetime.fromisoformat("2026-03-02T08:15:30+00:00")


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_two_holds_of_one_person_leave_one(self) -> None:
        barrier, errors = threading.Barrier(2), []

        def apply(hold: int) -> None:
            try:
                barrier.wait()
                apply_member(**member_message(hold))
            except Exception as error:  # noqa: BLE001 -- shown by the assertion below
                errors.append(error)
            finally:
                connection.close()

        threads = [threading.Thread(target=apply, args=(hold,)) for hold in (12, 13)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert errors == []
        assert list(RoleMember.objects.active().values_list("id", flat=True)) == [13]
