"""Who may sign in with what is kept here. Systems can leave that to the company's provider.

A passkey alone counts as a password does: where a company has decided that its provider lets people in, neither is a
way round it.
"""

from __future__ import annotations

from datetime import datetime

from oidc.providers import active_providers
from security.services import Actor, Kind, Origin, record
from system_roles.models import UserSystemRole
from ticketing_common.errors import Conflict, Forbidden
from users.models import User


class NoProvider(Conflict):
    code = "no_identity_provider"
    default_detail = "Set up an active identity provider first: without one nobody could sign in."


class NoLocalAdmin(Conflict):
    code = "no_local_admin"
    default_detail = "An administrator with a password must stay, for when the provider is away. There is none."


class PasswordSignInOff(Forbidden):
    code = "password_sign_in_off"
    default_detail = "Sign-in with a password or passkey is off for this account: sign in with your company's provider."


def is_allowed(user: User) -> bool:
    """False when all systems in which the person holds roles have switched it off.

    Administrators of TTS may always: they must get in when the provider is away.
    """
    holds = UserSystemRole.objects.filter(user=user)
    switches = set(holds.effective().values_list("system__password_sign_in", flat=True))
    return not switches or True in switches or holds.administrators().exists()


def refuse_locking_out() -> None:
    """Raise unless there is another way to sign in, and an administrator for whom a password still works.

    Needs the lock of TTS, so that the last such administrator does not go meanwhile.
    """
    if not active_providers():
        raise NoProvider(attr="password_sign_in")
    if not UserSystemRole.objects.local_administrators():
        raise NoLocalAdmin(attr="password_sign_in")


def refuse_unless_allowed(user: User, *, origin: Origin, now: datetime) -> None:
    """Raise `PasswordSignInOff`, with an event. Only for whoever has proved to have the password or passkey."""
    if is_allowed(user):
        return
    record(Kind.SIGN_IN_FAILED, now=now, by=Actor(origin=origin), user_id=user.pk, reason=PasswordSignInOff.code)
    raise PasswordSignInOff()
