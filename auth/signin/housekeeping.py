"""Delete what no longer matters: counters whose window is over, sessions and challenges long ended."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from signin import guard
from signin.models import LoginChallenge, PasskeyChallenge, RefreshSession
from ticketing_common.contracts.messages import SendEmail
from ticketing_common.outbox.models import OutboxMessage
from users.models import AddressChange

EVERY_SECONDS = 60.0
# Long enough to recognise a device that comes back, and to look something up.
KEEP_SESSIONS = timedelta(days=120)
KEEP_CHALLENGES = timedelta(days=1)
# What must not lie about, by type of mail.
SECRETS = {"otp_code": "code", "address_code": "code", "password_reset": "link", "invitation": "link"}
MASK = "•••"

_done_at = float("-inf")


def tidy_now_and_then(*, now: datetime) -> None:
    """Tidy up at most every minute in each process. Called where people sign in, so it needs no timer."""
    global _done_at
    if time.monotonic() - _done_at > EVERY_SECONDS:
        _done_at = time.monotonic()
        tidy(now=now)


def tidy(*, now: datetime) -> None:
    guard.delete_expired(now=now)
    mask_sent_secrets()
    AddressChange.objects.filter(expires_at__lt=now).delete()
    PasskeyChallenge.objects.filter(expires_at__lt=now).delete()
    LoginChallenge.objects.filter(expires_at__lt=now - KEEP_CHALLENGES).delete()
    RefreshSession.objects.filter(expires_at__lt=now - KEEP_SESSIONS).delete()


def mask_sent_secrets() -> None:
    """Mask codes and links in the copies of mails that have left: they stay in the outbox for days."""
    sent = OutboxMessage.objects.filter(
        task=SendEmail.task,
        published_at__isnull=False,
        kwargs__notification_type__in=list(SECRETS),
        kwargs__is_masked__isnull=True,
    )
    for row in sent[:500]:
        secret = SECRETS[row.kwargs["notification_type"]]
        row.kwargs["context"] |= {secret: MASK}
        row.kwargs["is_masked"] = True
        row.save(update_fields=["kwargs"])
