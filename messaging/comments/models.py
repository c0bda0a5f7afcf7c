"""The conversation on a ticket: comments, replies, ratings, files, earlier texts, mentions, what was read."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from django.db import models

from ticketing_common.uploads import SHOWN_INLINE
from tickets.models import Ticket


class CommentQuerySet(models.QuerySet["Comment"]):
    def visible(self, *, sees_internal: bool) -> CommentQuerySet:
        return self if sees_internal else self.filter(visibility=Comment.Visibility.PUBLIC)

    def with_parts(self) -> CommentQuerySet:
        """Load what a comment's document needs, in a fixed number of queries."""
        return self.select_related("ticket").prefetch_related("attachments", "mentions")


class Comment(models.Model):
    class Visibility(models.TextChoices):
        INTERNAL = "internal"
        PUBLIC = "public"

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="comments")
    # Empty for somebody without an account, who wrote at the help desk that sent the ticket.
    author_id = models.BigIntegerField(null=True)
    author_name = models.CharField(max_length=255)
    text = models.TextField()
    visibility = models.CharField(max_length=16, choices=Visibility.choices)
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="replies")
    # Chosen by the client, so that posting again after a lost answer does not post twice.
    client_id = models.CharField(max_length=64, null=True)  # noqa: DJ001 -- null keeps rows without one apart
    up_count = models.PositiveIntegerField(default=0)
    down_count = models.PositiveIntegerField(default=0)
    # Number of the ticket's event that last touched this comment.
    seq = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    deleted_by_id = models.BigIntegerField(null=True)

    objects = CommentQuerySet.as_manager()

    class Meta:
        db_table = "comments"
        constraints = [
            models.UniqueConstraint(fields=["ticket", "author_id", "client_id"], name="one_comment_per_client_id")
        ]
        indexes = [
            models.Index(fields=["ticket", "id"], name="comments_of_ticket"),
            models.Index(fields=["author_id", "created_at"], name="comments_of_author"),
        ]

    def __str__(self) -> str:
        return f"Comment {self.pk} on {self.ticket_id}"

    @property
    def is_internal(self) -> bool:
        return self.visibility == self.Visibility.INTERNAL

    @property
    def is_deleted(self) -> bool:
        return self.deleted_at is not None

    def rewrite(self, *, text: str, by_id: int | None, by_name: str, now: datetime) -> CommentRevision:
        """Change the text and keep the earlier one."""
        revision = CommentRevision.objects.create(
            comment=self, text=self.text, replaced_by_id=by_id, replaced_by_name=by_name, replaced_at=now
        )
        self.text, self.edited_at = text, now
        return revision

    def mark_deleted(self, *, by_id: int | None, now: datetime) -> None:
        """Keep the place in the conversation and remove the text."""
        self.text, self.deleted_at, self.deleted_by_id = "", now, by_id


class CommentRating(models.Model):
    class Value(models.TextChoices):
        UP = "up"
        DOWN = "down"

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="ratings")
    user_id = models.BigIntegerField()
    value = models.CharField(max_length=8, choices=Value.choices)
    rated_at = models.DateTimeField()

    class Meta:
        db_table = "comment_ratings"
        constraints = [models.UniqueConstraint(fields=["comment", "user_id"], name="one_rating_per_person")]

    def __str__(self) -> str:
        return f"{self.value} by {self.user_id}"


def storage_name() -> str:
    """Return where a new file goes: nothing of its own name or type, nothing to guess."""
    name = secrets.token_hex(16)
    return f"comment-attachments/{name[:2]}/{name}"


class CommentAttachment(models.Model):
    """A file on a comment. Two comments may show the same stored file."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="attachments")
    storage_name = models.CharField(max_length=100)
    file_name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    # Empty for somebody without an account, who sent it by mail.
    uploaded_by_id = models.BigIntegerField(null=True)
    uploaded_by_name = models.CharField(max_length=255)
    created_at = models.DateTimeField()
    # When the retention rule removed the stored file, after how many days of the ticket's end.
    removed_at = models.DateTimeField(null=True)
    removed_after_days = models.PositiveIntegerField(null=True)

    class Meta:
        db_table = "comment_attachments"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["comment", "storage_name"], name="one_file_once_per_comment")]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_safe_inline(self) -> bool:
        """True for what a browser may show; everything else is a download."""
        return self.content_type in SHOWN_INLINE


class Upload(models.Model):
    """A file that no comment names yet: its uploader's alone, until a comment takes it over or it is forgotten."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="uploads")
    storage_name = models.CharField(max_length=100, unique=True)
    file_name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    # Empty for somebody without an account, who sent it by mail.
    uploaded_by_id = models.BigIntegerField(null=True)
    uploaded_by_name = models.CharField(max_length=255)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "comment_uploads"
        indexes = [
            models.Index(fields=["uploaded_by_id"], name="uploads_of_person"),
            models.Index(fields=["created_at"], name="uploads_by_age"),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_safe_inline(self) -> bool:
        return self.content_type in SHOWN_INLINE

    def attached_to(self, comment: Comment) -> CommentAttachment:
        """Return the row of the comment's file, not saved yet."""
        return CommentAttachment(
            comment=comment,
            storage_name=self.storage_name,
            file_name=self.file_name,
            content_type=self.content_type,
            size=self.size,
            sha256=self.sha256,
            uploaded_by_id=self.uploaded_by_id,
            uploaded_by_name=self.uploaded_by_name,
            created_at=self.created_at,
        )


class CommentRevision(models.Model):
    """A text that an edit replaced."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="revisions")
    text = models.TextField()
    replaced_by_id = models.BigIntegerField(null=True)
    replaced_by_name = models.CharField(max_length=255)
    replaced_at = models.DateTimeField()

    class Meta:
        db_table = "comment_revisions"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"Revision {self.pk} of {self.comment_id}"

    @property
    def replaced_by(self) -> dict[str, Any] | None:
        """Null where the help desk changed what somebody said there."""
        if self.replaced_by_id is None:
            return None
        return {"user_id": self.replaced_by_id, "full_name": self.replaced_by_name}


class Mention(models.Model):
    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="mentions")
    user_id = models.BigIntegerField()
    full_name = models.CharField(max_length=255)

    class Meta:
        db_table = "comment_mentions"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["comment", "user_id"], name="one_mention_per_person")]

    def __str__(self) -> str:
        return self.full_name


class SourceReply(models.Model):
    """What somebody wrote at the help desk that sent the ticket, in its latest version; shown as `comment`.

    Without a comment it waits for its ticket to become known here, or was deleted before that.
    """

    source_service = models.CharField(max_length=64)
    reply_id = models.CharField(max_length=128)
    ticket_number = models.CharField(max_length=64)  # the source's own
    version = models.BigIntegerField(default=0)
    author_name = models.CharField(max_length=255, default="")
    text = models.TextField(default="")
    parent_comment_id = models.BigIntegerField(null=True)
    parent_reply_id = models.CharField(max_length=128, default="")
    is_deleted = models.BooleanField(default=False)
    comment = models.OneToOneField(Comment, on_delete=models.SET_NULL, null=True, related_name="source_reply")
    received_at = models.DateTimeField()

    class Meta:
        db_table = "source_replies"
        constraints = [models.UniqueConstraint(fields=["source_service", "reply_id"], name="one_row_per_reply")]
        indexes = [
            models.Index(
                fields=["source_service", "ticket_number"],
                name="replies_waiting",
                condition=models.Q(comment__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.reply_id} of {self.source_service} on {self.ticket_number}"


class ReadState(models.Model):
    """How far a person has read a ticket's conversation."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="read_states")
    user_id = models.BigIntegerField()
    last_read_seq = models.BigIntegerField(default=0)
    read_at = models.DateTimeField()

    class Meta:
        db_table = "read_states"
        constraints = [models.UniqueConstraint(fields=["ticket", "user_id"], name="one_read_state_per_person")]

    def __str__(self) -> str:
        return f"{self.user_id} read {self.ticket_id} up to {self.last_read_seq}"
