"""Roles as SCIM groups: shown, found, created, changed. Every change is made by the services of roles and holds."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.functions import Concat
from scim2_models import Meta, Reference

from roles.models import Role
from roles.services import change_role, create_role, delete_role, refuse_protected, system_by_slug
from scim import filters, names
from scim.members import GroupChange
from scim.models import ClientGroup
from scim.refusals import ExternalIdTaken, InvalidValue, NoSuchResource, TooManyChanges
from scim.resources import Group, Member
from security.services import Actor
from system_roles.bulk import NoSuchPeople, change_members
from system_roles.models import UserSystemRole
from system_roles.services import lock_people, lock_system

MAX_CHANGES = 1_000
MAX_NAME = 128


def shown(roles: Sequence[Role], *, client: str, base: str, with_members: bool = True) -> list[Group]:
    """Return roles as the client sees them. `base` is the address under which SCIM is served."""
    role_ids = [role.pk for role in roles]
    said = {row.role_id: row for row in ClientGroup.objects.of_client(client).filter(role_id__in=role_ids)}
    members: dict[int, list[Member]] = {}
    if with_members:
        holds = UserSystemRole.objects.filter(role_id__in=role_ids, is_active=True).order_by("user_id")
        for role_id, user_id in holds.values_list("role_id", "user_id"):
            member = Member(value=str(user_id), ref=Reference(f"{base}/Users/{user_id}"), type="User")
            members.setdefault(role_id, []).append(member)
    return [_resource(role, said.get(role.pk), members.get(role.pk), base) for role in roles]


def _resource(role: Role, said: ClientGroup | None, members: list[Member] | None, base: str) -> Group:
    shown_name = names.group_name(role.system.slug, role.name)
    if said is not None and _still_fits(said.display_name, role):
        shown_name = said.display_name
    return Group(
        id=str(role.pk),
        external_id=(said.external_id if said else "") or None,
        display_name=shown_name,
        members=members,
        meta=Meta(resource_type="Group", created=role.created_at, location=f"{base}/Groups/{role.pk}"),
    )


def _still_fits(display_name: str, role: Role) -> bool:
    """Whether the client's name of the group still says what the role is called: it may be renamed here."""
    if display_name.lower() == role.name.lower():
        return role.system.slug == "tts"
    slug, _, name = display_name.partition(":")
    return (slug.strip().lower(), name.strip().lower()) == (role.system.slug, role.name.lower())


def all_roles() -> QuerySet[Role]:
    return Role.objects.select_related("system")


def role_of(group_id: str) -> Role:
    number = filters.as_id(group_id)
    role = None if number is None else all_roles().filter(pk=number).first()
    if role is None:
        raise NoSuchResource(f"There is no group {group_id!r}.")
    return role


def attributes_of(client: str) -> dict[str, filters.Condition]:
    rows = ClientGroup.objects.of_client(client)

    def display_name(lookup: str, value: Any) -> Q:
        if lookup == "pr":
            return filters.EVERYTHING
        text = filters.as_text(value)
        if lookup == "exact":
            slug, name = names.parsed_group_name(text)
            return Q(system__slug=slug, name__iexact=name)
        full = Concat("system__slug", Value(": "), "name", output_field=CharField())
        named = Role.objects.annotate(group_name=full)
        asked = lookup if lookup in ("gt", "gte", "lt", "lte") else f"i{lookup}"
        return Q(pk__in=named.filter(**{f"group_name__{asked}": text}).values("pk"))

    def external_id(lookup: str, value: Any) -> Q:
        asked = ~Q(external_id="") if lookup == "pr" else Q(**{f"external_id__{lookup}": filters.as_text(value)})
        return Q(pk__in=rows.filter(asked).values("role"))

    def member(lookup: str, value: Any) -> Q:
        holds = UserSystemRole.objects.filter(is_active=True)
        asked = holds if lookup == "pr" else holds.filter(filters.identifier("user")(lookup, value))
        return Q(pk__in=asked.values("role"))

    return {
        "id": filters.identifier("pk"),
        "displayname": display_name,
        "externalid": external_id,
        "members.value": member,
    }


@transaction.atomic
def create_group(
    *, client: str, display_name: str | None, external_id: str | None, members: set[int], by: Actor, now: datetime
) -> Role:
    """Make the role that the name stands for, with these people."""
    text = names.single_line(display_name, "displayName", required=True)
    slug, name = names.parsed_group_name(text)
    role = create_role(system_id=system_by_slug(slug).pk, name=_role_name(name), by=by, now=now)
    lock_people(members)
    _say(client, role, display_name=text, external_id=names.single_line(external_id, "externalId"))
    _set_members(role, before=set(), after=members, by=by, now=now)
    return role


@transaction.atomic
def change_group(*, client: str, group_id: str, change: GroupChange, by: Actor, now: datetime) -> Role:
    role = _locked(group_id)
    held = UserSystemRole.objects.filter(role=role).values_list("user_id", "is_active")
    before = {user_id for user_id, is_active in held if is_active}
    after = change.members_after(before)
    said = {}
    new_name = role.name
    if change.display_name is not None:
        said["display_name"] = names.single_line(change.display_name, "displayName", required=True)
        slug, name = names.parsed_group_name(said["display_name"])
        if slug != role.system.slug:
            raise InvalidValue("A group can't be moved to another system.", attr="displayName")
        if name.lower() != role.name.lower():
            new_name = _role_name(name)
    if change.external_id is not None:
        said["external_id"] = names.single_line(change.external_id, "externalId")
    if new_name != role.name:
        # Also those who join and leave, at once: the order of locks is systems, people, what clients say.
        lock_people({user_id for user_id, _ in held} | after)
        role = change_role(role_id=role.pk, name=new_name, by=by, now=now)
    elif said:
        lock_people(before ^ after)
    if said:
        _say(client, role, **said)
    _set_members(role, before=before, after=after, by=by, now=now)
    return role


def _locked(group_id: str) -> Role:
    """Return the role as it is once its system is locked: whoever had the lock may have renamed or deleted it."""
    lock_system(role_of(group_id).system_id)
    return role_of(group_id)


def deletable(group_id: str) -> Role:
    """Return the role, or refuse one that its system relies on."""
    role = role_of(group_id)
    refuse_protected(role)
    return role


@transaction.atomic
def delete_group(*, group_id: str, needed_by: Collection[str], by: Actor, now: datetime) -> None:
    """Take the role from everybody and delete it, unless the system or a deployed workflow relies on it."""
    role = _locked(group_id)
    holders = set(UserSystemRole.objects.filter(role=role).values_list("user_id", flat=True))
    _set_members(role, before=holders, after=set(), by=by, now=now)
    delete_role(role_id=role.pk, needed_by=needed_by, by=by, now=now)


def _role_name(name: str) -> str:
    return names.single_line(name, "displayName", required=True, length=MAX_NAME)


def _set_members(role: Role, *, before: set[int], after: set[int], by: Actor, now: datetime) -> None:
    if len(before ^ after) > MAX_CHANGES:
        raise TooManyChanges(f"At most {MAX_CHANGES} members can change in one request.", attr="members")
    if before == after:
        return
    try:
        change_members(role=role, add=after - before, remove=before - after, by=by, now=now)
    except NoSuchPeople as error:
        raise InvalidValue(f"There is no person {str(error.extra['user_ids'][0])!r}.", attr="members") from error


def _say(client: str, role: Role, **said: str) -> None:
    """Keep what the client says of the group, unless it says it of another one already."""
    others = ClientGroup.objects.of_client(client).exclude(role=role)

    def refuse_taken() -> None:
        if said.get("external_id") and others.filter(external_id=said["external_id"]).exists():
            raise ExternalIdTaken(attr="externalId")

    refuse_taken()
    try:
        with transaction.atomic():
            ClientGroup.objects.update_or_create(client=client, role=role, defaults=said)
    except IntegrityError:
        refuse_taken()  # another request was faster
        raise
