"""Read one mail: who wrote it, to whom, what it says, what is attached, and whether a person wrote it.

The parts are walked here, one by one: a mail that is attached is a file and not part of the text, an invitation is no
text either, and only a real delivery report is a bounce. Nothing in a mail makes this raise.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from email import message_from_bytes
from email.errors import HeaderParseError, MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.policy import compat32
from email.utils import getaddresses

from inbound_mail.html_text import MAX_SECONDS, quoted_pictures, text_of_html
from inbound_mail.mail_files import MailFile, content_id_of

MAX_DEPTH = 30
MAX_FILES = 50
MAX_PARTS = 500
MAX_TEXT = 1_000_000  # characters of one part: far more than is kept of a mail
MAX_MESSAGE_ID = 998  # bytes, the longest line of a mail
MAX_ADDRESS = 254  # characters, as everywhere in mail
_ADDRESS = re.compile(r"[^\s<>()@,;:\"\\\[\]]{1,64}@[A-Za-z0-9._-]+")
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,900}>")
# Where servers write to whom a mail came, the one that it was addressed to first.
_RECIPIENTS = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To")
_ANSWERS_TO_INVITATIONS = frozenset({"REPLY", "COUNTER", "REFRESH", "DECLINECOUNTER", "CANCEL"})
_SIGNATURES = frozenset({"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"})

BOUNCE, AUTO_REPLY, LIST, INVITATION = "bounce", "auto_reply", "list", "invitation"


@dataclass(frozen=True)
class Mail:
    """What matters of one mail.

    `message_id` is made from the content where the mail has none. `sender` is empty where the mail names nobody or
    several. `text` is the whole text; `reply_text.written_text` finds what is new in it. `automatic` is why no person
    wrote it, else empty. `takes_no_answers` says that its sender asked for none.
    """

    message_id: str
    sender: str
    sender_name: str
    recipients: tuple[str, ...]
    subject: str
    references: tuple[str, ...]
    text: str
    files: tuple[MailFile, ...]
    automatic: str
    takes_no_answers: bool
    bounced_ids: tuple[str, ...] = ()
    is_own: bool = False
    quoted_ids: frozenset[str] = frozenset()

    @property
    def file_names(self) -> tuple[str, ...]:
        return tuple(file.name for file in self.files)


@dataclass(frozen=True)
class _Content:
    kind: str  # plain, html, file or calendar
    value: str
    part: Message
    is_alternative: bool = False  # HTML of which the plain text says the same


def parse(raw: bytes) -> Mail:
    message = message_from_bytes(raw, policy=compat32)
    senders = _addresses(message, ("From",))
    contents = list(_walk(message, [MAX_PARTS]))
    automatic = _automatic(message, contents)
    return Mail(
        message_id=message_id_of(message, raw),
        sender=senders[0][1] if len(senders) == 1 else "",
        sender_name=senders[0][0] if len(senders) == 1 else "",
        recipients=tuple(dict.fromkeys(address for _, address in _addresses(message, _RECIPIENTS))),
        subject=_header(message, "Subject"),
        references=tuple(_ids(message, "In-Reply-To") + _ids(message, "References")),
        text=_text(contents),
        files=tuple(_file(content) for content in contents if content.kind == "file")[:MAX_FILES],
        automatic=automatic,
        takes_no_answers=bool(automatic) or message.get("X-Auto-Response-Suppress") is not None,
        bounced_ids=tuple(_bounced(message)) if automatic == BOUNCE else (),
        is_own=message.get("X-Notification-Type") is not None,
        quoted_ids=frozenset(each for c in contents if c.kind == "html" for each in quoted_pictures(c.value)),
    )


def message_id_of(message: Message, raw: bytes) -> str:
    """Return the mail's own id, or one made from the content where it has none, or one too long for the index."""
    found = _ids(message, "Message-ID")
    if found and len(found[0].encode()) <= MAX_MESSAGE_ID:
        return found[0]
    return f"<{hashlib.sha256(raw).hexdigest()}@no-message-id>"


def _text(contents: Iterable[_Content]) -> str:
    until = time.monotonic() + MAX_SECONDS
    texts = [
        text_of_html(content.value, until=until) if content.kind == "html" else content.value
        for content in contents
        if content.kind in {"plain", "html"} and not content.is_alternative
    ]
    return "\n\n".join(text.strip("\n") for text in texts if text.strip())


def _walk(part: Message, left: list[int], depth: int = 0) -> Iterator[_Content]:
    """Yield the contents in their order; of alternatives plain text where it says anything, else HTML."""
    left[0] -= 1
    if left[0] < 0 or depth > MAX_DEPTH:
        return
    kind, payload = part.get_content_type(), part.get_payload()
    if part.get_content_maintype() == "message":
        if kind == "message/rfc822" or _file_name(part):
            yield _Content("file", _file_name(part) or "mail.eml", part)
    elif isinstance(payload, list):
        contents = [c for each in payload if isinstance(each, Message) for c in _walk(each, left, depth + 1)]
        if kind == "multipart/alternative" and any(c.kind == "plain" and c.value.strip() for c in contents):
            contents = [replace(c, is_alternative=c.is_alternative or c.kind == "html") for c in contents]
        yield from contents
    elif kind == "text/calendar":
        yield _Content("calendar", _method(part), part)
        yield _Content("file", _file_name(part) or "invite.ics", part)
    elif kind in {"text/plain", "text/html"} and part.get_content_disposition() != "attachment" and not _is_named(part):
        text = _decoded_text(part)
        text = _unfolded(part, text) if kind == "text/plain" else text
        yield _Content(part.get_content_subtype(), text, part)
    elif kind not in _SIGNATURES:
        yield _Content("file", _file_name(part) or f"file.{part.get_content_subtype()[:20]}", part)


def _file(content: _Content) -> MailFile:
    """Return the file under a name that says what it is: programs name attached mails by their subject."""
    part, name = content.part, content.value
    ending = {"message/rfc822": ".eml", "text/calendar": ".ics"}.get(part.get_content_type(), "")
    if not name.lower().endswith(ending):
        name = f"{name[:200]}{ending}"
    content_id = content_id_of(part)
    return MailFile(
        name, part, is_inline=bool(content_id) or part.get_content_disposition() == "inline", content_id=content_id
    )


def _is_named(part: Message) -> bool:
    return bool(_file_name(part)) and part.get_content_disposition() is not None


def _file_name(part: Message) -> str:
    try:
        name = part.get_filename() or ""
    except (ValueError, LookupError, TypeError):
        name = ""
    return _one_line(_decoded(name)).replace("\\", "/").rpartition("/")[2][:255]


def _decoded_text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else b""
    try:
        given = part.get_content_charset() or "utf-8"
    except (ValueError, LookupError, TypeError):
        given = "utf-8"
    # Programs say Latin-1 and mean the code page of Windows.
    charset = "cp1252" if given in {"iso-8859-1", "latin-1", "us-ascii"} else given
    for each in ("utf-8", charset, "cp1252") if given == "us-ascii" else (charset, "utf-8", "cp1252"):
        try:
            return _clean(content.decode(each)[:MAX_TEXT])
        except (LookupError, UnicodeError, ValueError):
            continue
    return _clean(content.decode("utf-8", "replace")[:MAX_TEXT])


def _clean(text: str) -> str:
    """Return the text with one kind of line end and without characters that can't be stored."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in text if c in "\n\t" or not (c < " " or "\x7f" <= c < "\xa0" or "\ud800" <= c <= "\udfff"))


def _unfolded(part: Message, text: str) -> str:
    """Join the lines that a program broke (RFC 3676)."""
    if str(part.get_param("format") or "").lower() != "flowed":
        return text
    deletes = str(part.get_param("delsp") or "").lower() == "yes"
    lines: list[str] = []
    is_open = False
    for line in text.split("\n"):
        flows = line.endswith(" ") and line != "-- "
        content = line[:-1] if flows and deletes else line
        if is_open and not line.startswith(">") and line != "-- ":
            lines[-1] += content.removeprefix(" ")
        else:
            lines.append(content.removeprefix(" "))
        is_open = flows and not line.startswith(">")
    return "\n".join(lines)


def _method(part: Message) -> str:
    given = part.get_param("method")
    if isinstance(given, str) and given:
        return given.upper()
    match = re.search(r"^METHOD:\s*([A-Za-z]+)", _decoded_text(part), re.MULTILINE)
    return match[1].upper() if match else ""


def _automatic(message: Message, contents: Iterable[_Content]) -> str:
    """Return why no person wrote this, else nothing."""
    if message.get_content_type() == "multipart/report":
        kind = str(message.get_param("report-type") or "").lower()
        parts = message.get_payload()
        has_status = isinstance(parts, list) and any(
            isinstance(part, Message) and part.get_content_type() == "message/delivery-status" for part in parts
        )
        return BOUNCE if kind == "delivery-status" and has_status else AUTO_REPLY
    if message.get("List-Id") is not None or _word(message, "Precedence") == "list":
        return LIST
    if any(c.kind == "calendar" and c.value in _ANSWERS_TO_INVITATIONS for c in contents):
        return INVITATION
    is_automatic = (
        _word(message, "Auto-Submitted") not in {"", "no"}
        or _word(message, "Precedence") in {"bulk", "junk", "auto_reply"}
        or any(message.get(name) is not None for name in ("X-Autoreply", "X-Autorespond", "X-Autoreply-From"))
        or _header(message, "Return-Path").replace(" ", "") == "<>"
    )
    return AUTO_REPLY if is_automatic else ""


def _word(message: Message, name: str) -> str:
    return re.split(r"[\s;(]", _header(message, name).strip().lower(), maxsplit=1)[0]


def _bounced(message: Message) -> Iterator[str]:
    """Yield the Message-IDs of the mail that a delivery report returns."""
    for part in message.get_payload():
        if not isinstance(part, Message):
            continue
        if part.get_content_type() == "text/rfc822-headers":
            yield from _ids(message_from_bytes(_decoded_text(part).encode(), policy=compat32), "Message-ID")
        elif part.get_content_type() == "message/rfc822":
            for inner in part.get_payload():
                if isinstance(inner, Message):
                    yield from _ids(inner, "Message-ID")


def _ids(message: Message, name: str) -> list[str]:
    # Long ones come as encoded words from programs in Python, against the rules.
    return _MESSAGE_ID.findall(_header(message, name))


def _addresses(message: Message, names: Iterable[str]) -> list[tuple[str, str]]:
    """Return the names and addresses of the headers. Split before it is decoded: a name may hold a comma."""
    values = [str(value) for name in names for value in message.get_all(name, [])]
    try:
        found = getaddresses(values)
    except (ValueError, IndexError, TypeError, RecursionError):
        return []
    valid = [(name, address) for name, address in found if len(address) <= MAX_ADDRESS and _ADDRESS.fullmatch(address)]
    return [(_one_line(_decoded(name))[:255], address) for name, address in valid]


def _header(message: Message, name: str) -> str:
    value = message.get(name)
    return "" if value is None else _one_line(_decoded(value))


def _decoded(value: object) -> str:
    try:
        return str(make_header(decode_header(value)))  # type: ignore[arg-type]
    except (HeaderParseError, MessageError, ValueError, LookupError, TypeError):
        return str(value)


def _one_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
