"""Whose sign-in it is: known by issuer and subject, linked or created, with the roles that the groups give."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection, transaction

from oidc.models import Claims, Identity
from oidc.providers import EVERYBODY, Provider
from oidc.refusals import (
    AccountDeactivated,
    AccountExists,
    EmailMissing,
    EmailUnverified,
    NoAccount,
)
from roles.models import Role
from security.services import Actor, Kind, Origin, record
from system_roles.models import UserSystemRole
from system_roles.services import (
    LastMember,
    assign_role,
    lock_person,
    lock_systems,
    publish_can_sign_in,
    remove_hold,
)
from ticketing_common.logs import logger
from ticketing_common.texts import normalized
from users.models import User, valid_username
from users.services import EmailTaken, create_user, free_username
from users.texts import login_name

log = logger(__name__)

MAX_GROUPS = 5_000


@dataclass(frozen=True, kw_only=True)
class Told:
    """What the provider tells of a person, as far as it can be used."""

    subject: str
    email: str
    is_email_verified: bool
    first_name: str
    last_name: str
    username: str
    # None where it does not say: then the roles stay as they are.
    groups: frozenset[str] | None


def is_complete(provider: Provider, claims: Claims) -> bool:
    """Whether the ID token alone tells what a sign-in needs; else userinfo is asked."""
    wanted = ["email", "email_verified"]
    if provider.creates_accounts:
        wanted.append("last_name")
    if any(rule.group != EVERYBODY for rule in provider.roles):
        wanted.append("groups")
    return all(provider.claim(name, claims) is not None for name in wanted)


def told(provider: Provider, id_claims: Claims, more: Claims) -> Told:
    """Join ID token and userinfo: the ID token counts where both speak."""

    def say(name: str) -> Any:
        value = provider.claim(name, id_claims)
        return provider.claim(name, more) if value is None else value

    email, is_verified = _email(provider, id_claims, more)
    first, last = _text(say("first_name"), 80), _text(say("last_name"), 80)
    if not last:
        before, _, after = _text(say("full_name"), 160).rpartition(" ")
        first, last = (before[:80], after[:80]) if after else ("", first)
    return Told(
        subject=str(id_claims["sub"]),
        email=email,
        is_email_verified=is_verified,
        first_name=first,
        last_name=last or email.split("@")[0][:80],
        username=_text(say("username"), 64).lower(),
        groups=_groups(provider, say("groups"), [id_claims, more]),
    )


def _email(provider: Provider, id_claims: Claims, more: Claims) -> tuple[str, bool]:
    """Return the address, and whether the source that names this address says that it is verified."""
    found = [(_address(provider.claim("email", claims)), claims) for claims in (id_claims, more)]
    email = next((address for address, _ in found if address), "")
    said = [provider.claim("email_verified", claims) for address, claims in found if address == email]
    said = [value for value in said if value is not None]
    if email and not said and not found[0][0]:
        # The address stands in userinfo, the word on it in the ID token: both speak of the same person's only address.
        said = [value for value in [provider.claim("email_verified", id_claims)] if value is not None]
    return email, bool(said) and all(value in (True, 1, "1") or str(value).lower() == "true" for value in said)


def _address(value: Any) -> str:
    if not isinstance(value, str) or len(value) > 254:
        return ""
    address = login_name(value)
    try:
        validate_email(address)
    except ValidationError:
        return ""
    return address


def _text(value: Any, length: int) -> str:
    if not isinstance(value, str):
        return ""
    return "".join(letter for letter in normalized(value) if letter.isprintable()).strip()[:length].strip()


def _groups(provider: Provider, value: Any, sources: Iterable[Claims]) -> frozenset[str] | None:
    if value is None:
        name = provider.claims["groups"]
        for claims in sources:
            elsewhere = claims.get("_claim_names")
            if claims.get("hasgroups") or (isinstance(elsewhere, dict) and name in elsewhere):
                return None  # too many to be listed in a token, says the provider
        return frozenset()
    names = value if isinstance(value, list) else [value]
    return frozenset(str(name) for name in names[:MAX_GROUPS] if isinstance(name, (str, int)))


@transaction.atomic
def person_for(*, provider: Provider, said: Told, origin: Origin, now: datetime) -> User:
    """Return the active person, with the roles that their groups give; link or create the account where allowed."""
    # One at a time for each subject: two first sign-ins at once must not make two accounts.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"oidc {provider.issuer} {said.subject}"])
    known = Identity.objects.filter(issuer=provider.issuer, subject=said.subject).first()
    if known is None:
        known = _link_or_create(provider, said, origin, now)
    user = User.objects.get(pk=known.user_id)
    if not user.is_active:
        raise AccountDeactivated()
    Identity.objects.filter(pk=known.pk).update(last_used_at=now)
    follow_groups(provider=provider, user=user, groups=said.groups, by=Actor(user_id=user.pk, origin=origin), now=now)
    return user


def _link_or_create(provider: Provider, said: Told, origin: Origin, now: datetime) -> Identity:
    existing = User.objects.filter(email=said.email).first() if said.email else None
    if existing is not None:
        if not provider.links_accounts:
            raise AccountExists()
        if not said.is_email_verified:
            raise EmailUnverified()
        if not existing.is_active:
            raise AccountDeactivated()
        user, what = existing, "linked"
    else:
        if not provider.creates_accounts:
            raise NoAccount()
        if not said.email:
            raise EmailMissing()
        if provider.requires_verified_email and not said.is_email_verified:
            raise EmailUnverified()
        user, what = _create(said, origin, now), "created"
    by = Actor(user_id=user.pk, origin=origin)
    record(Kind.IDENTITY_LINKED, now=now, by=by, user_id=user.pk, provider=provider.slug, what=what)
    could_sign_in = user.can_sign_in
    identity = Identity.objects.create(
        user=user, issuer=provider.issuer, subject=said.subject, linked_at=now, last_used_at=now
    )
    if not could_sign_in:
        publish_can_sign_in(user)
    return identity


def _create(said: Told, origin: Origin, now: datetime) -> User:
    username = said.username.split("@")[0]
    try:
        valid_username(username)
    except ValidationError:
        username = ""
    if not username or User.objects.filter(username=username).exists():
        username = free_username(said.email)
    try:
        return create_user(
            email=said.email,
            first_name=said.first_name,
            last_name=said.last_name,
            username=username,
            by=Actor(origin=origin),
            now=now,
        )
    except EmailTaken as error:  # by somebody who was faster
        raise AccountExists() from error


@transaction.atomic
def follow_groups(*, provider: Provider, user: User, groups: frozenset[str] | None, by: Actor, now: datetime) -> None:
    """Give and take the roles that the configuration maps; roles that it does not name stay as they are."""
    if groups is None or not provider.roles:
        return
    mapped: dict[int, Role] = {}
    wanted: set[int] = set()
    for rule in provider.roles:
        role = Role.objects.of_system(rule.system).filter(name__iexact=rule.role).first()
        if role is None:
            log.warning("oidc_role_unknown", provider=provider.slug, system=rule.system, role=rule.role)
            continue
        mapped[role.pk] = role
        if rule.group == EVERYBODY or rule.group in groups:
            wanted.add(role.pk)
    held = dict(UserSystemRole.objects.filter(user=user, role__in=mapped).values_list("role_id", "pk"))
    if wanted == set(held):
        return
    # Systems in order and then the person, as everybody locks them.
    lock_systems(role.system_id for role in mapped.values())
    lock_person(user.pk)
    held = dict(UserSystemRole.objects.filter(user=user, role__in=mapped).values_list("role_id", "pk"))
    for role_id in sorted(wanted - set(held)):
        assign_role(user_id=user.pk, role_id=role_id, by=by, now=now)
    for role_id in sorted(set(held) - wanted):
        try:
            with transaction.atomic():
                remove_hold(hold_id=held[role_id], by=by, now=now)
        except LastMember:
            log.warning("oidc_last_holder_kept", provider=provider.slug, user_id=user.pk, role=mapped[role_id].name)
