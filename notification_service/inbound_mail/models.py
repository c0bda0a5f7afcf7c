"""What came into the mailbox, what became of it and why; and who reads the mailbox now."""

from __future__ import annotations

from django.db import models

from ticketing_common.uploads import SHOWN_INLINE


class InboundMailQuerySet(models.QuerySet["InboundMail"]):
    def waiting(self) -> InboundMailQuerySet:
        """Keep the mails whose files are still to be carried."""
        return self.filter(verdict=InboundMail.Verdict.WAITING)


class InboundMail(models.Model):
    """One mail, known by its Message-ID: whichever way and however often it comes, it is judged once.

    `uid_validity` and `uid` are where it lay in the mailbox, so that one that can't be moved is not fetched again.
    `text` is what its sender wrote themselves. `files` says what became of each file (`mail_files.Outcome`);
    `pictures` are the SHA-256 of those shown in its text, by which a signature's are known the next time.
    """

    class Verdict(models.TextChoices):
        WAITING = "waiting"  # its files are still to be brought to where they belong
        COMMENT = "comment"
        TICKET = "ticket"
        IGNORED = "ignored"
        REFUSED = "refused"
        FAILED = "failed"

    message_id = models.CharField(max_length=998, unique=True)
    sender = models.CharField(max_length=320, blank=True, default="")
    sender_name = models.CharField(max_length=255, blank=True, default="")
    subject = models.CharField(max_length=998, blank=True, default="")
    text = models.TextField(blank=True, default="")
    file_names = models.JSONField(default=list)
    files = models.JSONField(null=True)
    pictures = models.JSONField(null=True)
    size = models.PositiveIntegerField()
    verdict = models.CharField(max_length=16, choices=Verdict)
    reason = models.CharField(max_length=64, blank=True, default="")
    detail = models.CharField(max_length=500, blank=True, default="")
    user_id = models.BigIntegerField(null=True)
    ticket_number = models.CharField(max_length=140, blank=True, default="")
    # The mail of ours that it answers or returns.
    notification_id = models.BigIntegerField(null=True)
    uid_validity = models.BigIntegerField(null=True)
    uid = models.BigIntegerField(null=True)
    received_at = models.DateTimeField()
    judged_at = models.DateTimeField()

    objects = InboundMailQuerySet.as_manager()

    class Meta:
        db_table = "inbound_mails"
        indexes = [
            models.Index(fields=["id"], name="inbound_waiting", condition=models.Q(verdict="waiting")),
            models.Index(fields=["-received_at", "-id"], name="inbound_newest"),
            models.Index(fields=["sender", "received_at"], name="inbound_of_sender"),
            models.Index(fields=["uid_validity", "uid"], name="inbound_by_uid"),
        ]

    def __str__(self) -> str:
        return f"{self.message_id} of {self.sender}: {self.verdict}"


class InboundBody(models.Model):
    """The mail as it came, kept in the same transaction as its verdict."""

    mail = models.OneToOneField(InboundMail, on_delete=models.CASCADE, primary_key=True, related_name="body")
    raw = models.BinaryField()

    class Meta:
        db_table = "inbound_bodies"

    def __str__(self) -> str:
        return f"body of mail {self.mail_id}"


class MailTicket(models.Model):
    """A ticket that was made from a mail: whom to answer, and under which mail. Kept as long as the ticket may be.

    `message_ids` are the requester's mails, the newest last, to answer in their thread.
    """

    number = models.CharField(max_length=64, unique=True)
    email = models.CharField(max_length=254)
    name = models.CharField(max_length=255)
    subject = models.CharField(max_length=255)
    message_ids = models.JSONField(default=list)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "mail_tickets"

    def __str__(self) -> str:
        return self.number


class TicketFile(models.Model):
    """A file of a mail that became a ticket: the ticket names it, and it is fetched here."""

    ticket = models.ForeignKey(MailTicket, on_delete=models.CASCADE, related_name="files")
    file_name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    created_at = models.DateTimeField()

    class Meta:
        db_table = "ticket_files"

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_safe_inline(self) -> bool:
        """True for what a browser may show; everything else is a download."""
        return self.content_type in SHOWN_INLINE


class MailboxLease(models.Model):
    """Which process reads the mailbox, until when, when it was last read, and what has gone wrong since."""

    mailbox = models.CharField(max_length=255, primary_key=True)
    holder = models.CharField(max_length=64, blank=True, default="")
    leased_until = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True, default="", db_default="")
    failed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "mailbox_leases"

    def __str__(self) -> str:
        return f"{self.mailbox}: {self.holder} until {self.leased_until}"
