"""Every language has every text, with the same placeholders."""

from __future__ import annotations

import re
import string

import pytest

from notifications.notification_types import SHARED, TICKET, TYPES, NotificationType, type_in
from notifications.renderer import TemplateText
from notifications.template_syntax import check_template
from notifications.templates import shipped
from notifications.texts import ENGLISH, LANGUAGES, TRANSLATIONS, phrase

PARTS = ("label", "subject", "sentence", "inapp", "closing", "button")
# In German the person is greeted by their full name.
OTHER_PLACEHOLDERS = {"greeting"}


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def variables(text: str) -> list[str]:
    return sorted(re.findall(r"{{ (\w+) }}", text))


def english_words(kind: NotificationType) -> set[str]:
    """Return what must be translated: labels and descriptions. Of samples only those that are words are."""
    described = (*SHARED, *TICKET, *kind.extra)
    return {label for _, label in kind.details} | {variable.description for variable in described}


@pytest.mark.parametrize("language", TRANSLATIONS)
class TestEveryLanguage:
    def test_has_every_phrase(self, language: str) -> None:
        phrases = TRANSLATIONS[language].phrases

        assert phrases.keys() == ENGLISH.keys()
        for name in ENGLISH.keys() - OTHER_PLACEHOLDERS:
            assert fields(phrases[name]) == fields(ENGLISH[name]), name

    def test_has_every_part_of_every_type_with_its_variables(self, language: str) -> None:
        types = TRANSLATIONS[language].types

        assert list(types) == list(TYPES)
        for name, kind in TYPES.items():
            assert set(types[name]) == {part for part in PARTS if getattr(kind, part)}, name
            for part, text in types[name].items():
                assert variables(text) == variables(getattr(kind, part)), f"{name}: {part}"

    def test_has_every_label_and_description(self, language: str) -> None:
        words = TRANSLATIONS[language].words

        assert set().union(*map(english_words, TYPES.values())) - words.keys() == set()

    def test_ships_templates_that_could_be_saved(self, language: str) -> None:
        for name in TYPES:
            kind = type_in(name, language)
            parts: TemplateText = shipped(kind)
            check_template(kind, **vars(parts))
            assert parts != shipped(TYPES[name]) or name == "system"

    def test_has_twelve_months(self, language: str) -> None:
        assert len(set(TRANSLATIONS[language].months)) == 12


def test_what_is_counted_follows_the_count() -> None:
    assert [phrase("de", "digest_subject", product="P", count=count) for count in (1, 2)] == [
        "P: 1 Ereignis",
        "P: 2 Ereignisse",
    ]


def test_the_templates_are_in_the_languages_that_there_are_texts_in() -> None:
    from notifications.models import Language

    assert set(Language.values) == set(LANGUAGES)
