"""Comments of the past, written by the ordinary functions at their own times. Nobody is notified of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from comments.models import Comment, SourceReply
from comments.replies import receive_reply
from comments.services import mark_read, post_comment
from ticketing_common.context import new_request_id, request_id_var
from ticketing_common.contracts.messages import ReceiveReply, SendTicketComment
from ticketing_common.errors import Refusal
from ticketing_common.jwt import Identity
from ticketing_common.outbox.models import OutboxMessage
from tickets.models import Ticket
from users.models import Person

# In the client's id of such a comment, and in the id of a reply from the help desk.
PREFIX = "history-"


class HistoryError(ValueError):
    """What is to be written can't be read; the text says where."""


@dataclass(frozen=True)
class PastComment:
    """What somebody said: a person of this system by their id, or the requester at the help desk by their name."""

    ticket_number: str
    at: datetime
    text: str
    visibility: str
    author_id: int | None
    requester: str

    @classmethod
    def read(cls, entry: Any, place: int) -> PastComment:
        try:
            comment = cls(
                ticket_number=str(entry["ticket_number"]),
                at=datetime.fromisoformat(entry["at"]),
                text=str(entry["text"]),
                visibility=str(entry.get("visibility", Comment.Visibility.PUBLIC)),
                author_id=entry.get("author_id"),
                requester=str(entry.get("requester", "")),
            )
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise HistoryError(f"Comment {place}: {error!r}") from error
        if comment.at.tzinfo is None:
            raise HistoryError(f"Comment {place}: a moment has an offset.")
        if (comment.author_id is None) == (not comment.requester):
            raise HistoryError(f"Comment {place}: name either author_id or requester.")
        return comment


def unknown_tickets(numbers: Collection[str]) -> set[str]:
    """Return those of the tickets of which the workflow has told nothing yet."""
    known = Ticket.objects.filter(ticket_number__in=numbers).exclude(task={})
    return set(numbers) - set(known.values_list("ticket_number", flat=True))


@transaction.atomic
def write_history(comments: Collection[PastComment], *, now: datetime) -> Counter[str]:
    """Write the comments, all in one transaction; return how many, and how often one was refused, by the code.

    Where a history was written before, nothing is added. Of what follows from a comment only the help desk's copy is
    sent. Who wrote on a ticket has read it.
    """
    counts: Counter[str] = Counter()
    if Comment.objects.filter(client_id__startswith=PREFIX).exists():
        return counts
    people = {person.user_id: _identity(person) for person in Person.objects.filter(is_active=True)}
    tickets = {ticket.ticket_number: ticket for ticket in Ticket.objects.filter(ticket_number__in=_numbers(comments))}
    request_id = f"history-{new_request_id()}"
    token = request_id_var.set(request_id)
    try:
        for number, comment in enumerate(sorted(comments, key=lambda comment: comment.at), start=1):
            try:
                _write(comment, f"{PREFIX}{number}", tickets=tickets, people=people)
                counts["written"] += 1
            except Refusal as refusal:
                counts[f"refused: {refusal.code}"] += 1
        sent = OutboxMessage.objects.filter(request_id=request_id)
        sent.exclude(task=SendTicketComment.task).delete()
    finally:
        request_id_var.reset(token)
    for ticket in Ticket.objects.filter(pk__in=[ticket.pk for ticket in tickets.values()]):
        authors = {
            author_id for author_id in ticket.comments.values_list("author_id", flat=True) if author_id is not None
        }
        for author_id in authors & people.keys():
            mark_read(ticket=ticket, by=people[author_id], seq=ticket.seq, now=now)
    return counts


def _numbers(comments: Collection[PastComment]) -> set[str]:
    return {comment.ticket_number for comment in comments}


def _write(
    comment: PastComment, key: str, *, tickets: dict[str, Ticket], people: dict[int, Identity]
) -> SourceReply | object:
    ticket = tickets.get(comment.ticket_number)
    if comment.author_id is None:
        reply = {
            "ticket_number": ticket.source_number if ticket else comment.ticket_number,
            "reply_id": key,
            "author": {"name": comment.requester},
            "text": comment.text,
        }
        if ticket is not None and ticket.source_service:
            reply["source_service"] = ticket.source_service
        return receive_reply(message=ReceiveReply(reply=reply), now=comment.at)
    by = people.get(comment.author_id)
    if by is None:
        raise HistoryError(f"There is no active person {comment.author_id}.")
    return post_comment(
        ticket_number=comment.ticket_number,
        by=by,
        text=comment.text,
        visibility=comment.visibility,
        client_id=key,
        now=comment.at,
    )


def _identity(person: Person) -> Identity:
    """Return the person with the rights that they have now, without a session."""
    return Identity(
        user_id=person.user_id,
        username=person.email,
        email=person.email,
        full_name=person.full_name,
        roles={system: tuple(names) for system, names in person.roles.items()},
        sid="",
        ver=0,
        expires_at=0,
        token="",
    )
