"""What messaging knows of tickets: who may read them now, their numbered events, the task's last known state."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Exists, OuterRef, Q

from ticketing_common.jwt import Identity
from users.models import Person, has_role_named

# Keys of PostgreSQL's advisory locks from here on are people who write.
WRITER_LOCK = 0x57524954 << 31


class TicketQuerySet(models.QuerySet["Ticket"]):
    def visible_to(self, person: Identity) -> TicketQuerySet:
        """Keep the tickets that the person may read now (ADR 0019); administrators read every ticket.

        The assignee; who holds the role of the current step; who took part in a role that they still hold.
        """
        if person.is_admin:
            return self
        participants = TicketParticipant.objects.reading().filter(ticket=OuterRef("pk"), user_id=person.user_id)
        team = Person.objects.holding(role_id=OuterRef("team_role_id"), role=OuterRef("team_role"))
        return self.filter(Exists(participants) | Exists(team.filter(user_id=person.user_id)))

    def locked_for(self, writer_id: int) -> TicketQuerySet:
        """Lock the ticket and, over all tickets, its writer, in one statement: limits of a person count exactly."""
        key = models.Value(WRITER_LOCK + writer_id, output_field=models.BigIntegerField())
        writer = models.Func(key, function="pg_advisory_xact_lock", output_field=models.TextField())
        return self.select_for_update(of=("self",)).annotate(writer_lock=writer)


class Ticket(models.Model):
    """One ticket. `seq` counts its events here; `last_event_seq` is workflow_api's own count, last applied."""

    ticket_number = models.CharField(max_length=140, unique=True)
    # The help desk that sent the ticket and what it calls it; empty until an event has named them.
    source_service = models.CharField(max_length=64, default="")
    source_number = models.CharField(max_length=64, default="")
    task = models.JSONField(default=dict)
    last_event_seq = models.BigIntegerField(default=0)
    seq = models.BigIntegerField(default=0)
    # The role of the task's current step: auth's id and, for people of whom no ids are known, the name.
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
    ) -> TicketEvent:
        """Number and store an event. The caller holds the lock on this row, so numbers have no gaps."""
        event = self.next_event(
            kind=kind, payload=payload, now=now, comment_id=comment_id, is_internal=is_internal, event_id=event_id
        )
        self.save(update_fields=["seq", "updated_at"])
        event.save(force_insert=True)
        return event

    def next_event(self, *, now: datetime, **fields: Any) -> TicketEvent:
        """Number an event; the caller, who holds the lock on this row, saves both."""
        self.seq += 1
        self.updated_at = now
        return TicketEvent(ticket=self, seq=self.seq, occurred_at=now, **fields)


class TicketParticipantQuerySet(models.QuerySet["TicketParticipant"]):
    def reading(self) -> TicketParticipantQuerySet:
        """Keep those whose part lets them read now.

        An assignee whatever their roles; a member of the team, listed by an older publisher, while they hold its role
        by name; anybody else while they hold a role of their part. What a publisher or auth left out bars nobody.
        """
        person = Person.objects.filter(user_id=OuterRef("user_id"))
        holds_team = Q(role="") | ~Exists(person) | Exists(person.filter(has_role_named(OuterRef("role"))))
        holds_part = (
            Q(role_ids=None)
            | ~Exists(person.filter(role_ids__isnull=False))
            | Exists(person.filter(role_ids__overlap=OuterRef("role_ids")))
        )
        relation = TicketParticipant.Relation
        return self.filter(
            Q(relation=relation.ASSIGNEE)
            | (Q(relation=relation.TEAM) & holds_team)
            | (Q(relation__in=[relation.OWNER, relation.PERFORMER]) & holds_part),
            ~Exists(person.filter(is_active=False)),
        )


class TicketParticipant(models.Model):
    """A person who has or had a part in the ticket. `reading()` keeps those who may read by it now."""

    class Relation(models.TextChoices):
        ASSIGNEE = "assignee"
        OWNER = "owner"
        PERFORMER = "performer"
        TEAM = "team"

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="participants")
    user_id = models.BigIntegerField()
    full_name = models.CharField(max_length=255)
    relation = models.CharField(max_length=16, choices=Relation.choices)
    # The roles of their assignments and votes, by id; null where the event did not say.
    role_ids = ArrayField(models.BigIntegerField(), null=True)
    # Of which role the team is, where an older publisher lists the team; else empty.
    role = models.CharField(max_length=255, default="", db_default="")

    objects = TicketParticipantQuerySet.as_manager()

    class Meta:
        db_table = "ticket_participants"
        constraints = [models.UniqueConstraint(fields=["ticket", "user_id"], name="one_row_per_participant")]
        indexes = [models.Index(fields=["user_id"], name="participants_of_person")]

    def __str__(self) -> str:
        return f"{self.full_name} ({self.relation})"

    @property
    def right(self) -> tuple[object, ...]:
        """What their right to read depends on."""
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
