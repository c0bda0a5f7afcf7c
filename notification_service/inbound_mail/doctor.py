"""What can be wrong with the mailbox: nobody reads it, mails could not be judged."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings

from inbound_mail.models import InboundMail, MailboxLease
from ticketing_common.database import database_now
from ticketing_common.doctor import Finding

LATE = timedelta(minutes=10)


def mailbox() -> Iterator[Finding]:
    failed = InboundMail.objects.filter(verdict=InboundMail.Verdict.FAILED).count()
    if failed:
        yield Finding(
            "inbound_mails_failed",
            f"{failed} mails of the mailbox could not be judged.",
            "See GET /api/v1/inbound-mails/?verdict=failed; after the repair POST …/{id}/retry/.",
        )
    late = InboundMail.objects.waiting().filter(received_at__lt=database_now() - LATE).count()
    if late:
        yield Finding(
            "inbound_mails_wait",
            f"{late} mails of the mailbox wait for their files to be carried.",
            "See whether notification-mailbox runs and reaches messaging: its log has mail_file_not_uploaded.",
        )
    if not settings.MAILBOX_HOST:
        return
    last = MailboxLease.objects.order_by("-read_at").exclude(read_at=None).values_list("read_at", flat=True).first()
    if last is None or database_now() - last > LATE:
        when = "never" if last is None else f"last at {last:%Y-%m-%d %H:%M} UTC"
        yield Finding(
            "mailbox_not_read",
            f"The mailbox was {when} read.",
            "See whether notification-mailbox runs (MAILBOX_READERS), and its log for mailbox_away.",
        )
