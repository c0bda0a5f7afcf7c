"""What counts as a text, and what looks alike."""

from __future__ import annotations

import pytest
from rest_framework import serializers

from ticketing_common.serializers import TextField
from ticketing_common.texts import is_blank, normalized


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \t\n",
        "\u200b",
        "\u200d\ufeff",
        "\u00ad",
        "\u2060\u180e",
        "\u3164",
        "\u2800",
        "\ufe0f",
        "\u0301",
        "\u3000\u2028",
        "\U000e0041",
    ],
    ids=ascii,
)
def test_nothing_visible_is_blank(text: str) -> None:
    assert is_blank(text)


@pytest.mark.parametrize("text", [".", "a\u200b", "\u200fש", "👍🏽", "é", "हि", "한"], ids=ascii)
def test_anything_visible_is_not(text: str) -> None:
    assert not is_blank(text)


def test_letters_with_accents_are_one_character() -> None:
    assert normalized("Mu\u0308ller") == "Müller"


def test_a_field_stores_one_form_and_refuses_what_is_blank() -> None:
    assert TextField(max_length=6).run_validation("Mu\u0308ller") == "Müller"
    assert TextField(allow_blank=True).run_validation("\u200b") == "\u200b"
    with pytest.raises(serializers.ValidationError):
        TextField().run_validation("\u200b\u3164")
