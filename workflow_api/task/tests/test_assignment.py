"""Choosing among members: turns, reasons, replay."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from task.assignment import LEAST_LOADED, ROUND_ROBIN, Member, as_sentence, choose, replay, sentences

members = st.lists(
    st.builds(
        Member,
        user_id=st.integers(1, 30),
        full_name=st.just("Somebody"),
        is_active=st.booleans(),
        is_away=st.booleans(),
        substitute_id=st.one_of(st.none(), st.integers(1, 30)),
        capacity=st.one_of(st.none(), st.integers(0, 3)),
        load=st.integers(0, 4),
        last_assigned_at=st.one_of(st.none(), st.just(datetime(2026, 1, 1, tzinfo=UTC))),
    ),
    unique_by=lambda member: member.user_id,
    max_size=8,
)
cursors = st.one_of(st.none(), st.integers(0, 31))
barred = st.dictionaries(st.integers(1, 30), st.just("four_eyes"), max_size=3)
strategies = st.sampled_from([ROUND_ROBIN, LEAST_LOADED])


class TestChoose:
    @given(strategies, members, cursors, barred)
    def test_the_stored_reason_gives_the_same_person_again(
        self, strategy: str, people: list[Member], cursor: int | None, excluded: dict[int, str]
    ) -> None:
        choice = choose(strategy, people, last_user_id=cursor, excluded=excluded)
        assert replay(choice.why) == choice.user_id

    def test_the_stored_reason_of_a_stand_in_gives_the_stand_in(self) -> None:
        people = [Member(1, "P1", is_away=True, substitute_id=2), Member(2, "P2"), Member(3, "P3")]
        choice = choose(ROUND_ROBIN, people, last_user_id=None)
        assert (choice.user_id, replay(choice.why)) == (2, 2)

    @given(strategies, members, cursors, barred)
    def test_gives_nothing_to_who_may_not_have_it_and_nobody_only_when_nobody_may(
        self, strategy: str, people: list[Member], cursor: int | None, excluded: dict[int, str]
    ) -> None:
        choice = choose(strategy, people, last_user_id=cursor, excluded=excluded)
        fit = {member.user_id for member in people if not member.why_not() and member.user_id not in excluded}
        assert (choice.user_id in fit) if fit else choice.user_id is None

    @given(st.integers(1, 8), st.integers(1, 60), cursors)
    def test_assignments_differ_by_one_at_most(self, size: int, rounds: int, cursor: int | None) -> None:
        people = [Member(number * 3, f"P{number}") for number in range(1, size + 1)]
        counts = dict.fromkeys((member.user_id for member in people), 0)
        for _ in range(rounds):
            choice = choose(ROUND_ROBIN, people, last_user_id=cursor)
            assert choice.user_id is not None
            counts[choice.user_id] += 1
            cursor = choice.cursor
        assert max(counts.values()) - min(counts.values()) <= 1

    def test_least_loaded_does_not_move_the_rotation(self) -> None:
        people = [Member(1, "A", load=2), Member(2, "B", load=1)]
        choice = choose(LEAST_LOADED, people, last_user_id=1)
        assert (choice.user_id, choice.cursor) == (2, 1)

    def test_a_preferred_person_does_not_move_the_rotation(self) -> None:
        people = [Member(1, "A"), Member(2, "B")]
        choice = choose(ROUND_ROBIN, people, last_user_id=1, preferred_id=1)
        assert (choice.user_id, choice.origin, choice.cursor) == (1, "return", 1)


class TestInWords:
    def test_names_who_was_next_in_the_rotation_and_who_was_passed_over(self) -> None:
        people = [Member(1, "Amara"), Member(2, "Kenji", is_away=True), Member(3, "Ines")]
        choice = choose(ROUND_ROBIN, people, last_user_id=1)
        names = {member.user_id: member.full_name for member in people}
        told = as_sentence(choice.origin, choice.why, names, "IT Support")
        assert told == "It was Ines's turn after Amara among the members of IT Support. Kenji is away."
        assert sentences(choice.origin, choice.why, names, "IT Support") == [
            ("turn_after", {"person": "Ines", "role": "IT Support", "before": "Amara"}),
            ("passed_away", {"person": "Kenji"}),
        ]

    def test_a_reason_that_is_not_known_any_more_is_named(self) -> None:
        why = {"candidates": [1], "passed_over": [{"user_id": 2, "why": "retired"}]}
        told = as_sentence("claim", why, {2: "Kenji"}, "IT Support")
        assert told == "Taken from the pool of IT Support. Kenji retired."
