"""Who may read a ticket follows the roles of now, whichever way it is asked."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

import broadcasts
from comments import services
from comments.events import ticket_state
from tests.factories import (
    ADMIN,
    AMARA,
    COORDINATOR,
    ELSEWHERE,
    JONAS,
    LEAD,
    LEILA,
    NOON,
    NUMBER,
    STRANGER,
    SUPPORT,
    identity,
    make_person,
    now_has,
    participant,
    tell,
)
from tickets.models import Ticket
from tickets.readers import readers_of
from tickets.services import TicketNotFound, check_may_read, list_readers
from users.models import Person

pytestmark = pytest.mark.django_db


def reads(user_id: int) -> bool:
    """Ask in every way there is; fail where two ways answer differently."""
    ticket, by = Ticket.objects.get(ticket_number=NUMBER), identity(user_id)
    answers = {
        "list": Ticket.objects.visible_to(by).contains(ticket),
        "lock": not _is_refused(lambda: check_may_read(ticket=ticket, by=by)),
        "comment": not _is_refused(lambda: services.post_comment(ticket_number=NUMBER, by=by, text="Here.", now=NOON)),
        "sockets": user_id in getattr(ticket_state(NUMBER), "readers", {}),
        "participants": user_id in {reader["user_id"] for reader in list_readers(ticket=ticket)},
        "mentions": user_id in readers_of(ticket, among=[user_id]),
    }
    assert len(set(answers.values())) == 1, answers
    return answers["list"]


def _is_refused(act: Any) -> bool:
    try:
        act()
    except TicketNotFound:
        return True
    return False


class TestTeam:
    def test_reads_as_the_members_of_the_role_now(self) -> None:
        now_has(LEILA, LEAD)
        now_has(JONAS, SUPPORT)
        tell(participant(AMARA, "assignee", role_ids=[LEAD]))
        assert (reads(LEILA), reads(JONAS), reads(STRANGER)) == (True, False, False)

    def test_who_gains_the_role_reads_at_once(self) -> None:
        now_has(LEILA, SUPPORT)
        tell(participant(AMARA, "assignee", role_ids=[LEAD]))
        assert not reads(LEILA)
        now_has(LEILA, SUPPORT, LEAD)
        assert reads(LEILA)

    def test_who_loses_the_role_reads_nothing_more(self) -> None:
        now_has(LEILA, LEAD)
        tell(participant(AMARA, "assignee", role_ids=[LEAD]))
        assert reads(LEILA)
        now_has(LEILA, SUPPORT)
        assert not reads(LEILA)

    def test_a_renamed_role_goes_on_reading(self) -> None:
        now_has(LEILA, LEAD, names=["IT Lead"])
        tell(participant(AMARA, "assignee", role_ids=[LEAD]), name="IT Lead")
        now_has(LEILA, LEAD, names=["Access Approvers"])
        assert reads(LEILA)

    def test_another_role_that_takes_over_the_name_does_not_read(self) -> None:
        tell(participant(AMARA, "assignee", role_ids=[LEAD]), name="IT Lead")
        now_has(LEILA, 99, names=["IT Lead"])
        assert not reads(LEILA)

    def test_a_role_of_another_system_does_not_read(self) -> None:
        tell(participant(AMARA, "assignee", role_ids=[LEAD]), team=ELSEWHERE)
        now_has(LEILA, SUPPORT)
        assert not reads(LEILA)

    def test_nobody_reads_by_a_role_once_it_is_deleted_or_the_stay_is_over(self) -> None:
        now_has(LEILA, LEAD)
        tell(participant(AMARA, "assignee", role_ids=[SUPPORT]))
        now_has(LEILA)  # auth deletes a role that nobody holds
        assert not reads(LEILA)
        now_has(LEILA, LEAD)
        tell(participant(AMARA, "performer", role_ids=[SUPPORT]), seq=2, team=None)
        assert not reads(LEILA)

    def test_who_is_deactivated_is_nobody(self) -> None:
        now_has(LEILA, LEAD)
        tell(participant(AMARA, "assignee", role_ids=[LEAD]))
        now_has(LEILA, LEAD, is_active=False)
        assert not reads(LEILA)

    def test_without_news_of_ids_the_name_counts(self) -> None:
        make_person(LEILA, roles={"tts": ["IT Lead"]})
        make_person(JONAS, roles={"tts": ["IT Support"]})
        make_person(STRANGER, roles={"tts": ["IT Lead"]}, is_active=False)
        tell(participant(AMARA, "assignee", role_ids=[LEAD]), name="IT Lead")
        assert (reads(LEILA), reads(JONAS), reads(STRANGER)) == (True, False, False)


@pytest.mark.parametrize("relation", ["performer", "owner"])
class TestWhoTookPart:
    def test_reads_while_they_hold_a_role_of_their_part(self, relation: str) -> None:
        now_has(JONAS, SUPPORT)
        tell(participant(JONAS, relation, role_ids=[COORDINATOR, SUPPORT]))
        assert reads(JONAS)
        now_has(JONAS, COORDINATOR)
        assert reads(JONAS), "they voted, or had a turn, in this one too"
        now_has(JONAS, LEAD + 1)
        assert not reads(JONAS)
        now_has(JONAS, COORDINATOR)
        assert reads(JONAS), "rights are those of now, also when they come back"

    def test_another_role_that_they_gain_is_none_of_their_part(self, relation: str) -> None:
        tell(participant(JONAS, relation, role_ids=[SUPPORT]))
        now_has(JONAS, LEAD + 1)
        assert not reads(JONAS)

    def test_who_is_deactivated_is_nobody(self, relation: str) -> None:
        now_has(JONAS, SUPPORT)
        tell(participant(JONAS, relation, role_ids=[SUPPORT]))
        now_has(JONAS, SUPPORT, is_active=False)
        assert not reads(JONAS)

    def test_an_older_publisher_names_no_roles_and_means_for_good(self, relation: str) -> None:
        now_has(JONAS, LEAD + 1)
        tell(participant(JONAS, relation))
        assert reads(JONAS)

    def test_until_auth_tells_ids_they_read_as_the_event_says(self, relation: str) -> None:
        tell(participant(JONAS, relation, role_ids=[SUPPORT]))
        assert reads(JONAS), "nothing is known of them"
        make_person(JONAS, roles={"tts": ["Agent"]})
        assert reads(JONAS), "their roles are known by name only"


def test_who_has_the_task_reads_whatever_their_roles() -> None:
    now_has(AMARA, LEAD + 1)
    tell(participant(AMARA, "assignee", role_ids=[SUPPORT]))
    assert reads(AMARA)
    now_has(AMARA, is_active=False)
    assert not reads(AMARA)


def test_a_person_is_listed_once_by_the_weightiest_relation() -> None:
    now_has(JONAS, LEAD, SUPPORT)
    now_has(LEILA, LEAD)
    make_person(ADMIN)
    ticket = tell(participant(AMARA, "assignee", role_ids=[LEAD]), participant(JONAS, "performer", role_ids=[SUPPORT]))
    listed = [(reader["user_id"], reader["relation"]) for reader in list_readers(ticket=ticket)]
    assert sorted(listed) == [(ADMIN, "admin"), (JONAS, "performer"), (AMARA, "assignee"), (LEILA, "team")]


def test_sockets_are_told_to_ask_again_where_a_right_hangs_on_something_else_now() -> None:
    versions = [
        tell(participant(JONAS, "performer", role_ids=[SUPPORT]), seq=1).access_version,
        tell(participant(JONAS, "performer", role_ids=[SUPPORT]), seq=2).access_version,
        tell(participant(JONAS, "performer", role_ids=[SUPPORT]), seq=3, team=SUPPORT).access_version,
        tell(participant(JONAS, "performer", role_ids=[SUPPORT, LEAD]), seq=4, team=SUPPORT).access_version,
        tell(participant(JONAS, "assignee", role_ids=[SUPPORT, LEAD]), seq=5, team=SUPPORT).access_version,
    ]
    assert [later - earlier for earlier, later in itertools.pairwise(versions)] == [0, 1, 1, 1]


def test_an_event_reaches_the_inboxes_of_all_who_read_before_or_after(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    informed: list[list[int]] = []

    def publish(group: str, message: dict[str, Any]) -> None:
        if group == broadcasts.INBOX_GROUP:
            informed.append(message["people"])

    monkeypatch.setattr("broadcasts.publish", publish)
    now_has(LEILA, LEAD)
    now_has(JONAS, SUPPORT)
    now_has(STRANGER, LEAD + 1)
    with django_capture_on_commit_callbacks(execute=True):
        tell(participant(AMARA, "assignee", role_ids=[LEAD]), participant(STRANGER, "performer", role_ids=[SUPPORT]))
        tell(participant(AMARA, "performer", role_ids=[LEAD]), seq=2, team=SUPPORT, name="IT Support")
    assert informed == [[AMARA, LEILA], [JONAS, AMARA, LEILA]]


def test_whether_one_may_read_is_answered_from_indexes_however_many_people_hold_the_role() -> None:
    Person.objects.bulk_create(
        [
            Person(user_id=number, full_name=f"Person {number}", email="a@example.com", role_ids=[SUPPORT], version=1)
            for number in range(1000, 4000)
        ]
    )
    now_has(LEILA, LEAD)
    tell(participant(AMARA, "assignee", role_ids=[LEAD]))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE people")
    with CaptureQueriesContext(connection) as asked:
        assert Ticket.objects.visible_to(identity(LEILA)).filter(ticket_number=NUMBER).exists()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {asked[0]['sql']}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Seq Scan on people" not in plan, plan
