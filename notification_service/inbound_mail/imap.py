"""The mailbox over IMAP: a mail is fetched, stored, and only then moved out of the folder that is read.

Whatever dies in between, the mail lies in the folder and is known by its Message-ID, or by its number there.
"""

from __future__ import annotations

import contextlib
import hashlib
import imaplib
import re
import ssl
from collections import Counter
from collections.abc import Callable, Iterator

from django.conf import settings
from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError

from inbound_mail import services
from inbound_mail.models import InboundMail
from ticketing_common.database import database_now
from ticketing_common.logs import logger

log = logger(__name__)

TIMEOUT = 30.0  # seconds, for each answer of the server
IDLE_SECONDS = 25
# How often one mail may break the connection before the others go on without it, until the process starts anew.
MAX_TRIES = 3

#: What the mail server, or the way to it, can do to a session.
AWAY = (imaplib.IMAP4.error, ImapToolsError, OSError)


class Folder:
    """The folder that is read, over one connection."""

    def __init__(self, box: BaseMailBox) -> None:
        self.box = box
        self.can_idle = "IDLE" in box.client.capabilities
        self.validity = _validity(int(box.folder.status(settings.MAILBOX_FOLDER, ["UIDVALIDITY"])["UIDVALIDITY"]))

    def numbers(self) -> list[int]:
        return sorted(int(uid) for uid in self.box.uids("ALL"))

    def size(self, uid: int) -> int | None:
        """Return the size in bytes, None for a mail that is gone."""
        for part in self._fetch(uid, "(RFC822.SIZE)"):
            text = part if isinstance(part, bytes) else part[0]
            if match := re.search(rb"RFC822\.SIZE (\d+)", text):
                return int(match[1])
        return None

    def content(self, uid: int, *, head_only: bool = False) -> bytes | None:
        """Return the mail as it is, None for one that is gone. It stays unread."""
        parts = self._fetch(uid, "(BODY.PEEK[HEADER])" if head_only else "(BODY.PEEK[])")
        return next((bytes(part[1]) for part in parts if isinstance(part, tuple)), None)

    def _fetch(self, uid: int, what: str) -> list[bytes | tuple[bytes, bytes]]:
        status, parts = self.box.client.uid("FETCH", str(uid), what)
        if status != "OK":
            raise imaplib.IMAP4.error(f"FETCH was answered {status}")
        return [part for part in parts if part is not None]

    def move(self, uid: int) -> None:
        """Move the mail to the folder of those that are done."""
        try:
            self.box.move([str(uid)], settings.MAILBOX_DONE_FOLDER)
        except ImapToolsError as error:
            # It is stored, and not fetched again.
            log.warning("inbound_mail_not_moved", error=str(error)[:200], uid=uid)

    def wait(self, *, keep_going: Callable[[], bool]) -> None:
        """Wait until the server announces something, for `IDLE_SECONDS` at most; look at `keep_going` each second."""
        self.box.idle.start()  # type: ignore[no-untyped-call]
        for _ in range(IDLE_SECONDS):
            if self.box.idle.poll(timeout=1) or not keep_going():
                break
        self.box.idle.stop()  # type: ignore[no-untyped-call]


def _validity(said: int) -> int:
    """Return the number under which this folder's mails are kept: the server's, of this mailbox and folder alone.

    Some servers say the same of every mailbox. Another mailbox's mails would be taken for known ones, and moved unread.
    """
    place = f"{settings.MAILBOX_USER}\n{settings.MAILBOX_HOST}\n{settings.MAILBOX_FOLDER}\n{said}"
    return int.from_bytes(hashlib.sha256(place.encode()).digest()[:8]) >> 1


@contextlib.contextmanager
def session() -> Iterator[Folder]:
    """Log in and open the folder; make the folder of those that are done where it is missing."""
    box = _connect()
    try:
        box.login(settings.MAILBOX_USER, settings.MAILBOX_PASSWORD, initial_folder=settings.MAILBOX_FOLDER)
        # Servers tell before the login only a part of what they can: without this, mails would be copied and deleted
        # where they could be moved, and what others have marked as deleted would be expunged with them.
        _, answer = box.client.capability()
        box.client.capabilities = tuple(answer[-1].decode().upper().split())
        if not box.folder.exists(settings.MAILBOX_DONE_FOLDER):
            box.folder.create(settings.MAILBOX_DONE_FOLDER)
        yield Folder(box)
    finally:
        with contextlib.suppress(*AWAY):
            box.logout()


def _connect() -> BaseMailBox:
    host, port = settings.MAILBOX_HOST, settings.MAILBOX_PORT
    if settings.MAILBOX_SECURITY == "none":
        return MailBoxUnencrypted(host, port, timeout=TIMEOUT)
    # Without a context of ours the server's certificate would not be verified.
    context = ssl.create_default_context()
    if settings.MAILBOX_SECURITY == "starttls":
        return MailBoxStartTls(host, port, timeout=TIMEOUT, ssl_context=context)
    return MailBox(host, port, timeout=TIMEOUT, ssl_context=context)


def read_new(folder: Folder, *, tries: Counter[int], keep_going: Callable[[], bool]) -> int:
    """Store each mail of the folder that is not stored yet, and move each that is; return how many were new."""
    numbers = folder.numbers()
    known = set(InboundMail.objects.filter(uid_validity=folder.validity, uid__in=numbers).values_list("uid", flat=True))
    count = 0
    for uid in numbers:
        if not keep_going():
            break
        if uid not in known:
            if tries[uid] >= MAX_TRIES:
                continue
            tries[uid] += 1
            if tries[uid] == MAX_TRIES:
                log.error("inbound_mail_last_try", uid=uid, help="If it breaks again it is left, until a restart.")
            is_there, is_new = _store(folder, uid)
            del tries[uid]
            if not is_there:
                continue
            count += is_new
        folder.move(uid)
    return count


def _store(folder: Folder, uid: int) -> tuple[bool, bool]:
    """Fetch and store one mail; return whether it was there, and whether it was new."""
    size = folder.size(uid)
    if size is None:
        return False, False
    is_large = size > settings.MAILBOX_MAX_BYTES
    raw = folder.content(uid, head_only=is_large)
    if raw is None:
        return False, False
    _, is_new = services.take_in(
        raw=raw, size=size if is_large else None, place=(folder.validity, uid), now=database_now()
    )
    return True, is_new
