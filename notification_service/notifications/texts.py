"""The texts of the service by language: fixed phrases, the words of types of notifications, sentences by code.

English is in the code: `ENGLISH` below, `notification_types`, and the sentences that come with an event. Every other
language is a module as `texts_de`; `test_texts` compares them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings

from notifications import texts_de

ENGLISH = {
    "greeting": "Hello {first_name},",
    "greeting_unnamed": "Hello,",
    "a_ticket": "A ticket",
    "quoted": "“{text}”",
    "news": "News from {product}",
    "footer": "Sent by {product}.",
    "choose": "Choose what you get",
    "detail_variable": "{label}, as it is in the details",
    "digest_intro": "This is what happened.",
    "digest_subject_one": "{product}: 1 event",
    "digest_subject_other": "{product}: {count} events",
    "answer_public": "Answer this mail to write a public comment on the ticket. The requester reads it, too.",
    "answer_requester": "Answer this mail to write to us about it.",
    "answer_internal": "Answer this mail to write an internal note on the ticket.",
    "withdrawn": "No longer available",
    "comment_deleted": "The comment was deleted.",
    "priority_low": "Low",
    "priority_medium": "Medium",
    "priority_high": "High",
    "priority_urgent": "Urgent",
    "priority_critical": "Critical",
}


@dataclass(frozen=True)
class Texts:
    """The texts of one language besides English.

    `types` are the parts of each type of notification, `words` the labels, descriptions and samples by their English
    text, `sentences` (subject, message) by code, `items` the words for entries of lists in them, `zones` the names of
    time zones by those of the time zone database.
    """

    phrases: Mapping[str, str]
    types: Mapping[str, Mapping[str, str]]
    words: Mapping[str, str]
    sentences: Mapping[str, tuple[str, str]]
    items: Mapping[str, str]
    months: tuple[str, ...]
    zones: Mapping[str, str]


TRANSLATIONS = {
    "de": Texts(
        phrases=texts_de.PHRASES,
        types=texts_de.TYPES,
        words=texts_de.WORDS,
        sentences=texts_de.SENTENCES,
        items=texts_de.ITEMS,
        months=texts_de.MONTHS,
        zones=texts_de.ZONES,
    ),
}
LANGUAGES = ("en", *TRANSLATIONS)


def default_language() -> str:
    """Return the language of people who have chosen none."""
    return str(settings.DEFAULT_LANGUAGE)


def language_among(*wanted: str | None) -> str:
    """Return the first of the languages that there are texts in, else the installation's default."""
    return next((language for language in wanted if language in LANGUAGES), default_language())


def phrase(language: str, name: str, **values: str | int) -> str:
    """Return a fixed text with its values; `name_one` or `name_other` where it counts something."""
    phrases = TRANSLATIONS[language].phrases if language in TRANSLATIONS else ENGLISH
    if "count" in values:
        name = f"{name}_{'one' if values['count'] == 1 else 'other'}"
    return phrases[name].format_map(values)
