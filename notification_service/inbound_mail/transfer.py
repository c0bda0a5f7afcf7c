"""Bring the files of a mail to where they belong: to messaging for a comment, into the ticket that it becomes.

What is refused is named with the reason; nothing of the mail is lost for it. While messaging is away the mail waits.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import requests
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from inbound_mail.mail_files import ATTACHED, REFUSED, MailFile, Outcome
from inbound_mail.models import InboundMail
from ticketing_common.context import current_request_id
from ticketing_common.logs import logger
from ticketing_common.uploads import Unacceptable, clean_name, true_content_type

log = logger(__name__)

TIMEOUT = (2.0, 90.0)  # seconds to connect, and for the answer: the file is looked into
LOOKED_BACK = 50  # mails of one sender
FILES_PER_TICKET = 10  # as the help desk takes with a ticket
#: What is about the file, or about who sent it; everything else is a fault of a service, and passes.
_FINAL = {400, 404, 413, 422, 429}


class MessagingAway(Exception):
    """Messaging does not take files now."""


@dataclass(frozen=True)
class CheckedFile:
    """A file that may be kept, with what its content is."""

    name: str
    content_type: str
    file: MailFile


@dataclass(frozen=True)
class Carried:
    """What became of a mail's files: `uploads` are messaging's, `kept` are for the ticket."""

    outcomes: tuple[Outcome, ...] = ()
    uploads: tuple[int, ...] = ()
    kept: tuple[CheckedFile, ...] = ()

    @property
    def notes(self) -> list[str]:
        """Name each refused file with the reason."""
        return [f"{each.name} ({each.reason})" for each in self.outcomes if each.outcome == REFUSED]


def carry(row: InboundMail, files: Collection[MailFile]) -> Carried:
    """Bring the files to where the mail goes. Raises `MessagingAway`, after which it may be tried again."""
    return _to_messaging(row, files) if row.notification_id is not None else _into_the_ticket(files)


def _to_messaging(row: InboundMail, files: Collection[MailFile]) -> Carried:
    outcomes: list[Outcome] = []
    uploads: list[int] = []
    for index, file in enumerate(files):
        if len(uploads) >= settings.ATTACHMENTS_PER_COMMENT:
            outcomes.append(_refused(file, f"A comment has at most {settings.ATTACHMENTS_PER_COMMENT} files."))
        elif reason := _refused_at_once(file):
            outcomes.append(_refused(file, reason))
        else:
            upload_id, reason = _upload(row, index, file)
            outcomes.append(_refused(file, reason) if upload_id is None else _attached(file))
            uploads += [] if upload_id is None else [upload_id]
    return Carried(tuple(outcomes), uploads=tuple(uploads))


def _upload(row: InboundMail, index: int, file: MailFile) -> tuple[int | None, str]:
    """Return the id of messaging's upload, or why it was refused."""
    try:
        answer = requests.post(
            f"{settings.MESSAGING_SERVICE_URL}/tickets/{row.ticket_number}/mail-uploads/",
            data={} if row.user_id is None else {"user_id": row.user_id},
            files={"file": (clean_name(file.name), file.content, "application/octet-stream")},
            headers={
                "X-API-Key": settings.MESSAGING_API_KEY,
                "X-Request-ID": current_request_id(),
                "Idempotency-Key": f"inbound-mail-{row.pk}-{index}-{file.sha256[:32]}",
            },
            timeout=TIMEOUT,
            allow_redirects=False,
        )
        if answer.status_code in _FINAL:
            return None, _brief(str(answer.json()["errors"][0]["detail"]))
        answer.raise_for_status()
        return int(answer.json()["id"]), ""
    except (requests.RequestException, ValueError, LookupError, TypeError) as error:
        log.warning("mail_file_not_uploaded", inbound_mail_id=row.pk, error=type(error).__name__)
        raise MessagingAway() from error


def _into_the_ticket(files: Collection[MailFile]) -> Carried:
    outcomes: list[Outcome] = []
    kept: list[CheckedFile] = []
    for file in files:
        name = clean_name(file.name)
        reason = _refused_at_once(file)
        if len(kept) >= FILES_PER_TICKET:
            reason = f"A ticket has at most {FILES_PER_TICKET} files."
        if not reason:
            try:
                kind = true_content_type(SimpleUploadedFile(name, file.content), name)
                kept.append(CheckedFile(name, kind, file))
            except Unacceptable as error:
                reason = _brief(str(error))
        outcomes.append(_refused(file, reason) if reason else _attached(file))
    return Carried(tuple(outcomes), kept=tuple(kept))


def _refused_at_once(file: MailFile) -> str:
    if not file.content:
        return "The file is empty."
    if len(file.content) > settings.ATTACHMENT_MAX_BYTES:
        return f"At most {settings.ATTACHMENT_MAX_BYTES // 2**20} MiB."
    return ""


def _brief(detail: str) -> str:
    """Leave the list of everything that is accepted out of the reason."""
    return detail.partition(" Accepted:")[0][:200]


def _attached(file: MailFile) -> Outcome:
    return Outcome(file.name, len(file.content), ATTACHED)


def _refused(file: MailFile, reason: str) -> Outcome:
    return Outcome(file.name, len(file.content), REFUSED, reason)


def pictures_known_of(row: InboundMail) -> set[str]:
    """Return the pictures that mails of the same sender showed which were taken before this one, by their SHA-256."""
    taken = [InboundMail.Verdict.COMMENT, InboundMail.Verdict.TICKET, InboundMail.Verdict.WAITING]
    earlier = InboundMail.objects.filter(sender=row.sender, pk__lt=row.pk, verdict__in=taken, pictures__0__isnull=False)
    lists = earlier.order_by("-received_at").values_list("pictures", flat=True)[:LOOKED_BACK]
    return {digest for digests in lists for digest in digests or ()}
