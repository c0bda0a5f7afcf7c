"""What this service removes when it is old: who the people were whose accounts have been off for long."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from hdts.models import Employee
from oidc.models import Identity as ProviderIdentity
from scim.models import ClientPerson
from security.services import Actor, Kind, record
from signin.models import (
    LoginChallenge,
    Passkey,
    PasskeyOwner,
    ProviderSession,
    RecoveryCode,
    RefreshSession,
    TotpDevice,
)
from system_roles.models import UserSystemRole
from system_roles.services import lock_systems, republish_holds
from ticketing_common.jwt import Identity
from ticketing_common.retention import kinds
from tts import sync
from users.avatars import path_of
from users.models import AddressChange, PasswordLink, User
from users.services import forget_tries

# All that is a person's own beside their row: credentials, sessions, and what other systems call them.
OWNED = (
    AddressChange,
    ClientPerson,
    Employee,
    LoginChallenge,
    Passkey,
    PasskeyOwner,
    PasswordLink,
    ProviderIdentity,
    RecoveryCode,
    RefreshSession,
    TotpDevice,
)


def known() -> QuerySet[User]:
    return User.objects.get_queryset().filter(anonymised_at=None)


def switched_off() -> QuerySet[User]:
    """Return those whose account is off, for however long."""
    return known().filter(is_active=False)


def left_before(cutoff: datetime) -> QuerySet[User]:
    """Return those whose account has been off since before the cut-off and waits for no approval."""
    pending = Employee.objects.filter(status=Employee.Status.PENDING).values("user")
    return switched_off().filter(deactivated_at__lt=cutoff).exclude(pk__in=pending)


def anonymise(keys: Sequence[int], *, cutoff: datetime, days: int, now: datetime) -> int:
    """Anonymise those who left before the cut-off; who is locked is left to the next run."""
    return len(anonymise_all(left_before(cutoff).filter(pk__in=keys), now=now, skip_locked=True))


def anonymise_all(chosen: QuerySet[User], *, now: datetime, skip_locked: bool = False) -> list[User]:
    """Take name, address, credentials and sessions from people. Ids and roles stay: history names them by these.

    Returns whom it was done to.
    """
    lock_systems(UserSystemRole.objects.filter(user__in=chosen.values("pk")).values_list("system_id", flat=True))
    people = list(chosen.order_by("pk").select_for_update(of=("self",), skip_locked=skip_locked))
    ProviderSession.objects.filter(Q(session__user__in=people) | Q(challenge__user__in=people)).delete()
    for model in OWNED:
        model._default_manager.filter(user__in=people).delete()
    for person in people:
        _anonymise(person, now)
    sync.publish_people(people)
    return people


def _anonymise(person: User, now: datetime) -> None:
    forget_tries(person)
    if person.avatar:
        transaction.on_commit(partial(path_of(person.avatar).unlink, missing_ok=True), robust=True)
    person.first_name, person.last_name = "Former", f"member #{person.pk}"
    person.email, person.username = f"former-{person.pk}@anonymised.invalid", _free_name(person)
    person.middle_name = person.suffix = person.phone_number = person.department = person.company_id = ""
    person.time_zone = person.language = person.avatar = ""
    person.otp_method, person.locked_until, person.password_changed_at = User.OtpMethod.NONE, None, None
    person.last_login = None
    person.set_unusable_password()
    person.anonymised_at = now
    person.version += 1
    person.save()
    republish_holds(person)


def _free_name(person: User) -> str:
    """Return a user name that says nothing; somebody may have chosen the plain one."""
    plain = f"former-{person.pk}"
    is_taken = User.objects.get_queryset().filter(username=plain).exclude(pk=person.pk).exists()
    return f"{plain}.{person.date_joined:%Y%m%d%H%M%S%f}" if is_taken else plain


PEOPLE = kinds.Kind(name="people", rows=switched_off, old=left_before, remove=anonymise)


def write_event(act: str, *, kind: str, by: Identity | None, now: datetime, old: Any, new: Any) -> None:
    """Record a change of a rule, or a run, as a security event (`RETENTION_RECORD`)."""
    facts: dict[str, Any] = {
        name: value.isoformat() if isinstance(value, datetime) else value for name, value in new.items()
    }
    actor = Actor(user_id=by.user_id if by else None)
    event = Kind.RETENTION_CHANGED if act == "changed" else Kind.RETENTION_RAN
    record(event, now=now, by=actor, rule=kind, **facts, **({"old_days": old["days"]} if old else {}))
