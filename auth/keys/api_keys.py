"""Keys for services: made, shown once, rotated, revoked, checked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone
from rest_framework_api_key.crypto import KeyGenerator

from keys.models import ApiKey
from security.services import Actor, Kind, record
from signin import guard
from ticketing_common.authentication import ServiceIdentity
from ticketing_common.errors import Conflict, NotFound, Refusal

MAX_LIVE = 2
# How long the old key of a rotation stays good, unless told otherwise.
OVERLAP = timedelta(days=1)
# The last use is noted at most this often: a busy key must not write at each call.
NOTE_USE_EVERY = timedelta(minutes=1)
WRONG_KEYS = guard.Limit("wrong_api_keys", 60, timedelta(minutes=5))

generator = KeyGenerator()


class TooManyKeys(Conflict):
    code = "too_many_keys"
    default_detail = "Two keys of this name are valid already. Revoke one first."


class KeyRefused(Refusal):
    code = "api_key_invalid"
    status_code = 401
    default_detail = "The API key is not valid."


@transaction.atomic
def create_key(
    *,
    name: str,
    scopes: Sequence[str],
    expires_at: datetime | None = None,
    by: Actor,
    now: datetime,
) -> tuple[ApiKey, str]:
    """Make a key; the plain text is returned this one time. At most two of a name are valid at once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"api_keys:{name}"])
    if ApiKey.objects.live(now).filter(name=name).count() >= MAX_LIVE:
        raise TooManyKeys(attr="name")
    plain, prefix, hashed = generator.generate()
    key = ApiKey.objects.create(
        name=name,
        scopes=sorted(set(scopes)),
        prefix=prefix,
        hashed_key=hashed,
        created_at=now,
        created_by_id=by.user_id,
        expires_at=expires_at,
    )
    record(Kind.API_KEY_CREATED, now=now, by=by, name=name, prefix=prefix, scopes=key.scopes)
    return key, plain


@transaction.atomic
def rotate_key(*, key_id: int, overlap: timedelta = OVERLAP, by: Actor, now: datetime) -> tuple[ApiKey, str]:
    """Make a successor with the same name and scopes; the old key stays good for the overlap."""
    old = _lock_live(key_id, now)
    new, plain = create_key(name=old.name, scopes=old.scopes, by=by, now=now)
    ends_at = now + overlap
    if old.expires_at is None or old.expires_at > ends_at:
        old.expires_at = ends_at
        old.save(update_fields=["expires_at"])
    return new, plain


@transaction.atomic
def revoke_key(*, key_id: int, by: Actor, now: datetime) -> ApiKey:
    key = _lock_live(key_id, now)
    key.revoked_at = now
    key.save(update_fields=["revoked_at"])
    record(Kind.API_KEY_REVOKED, now=now, by=by, name=key.name, prefix=key.prefix)
    return key


def _lock_live(key_id: int, now: datetime) -> ApiKey:
    key = ApiKey.objects.live(now).select_for_update().filter(pk=key_id).first()
    if key is None:
        raise NotFound("There is no such valid key.")
    return key


def check_key(*, plain: str, address: str | None, now: datetime) -> ApiKey:
    """Return the live key with this text, and note its use, or raise `KeyRefused`, or `Throttled` after many.

    A good key is good however many wrong ones came from its address: services ask for all who call them, so that
    a stranger could otherwise shut every key out. Guessing a key is hopeless without a limit too.
    """
    key = ApiKey.objects.live(now).filter(prefix=plain.partition(".")[0]).first()
    if key is None or not generator.verify(plain, key.hashed_key):
        guard.reserve(WRONG_KEYS, address or "unknown", now=now)
        raise KeyRefused()
    if key.last_used_at is None or key.last_used_at < now - NOTE_USE_EVERY:
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)
    return key


def known_key(plain: str) -> ServiceIdentity | None:
    """`API_KEY_SOURCE` of auth itself."""
    try:
        key = check_key(plain=plain, address="own service", now=timezone.now())
    except (KeyRefused, guard.Throttled):
        return None
    return ServiceIdentity(key.name, frozenset(key.scopes))
