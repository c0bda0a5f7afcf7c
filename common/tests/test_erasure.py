"""What is left of a text or a JSON value when a person is erased from it."""

from __future__ import annotations

from typing import Any

import pytest

from ticketing_common.erasure import PersonRef, blank

MIA = PersonRef(emails=["Mia.Berg@example.com"], names=["Mia Berg", "Ann"], requesters=[], tickets=[])


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Call Mia Berg back.", "Call Erased person back."),
        ("mia  berg called", "Erased person called"),
        ("MIA.BERG@EXAMPLE.COM wrote", "[erased] wrote"),
        ("Mia Bergmann is somebody else", "Mia Bergmann is somebody else"),
        ("xmia.berg@example.com", "xmia.berg@example.com"),
        ("Ann is short: the announcement of Ann stays", "Ann is short: the announcement of Ann stays"),
        (" ann ", "Erased person"),
        ("", ""),
    ],
)
def test_takes_names_and_addresses_out_of_a_text(text: str, left: str) -> None:
    assert MIA.clean(text) == left


@pytest.mark.parametrize(
    ("value", "left"),
    [
        ({"subject": "My laptop"}, {"subject": "[erased]"}),
        ({"reason": "Mia Berg asked", "count": 2}, {"reason": "Erased person asked", "count": 2}),
        (
            {"requester": {"id": "7", "name": "Mia Berg", "email": "m@example.com"}},
            {"requester": {"id": "", "name": "Erased person", "email": ""}},
        ),
        ({"employee": {"id": 7, "name": ""}}, {"employee": {"id": None, "name": ""}}),
        ({"requester_name": "M", "requester_email": "m"}, {"requester_name": "Erased person", "requester_email": ""}),
        ({"dynamic_data": {"floor": 3, "room": "B"}}, {"dynamic_data": {"floor": 3, "room": "[erased]"}}),
        (
            {"changes": {"dynamic_data.room": {"old": "B", "new": "C"}, "priority": {"old": "low", "new": "high"}}},
            {
                "changes": {
                    "dynamic_data.room": {"old": "[erased]", "new": "[erased]"},
                    "priority": {"old": "low", "new": "high"},
                }
            },
        ),
        (
            {"changes": {"phone": {"old": None, "new": "0171"}}},
            {"changes": {"phone": {"old": None, "new": "[erased]"}}},
        ),
        ([{"task": {"subject": "x"}}], [{"task": {"subject": "[erased]"}}]),
        (None, None),
    ],
)
def test_takes_the_person_out_of_a_json_value(value: Any, left: Any) -> None:
    assert MIA.clean_json(value) == left
    assert MIA.clean_json(left) == left


def test_keeps_the_shape_of_what_it_blanks() -> None:
    assert blank({"a": ["x", 1, None, True, ""]}) == {"a": ["[erased]", 1, None, True, ""]}


def test_keeps_what_others_wrote_whatever_its_key() -> None:
    value = {"subject": ["For Mia Berg"], "requester": {"name": "Olga", "email": "olga@example.com"}}

    assert MIA.clean_texts(value) == value | {"subject": ["For Erased person"]}
