"""What becomes of a mail: a comment, a ticket, or nothing, and why.

The signed address says which mail is answered, and so whose answer it is and on which ticket. Whether that person may
write there is messaging's to say, when it takes the comment.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings

from inbound_mail.mail_files import SIGNATURE, MailFile, Outcome, of_signature
from inbound_mail.models import InboundMail, MailTicket, TicketFile
from inbound_mail.parsing import BOUNCE, Mail
from inbound_mail.reply_text import written_text
from inbound_mail.requesters import SOURCE, reply_of, ticket_of
from inbound_mail.transfer import Carried, pictures_known_of
from notifications.models import Notification, Person, mail_domain
from notifications.reply_addresses import (
    BadToken,
    answer_visibility,
    is_to_requester,
    notification_of,
    ticket_number_of,
    token_in,
)
from notifications.services import queue_mail
from ticketing_common.contracts.messages import PostMailComment, ReceiveTicket
from ticketing_common.outbox import enqueue
from ticketing_common.texts import is_blank

MAX_TEXT = 10_000  # of a comment
_OWN_ID = re.compile(r"<(?:n|notification-)(\d{1,18})\.\d+@([^>]+)>")

#: What a sender whom we know is told, once, of a mail that was refused. Of the other reasons nobody is told.
TOLD = {
    "bad_token": "The address that you answered to is not valid (any more).",
    "sender_mismatch": "The mail that you answered was sent to somebody else.",
    "no_text": "It had no text of your own.",
    "too_large": "It is too large.",
    "no_reply_address": "Answer to the address that the notification names for answers.",
    "tickets_off": "This address takes answers to notifications only.",
}


class RefusedMail(Exception):
    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


def judge(row: InboundMail, mail: Mail, *, now: datetime, carried: Carried | None = None) -> None:
    """Set the row's verdict and enqueue what follows from it. The caller saves the row, in this transaction.

    A mail with files waits first: `carried` is what became of them.
    """
    row.reason = row.detail = ""
    reason = _ignored(row, mail)
    if reason:
        row.verdict, row.reason = InboundMail.Verdict.IGNORED, reason
        return
    try:
        if not mail.sender:
            raise RefusedMail("no_sender")
        if carried is None:
            _refuse_too_many(row, now)
        token = next((token for address in mail.recipients if (token := token_in(address)) is not None), None)
        if token is not None:
            _comment(row, mail, token, carried)
        elif any(_own_number(reference) for reference in mail.references):
            raise RefusedMail("no_reply_address")
        else:
            _ticket(row, mail, now, carried)
    except RefusedMail as refused:
        refuse(row, refused.reason, takes_no_answers=mail.takes_no_answers, now=now)


def refuse(row: InboundMail, reason: str, *, takes_no_answers: bool, now: datetime) -> None:
    """Refuse the mail, and tell its sender where that is a person whom we know. Strangers are not answered."""
    row.verdict, row.reason = InboundMail.Verdict.REFUSED, reason
    person = _person_at(row.sender)
    if person is None or takes_no_answers or reason not in TOLD:
        return
    queue_mail(
        notification_type="system",
        user_id=person.user_id,
        context={
            "title": "Your mail was not taken",
            "message": f"Your mail “{row.subject[:200]}” was not taken. {TOLD[reason]}",
        },
        event_id=f"inbound-mail-{row.pk}-refused",
        now=now,
    )


def _ignored(row: InboundMail, mail: Mail) -> str:
    """Return why nothing is done about the mail, else nothing."""
    own_addresses = {settings.MAILBOX_REPLY_ADDRESS.lower(), _address_of(settings.DEFAULT_FROM_EMAIL)}
    if mail.is_own or _own_number(mail.message_id) or mail.sender.lower() in own_addresses - {""}:
        return "loop"
    if mail.automatic == BOUNCE:
        row.notification_id = next(filter(None, map(_own_number, mail.bounced_ids)), None)
    return mail.automatic


def _refuse_too_many(row: InboundMail, now: datetime) -> None:
    lately = InboundMail.objects.filter(sender=row.sender, received_at__gt=now - timedelta(hours=1)).exclude(pk=row.pk)
    if lately.count() >= settings.MAILBOX_PER_SENDER_AND_HOUR:
        raise RefusedMail("rate_limited")


def files_to_carry(row: InboundMail, mail: Mail) -> list[MailFile]:
    """Return the files that belong to what the mail says, and note in the row which are a signature's."""
    row.pictures = [file.sha256 for file in mail.files if file.is_inline_picture]
    known = pictures_known_of(row) if row.pictures else ()
    signature = of_signature(mail.files, quoted_ids=mail.quoted_ids, known_pictures=known)
    row.files = [Outcome(file.name, len(file.content), SIGNATURE).as_json() for file in signature]
    return [file for file in mail.files if file not in signature]


def _waits_for_files(row: InboundMail, mail: Mail, carried: Carried | None) -> bool:
    """Have a mail with files wait until they are carried along; note in the row what became of them."""
    files = files_to_carry(row, mail)
    if carried is None and files:
        row.verdict = InboundMail.Verdict.WAITING
        return True
    if carried is not None:
        row.files = [*(row.files or []), *(outcome.as_json() for outcome in carried.outcomes)]
    if is_blank(row.text) and carried is None and not (is_new_ticket(row) and not is_blank(row.subject)):
        raise RefusedMail("no_text")
    return False


def is_new_ticket(row: InboundMail) -> bool:
    return row.notification_id is None


def _comment(row: InboundMail, mail: Mail, token: str, carried: Carried | None) -> None:
    try:
        answered = notification_of(token)
    except BadToken as error:
        row.detail = str(error)
        raise RefusedMail("bad_token") from error
    row.notification_id, row.ticket_number, row.user_id = answered.pk, ticket_number_of(answered), answered.user_id
    if is_to_requester(answered):
        _requester_answer(row, mail, answered, carried)
        return
    person = Person.objects.filter(user_id=answered.user_id or 0).first()
    if person is None or not person.is_active:
        raise RefusedMail("person_inactive")
    if mail.sender.lower() not in {person.email.lower(), answered.email.lower()}:
        raise RefusedMail("sender_mismatch")
    row.text = written_text(mail.text)
    if _waits_for_files(row, mail, carried):
        return
    enqueue(
        PostMailComment(
            ticket_number=row.ticket_number,
            user_id=person.user_id,
            text=_comment_text(row.text, carried.notes if carried else []),
            visibility=answer_visibility(answered, person),
            client_id=_client_id(mail),
            comment_id=answered.comment_id,
            subject=row.subject[:200],
            tells_author=not mail.takes_no_answers,
            uploads=list(carried.uploads) if carried and carried.uploads else None,
        )
    )
    row.verdict = InboundMail.Verdict.COMMENT


def _requester_answer(row: InboundMail, mail: Mail, answered: Notification, carried: Carried | None) -> None:
    """Hand in what the requester of a ticket answered, as a help desk hands in what is said there."""
    ticket = ticket_of(row.ticket_number)
    if ticket is None:
        raise RefusedMail("bad_token")
    if mail.sender.lower() != ticket.email.lower():
        raise RefusedMail("sender_mismatch")
    row.text = written_text(mail.text)
    if _waits_for_files(row, mail, carried):
        return
    enqueue(
        reply_of(
            row,
            ticket,
            reply_id=_client_id(mail),
            message_id=mail.message_id,
            text=_comment_text(row.text, carried.notes if carried else []),
            uploads=carried.uploads if carried else (),
            comment_id=answered.comment_id,
        )
    )
    row.verdict = InboundMail.Verdict.COMMENT


def _client_id(mail: Mail) -> str:
    return f"mail-{hashlib.sha256(mail.message_id.encode()).hexdigest()[:40]}"


def _comment_text(text: str, refused_files: Sequence[str]) -> str:
    """Return the words with a list of the files that were refused; cut to what a comment may have."""
    notes = []
    if refused_files:
        names = ", ".join(refused_files)
        notes.append(f"Files of the mail, not attached: {names if len(names) <= 1_000 else names[:999] + '…'}")
    cut = "The mail is longer; this is its beginning."
    room = MAX_TEXT - len("\n\n".join([*notes, cut])) - 10
    if len(text) > room:
        text, notes = text[:room], [cut, *notes]
    return "\n\n".join(part for part in (text, *notes) if part)


def _ticket(row: InboundMail, mail: Mail, now: datetime, carried: Carried | None) -> None:
    """Hand the mail in as a ticket: the same message as a help desk's."""
    if settings.MAILBOX_TICKETS == "off":
        raise RefusedMail("tickets_off")
    person = _person_at(mail.sender)
    if person is None and settings.MAILBOX_TICKETS != "everyone":
        raise RefusedMail("unknown_sender")
    row.text = written_text(mail.text) or mail.text.strip()
    row.user_id = person.user_id if person else None
    row.notification_id = None
    if _waits_for_files(row, mail, carried):
        return
    row.ticket_number = f"ML{row.received_at:%Y%m%d}{row.pk:06d}"
    name = person.full_name if person else mail.sender_name or mail.sender
    subject = row.subject[:255] if not is_blank(row.subject) else row.text[:80].split("\n")[0] or mail.file_names[0]
    ticket = MailTicket.objects.create(
        number=row.ticket_number,
        email=mail.sender,
        name=name[:255],
        subject=subject[:255],
        message_ids=[mail.message_id],
        created_at=now,
    )
    attachments = _kept(ticket, carried, now)
    enqueue(
        ReceiveTicket(
            ticket_data={
                "ticket_number": row.ticket_number,
                "subject": subject[:255],
                "description": _comment_text(row.text, carried.notes if carried else []),
                "category": settings.MAILBOX_TICKET_CATEGORY,
                "department": settings.MAILBOX_TICKET_DEPARTMENT,
                "source_service": SOURCE,
                "employee": {"name": name, "email": mail.sender},
                "submitted_at": row.received_at.isoformat(),
                **({"attachments": attachments} if attachments else {}),
            }
        )
    )
    row.verdict = InboundMail.Verdict.TICKET


def _kept(ticket: MailTicket, carried: Carried | None, now: datetime) -> list[dict[str, object]]:
    """Store the ticket's files, and return how the ticket names them."""
    rows = [
        TicketFile.objects.create(
            ticket=ticket,
            file_name=each.name,
            content_type=each.content_type,
            size=len(each.file.content),
            sha256=each.file.sha256,
            content=each.file.content,
            created_at=now,
        )
        for each in (carried.kept if carried else ())
    ]
    return [
        {
            "id": row.pk,
            "file_name": row.file_name,
            "content_type": row.content_type,
            "size": row.size,
            "url": f"/api/notification/api/v1/ticket-files/{row.pk}/",
        }
        for row in rows
    ]


def _person_at(address: str) -> Person | None:
    return Person.objects.filter(email__iexact=address, is_active=True).order_by("user_id").first() if address else None


def _own_number(message_id: str) -> int | None:
    """Return the number of the notification whose mail has this Message-ID, None for an id that is not ours."""
    match = _OWN_ID.fullmatch(message_id)
    return int(match[1]) if match and match[2].lower() == mail_domain().lower() else None


def _address_of(value: str) -> str:
    return value.rpartition("<")[2].strip("> ").lower()
