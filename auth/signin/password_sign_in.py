"""Who may sign in with a password. Systems can leave that to the company's provider."""

from __future__ import annotations

from datetime import datetime

from security.services import Actor, Kind, Origin, record
from system_roles.models import UserSystemRole
from systems.models import System
from ticketing_common.errors import Forbidden
from users.models import User

ADMIN = (System.TTS, "admin")


class PasswordSignInOff(Forbidden):
    code = "password_sign_in_off"
    default_detail = "Password sign-in is off for this account: sign in with your company's provider."


def is_allowed(user: User) -> bool:
    """False when all systems in which the person holds roles have switched it off.

    Administrators of TTS may always: they must get in when the provider is away.
    """
    holds = UserSystemRole.objects.effective().filter(user=user)
    rows = list(holds.values_list("system__slug", "role__name", "system__password_sign_in"))
    if not rows:
        return True
    is_admin = any((slug, name.lower()) == ADMIN for slug, name, _ in rows)
    return is_admin or any(is_on for _, _, is_on in rows)


def refuse_unless_allowed(user: User, *, origin: Origin, now: datetime) -> None:
    """Raise `PasswordSignInOff`, with an event. Only for whoever has proved to know the password."""
    if is_allowed(user):
        return
    record(Kind.SIGN_IN_FAILED, now=now, by=Actor(origin=origin), user_id=user.pk, reason=PasswordSignInOff.code)
    raise PasswordSignInOff()
