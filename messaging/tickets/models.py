"""What messaging knows of tickets: who may read them now, their numbered events, the task's last known state."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models

from ticketing_common.rows import Statement, insert_of, run_together
from tickets.readers import MayRead

# Keys of PostgreSQL's advisory locks from here on are people who write.
WRITER_LOCK = 0x57524954 << 31

_LOCK = "SELECT id, pg_advisory_xact_lock(%s)::text FROM tickets WHERE ticket_number = %s FOR UPDATE"
_NUMBER = "UPDATE tickets SET seq = %s, updated_at = %s WHERE id = %s"


class TicketQuerySet(models.QuerySet["Ticket"]):
    def readable_by(self, *, user_id: int, is_admin: bool) -> TicketQuerySet:
        return self if is_admin else self.filter(MayRead(user_id))

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
    # The role of the task's current stay: auth's id and, for people of whom no ids are known, the name.
    team_role_id = models.BigIntegerField(null=True)
    team_role = models.CharField(max_length=255, default="", db_default="")
    # Grows with every change of who is to read, so that open sockets notice a change they were not told of.
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


class TicketParticipant(models.Model):
    """A person who has or had a part in the ticket. What they may read by it now, `tickets.readers` says."""

    class Relation(models.TextChoices):
        ASSIGNEE = "assignee"
        OWNER = "owner"
        PERFORMER = "performer"
        TEAM = "team"

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="participants")
    user_id = models.BigIntegerField()
    full_name = models.CharField(max_length=255)
    relation = models.CharField(max_length=16, choices=Relation.choices)
    # The roles of their turns and votes, by id; null where the event did not say.
    role_ids = ArrayField(models.BigIntegerField(), null=True)
    # Of which role the team is, where an older publisher lists the team; else empty.
    role = models.CharField(max_length=255, default="", db_default="")

    class Meta:
        db_table = "ticket_participants"
        constraints = [models.UniqueConstraint(fields=["ticket", "user_id"], name="one_row_per_participant")]
        indexes = [models.Index(fields=["user_id"], name="participants_of_person")]

    def __str__(self) -> str:
        return f"{self.full_name} ({self.relation})"

    @property
    def right(self) -> tuple[object, ...]:
        """What their right to read hangs on."""
        return self.relation, self.role, self.role_ids


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
