"""Delete what no longer matters: counters whose window is over, sessions and challenges long ended."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from signin import guard
from signin.models import LoginChallenge, RefreshSession

EVERY_SECONDS = 600.0
# Long enough to recognise a device that comes back, and to look something up.
KEEP_SESSIONS = timedelta(days=120)
KEEP_CHALLENGES = timedelta(days=1)

_done_at = float("-inf")


def tidy_now_and_then(*, now: datetime) -> None:
    """Tidy up at most every ten minutes in each process. Called where people sign in, so it needs no timer."""
    global _done_at
    if time.monotonic() - _done_at > EVERY_SECONDS:
        _done_at = time.monotonic()
        tidy(now=now)


def tidy(*, now: datetime) -> None:
    guard.delete_expired(now=now)
    LoginChallenge.objects.filter(expires_at__lt=now - KEEP_CHALLENGES).delete()
    RefreshSession.objects.filter(expires_at__lt=now - KEEP_SESSIONS).delete()
