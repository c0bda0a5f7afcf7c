"""Systems, and the roles that each comes with."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from oidc.providers import active_providers
from security.services import Actor, Kind, record
from systems.models import System
from ticketing_common.errors import Conflict

ADMIN = "Admin"


class SystemExists(Conflict):
    code = "system_exists"
    default_detail = "There is a system of this name or slug already."


class NoProvider(Conflict):
    code = "no_identity_provider"
    default_detail = "Set up an active identity provider first: without one nobody could sign in."


class NoLocalAdmin(Conflict):
    code = "no_local_admin"
    default_detail = "An administrator with a password must stay, for when the provider is away. There is none."


@transaction.atomic
def create_system(*, slug: str, name: str, description: str = "", by: Actor, now: datetime) -> System:
    from system_roles.catalogue import ensure_catalogue

    if System.objects.filter(slug=slug).exists() or System.objects.filter(name__iexact=name).exists():
        raise SystemExists(attr="slug")
    system = System.objects.create(slug=slug, name=name, description=description, created_at=now)
    ensure_catalogue(system, by=by, now=now)
    return system


@transaction.atomic
def change_system(
    *,
    system_id: int,
    name: str | None = None,
    description: str | None = None,
    password_sign_in: bool | None = None,
    by: Actor,
    now: datetime,
) -> System:
    """Rename or describe a system, or switch its sign-in by password. Its slug stands in tokens and stays."""
    system = System.objects.select_for_update().get(pk=system_id)
    if name is not None:
        if System.objects.filter(name__iexact=name).exclude(pk=system.pk).exists():
            raise SystemExists(attr="name")
        system.name = name
    if description is not None:
        system.description = description
    if password_sign_in is not None and password_sign_in != system.password_sign_in:
        if not password_sign_in:
            _refuse_locking_out()
        system.password_sign_in = password_sign_in
        record(Kind.PASSWORD_SIGN_IN_CHANGED, now=now, by=by, system=system.slug, is_on=password_sign_in)
    system.save(update_fields=["name", "description", "password_sign_in"])
    return system


def _refuse_locking_out() -> None:
    """Raise unless there is another way to sign in, and an administrator for whom a password still works."""
    from system_roles.models import UserSystemRole

    if not active_providers():
        raise NoProvider(attr="password_sign_in")
    holds = UserSystemRole.objects.effective().of_system(System.TTS).filter(role__name__iexact=ADMIN)
    if not any(hold.user.has_usable_password() for hold in holds.select_related("user")):
        raise NoLocalAdmin(attr="password_sign_in")
