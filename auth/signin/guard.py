"""Limits on guessing. A try is counted before anything is verified, so tries at the same moment can't slip through.

Counters live in PostgreSQL, shared by all processes; each try is one upsert, exact however many come at once.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.models import F

from signin.models import RateCounter
from ticketing_common.errors import Refusal
from users.texts import login_name


class Throttled(Refusal):
    code = "throttled"
    status_code = 429
    default_detail = "Too many tries. Wait a little."


@dataclass(frozen=True)
class Limit:
    """`count` tries in a window that begins with the first."""

    scope: str
    count: int
    window: timedelta


QUARTER = timedelta(minutes=15)
# Wrong passwords for one account from one address.
ACCOUNT_AT_ADDRESS = Limit("account_at_address", 5, QUARTER)
# Wrong passwords for one address or user name from anywhere: then a captcha is asked.
ACCOUNT_CAPTCHA = Limit("account", 10, QUARTER)
# Wrong passwords for one account, by whatever name: then it is locked.
ACCOUNT_LOCK = Limit("account_lock", 50, QUARTER)
LOCK_FOR = timedelta(minutes=15)
# Mails to one person about wrong passwords.
WARNINGS = Limit("warnings", 1, timedelta(days=1))
# Failures of one address, over all accounts.
ADDRESS_CAPTCHA = Limit("address", 30, QUARTER)
ADDRESS_LIMIT_COUNT = 500
# Failures of all strangers to all accounts: beyond, each must pay with a captcha before a password is hashed. It is
# what bounds the work that a flood over many accounts, from many addresses, can cause.
EVERYBODY = "everybody"
# Wrong codes of one account, over all its challenges.
ACCOUNT_CODES = Limit("account_codes", 15, timedelta(hours=1))
# Codes sent to one account.
CODES_SENT = Limit("codes_sent", 10, timedelta(hours=1))

UPSERT = """
    INSERT INTO rate_counters (scope, key, count, expires_at) VALUES (%s, %s, 1, %s)
    ON CONFLICT ON CONSTRAINT rate_counters_once DO UPDATE SET
        count = CASE WHEN rate_counters.expires_at <= %s THEN 1 ELSE LEAST(rate_counters.count + 1, 1000000000) END,
        expires_at = CASE WHEN rate_counters.expires_at <= %s THEN EXCLUDED.expires_at
                          ELSE rate_counters.expires_at END
    RETURNING count, expires_at
"""


def fingerprint(value: str) -> str:
    """Return a key for the counters that does not tell what a stranger typed."""
    return hashlib.sha256(value.strip().lower().encode()).hexdigest()


def name_key(login: str) -> str:
    return f"name:{fingerprint(login_name(login))}"


def count(limit: Limit, key: str, *, now: datetime) -> tuple[int, datetime]:
    """Count one try and return how many there are in the window, this one included, and when the window ends."""
    with connection.cursor() as cursor:
        cursor.execute(UPSERT, [limit.scope, key, now + limit.window, now, now])
        number, expires_at = cursor.fetchone()
    return number, expires_at


def reserve(limit: Limit, key: str, *, now: datetime, at_most: int | None = None) -> int:
    """Count one try and return its number, or raise `Throttled` when the limit is passed."""
    number, expires_at = count(limit, key, now=now)
    if number > (at_most or limit.count):
        seconds = max(1, math.ceil((expires_at - now).total_seconds()))
        raise Throttled(f"Too many tries. Try again in {seconds} seconds.", retry_after=seconds)
    return number


def is_flooded(*, now: datetime) -> bool:
    """Count one try of a stranger; True when there were too many wrong ones in this minute."""
    limit = Limit(EVERYBODY, settings.SIGN_IN_FAILURES_PER_MINUTE, timedelta(minutes=1))
    return limit.count > 0 and count(limit, EVERYBODY, now=now)[0] > limit.count


def current(limit: Limit, key: str, *, now: datetime) -> int:
    """Return how many tries stand in the window now."""
    row = RateCounter.objects.filter(scope=limit.scope, key=key, expires_at__gt=now).values_list("count", flat=True)
    return row.first() or 0


def give_back(limit: Limit, key: str) -> None:
    """Undo one `count`: the try turned out to be right."""
    _give_back(limit.scope, key)


def give_back_flood() -> None:
    """Undo one `is_flooded`."""
    _give_back(EVERYBODY, EVERYBODY)


def _give_back(scope: str, key: str) -> None:
    RateCounter.objects.filter(scope=scope, key=key, count__gt=0).update(count=F("count") - 1)


def clear(limit: Limit, key_prefix: str) -> None:
    """Forget the tries under every key that begins so."""
    RateCounter.objects.filter(scope=limit.scope, key__startswith=key_prefix).delete()


def clear_one(limit: Limit, key: str) -> None:
    """Forget the tries under this key."""
    RateCounter.objects.filter(scope=limit.scope, key=key).delete()


def delete_expired(*, now: datetime) -> int:
    return RateCounter.objects.filter(expires_at__lte=now).delete()[0]
