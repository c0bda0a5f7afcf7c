"""Sentences that come by code: `{"code": "ticket_cancelled", "params": {"ticket": …}}` beside the English text.

The publisher's English text is what is shown in English, and wherever a code or its parameters are not known here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, tzinfo
from typing import Any

from notifications.texts import TRANSLATIONS
from notifications.times import readable_time

MAX_VALUE = 5_000
# In the context of a mail `<name>_text` tells the value of `<name>` by code, `text` its title and message.
TEXT, SUFFIX = "text", "_text"


def sentence(text: Any, *, language: str, zone: tzinfo = UTC) -> tuple[str, str] | None:
    """Return the subject and message of a code in the language, times in the zone.

    None where the English text is to be shown: in English, of an unknown code, or without a parameter that it needs.
    """
    if language not in TRANSLATIONS or not isinstance(text, Mapping):
        return None
    code, params = text.get("code"), text.get("params", {})
    translation = TRANSLATIONS[language]
    parts = translation.sentences.get(code) if isinstance(code, str) else None
    if parts is None or not isinstance(params, Mapping):
        return None
    values = {str(name): _shown(str(name), value, language, zone) for name, value in params.items()}
    try:
        subject, message = (part.format_map(values).strip() for part in parts)
    except KeyError:
        return None
    return subject, message


def values_of_texts(context: Mapping[str, Any], *, language: str, zone: tzinfo) -> dict[str, str]:
    """Return the values that the context tells by code, by their names."""
    values: dict[str, str] = {}
    for name, text in context.items():
        found = sentence(text, language=language, zone=zone) if name.endswith(TEXT) else None
        if found is None:
            continue
        if name == TEXT:
            values["title"], values["message"] = found
        elif name.endswith(SUFFIX):
            values[name.removesuffix(SUFFIX)] = found[1]
    return values


def as_text(value: Any) -> str:
    """Return a value of an event as people read it: lists with commas, nothing for what is no text or number."""
    if isinstance(value, list | tuple):
        text = ", ".join(as_text(item) for item in value)
    elif isinstance(value, str | int | float) and not isinstance(value, bool):
        text = str(value)
    else:
        text = ""
    return text[:MAX_VALUE]


def _shown(name: str, value: Any, language: str, zone: tzinfo) -> str:
    if isinstance(value, list | tuple):
        items = TRANSLATIONS[language].items
        value = [items.get(item, item) if isinstance(item, str) else item for item in value]
    text = as_text(value)
    return readable_time(text, zone, language) if name.endswith("_at") else text
