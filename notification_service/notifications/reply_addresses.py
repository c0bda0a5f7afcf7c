"""Reply addresses: who answers the mail of a notification writes to an address that says which mail, signed.

`reply+<token>@<domain>`, where the token is the notification's number in base 36, a hyphen, and an HMAC over the
number, the ticket and the person. It holds for that person on that ticket and for as long as the notification is kept.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re

from django.conf import settings

from notifications.models import Notification, Person
from notifications.notification_types import TYPES
from notifications.texts import phrase

PUBLIC, INTERNAL = "public", "internal"

SIGNATURE_BYTES = 16
_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"
# Servers may change the case of an address on the way.
_TOKEN = re.compile(r"([0-9a-z]{1,13})-([a-z2-7]{26})")


class BadToken(ValueError):
    """The token names no notification, or was not signed by us."""


def ticket_number_of(mail: Notification) -> str:
    """Return the number of the ticket that the mail is about, else nothing."""
    number = mail.context.get("ticket_number")
    return number if isinstance(number, str) else ""


def is_to_requester(mail: Notification) -> bool:
    """Return whether the mail went to who sent the ticket by mail, who is no person of this system."""
    kind = TYPES.get(mail.notification_type)
    return kind is not None and kind.is_to_requester and mail.user_id is None


def takes_answers(mail: Notification) -> bool:
    has_reader = mail.user_id is not None or is_to_requester(mail)
    is_of_one_ticket = has_reader and bool(ticket_number_of(mail)) and not mail.is_for_digest
    return bool(settings.MAILBOX_REPLY_ADDRESS) and is_of_one_ticket


def reply_address(mail: Notification) -> str:
    """Return the address for answers to this mail, empty where it takes none."""
    if not takes_answers(mail):
        return ""
    local, _, domain = settings.MAILBOX_REPLY_ADDRESS.partition("@")
    return f"{local}+{_in_base_36(mail.pk)}-{_signature(settings.MAILBOX_REPLY_KEYS[0], mail)}@{domain}"


def token_in(address: str) -> str | None:
    """Return the token of a reply address, None for any other address."""
    base, _, domain = settings.MAILBOX_REPLY_ADDRESS.lower().partition("@")
    local, _, of = address.strip().lower().rpartition("@")
    prefix = f"{base}+"
    return local.removeprefix(prefix) if base and of == domain and local.startswith(prefix) else None


def notification_of(token: str) -> Notification:
    """Return the notification that the token was made for, signed by any live key. Raises `BadToken`."""
    match = _TOKEN.fullmatch(token.lower())
    number = int(match[1], 36) if match else 0
    if match is None or not 0 < number < 2**63:
        raise BadToken("malformed")
    mail = Notification.objects.filter(pk=number).first()
    if mail is None or not (mail.user_id is not None or is_to_requester(mail)):
        raise BadToken("unknown")
    expected = [_signature(key, mail) for key in settings.MAILBOX_REPLY_KEYS]
    if not any([hmac.compare_digest(match[2], signature) for signature in expected]):
        raise BadToken("forged")
    return mail


def answer_visibility(mail: Notification, person: Person | None) -> str:
    """Return who reads an answer to this mail: all who read the comment that it quotes, otherwise agents only.

    People who are no agents write public comments only.
    """
    is_agent = person is None or any(role != "User" for role in person.roles.get("tts", []))
    quotes_public_comment = mail.comment_id is not None and bool(mail.context.get("excerpt"))
    return PUBLIC if quotes_public_comment or not is_agent else INTERNAL


def note_of(mail: Notification, person: Person | None, language: str = "en") -> str:
    """Return the sentence that says what answering the mail does, empty where it takes no answers."""
    if not takes_answers(mail):
        return ""
    if is_to_requester(mail):
        return phrase(language, "answer_requester")
    return phrase(language, f"answer_{answer_visibility(mail, person)}")


def _signature(key: str, mail: Notification) -> str:
    signed = f"reply\n{mail.pk}\n{mail.user_id}\n{ticket_number_of(mail)}".encode()
    digest = hmac.digest(key.encode(), signed, hashlib.sha256)[:SIGNATURE_BYTES]
    return base64.b32encode(digest).decode().rstrip("=").lower()


def _in_base_36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = _ALPHABET[digit] + digits
    return digits
