"""Every act in a conversation. Each call: lock the ticket, check the rights of now, write, number, announce."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from comments import files
from comments.changes import (
    ClientIdReused,
    NotForInternalNotes,
    NotYourComment,
    OwnComment,
    ReplyToReply,
    TooManyComments,
    Written,
    announce,
    document_for,
    locked_comment,
    refuse_deleted,
    refuse_others,
    refuse_outside,
    save_change,
)
from comments.documents import new_comment_document
from comments.models import Comment, CommentRating, Mention, ReadState
from comments.quotes import by_code, excerpt_of
from comments.uploads import take_over
from ticketing_common.contracts.messages import CreateInAppNotification, Message, PostComment, SendEmail
from ticketing_common.errors import Invalid
from ticketing_common.jwt import Identity
from ticketing_common.outbox import enqueue
from ticketing_common.texts import is_blank, normalized
from tickets.models import Ticket, TicketEvent
from tickets.readers import readers_of
from tickets.services import TicketNotFound, check_may_read
from users.models import Person


@dataclass(frozen=True)
class Author:
    """Who said something with an act. Only agents act."""

    user_id: int
    full_name: str
    is_agent = True


Writer = Identity | Author

MAX_TEXT = 10_000
MAX_MENTIONS = 20
MAX_CLIENT_ID = 64


def clean_text(text: object, *, has_files: bool = False) -> str:
    """Return the text as stored, or refuse it. Files may come without words."""
    if not isinstance(text, str):
        raise Invalid("Write something.", attr="text")
    text = normalized(text)
    if is_blank(text):
        if has_files:
            return ""
        raise Invalid("Write something.", attr="text")
    if len(text) > MAX_TEXT:
        raise Invalid(f"At most {MAX_TEXT} characters.", attr="text")
    if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise Invalid("The text has characters that cannot be stored.", attr="text")
    # The first line keeps its indentation.
    return re.sub(r"\A(?:[^\S\n]*\n)+", "", text).rstrip()


def clean_client_id(client_id: object) -> str | None:
    if client_id is None:
        return None
    if not isinstance(client_id, str) or not client_id.isprintable() or not 0 < len(client_id) <= MAX_CLIENT_ID:
        raise Invalid(f"1 to {MAX_CLIENT_ID} printable characters.", attr="client_id")
    return client_id


@transaction.atomic
def post_comment(
    *,
    ticket_number: str,
    by: Identity,
    text: str,
    now: datetime,
    visibility: str | None = None,
    client_id: str | None = None,
    mentions: Iterable[int] = (),
    uploads: Collection[int] = (),
) -> Written:
    """Add a comment. Without a visibility it is internal, unless its author may write public ones only."""
    text, client_id = clean_text(text, has_files=bool(uploads)), clean_client_id(client_id)
    if visibility is None:
        visibility = Comment.Visibility.INTERNAL if by.is_agent else Comment.Visibility.PUBLIC
    if visibility not in Comment.Visibility.values:
        raise Invalid(f"Choose from: {', '.join(Comment.Visibility.values)}.", attr="visibility")
    ticket = Ticket.objects.locked_for(by.user_id).filter(ticket_number=ticket_number).first()
    if ticket is None:
        raise TicketNotFound()
    check_may_read(ticket=ticket, by=by)
    return post(
        ticket,
        by=by,
        text=text,
        now=now,
        visibility=visibility,
        client_id=client_id,
        mentions=mentions,
        uploads=uploads,
        parent=None,
    )


@transaction.atomic
def post_reply(
    *,
    comment_id: int,
    by: Identity,
    text: str,
    now: datetime,
    client_id: str | None = None,
    mentions: Iterable[int] = (),
    uploads: Collection[int] = (),
) -> Written:
    """Answer a comment. The reply is as visible as what it answers."""
    text, client_id = clean_text(text, has_files=bool(uploads)), clean_client_id(client_id)
    parent = locked_comment(comment_id=comment_id, by=by, is_writer_locked=True)
    return post(
        parent.ticket,
        by=by,
        text=text,
        now=now,
        visibility=parent.visibility,
        client_id=client_id,
        mentions=mentions,
        uploads=uploads,
        parent=parent,
    )


@transaction.atomic
def post_of_act(*, message: PostComment, now: datetime) -> Written:
    """Add what was said with an act in the workflow API, which has asked for the right to it (ADR 0024)."""
    Ticket.objects.bulk_create(
        [Ticket(ticket_number=message.ticket_number, created_at=now, updated_at=now)], ignore_conflicts=True
    )
    by = Author(message.author["user_id"], message.author["full_name"])
    ticket = Ticket.objects.locked_for(by.user_id).get(ticket_number=message.ticket_number)
    return post(
        ticket,
        by=by,
        text=clean_text(message.text),
        now=datetime.fromisoformat(message.occurred_at),
        visibility=message.visibility,
        client_id=clean_client_id(message.client_id),
        mentions=message.mentions,
        uploads=message.uploads,
        parent=None,
    )


def notify_author(*, message: PostComment, reason: str) -> None:
    """Tell the author that what they said with an act was not posted. The act itself stands."""
    enqueue(
        CreateInAppNotification(
            user_id=message.author["user_id"],
            notification_type="system",
            subject=f"Your comment on {message.ticket_number} was not posted",
            message=reason,
            link=f"/tickets/{message.ticket_number}",
            event_id=f"comment-refused-{message.author['user_id']}-{message.ticket_number}-{message.client_id}",
            text=by_code("comment_refused", ticket=message.ticket_number, reason=reason),
        )
    )


def post(
    ticket: Ticket,
    *,
    by: Writer,
    text: str,
    now: datetime,
    visibility: str,
    client_id: str | None,
    mentions: Iterable[int],
    uploads: Collection[int],
    parent: Comment | None,
) -> Written:
    """Add a comment to the locked ticket, which its author may read."""
    action = "reply" if parent else "create"
    if client_id is not None:
        known = ticket.comments.with_parts().filter(author_id=by.user_id, client_id=client_id).first()
        if known is not None:
            if known.parent_id != (parent.pk if parent else None) or not _was_posted_as(known, text):
                raise ClientIdReused(attr="client_id")
            return Written(document_for(known, by.user_id), None, action)
    if visibility == Comment.Visibility.INTERNAL and not by.is_agent:
        raise NotForInternalNotes(attr="visibility")
    if parent is not None:
        if parent.parent_id is not None:
            raise ReplyToReply()
        refuse_deleted(parent)
    lately = Comment.objects.filter(author_id=by.user_id, created_at__gt=now - timedelta(minutes=1))
    # What was said with an act is accepted already.
    if isinstance(by, Identity) and lately.count() >= settings.COMMENTS_PER_MINUTE:
        raise TooManyComments(retry_after=60)
    comment = Comment.objects.create(
        ticket=ticket,
        author_id=by.user_id,
        author_name=by.full_name[:255],
        text=text,
        visibility=visibility,
        parent=parent,
        client_id=client_id,
        seq=ticket.seq + 1,
        created_at=now,
    )
    mentioned = _mention(comment, mentions, by=by)
    attached = take_over(comment, uploads, uploader_id=by.user_id)
    document = new_comment_document(comment, mentions=mentioned, attachments=attached)
    return announce(comment, action, now=now, document=document, ratings={})


def _was_posted_as(comment: Comment, text: str) -> bool:
    """Return whether the comment had this text at first. A deleted one has no text left to compare."""
    first = comment.revisions.order_by("id").values_list("text", flat=True).first()
    return comment.is_deleted or text == (comment.text if first is None else first)


@transaction.atomic
def edit_comment(*, comment_id: int, by: Identity, text: str, now: datetime, mentions: Iterable[int] = ()) -> Written:
    """Change the text; who is mentioned now and was not before is notified."""
    comment = locked_comment(comment_id=comment_id, by=by)
    refuse_others(comment, by)
    refuse_outside(comment)
    refuse_deleted(comment)
    text = clean_text(text)
    if text != comment.text:
        comment.rewrite(text=text, by_id=by.user_id, by_name=by.full_name[:255], now=now)
    known = set(comment.mentions.values_list("user_id", flat=True))
    new = [user_id for user_id in mentions if user_id not in known]
    if len(known) + len(set(new)) > MAX_MENTIONS:
        raise Invalid(f"At most {MAX_MENTIONS} people.", attr="mentions")
    _mention(comment, new, by=by)
    return save_change(comment, "update", by=by, now=now)


@transaction.atomic
def delete_comment(*, comment_id: int, by: Identity, now: datetime) -> Written:
    """Leave a tombstone. Deleting again changes nothing."""
    comment = locked_comment(comment_id=comment_id, by=by)
    refuse_others(comment, by)
    if comment.is_deleted:
        return Written(document_for(comment, by.user_id), None, "delete")
    comment.mark_deleted(by_id=by.user_id, now=now)
    files.remove_files_of(comment)
    return save_change(comment, "delete", by=by, now=now)


@transaction.atomic
def rate_comment(*, comment_id: int, by: Identity, value: str | None, now: datetime) -> Written:
    """Set, change or (with None) take back one's rating."""
    if value is not None and value not in CommentRating.Value.values:
        raise Invalid(f"Choose from: {', '.join(CommentRating.Value.values)}, or null.", attr="value")
    comment = locked_comment(comment_id=comment_id, by=by)
    refuse_deleted(comment)
    if comment.author_id == by.user_id:
        raise OwnComment()
    known = comment.ratings.filter(user_id=by.user_id).first()
    if (known.value if known else None) == value:
        return Written(document_for(comment, by.user_id), None, "rate")
    if value is None:
        comment.ratings.filter(user_id=by.user_id).delete()
    else:
        comment.ratings.update_or_create(user_id=by.user_id, defaults={"value": value, "rated_at": now})
    comment.up_count += (value == "up") - (known is not None and known.value == "up")
    comment.down_count += (value == "down") - (known is not None and known.value == "down")
    return save_change(comment, "rate", by=by, now=now)


def check_may_see_history(*, comment: Comment, by: Identity) -> None:
    """Earlier texts are for the author and administrators; after a deletion, for administrators."""
    if not by.is_admin and (comment.author_id != by.user_id or comment.is_deleted):
        raise NotYourComment()


def _mention(comment: Comment, user_ids: Iterable[int], *, by: Writer) -> list[dict[str, Any]]:
    """Record and notify those of the people who may read the comment. Nobody is notified of their own mention."""
    wanted = list(dict.fromkeys(user_ids))
    if len(wanted) > MAX_MENTIONS:
        raise Invalid(f"At most {MAX_MENTIONS} people.", attr="mentions")
    if not wanted:
        return []
    names = {reader.user_id: reader.full_name for reader in readers_of(comment.ticket, among=wanted).values()}
    known = {person.user_id: person for person in Person.objects.filter(user_id__in=wanted)}
    for user_id in wanted:
        person = known.get(user_id)
        if person is None:
            # Whether somebody is an agent is auth's to say; until then they are notified of nothing internal.
            is_barred = comment.is_internal
        else:
            is_barred = not person.is_active or (comment.is_internal and not person.is_agent)
        if is_barred:
            names.pop(user_id, None)
        elif person is not None and (person.is_admin or user_id in names):
            names[user_id] = person.full_name
    rows = [
        Mention(comment=comment, user_id=user_id, full_name=names[user_id]) for user_id in wanted if user_id in names
    ]
    Mention.objects.bulk_create(rows)
    enqueue(*(message for row in rows if row.user_id != by.user_id for message in _mention_notifications(comment, row)))
    return [{"user_id": row.user_id, "full_name": row.full_name} for row in rows]


def _mention_text(comment: Comment, excerpt: str) -> dict[str, Any]:
    author, number = comment.author_name, comment.ticket.ticket_number
    if excerpt:
        return by_code("mention", actor=author, ticket=number, excerpt=excerpt)
    return by_code("mention_internal" if comment.is_internal else "mention_files", actor=author, ticket=number)


def _mention_notifications(comment: Comment, mention: Mention) -> list[Message]:
    """One notification and one mail. An internal note is not quoted: who reads them later may be no agent any more."""
    number, event_id = comment.ticket.ticket_number, f"mention-{comment.pk}-{mention.user_id}"
    link, excerpt = f"/tickets/{number}", "" if comment.is_internal else excerpt_of(comment.text)
    return [
        CreateInAppNotification(
            user_id=mention.user_id,
            notification_type="mention",
            subject=f"{comment.author_name} mentioned you on {number}"[:255],
            message=excerpt or ("In an internal note." if comment.is_internal else "With files only."),
            link=link,
            comment_id=comment.pk,
            event_id=event_id,
            text=_mention_text(comment, excerpt),
        ),
        SendEmail(
            notification_type="mention",
            user_id=mention.user_id,
            context={
                "ticket_number": number,
                "task_title": comment.ticket.task.get("subject", ""),
                "actor_name": comment.author_name,
                "excerpt": excerpt,
                "link": link,
                "comment_id": comment.pk,
            },
            event_id=f"{event_id}-mail",
        ),
    ]


def mark_read(*, ticket: Ticket, by: Identity, seq: int, now: datetime) -> None:
    """Remember how far the person has read; never backwards, never past what there is."""
    seq = min(seq, ticket.seq)
    state, is_new = ReadState.objects.get_or_create(
        ticket=ticket, user_id=by.user_id, defaults={"last_read_seq": seq, "read_at": now}
    )
    if not is_new:
        ReadState.objects.filter(pk=state.pk, last_read_seq__lt=seq).update(last_read_seq=seq, read_at=now)


def read_state(*, ticket: Ticket, by: Identity) -> dict[str, int]:
    state = ReadState.objects.filter(ticket=ticket, user_id=by.user_id).first()
    last_read = state.last_read_seq if state else 0
    new = TicketEvent.objects.filter(
        ticket=ticket, seq__gt=last_read, kind=TicketEvent.Kind.COMMENT, payload__action__in=["create", "reply"]
    )
    if not by.is_agent:
        new = new.filter(is_internal=False)
    unread = ticket.comments.filter(pk__in=new.values("comment_id"), deleted_at=None).exclude(author_id=by.user_id)
    return {"last_read_seq": last_read, "unread_comments": unread.count()}
