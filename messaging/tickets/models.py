"""What messaging knows of tickets: who may read them now, their numbered events, the task's last known state."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models

from tickets.statements import Statement, insert_of, run_together
from users.models import Person

# Keys of PostgreSQL's advisory locks from here on are people who write.
WRITER_LOCK = 0x57524954 << 31

_LOCK = "SELECT id, pg_advisory_xact_lock(%s)::text FROM tickets WHERE ticket_number = %s FOR UPDATE"
_NUMBER = "UPDATE tickets SET seq = %s, updated_at = %s WHERE id = %s"


class TicketQuerySet(models.QuerySet["Ticket"]):
    def readable_by(self, *, user_id: int, is_admin: bool) -> TicketQuerySet:
        if is_admin:
            return self
        theirs = TicketParticipant.objects.reading().filter(ticket=models.OuterRef("pk"), user_id=user_id)
        return self.filter(models.Exists(theirs))

    def locked_for(self, writer_id: int) -> TicketQuerySet:
        """Lock the ticket and, over all tickets, its writer, in one statement: limits of a person count exactly."""
        key = models.Value(WRITER_LOCK + writer_id, output_field=models.BigIntegerField())
        writer = models.Func(key, function="pg_advisory_xact_lock", output_field=models.TextField())
        return self.select_for_update(of=("self",)).annotate(writer_lock=writer)


def lock_for(ticket_number: str, *, writer_id: int) -> Statement:
    """Return `locked_for` as a statement to be sent together with the one that reads what is locked then."""
    return _LOCK, [WRITER_LOCK + writer_id, ticket_number]


class Ticket(models.Model):
    """One ticket. `seq` counts its events here; `last_event_seq` is workflow_api's own count, last applied."""

    ticket_number = models.CharField(max_length=140, unique=True)
    # The help desk that sent the ticket and what it calls it; empty until an event has named them.
    source_service = models.CharField(max_length=64, default="")
    source_number = models.CharField(max_length=64, default="")
    task = models.JSONField(default=dict)
    last_event_seq = models.BigIntegerField(default=0)
    seq = models.BigIntegerField(default=0)
    # Grows with every change of the participants, so that open sockets notice a change they were not told of.
    access_version = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = TicketQuerySet.as_manager()

    class Meta:
        db_table = "tickets"
        constraints = [
            models.UniqueConstraint(
                fields=["source_service", "source_number"],
                name="one_ticket_per_source_number",
                condition=~models.Q(source_number=""),
            )
        ]

    def __str__(self) -> str:
        return self.ticket_number

    def record(
        self,
        *,
        kind: TicketEvent.Kind,
        payload: dict[str, Any],
        now: datetime,
        comment_id: int | None = None,
        is_internal: bool = False,
        event_id: str | None = None,
        after: Iterable[Statement] = (),
    ) -> TicketEvent:
        """Number and store an event. The caller holds the lock on this row, so numbers have no gaps.

        What is to run `after` goes in front, in the same round trip.
        """
        self.seq += 1
        self.updated_at = now
        event = TicketEvent(
            ticket=self,
            seq=self.seq,
            kind=kind,
            payload=payload,
            comment_id=comment_id,
            is_internal=is_internal,
            event_id=event_id,
            occurred_at=now,
        )
        row = run_together(*after, (_NUMBER, [self.seq, now, self.pk]), insert_of(event))
        assert row is not None, "an INSERT with RETURNING returns a row"
        event.pk, event._state.adding, event._state.db = row[0], False, connection.alias
        return event


class TicketParticipantQuerySet(models.QuerySet["TicketParticipant"]):
    def reading(self) -> TicketParticipantQuerySet:
        """Leave out who has lost the team's role: workflow_api names the team anew with the next event only."""
        role = models.Func(
            models.Value("tts"),
            models.Func(models.OuterRef("role"), function="jsonb_build_array"),
            function="jsonb_build_object",
            output_field=models.JSONField(),
        )
        without = Person.objects.filter(user_id=models.OuterRef("user_id")).exclude(roles__contains=role)
        return self.exclude(models.Q(models.Exists(without)), relation=TicketParticipant.Relation.TEAM, role__gt="")


# The same in SQL, of a participant `p`.
READING = """(p.relation <> 'team' OR p.role = '' OR NOT EXISTS (
    SELECT FROM people o WHERE o.user_id = p.user_id
    AND NOT o.roles @> jsonb_build_object('tts', jsonb_build_array(p.role))))"""


class TicketParticipant(models.Model):
    """A person who may read the ticket: for good, or as one of the team while they have its role."""

    class Relation(models.TextChoices):
        ASSIGNEE = "assignee"
        OWNER = "owner"
        PERFORMER = "performer"
        TEAM = "team"

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="participants")
    user_id = models.BigIntegerField()
    full_name = models.CharField(max_length=255)
    relation = models.CharField(max_length=16, choices=Relation.choices)
    # Of which role the team is; empty for the others, and where the event did not say.
    role = models.CharField(max_length=255, default="", db_default="")

    objects = TicketParticipantQuerySet.as_manager()

    class Meta:
        db_table = "ticket_participants"
        constraints = [models.UniqueConstraint(fields=["ticket", "user_id"], name="one_row_per_participant")]
        indexes = [models.Index(fields=["user_id"], name="participants_of_person")]

    def __str__(self) -> str:
        return f"{self.full_name} ({self.relation})"


class TicketEvent(models.Model):
    """One numbered event of a ticket. What a client missed is read from here."""

    class Kind(models.TextChoices):
        COMMENT = "comment"
        TICKET = "ticket"

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="events")
    seq = models.BigIntegerField()
    kind = models.CharField(max_length=16, choices=Kind.choices)
    payload = models.JSONField(encoder=DjangoJSONEncoder)
    comment_id = models.BigIntegerField(null=True)
    is_internal = models.BooleanField(default=False)
    # The publisher's id: the same event under another message id is still the same event.
    event_id = models.CharField(max_length=128, null=True)  # noqa: DJ001 -- null keeps our own events out of the index
    occurred_at = models.DateTimeField()

    class Meta:
        db_table = "ticket_events"
        constraints = [
            models.UniqueConstraint(fields=["ticket", "seq"], name="one_event_per_number"),
            models.UniqueConstraint(fields=["ticket", "event_id"], name="one_event_per_event_id"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}/{self.seq}"
