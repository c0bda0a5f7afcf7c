"""Rules for passwords beside Django's own: long ones are welcome, guessable ones are not, composition is free."""

from __future__ import annotations

import unicodedata
from typing import Any

from django.core.exceptions import ValidationError

from ticketing_common.errors import Invalid

CONTEXT_WORDS = ("ticket", "helpdesk", "tracking", "password", "welcome", "letmein", "changeme")


class MaximumLengthValidator:
    """Hashing time grows with the input; nobody needs more than this."""

    def __init__(self, max_length: int = 128) -> None:
        self.max_length = max_length

    def validate(self, password: str, user: Any = None) -> None:
        if len(password) > self.max_length:
            raise ValidationError(self.get_help_text(), code="password_too_long")

    def get_help_text(self) -> str:
        return f"Use at most {self.max_length} characters."


class ContextWordsValidator:
    """Refuse passwords that are little more than a word of this product, or one character or short run repeated."""

    def validate(self, password: str, user: Any = None) -> None:
        plain = "".join(character for character in password.lower() if character.isalnum())
        rest = plain
        for word in CONTEXT_WORDS:
            rest = rest.replace(word, "")
        if rest != plain and len(rest) < 6:
            raise ValidationError("This password is built from a word everyone would try.", code="password_context")
        if len(set(password)) < 4:
            raise ValidationError("This password repeats too few characters.", code="password_too_common")

    def get_help_text(self) -> str:
        return "Do not build the password from the product's name or from a few repeated characters."


class WeakPassword(Invalid):
    """The password does not fit the policy."""

    code = "password_too_weak"


def check_password_policy(password: str, *, user: Any = None, attr: str = "password") -> None:
    """Raise `WeakPassword` with every reason."""
    from django.contrib.auth.password_validation import validate_password

    try:
        validate_password(unicodedata.normalize("NFKC", password), user)
    except ValidationError as error:
        raise WeakPassword(" ".join(error.messages), attr=attr) from error
