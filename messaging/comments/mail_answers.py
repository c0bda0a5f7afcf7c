"""Answers to mails of notifications. Their authors are known by the signed address; what they may is asked here."""

from __future__ import annotations

from datetime import datetime

from django.core.files.base import File
from django.db import transaction

from comments.changes import Written
from comments.files import checked_name
from comments.models import Comment, Upload
from comments.outgoing import MAIL_SOURCE
from comments.quotes import by_code
from comments.services import clean_client_id, clean_text, post
from comments.uploads import keep_upload, store_upload
from ticketing_common.contracts.messages import PostMailComment, SendEmail
from ticketing_common.errors import Forbidden
from ticketing_common.jwt import Identity
from ticketing_common.outbox import enqueue
from tickets.models import Ticket
from tickets.services import TicketNotFound, check_may_read
from users.models import Person


class PersonInactive(Forbidden):
    code = "person_inactive"
    default_detail = "Your account is not active."


@transaction.atomic
def post_mail_comment(*, message: PostMailComment, now: datetime) -> Written:
    """Add the answer, if its author may write on the ticket now; once, however often the message comes.

    It answers the comment that the mail quoted where that is there, takes replies and has the same readers; else it
    stands by itself. An agent's note is never made public by what it answers.
    """
    by = _active(message.user_id)
    uploads = message.uploads or ()
    ticket = Ticket.objects.locked_for(by.user_id).filter(ticket_number=message.ticket_number).first()
    if ticket is None:
        raise TicketNotFound()
    client_id = clean_client_id(message.client_id)
    known = ticket.comments.filter(author_id=by.user_id, client_id=client_id).select_related("parent").first()
    check_may_read(ticket=ticket, by=by)
    visibility = message.visibility if by.is_agent else Comment.Visibility.PUBLIC.value
    return post(
        ticket,
        by=by,
        text=clean_text(message.text, has_files=bool(uploads)),
        now=now,
        visibility=visibility,
        client_id=client_id,
        mentions=(),
        uploads=uploads,
        parent=known.parent if known else _answered(ticket, message.comment_id, visibility),
    )


def store_mail_upload(*, ticket_number: str, user_id: int | None, upload: File, now: datetime) -> Upload:  # type: ignore[type-arg]
    """Keep a file of a mail for the comment that the mail becomes, by the rules for uploads of people.

    Without a person it is the requester's of a ticket that came by mail.
    """
    if user_id is not None:
        return store_upload(ticket_number=ticket_number, by=_active(user_id), upload=upload, now=now)
    file_name = checked_name(upload)
    ticket = Ticket.objects.filter(ticket_number=ticket_number, source_service=MAIL_SOURCE).first()
    if ticket is None:
        raise TicketNotFound()
    waiting = Upload.objects.filter(uploaded_by_id=None, ticket=ticket)
    return keep_upload(ticket, upload, file_name, waiting=waiting, uploader_id=None, uploader_name="", now=now)


def tell_author(*, message: PostMailComment, reason: str) -> None:
    """Tell the author by mail, once, that their answer was not posted."""
    if not message.tells_author:
        return
    enqueue(
        SendEmail(
            notification_type="system",
            user_id=message.user_id,
            context={
                "title": "Your mail was not taken",
                "message": f"Your mail \u201c{message.subject}\u201d did not become a comment on "
                f"{message.ticket_number}. {reason}",
                "text": by_code("mail_refused", mail=message.subject, ticket=message.ticket_number, reason=reason),
            },
            event_id=f"mail-comment-refused-{message.user_id}-{message.client_id}",
        )
    )


def _active(user_id: int) -> Identity:
    """Return the person as one who is signed in, with the roles of now. Raises `PersonInactive`."""
    person = Person.objects.filter(pk=user_id).first()
    if person is None or not person.is_active:
        raise PersonInactive()
    roles = {system: tuple(names) for system, names in person.roles.items()}
    return Identity(
        user_id=person.user_id,
        username="",
        email=person.email,
        full_name=person.full_name,
        roles=roles,
        sid="",
        ver=0,
        expires_at=0,
        token="",
    )


def _answered(ticket: Ticket, comment_id: int | None, visibility: str) -> Comment | None:
    """Return the comment to answer: the first one where the mail quoted a reply, for replies nest one level."""
    if comment_id is None:
        return None
    alive = ticket.comments.filter(visibility=visibility, deleted_at=None)
    comment = alive.filter(pk=comment_id).first()
    if comment is not None and comment.parent_id is not None:
        comment = alive.filter(pk=comment.parent_id).first()
    return comment
