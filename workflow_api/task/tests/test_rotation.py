"""Turns are exact: over many workers, with people joining, leaving and away."""

from __future__ import annotations

import threading
import time
from collections import Counter

import pytest
from django.db import connection, transaction

from role.models import Person, RoleRotation
from task.models import Assignment, Task
from ticketing_testing.clients import published_messages
from workflowmanager.tests import factories


def in_threads(count: int, work: list[str]) -> None:
    """Take the tickets in with several workers at once."""
    numbers = iter(work)
    lock = threading.Lock()
    failures: list[BaseException] = []

    def worker() -> None:
        try:
            while True:
                with lock:
                    number = next(numbers, None)
                if number is None:
                    return
                factories.take_in(number)
        except BaseException as error:
            failures.append(error)
            raise
        finally:
            connection.close()

    threads = [threading.Thread(target=worker) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures


@pytest.mark.django_db(transaction=True)
class TestRoundRobinUnderLoad:
    def test_five_hundred_tickets_over_seven_members_give_each_71_or_72(self) -> None:
        people = [factories.make_person(number) for number in range(11, 18)]
        support = factories.make_role("IT Support", *people)
        coordinators = factories.make_role("Ticket Coordinator", factories.make_person(1), factories.make_person(2))
        factories.one_step(support, coordinators=coordinators)
        in_threads(4, [f"TX{number}" for number in range(500)])
        turns = Counter(Assignment.objects.filter(is_owner=False).values_list("person_id", flat=True))
        assert set(turns.values()) == {71, 72}
        owners = Counter(Task.objects.values_list("owner_id", flat=True))
        assert set(owners.values()) == {250}
        assert RoleRotation.objects.get(role=support).turns == 500
        assert len(published_messages("task.send_assignment_notification")) == 500


@pytest.mark.django_db
class TestRoundRobin:
    def test_the_cursor_remembers_the_person_not_a_place(self) -> None:
        people = [factories.make_person(number) for number in (11, 13, 15)]
        support = factories.make_role("IT Support", *people)
        factories.one_step(support)
        factories.take_in("TX1")
        # 11 had the turn. Somebody joins before and somebody leaves: 13 is next all the same.
        factories.join(support, factories.make_person(10))
        factories.leave(support, people[0])
        factories.take_in("TX2")
        factories.take_in("TX3")
        factories.take_in("TX4")
        turns = Assignment.objects.filter(is_owner=False).order_by("id").values_list("person_id", flat=True)
        assert list(turns) == [11, 13, 15, 10]

    def test_who_is_away_or_full_is_passed_over_and_the_reason_is_kept(self) -> None:
        support = factories.make_role(
            "IT Support",
            factories.make_person(11, away_from=factories.LONG_AGO),
            factories.make_person(12, capacity=1),
            factories.make_person(13),
        )
        factories.one_step(support)
        for number in range(3):
            factories.take_in(f"TX{number}")
        turns = list(Assignment.objects.filter(is_owner=False).order_by("id"))
        assert [turn.person_id for turn in turns] == [12, 13, 13]
        last = turns[-1].why
        assert last["passed_over"] == [{"user_id": 11, "why": "away"}, {"user_id": 12, "why": "at_capacity"}]
        assert (last["cursor_before"], last["cursor_after"]) == (13, 13)

    def test_a_substitute_gets_the_assignment_of_who_is_away(self) -> None:
        stand_in = factories.make_person(13)
        factories.make_role(
            "IT Support",
            factories.make_person(11, away_from=factories.LONG_AGO, substitute=stand_in),
            factories.make_person(12),
            stand_in,
        )
        factories.one_step(Person.objects.get(pk=13).memberships.get().role)
        factories.take_in("TX1")
        turn = Assignment.objects.get(is_owner=False)
        assert (turn.person_id, turn.origin) == (13, "substitute")
        assert turn.why["stands_in_for"] == 11
        factories.take_in("TX2")
        assert Assignment.objects.filter(is_owner=False).latest("id").person_id == 12

    def test_least_loaded_gives_to_who_has_least_then_waited_longest_then_the_lower_id(self) -> None:
        support = factories.make_role("IT Support", *(factories.make_person(number) for number in (11, 12, 13)))
        factories.one_step(support, step={"assignment": "least_loaded"})
        for number in range(4):
            factories.take_in(f"TX{number}")
        turns = Assignment.objects.filter(is_owner=False).order_by("id").values_list("person_id", flat=True)
        assert list(turns) == [11, 12, 13, 11]
        task = factories.task_of("TX1")
        factories.take_in("TX1", status="Withdrawn")
        assert task.assignee_id == 12
        factories.take_in("TX5")
        assert factories.task_of("TX5").assignee_id == 12
        # Who has nothing in hand comes first, however lately they had their last.
        for closed in ("TX0", "TX3"):
            factories.take_in(closed, status="Withdrawn")
        factories.take_in("TX6")
        assert factories.task_of("TX6").assignee_id == 11

    def test_of_those_who_have_as_little_the_one_who_waited_longest_comes_first(self) -> None:
        support = factories.make_role("IT Support", *(factories.make_person(number) for number in (11, 12, 13)))
        factories.one_step(support, step={"assignment": "least_loaded"})
        for number in range(4):
            factories.take_in(f"TX{number}")
        for number in range(4):
            factories.take_in(f"TX{number}", status="Withdrawn")
        factories.take_in("TX4")
        assert factories.task_of("TX4").assignee_id == 12

    def test_capacity_holds_over_all_roles_of_a_person(self) -> None:
        busy = factories.make_person(11, capacity=1)
        support = factories.make_role("IT Support", busy)
        other = factories.make_role("Asset Manager", busy)
        factories.one_step(support)
        factories.one_step(other, name="Assets", category="Asset Check Out", department="Asset Department")
        factories.take_in("TX1")
        factories.take_in("TX2", category="Asset Check Out", department="Asset Department")
        assert factories.task_of("TX1").assignee_id == 11
        assert factories.task_of("TX2").status == "pending"


@pytest.mark.django_db(transaction=True)
class TestCapacityUnderLoad:
    def test_two_roles_at_once_do_not_overfill_a_person(self) -> None:
        """The second role looks while the first has given the work and has not committed."""
        busy = factories.make_person(11, capacity=1)
        factories.one_step(factories.make_role("IT Support", busy))
        factories.one_step(factories.make_role("Asset Manager", busy), name="Assets", category="Asset Check Out")
        given = threading.Event()

        def first() -> None:
            try:
                with transaction.atomic():
                    factories.take_in("TX1")
                    given.set()
                    time.sleep(1)  # time for the second to come as far as it can
            finally:
                connection.close()

        def second() -> None:
            try:
                given.wait()
                factories.take_in("TX2", category="Asset Check Out")
            finally:
                connection.close()

        threads = [threading.Thread(target=work) for work in (first, second)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert factories.task_of("TX1").assignee_id == 11
        assert (factories.task_of("TX2").status, factories.task_of("TX2").assignee_id) == ("pending", None)
