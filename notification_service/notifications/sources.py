"""Ask messaging what a notification may say now: it knows the comments and who may read which ticket."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import requests
from django.conf import settings

from notifications.models import InAppNotification, Notification
from ticketing_common.context import current_request_id
from ticketing_common.logs import logger

log = logger(__name__)

TIMEOUT = (1.0, 3.0)  # seconds to connect and to answer
MAX_ITEMS = 200
# Messaging may learn of a new reader later than their notification is made: until then "may not" can mean "not yet".
READER_GRACE = timedelta(minutes=2)
_TICKET_NUMBER = re.compile(r"[A-Za-z0-9_.-]{1,140}")


class SourceAway(Exception):
    """Messaging does not answer: nothing that depends on it may be sent or shown now."""


@dataclass(frozen=True)
class Reference:
    """What a notification tells a person of: a comment, or a ticket."""

    user_id: int
    comment_id: int | None = None
    ticket_number: str = ""

    def as_json(self) -> dict[str, object]:
        subject = {"ticket_number": self.ticket_number} if self.comment_id is None else {"comment_id": self.comment_id}
        return {"user_id": self.user_id, **subject}


@dataclass(frozen=True)
class Answer:
    """Whether the person may read it now (None: messaging does not know the ticket), and what it says now."""

    is_readable: bool | None
    excerpt: str
    ticket_subject: str


def reference_of_mail(mail: Notification) -> Reference | None:
    """Return what the mail depends on, None for mail that quotes nothing of a ticket or has no person."""
    if mail.user_id is None:
        return None
    if mail.comment_id is not None:
        return Reference(mail.user_id, comment_id=mail.comment_id)
    number = mail.context.get("ticket_number")
    if isinstance(number, str) and _TICKET_NUMBER.fullmatch(number):
        return Reference(mail.user_id, ticket_number=number)
    return None


def reference_of_row(row: InAppNotification) -> Reference | None:
    if row.comment_id is not None:
        return Reference(row.user_id, comment_id=row.comment_id)
    return Reference(row.user_id, ticket_number=row.ticket_number) if row.ticket_number else None


class Sources:
    """Messaging, asked over HTTP. After one failure it counts as away for the life of this object."""

    def __init__(self, timeout: tuple[float, float] = TIMEOUT) -> None:
        self.timeout = timeout
        self.is_away = False

    def ask(self, references: Sequence[Reference]) -> list[Answer]:
        """Return an answer for each reference, in order. Raises `SourceAway`."""
        answers: list[Answer] = []
        for start in range(0, len(references), MAX_ITEMS):
            answers += self._ask(references[start : start + MAX_ITEMS])
        return answers

    def _ask(self, references: Sequence[Reference]) -> list[Answer]:
        if self.is_away:
            raise SourceAway()
        try:
            response = requests.post(
                f"{settings.MESSAGING_SERVICE_URL}/comments/readable/",
                json={"items": [reference.as_json() for reference in references]},
                headers={"X-API-Key": settings.MESSAGING_API_KEY, "X-Request-ID": current_request_id()},
                timeout=self.timeout,
                allow_redirects=False,
            )
            response.raise_for_status()
            items = response.json()["items"]
            answers = [Answer(item["is_readable"], str(item["excerpt"]), str(item["ticket_subject"])) for item in items]
            if len(answers) != len(references):
                raise ValueError("Another number of answers than of questions.")
        except (requests.RequestException, ValueError, KeyError, TypeError) as error:
            self.is_away = True
            log.warning("messaging_not_asked", error=type(error).__name__)
            raise SourceAway() from error
        return answers
