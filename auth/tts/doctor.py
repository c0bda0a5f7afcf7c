"""What can be wrong with auth in particular: who can administer, keys that end, copies of roles that differ."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone

from keys.models import ApiKey
from signin import tokens
from signin.sessions import roles_of
from system_roles.models import UserSystemRole
from ticketing_common.doctor import Finding
from tts import drift
from users.models import User

KEY_NOTICE = timedelta(days=14)


def administrators() -> Iterator[Finding]:
    if _administrator() is None:
        yield Finding(
            "no_administrator",
            "Nobody can administer: no active person has the role Admin.",
            "Run scripts/manage auth create_admin ADDRESS; docs/runbooks/identity.md.",
        )


def api_keys() -> Iterator[Finding]:
    now = timezone.now()
    ending = ApiKey.objects.live(now).filter(expires_at__lt=now + KEY_NOTICE).order_by("expires_at")
    for key in ending[:10]:
        # A newer key of the same name means that a rotation is under way.
        if not ApiKey.objects.live(now).filter(name=key.name, created_at__gt=key.created_at).exists():
            yield Finding(
                "api_key_expiring",
                f"The key {key.prefix} of {key.name} ends on {key.expires_at:%Y-%m-%d}.",
                "Rotate it (POST /api/v1/api-keys/ID/rotate/) and give its service the new one.",
                "warning",
            )


def role_copies() -> Iterator[Finding]:
    """Compare the workflow API's copy of roles, as an administrator would."""
    administrator = _administrator()
    if administrator is None:
        return
    now = timezone.now()
    token = tokens.access_token(user=administrator, sid="doctor", roles=roles_of(administrator.pk), now=now)
    try:
        found = drift.report(access_token=token, now=now)
    except drift.ConsumerUnreachable as error:
        fix = "Start it, or correct DJANGO_WORKFLOW_API."
        yield Finding("workflow_api_unreachable", str(error.detail), fix, "warning")
        return
    if found["is_in_sync"]:
        return
    counts = [
        f"{len(entries)} {what} {fault}"
        for what in ("roles", "members")
        for fault, entries in found[what].items()
        if entries
    ]
    waiting = found["messages_waiting"]
    fix = (
        f"{waiting} messages about it still wait: look at auth's relay first."
        if waiting
        else "Send a snapshot: POST /api/v1/tts/sync/, or scripts/manage auth outrun_copies after a restore."
    )
    yield Finding("role_drift", f"The workflow API's copy differs: {', '.join(counts)}.", fix)


def _administrator() -> User | None:
    holders = UserSystemRole.objects.administrators()
    return User.objects.active().filter(pk__in=holders.values("user_id")).order_by("pk").first()
