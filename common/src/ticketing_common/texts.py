"""Texts that people write: one form for what looks alike, and whether anything of it is visible."""

from __future__ import annotations

import unicodedata

# Letters and symbols without a mark: fillers of Hangul, the empty pattern of Braille.
_BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")

_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Cn", "Zs", "Zl", "Zp", "Mn", "Me"})


def normalized(text: str) -> str:
    """Return the text in NFC: an accent is one character with its letter wherever there is one."""
    return unicodedata.normalize("NFC", text)


def is_blank(text: str) -> bool:
    """Return whether nothing of the text is visible: blanks, control and format characters, marks without a letter."""
    return all(character in _BLANKS or unicodedata.category(character) in _INVISIBLE for character in text)
