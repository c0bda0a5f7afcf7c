"""Systems, and the roles that each comes with."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from security.services import Actor, Kind, record
from signin.password_sign_in import refuse_locking_out
from systems.models import System
from ticketing_common.errors import Conflict


class SystemExists(Conflict):
    code = "system_exists"
    default_detail = "There is a system of this name or slug already."


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
    # TTS too: whoever takes its administrators away waits. In the order in which everybody locks systems.
    concerned = System.objects.select_for_update().filter(Q(pk=system_id) | Q(slug=System.TTS)).order_by("pk")
    system = next(each for each in concerned if each.pk == system_id)
    if name is not None:
        if System.objects.filter(name__iexact=name).exclude(pk=system.pk).exists():
            raise SystemExists(attr="name")
        system.name = name
    if description is not None:
        system.description = description
    if password_sign_in is not None and password_sign_in != system.password_sign_in:
        if not password_sign_in:
            refuse_locking_out()
        system.password_sign_in = password_sign_in
        record(Kind.PASSWORD_SIGN_IN_CHANGED, now=now, by=by, system=system.slug, is_on=password_sign_in)
    system.save(update_fields=["name", "description", "password_sign_in"])
    return system
