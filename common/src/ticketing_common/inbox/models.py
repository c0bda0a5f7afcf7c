"""What was consumed already, what was rejected and why, and answers to requests that carried a retry key."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models


class ProcessedMessage(models.Model):
    """One message that had its effect. Inserted in the transaction of the effect."""

    consumer = models.CharField(max_length=128)
    message_id = models.CharField(max_length=200)
    processed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "inbox_messages"
        constraints = [models.UniqueConstraint(fields=["consumer", "message_id"], name="one_effect_per_message")]
        indexes = [models.Index(fields=["processed_at"], name="inbox_processed_at")]

    def __str__(self) -> str:
        return f"{self.consumer}: {self.message_id}"

    @classmethod
    def claim(cls, *, consumer: str, message_ids: Collection[str]) -> set[str]:
        """Return those of the messages that are delivered for the first time.

        A second delivery at the same moment waits for the first one's commit or rollback.
        """
        ids = sorted(set(message_ids))  # several processes wait for each other in one order
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO inbox_messages (consumer, message_id, processed_at)"
                " SELECT %s, id, now() FROM unnest(%s::text[]) id"
                " ON CONFLICT (consumer, message_id) DO NOTHING RETURNING message_id",
                [consumer, ids],
            )
            return {message_id for (message_id,) in cursor.fetchall()}


class DeadLetter(models.Model):
    """A message that was rejected to `<queue>.dead`, with the reason that RabbitMQ can't carry."""

    queue = models.CharField(max_length=128)
    message_id = models.CharField(max_length=200, blank=True, default="")
    task = models.CharField(max_length=200, blank=True, default="")
    code = models.CharField(max_length=64)
    reason = models.TextField()
    headers = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    body = models.TextField(blank=True, default="")
    # The body as it came, where `body` is not the whole of it: too long, or not text.
    raw_body = models.BinaryField(null=True)
    # Of the body as the broker has it, so that a message among the dead letters finds its row.
    body_sha256 = models.CharField(max_length=64)
    ticket_number = models.CharField(max_length=140, blank=True, default="", db_default="")
    request_id = models.CharField(max_length=128, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "dead_letters"
        indexes = [
            models.Index(fields=["queue", "created_at"], name="dead_letters_queue"),
            models.Index(fields=["body_sha256"], name="dead_letters_body"),
        ]

    def __str__(self) -> str:
        return f"{self.queue}: {self.code}"


class IdempotentAnswer(models.Model):
    """The first answer to a request that carried an `Idempotency-Key`."""

    caller = models.CharField(max_length=128)
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    body = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "idempotent_answers"
        constraints = [models.UniqueConstraint(fields=["caller", "key"], name="one_answer_per_key")]

    def __str__(self) -> str:
        return f"{self.caller}: {self.key}"

    @classmethod
    def claim(cls, *, caller: str, key: str, fingerprint: str) -> tuple[IdempotentAnswer, bool]:
        """Return the row and whether this call made it. A parallel call waits for the first one's transaction."""
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO idempotent_answers (caller, key, fingerprint, status, created_at)"
                " VALUES (%s, %s, %s, 0, now()) ON CONFLICT (caller, key) DO NOTHING",
                [caller, key, fingerprint],
            )
            is_first = bool(cursor.rowcount == 1)
        return cls._default_manager.get(caller=caller, key=key), is_first

    def keep(self, *, status: int, body: Any) -> None:
        self.status, self.body = status, body
        self.save(update_fields=["status", "body"])


KEEP_PROCESSED = timedelta(days=30)
KEEP_ANSWERS = timedelta(days=2)


def delete_old(*, now: datetime) -> int:
    """Delete inbox rows older than any redelivery can be, and answers older than any retry."""
    removed = ProcessedMessage.objects.filter(processed_at__lt=now - KEEP_PROCESSED).delete()[0]
    return removed + IdempotentAnswer.objects.filter(created_at__lt=now - KEEP_ANSWERS).delete()[0]
