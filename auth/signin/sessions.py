"""Sessions: open, rotate, end, and tell every service at once when one is over."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F

from security.services import Actor, Kind, Origin, record
from signin import tokens
from signin.models import RefreshSession, Revocation
from system_roles.models import UserSystemRole
from ticketing_common import outbox
from ticketing_common.jwt import Identity, InvalidToken
from users.models import User

Reason = RefreshSession.RevokeReason
EXCHANGE = "tts.revocations"


class SessionRevoked(tokens.TokenRefused):
    code = "token_revoked"
    default_detail = "The session has ended. Sign in again."


@dataclass(frozen=True, kw_only=True)
class Pair:
    """What a signed-in client gets."""

    user: User
    roles: dict[str, list[str]]
    sid: str
    access: str
    refresh: str
    refresh_expires_at: datetime


def roles_of(user_id: int) -> dict[str, list[str]]:
    return UserSystemRole.objects.filter(user_id=user_id).names_by_user().get(user_id, {})


@transaction.atomic
def open_session(*, user_id: int, origin: Origin, now: datetime, **details: Any) -> Pair:
    """Start a session for a person who has proved who they are; `details` of how go into the event."""
    # Locked, so that a role taken or an account switched off meanwhile is either seen here or revokes the result.
    user = User.objects.select_for_update().get(pk=user_id)
    if not user.is_active:
        raise SessionRevoked()
    user.last_login = now
    user.save(update_fields=["last_login"])
    session = RefreshSession.objects.create(
        sid=uuid.uuid4().hex,
        user=user,
        created_at=now,
        rotated_at=now,
        last_seen_at=now,
        idle_until=now + settings.REFRESH_TOKEN_LIFETIME,
        expires_at=now + settings.SESSION_LIFETIME,
        device=origin.device[:120],
        address=origin.address,
    )
    by = Actor(user_id=user.pk, origin=origin)
    record(Kind.SIGNED_IN, now=now, by=by, user_id=user.pk, sid=session.sid, **details)
    return _pair(user, session, now)


def refresh(*, token: str, origin: Origin, now: datetime) -> Pair:
    """Exchange a refresh token for the next pair.

    Of many refreshes at once exactly one rotates. The others, when they come within the grace, get the same
    successor; an older token means that somebody kept a copy, and ends the whole family.
    """
    sid, generation = tokens.read_refresh_token(token)
    with transaction.atomic():
        # All conditions on the row itself: with a join, PostgreSQL would let a second update of the same
        # generation through after waiting for the first.
        moved = (
            RefreshSession.objects.live(now)
            .filter(sid=sid, generation=generation)
            .update(
                generation=F("generation") + 1,
                rotated_at=now,
                last_seen_at=now,
                idle_until=now + settings.REFRESH_TOKEN_LIFETIME,
                address=origin.address,
            )
        )
        # Locked, so that of several old tokens at once only one ends the family and records it.
        locked = RefreshSession.objects.select_for_update(of=("self",)).select_related("user")
        session = locked.filter(sid=sid).first()
        if session is None or not session.user.is_active:
            raise SessionRevoked()
        is_in_grace = session.generation == generation + 1 and now - session.rotated_at <= settings.REFRESH_GRACE
        if moved or (is_in_grace and session.revoked_at is None):
            return _pair(session.user, session, now)
        is_reuse = session.revoked_at is None and session.generation > generation
        if is_reuse:
            by = Actor(user_id=session.user_id, origin=origin)
            record(Kind.REFRESH_REUSED, now=now, by=by, user_id=session.user_id, sid=sid, generation=generation)
            _end([session], reason=Reason.REUSE, by=by, now=now)
    raise SessionRevoked()


def _pair(user: User, session: RefreshSession, now: datetime) -> Pair:
    # The token's version was read with `user`, before the roles: a change in between makes the token too old.
    roles = roles_of(user.pk)
    session.idle_until = min(session.idle_until, session.expires_at)
    return Pair(
        user=user,
        roles=roles,
        sid=session.sid,
        access=tokens.access_token(user=user, sid=session.sid, roles=roles, now=now),
        refresh=tokens.refresh_token(session),
        refresh_expires_at=session.idle_until,
    )


@transaction.atomic
def end_session(*, sid: str, reason: Reason, by: Actor, now: datetime) -> bool:
    """End one session everywhere; False when it was over already."""
    session = RefreshSession.objects.select_for_update().filter(sid=sid, revoked_at__isnull=True).first()
    if session is None:
        return False
    _end([session], reason=reason, by=by, now=now)
    return True


@transaction.atomic
def end_all_sessions(
    *, user_id: int, reason: Reason, by: Actor, now: datetime, keep_sid: str | None = None
) -> list[RefreshSession]:
    """End the person's sessions everywhere, but for `keep_sid`. Access tokens die with them."""
    # Person first, sessions then: the order of everyone who locks both.
    list(User.objects.select_for_update().filter(pk=user_id).values_list("pk"))
    live = RefreshSession.objects.filter(user_id=user_id, revoked_at__isnull=True).select_for_update()
    sessions = list(live.exclude(sid=keep_sid) if keep_sid else live)
    if keep_sid:
        _end(sessions, reason=reason, by=by, now=now)
        return sessions
    RefreshSession.objects.filter(pk__in=[session.pk for session in sessions]).update(
        revoked_at=now, revoke_reason=reason
    )
    invalidate_tokens(user_ids=[user_id], reason=reason, now=now)
    record(Kind.SESSIONS_REVOKED, now=now, by=by, user_id=user_id, reason=reason, sessions=len(sessions))
    return sessions


def _end(sessions: Iterable[RefreshSession], *, reason: Reason, by: Actor, now: datetime) -> None:
    for session in sessions:
        session.revoked_at, session.revoke_reason = now, reason
        session.save(update_fields=["revoked_at", "revoke_reason"])
        row = Revocation(user_id=session.user_id, sid=session.sid, min_version=0, reason=reason, occurred_at=now)
        _announce([row], now)
        kind = Kind.SIGNED_OUT if reason == Reason.LOGOUT else Kind.SESSION_REVOKED
        record(kind, now=now, by=by, user_id=session.user_id, sid=session.sid, reason=reason)


@transaction.atomic
def invalidate_tokens(*, user_ids: Collection[int], reason: str, now: datetime) -> None:
    """Make every access token that these people hold invalid everywhere; live sessions can fetch a new one.

    Needs the people's locks, as everybody who opens a session takes one: without a session there is nothing to tell.
    The number of statements does not depend on how many people there are.
    """
    live = RefreshSession.objects.filter(user_id__in=user_ids, expires_at__gt=now).values_list("user_id", flat=True)
    holders = set(live.distinct())
    User.objects.filter(pk__in=user_ids).update(token_version=F("token_version") + 1)
    versions = User.objects.filter(pk__in=holders).order_by("pk").values_list("pk", "token_version")
    _announce(
        [
            Revocation(user_id=user_id, min_version=version, reason=reason, occurred_at=now)
            for user_id, version in (versions if holders else ())
        ],
        now,
    )


def _announce(rows: Sequence[Revocation], now: datetime) -> None:
    if not rows:
        return
    Revocation.objects.bulk_create(rows)
    # What no living token can match any more is old news; it goes as new news comes. Rows that another transaction
    # is removing are left to it: waiting for it with people locked could be a deadlock.
    old = Revocation.objects.filter(occurred_at__lt=now - 2 * settings.ACCESS_TOKEN_LIFETIME)
    gone = list(old.select_for_update(skip_locked=True).values_list("pk", flat=True))
    if gone:
        Revocation.objects.filter(pk__in=gone).delete()
    outbox.broadcast(EXCHANGE, *map(as_message, rows), keys=[f"revocations:{row.user_id}" for row in rows])


def as_message(row: Revocation) -> dict[str, object]:
    return {
        "user_id": row.user_id,
        "sid": row.sid,
        "min_version": row.min_version,
        "reason": row.reason,
        "occurred_at": row.occurred_at.isoformat(),
    }


def owner_of(*, refresh_text: str = "", access_text: str = "") -> tuple[int, str]:
    """Return person and session of a token that we signed, or raise `TokenRefused`."""
    kind = tokens.RefreshToken if refresh_text else tokens.AccessToken
    claims = tokens.read(kind, refresh_text or access_text)
    return int(claims["user_id"]), str(claims["sid"])


def verify_any(*, token: str, now: datetime) -> dict[str, object]:
    """Return kind, person and end of an access or refresh token whose session lives, or raise `TokenRefused`."""
    try:
        kind, claims = "access", tokens.read(tokens.AccessToken, token)
    except tokens.TokenRefused:
        kind, claims = "refresh", tokens.read(tokens.RefreshToken, token)
    sessions = RefreshSession.objects.live(now).filter(sid=claims["sid"], user__is_active=True)
    if kind == "refresh":
        sessions = sessions.filter(generation=claims["gen"])
    else:
        sessions = sessions.filter(user__token_version__lte=claims["ver"])
    if not sessions.exists():
        raise SessionRevoked()
    return {
        "token_type": kind,
        "user_id": claims["user_id"],
        "expires_at": datetime.fromtimestamp(claims["exp"], tz=UTC),
    }


def recent_revocations(*, now: datetime) -> list[dict[str, object]]:
    """Return what a service must know that heard nothing for a while. Session ids are shown as digests."""
    rows = Revocation.objects.filter(occurred_at__gt=now - 2 * settings.ACCESS_TOKEN_LIFETIME).order_by("id")
    return [as_message(row) | {"sid": f"sha256:{digest(row.sid)}" if row.sid else None} for row in rows]


def digest(sid: str) -> str:
    return hashlib.sha256(sid.encode()).hexdigest()


def refuse_revoked(identity: Identity) -> None:
    """`JWT_REVOCATION_CHECK` of auth itself, which need not wait for any message."""
    found = (
        RefreshSession.objects.filter(sid=identity.sid, user_id=identity.user_id)
        .values_list("revoked_at", "user__is_active", "user__token_version")
        .first()
    )
    if found is None or found[0] is not None or not found[1] or identity.ver < found[2]:
        raise InvalidToken("token_revoked", "The session has ended.")
