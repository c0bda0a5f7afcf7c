"""The files of a mail: which of them belong to what it says, and which may be kept."""

from __future__ import annotations

import hashlib
import re
import struct
from collections.abc import Collection
from dataclasses import dataclass
from email.errors import MessageError
from email.message import Message
from functools import cached_property
from io import BytesIO
from typing import Any

from PIL import Image

#: Inline pictures of less are lines, buttons and counters of who opened the mail.
TINY_BYTES, TINY_SIDE = 1_500, 40  # bytes, pixels of the shorter side
# What is sent again is a signature's where it is small: a screenshot may be meant for another ticket, too.
MAX_LOGO_BYTES = 64 * 1024
ATTACHED, REFUSED, SIGNATURE = "attached", "refused", "signature"


@dataclass(frozen=True)
class MailFile:
    """One file of a mail. `content_id` is how the HTML of the mail shows it, empty where it can't."""

    name: str
    part: Message
    is_inline: bool = False
    content_id: str = ""

    @cached_property
    def content(self) -> bytes:
        """The bytes, of an attached mail the mail itself; empty where they can't be decoded."""
        try:
            payload = self.part.get_payload()
            if self.part.get_content_maintype() == "message" and isinstance(payload, list):
                return b"\n".join(each.as_bytes() for each in payload if isinstance(each, Message))
            decoded = self.part.get_payload(decode=True)
        except (ValueError, LookupError, TypeError, AttributeError, MessageError):
            return b""
        return decoded if isinstance(decoded, bytes) else b""

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    @property
    def is_inline_picture(self) -> bool:
        """Whether the mail shows it in its text, as signatures do."""
        is_picture = self.part.get_content_maintype() == "image"
        return is_picture and self.part.get_content_disposition() != "attachment" and self.is_inline

    @property
    def is_tiny(self) -> bool:
        if len(self.content) < TINY_BYTES:
            return True
        size = _size_of_picture(self.content)
        return size is not None and min(size) < TINY_SIDE


@dataclass(frozen=True)
class Outcome:
    """What became of one file: attached, refused for a reason in words, or left out as part of a signature."""

    name: str
    size: int
    outcome: str
    reason: str = ""

    def as_json(self) -> dict[str, Any]:
        return {"name": self.name, "size": self.size, "outcome": self.outcome, "reason": self.reason}


def of_signature(
    files: Collection[MailFile], *, quoted_ids: Collection[str], known_pictures: Collection[str]
) -> list[MailFile]:
    """Return the pictures that say nothing new: tiny, shown by the quoted part only, or sent before by this person.

    Files that are attached are never among them, whatever they are.
    """
    return [
        file
        for file in files
        if file.is_inline_picture
        and (
            file.is_tiny
            or file.content_id in quoted_ids
            or (len(file.content) <= MAX_LOGO_BYTES and file.sha256 in known_pictures)
        )
    ]


def content_id_of(part: Message) -> str:
    value = str(part.get("Content-ID") or "")
    return re.sub(r"[<>\s]", "", value)


def _size_of_picture(content: bytes) -> tuple[int, int] | None:
    try:
        with Image.open(BytesIO(content)) as image:  # reads the head only
            return image.size
    except (
        OSError,  # what is no picture
        # What Pillow's readers trip over in bytes that make no sense; the check of the file refuses it later.
        SyntaxError,
        ValueError,
        TypeError,
        LookupError,
        ArithmeticError,
        struct.error,
        Image.DecompressionBombError,
    ):
        return None
