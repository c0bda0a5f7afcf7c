"""The roles that systems come with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from roles.models import Role
from roles.services import create_role
from security.services import Actor
from system_roles.models import SystemRole
from systems.models import System


@dataclass(frozen=True)
class Entry:
    name: str
    description: str
    needs_holder: bool = False


ANY_SYSTEM = (Entry("Admin", "Manages the system."),)
CATALOGUE = {
    System.TTS: (
        Entry("Admin", "Manages people, roles and workflows, and sees everything.", needs_holder=True),
        Entry("Agent", "Works on tickets."),
        Entry("User", "Asks for help, and follows their own tickets."),
    ),
    System.HDTS: (
        Entry("Admin", "Manages the help desk."),
        Entry("Employee", "Writes tickets to the help desk."),
    ),
    System.AMS: (
        Entry("Admin", "Manages the asset system."),
        Entry("Asset Manager", "Hands out assets and takes them back."),
    ),
    System.BMS: (
        Entry("Admin", "Manages the budget system."),
        Entry("Budget Manager", "Keeps the budgets."),
    ),
}


def ensure_catalogue(system: System, *, by: Actor, now: datetime) -> None:
    """Make the system's catalogue, and the roles in it, as they should be. Running it again changes nothing."""
    for entry in CATALOGUE.get(system.slug, ANY_SYSTEM):
        SystemRole.objects.update_or_create(
            system=system,
            name=entry.name,
            defaults={
                "description": entry.description,
                "is_protected": True,
                "needs_holder": entry.needs_holder,
            },
        )
        if not Role.objects.filter(system=system, name__iexact=entry.name).exists():
            create_role(
                system_id=system.pk,
                name=entry.name,
                description=entry.description,
                is_custom=False,
                by=by,
                now=now,
            )
