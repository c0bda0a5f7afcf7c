"""Reads over roles and systems."""

from __future__ import annotations

from collections.abc import Iterable

from roles.models import Role
from ticketing_common.errors import NotFound


def roles_by_name(wanted: Iterable[tuple[str, str]]) -> list[Role]:
    """Return the roles named by (system, role), or raise `NotFound` for the first that does not exist."""
    found = []
    for system, name in wanted:
        role = Role.objects.of_system(system).filter(name__iexact=name).first()
        if role is None:
            raise NotFound(f"The system {system!r} has no role {name!r}.", attr="roles")
        found.append(role)
    return found
