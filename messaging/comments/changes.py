"""What every change of a conversation shares: refusals, the lock, the event's number, the announcement.

The ticket's row lock orders all changes of one ticket, which is what makes its event numbers gapless.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import broadcasts
from comments.documents import Document, comment_document
from comments.events import comment_frame
from comments.models import Comment
from comments.outgoing import message_to_source, message_to_workflow
from comments.quotes import change_message
from ticketing_common.contracts.messages import Message
from ticketing_common.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from ticketing_common.jwt import Identity
from ticketing_common.outbox import enqueue
from tickets.events import event_of
from tickets.models import Ticket, TicketEvent
from tickets.services import check_may_read


class CommentNotFound(NotFound):
    code = "comment_not_found"
    default_detail = "There is no such comment for you."


class CommentDeleted(Conflict):
    code = "comment_deleted"
    default_detail = "This comment was deleted."


class NotYourComment(Forbidden):
    code = "not_your_comment"
    default_detail = "Only its author or an administrator may do this."


class OutsideComment(Forbidden):
    code = "outside_comment"
    default_detail = "It was written at the help desk and can be changed there only."


class OwnComment(Forbidden):
    code = "own_comment"
    default_detail = "You can't rate your own comment."


class ReplyToReply(Invalid):
    code = "reply_to_reply"
    default_detail = "Replies nest one level: reply to the first comment instead."


class NotForInternalNotes(Forbidden):
    code = "internal_not_allowed"
    default_detail = "Only agents write internal notes."


class TooManyComments(Refusal):
    code = "throttled"
    status_code = 429
    default_detail = "Too many comments. Try again in a minute."


class ClientIdReused(Conflict):
    code = "client_id_reused"
    default_detail = "This client_id was used for another comment."


@dataclass(frozen=True)
class Written:
    """What a write left: the comment as its writer sees it, and the number of its event (None: nothing changed)."""

    document: Document
    seq: int | None
    action: str


def readable_comment(*, comment_id: int, by: Identity) -> Comment:
    """Return the comment with its parts, or refuse as if it did not exist."""
    comments = Comment.objects.with_parts().visible(sees_internal=by.is_agent)
    comment = comments.filter(pk=comment_id, ticket__in=Ticket.objects.visible_to(by)).first()
    if comment is None:
        raise CommentNotFound()
    return comment


def locked_comment(*, comment_id: int, by: Identity, is_writer_locked: bool = False) -> Comment:
    """Return the comment as it is now, with its ticket locked, if the person may read it."""
    tickets = (
        Ticket.objects.locked_for(by.user_id) if is_writer_locked else Ticket.objects.select_for_update(of=("self",))
    )
    ticket = tickets.filter(comments__pk=comment_id).first()
    if ticket is None:
        raise CommentNotFound()
    check_may_read(ticket=ticket, by=by)
    comment = ticket.comments.visible(sees_internal=by.is_agent).filter(pk=comment_id).first()
    if comment is None:
        raise CommentNotFound()
    comment.ticket = ticket
    return comment


def refuse_others(comment: Comment, by: Identity) -> None:
    if comment.author_id != by.user_id and not by.is_admin:
        raise NotYourComment()


def refuse_outside(comment: Comment) -> None:
    """Refuse changes of, and files on, what somebody without an account wrote at the help desk."""
    if comment.author_id is None:
        raise OutsideComment()


def refuse_deleted(comment: Comment) -> None:
    if comment.is_deleted:
        raise CommentDeleted()


def save_change(comment: Comment, action: str, *, by: Identity | None = None, now: datetime) -> Written:
    """Save a changed comment under its event's number, and announce it."""
    comment.seq = comment.ticket.seq + 1
    comment.save()
    ratings = ratings_of(comment)
    return announce(comment, action, now=now, document=comment_document(comment), ratings=ratings, by=by)


def announce(
    comment: Comment,
    action: str,
    *,
    now: datetime,
    document: Document,
    ratings: dict[int, str],
    by: Identity | None = None,
) -> Written:
    """Number the event, queue it for whom it concerns and, after the commit, send it to open sockets."""
    ticket = comment.ticket
    event = ticket.record(
        kind=TicketEvent.Kind.COMMENT,
        payload={"action": action},
        comment_id=comment.pk,
        is_internal=comment.is_internal,
        now=now,
    )
    told: list[Message] = []
    if action in {"update", "delete"} and not comment.is_internal:
        told.append(change_message(comment))
    if action in {"create", "reply"} and not comment.is_internal:
        told.append(message_to_workflow(comment))
    if message := message_to_source(comment, action, document=document, now=now):
        told.append(message)
    if told:
        enqueue(*told)
    frame = comment_frame(action=action, document=document, seq=event.seq)
    broadcasts.after_commit(
        broadcasts.ticket_group(ticket.ticket_number),
        event_of(ticket, event, frame=frame, ratings=ratings),
    )
    mine = ratings.get(by.user_id) if by else None
    return Written(document | {"rating": document["rating"] | {"mine": mine}}, event.seq, action)


def ratings_of(comment: Comment) -> dict[int, str]:
    """Return who rated the comment how; no query where nobody did."""
    if not comment.up_count and not comment.down_count:
        return {}
    return dict(comment.ratings.values_list("user_id", "value"))


def document_for(comment: Comment, reader_id: int) -> Document:
    return comment_document(comment, mine=ratings_of(comment).get(reader_id))
