"""What a configured address must be like. Imports nothing, so that the settings can use it."""

from __future__ import annotations

import re

#: What a token adds to the part before the @: 13 digits of base 36, a hyphen, 26 characters of base 32, and the plus.
TOKEN_LENGTH = 41
# What mail servers accept before the @.
MAX_LOCAL_PART = 64


def check_reply_address(address: str) -> str:
    """Return the address that tokens are put into, empty for none. Raises `ValueError` for one that can't be used."""
    if not address:
        return ""
    if not re.fullmatch(r"\A[A-Za-z0-9_][A-Za-z0-9._-]*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", address):
        raise ValueError("must be a mail address of ASCII letters, digits, dots and hyphens")
    if len(address.partition("@")[0]) + TOKEN_LENGTH > MAX_LOCAL_PART:
        raise ValueError(f"may have at most {MAX_LOCAL_PART - TOKEN_LENGTH} characters before the @")
    return address
