"""People, roles and signed-in clients for tests."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any, TypeVar

from django.db import connections
from django.utils import timezone
from rest_framework.test import APIClient

from roles.models import Role
from security.services import OPERATOR, Origin
from signin.sessions import Pair, open_session
from system_roles.models import UserSystemRole
from system_roles.services import assign_role
from systems.models import System
from ticketing_common.outbox.models import OutboxMessage
from users.models import User
from users.services import create_user

PASSWORD = "correct horse battery staple"
HERE = Origin(address="192.0.2.10", device="Firefox on Linux")
PAGE: dict[str, Any] = {"HTTP_ORIGIN": "https://desk.example.com", "HTTP_X_REQUESTED_WITH": "fetch"}

T = TypeVar("T")


def a_person(first_name: str, last_name: str, *, tts: Iterable[str] = (), **fields: Any) -> User:
    """Add a person with these roles in TTS. The messages of getting there are dropped."""
    user = create_user(
        email=fields.pop("email", f"{first_name}.{last_name}@example.com".lower()),
        first_name=first_name,
        last_name=last_name,
        password=fields.pop("password", PASSWORD),
        roles=[a_role(name) for name in tts],
        by=OPERATOR,
        now=fields.pop("now", None) or timezone.now(),
        **fields,
    )
    OutboxMessage.objects.all().delete()
    return user


def a_role(name: str, *, system: str = "tts") -> Role:
    role = Role.objects.filter(system__slug=system, name=name).first()
    return role or Role.objects.create(
        system=System.objects.get(slug=system), name=name, created_at=timezone.now(), is_custom=True
    )


def give(user: User, name: str, *, system: str = "tts", now: datetime | None = None) -> UserSystemRole:
    return assign_role(user_id=user.pk, role_id=a_role(name, system=system).pk, by=OPERATOR, now=now or timezone.now())


def signed_in(user: User, *, now: datetime | None = None) -> Pair:
    return open_session(user_id=user.pk, origin=HERE, now=now or timezone.now())


def client_of(user: User, *, now: datetime | None = None) -> APIClient:
    """Return an API client in a session of this person, opened now or then."""
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {signed_in(user, now=now).access}")
    return client


def at_once(call: Callable[[int], T], times: int, *, threads: int = 20) -> list[T]:
    """Make many calls side by side, each thread with a database connection of its own."""

    def one(number: int) -> T:
        try:
            return call(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=threads) as pool:
        return list(pool.map(one, range(times)))
