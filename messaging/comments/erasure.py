"""Take a requester out of conversations (ADR 0039)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from comments.files import remove_files_of
from comments.models import Comment, CommentAttachment, CommentRevision, Mention, SourceReply
from ticketing_common.contracts.messages import ErasePerson, ReportErasure
from ticketing_common.erasure import NAME, TEXT, PersonRef, erase_messages
from ticketing_common.erasure_api import Sections
from ticketing_common.outbox import enqueue
from tickets.models import Ticket, TicketEvent
from users.models import Person

SERVICE = "messaging"
CHUNK = 500


def collect(person: PersonRef) -> Sections:
    """Return the rows about the person's tickets by kind."""
    tickets = _tickets(person)
    comments = _written_by(person, tickets)
    return {
        "conversations": list(tickets.order_by("id").values("ticket_number", "task", "created_at")),
        "comments": list(
            comments.order_by("id").values(
                "id", "ticket__ticket_number", "author_name", "text", "visibility", "created_at", "edited_at"
            )
        ),
        "earlier_texts": list(
            CommentRevision.objects.filter(comment__in=comments)
            .order_by("id")
            .values("comment_id", "text", "replaced_at")
        ),
        "replies": list(
            _replies(person).order_by("id").values("reply_id", "ticket_number", "author_name", "text", "received_at")
        ),
        "files": [
            file | {"url": f"/attachments/{file['id']}/"}
            for file in CommentAttachment.objects.filter(comment__in=comments)
            .order_by("id")
            .values("id", "comment_id", "file_name", "content_type", "size", "sha256", "created_at")
        ],
        "mentions": list(
            Mention.objects.filter(comment__ticket__in=tickets, user_id__in=_accounts(person))
            .order_by("id")
            .values("comment_id", "full_name")
        ),
    }


@transaction.atomic
def erase(*, message: ErasePerson, now: datetime) -> dict[str, int]:
    """Erase the person from the conversations on their tickets, and confirm it. Doing it again changes nothing.

    Returns how many rows of each kind were changed.
    """
    person = PersonRef.of(message)
    tickets = list(_tickets(person).select_for_update().order_by("pk"))
    theirs = list(_written_by(person, tickets).values_list("pk", flat=True))
    files = CommentAttachment.objects.filter(comment__in=theirs).count()
    for comment in Comment.objects.filter(pk__in=theirs, attachments__isnull=False).distinct():
        remove_files_of(comment)
    own, others = (
        Comment.objects.filter(pk__in=theirs),
        Comment.objects.filter(ticket__in=tickets).exclude(pk__in=theirs),
    )
    revisions = CommentRevision.objects.filter(comment__ticket__in=tickets)
    counts = {
        "conversations": _clean(
            Ticket.objects.filter(pk__in=[ticket.pk for ticket in tickets]), "task", clean=person.clean_json
        )
        + _clean(TicketEvent.objects.filter(ticket__in=tickets), "payload", clean=person.clean_json),
        "files": files,
        "comments": own.exclude(text__in=[TEXT, ""]).update(text=TEXT) + _clean(others, "text", clean=person.clean),
        "earlier_texts": revisions.filter(comment__in=theirs).exclude(text=TEXT).update(text=TEXT)
        + _clean(revisions.exclude(comment__in=theirs), "text", clean=person.clean),
        "replies": _replies(person).exclude(text=TEXT).update(text=TEXT, author_name=NAME),
        "mentions": Mention.objects.filter(comment__ticket__in=tickets, user_id__in=_accounts(person))
        .exclude(full_name=NAME)
        .update(full_name=NAME),
        "messages": erase_messages(person, now=now, comment_ids=theirs),
    }
    own.update(author_name=NAME)
    revisions.filter(comment__in=theirs).update(replaced_by_name=NAME)
    enqueue(ReportErasure(erased=counts, **message.done_by(SERVICE, at=now)))
    return counts


def _tickets(person: PersonRef) -> QuerySet[Ticket]:
    return Ticket.objects.filter(ticket_number__in=person.numbers)


def _accounts(person: PersonRef) -> list[int]:
    """The ids under which the person is known where they have an account, too."""
    same = Q(pk__in=[])
    for email in person.emails:
        same |= Q(email__iexact=email)
    return list(Person.objects.filter(same).values_list("user_id", flat=True))


def _written_by(person: PersonRef, tickets: Any) -> QuerySet[Comment]:
    """The comments on the tickets by the person, with an account or without."""
    named = Q(pk__in=[])
    for name in (*person.names, NAME):
        named |= Q(author_id=None, author_name__iexact=name)
    return Comment.objects.filter(named | Q(author_id__in=_accounts(person)), ticket__in=tickets)


def _replies(person: PersonRef) -> QuerySet[SourceReply]:
    """What the person wrote at the help desk, also what waits for its ticket here."""
    named = Q(pk__in=[])
    for name in person.names:
        named |= Q(author_name__iexact=name)
    sources = {ticket["source_service"] for ticket in person.tickets}
    numbers = [ticket["source_number"] for ticket in person.tickets]
    return SourceReply.objects.filter(named, source_service__in=sources, ticket_number__in=numbers)


def _clean(rows: QuerySet[Any], name: str, *, clean: Callable[[Any], Any]) -> int:
    """Clean this column of the rows, and return how many rows that changed."""
    changed = []
    for row in rows.iterator(chunk_size=CHUNK):
        value = clean(getattr(row, name))
        if value != getattr(row, name):
            setattr(row, name, value)
            changed.append(row)
    if changed:
        rows.model._default_manager.bulk_update(changed, [name], batch_size=CHUNK)
    return len(changed)
