"""One spelling for what people type in many: addresses, names, telephone numbers, codes, search words."""

from __future__ import annotations

import re
import unicodedata

import idna

# Letters that no decomposition turns into their plain form.
_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"})
_PHONE_FILLING = re.compile(r"[\s().\-/\u00a0\u2010-\u2015]+")
_INVISIBLE = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp", "Zs"})
# Look like blanks although Unicode counts them as letters or symbols.
_BLANK_LETTERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")


class BadText(ValueError):
    """The text is not of the kind that is asked for; the message says why."""


def is_visible(text: str) -> bool:
    """Return whether anything of the text shows."""
    return any(
        unicodedata.category(letter) not in _INVISIBLE
        and unicodedata.category(letter)[0] != "M"
        and letter not in _BLANK_LETTERS
        for letter in text
    )


def clean_name(text: str) -> str:
    """Return the name in NFC with single blanks; empty stays empty. Raises `BadText` where nothing of it shows."""
    if any(unicodedata.category(letter) in {"Cc", "Cs", "Zl", "Zp"} for letter in text):
        raise BadText("Control characters are not allowed.")
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if name and not is_visible(name):
        raise BadText("Nothing of this name is visible.")
    return name


def clean_address(text: str) -> str:
    """Return the mail address in lower case, its domain as it stands in DNS: `xn--bcher-kva.example`.

    Raises `BadText` for characters that do not show and for a domain that can't exist.
    """
    address = unicodedata.normalize("NFC", text).strip(" \t\r\n")
    if any(unicodedata.category(letter) in _INVISIBLE or letter in _BLANK_LETTERS for letter in address):
        raise BadText("The address has characters that do not show.")
    local, at, domain = address.rpartition("@")
    if not at or domain.isascii():
        return _decoded(local.lower(), at, domain.lower())
    try:
        return f"{local.lower()}@{idna.encode(domain, uts46=True, transitional=False).decode()}"
    except idna.IDNAError as error:
        raise BadText("The address has a domain that can't exist.") from error


def _decoded(local: str, at: str, domain: str) -> str:
    """Return the address of an ASCII domain; its punycode must be what the characters that it stands for make."""
    if "xn--" in domain:
        try:
            domain = idna.encode(idna.decode(domain), uts46=True).decode()
        except idna.IDNAError as error:
            raise BadText("The address has a domain that can't exist.") from error
    return f"{local}{at}{domain}"


def login_name(text: str) -> str:
    """Return an address or user name as it is stored; a text that can be neither as it is, in lower case."""
    name = text.strip().lower()
    if "@" not in name:
        return name
    try:
        return clean_address(name)
    except BadText:
        return name


def clean_phone(text: str) -> str:
    """Return the number without what only helps the eye: blanks, brackets, dots, dashes; `00` becomes `+`."""
    number = unicodedata.normalize("NFKC", text).replace("(0)", "") if text.lstrip().startswith(("+", "00")) else text
    number = _PHONE_FILLING.sub("", unicodedata.normalize("NFKC", number))
    return f"+{number[2:]}" if number.startswith("00") else number


def ascii_code(text: str) -> str:
    """Return a typed code without blanks, its digits of whatever script as 0 to 9."""
    code = unicodedata.normalize("NFKC", text)
    digits = (str(unicodedata.decimal(letter)) if letter.isdecimal() else letter for letter in code)
    return "".join(letter for letter in digits if unicodedata.category(letter) not in _INVISIBLE)


def folded(text: str) -> str:
    """Return the text for comparison in a search: no case, no accents."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).translate(_PLAIN)
