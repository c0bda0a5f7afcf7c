"""Apply what auth says about roles and people. Messages may come twice, late, and in any order between objects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from role.models import Person, Role, RoleMember, SnapshotMark

# The version of a role that is known only because somebody holds it: any message about it is newer.
PLACEHOLDER = -1
# The version of what a snapshot says is gone: auth never gives an id again, so no message about it is newer.
GONE = 2**62
# What is read of the entries of a snapshot; newer publishers may send more.
ROLE_FIELDS = ("role_id", "name", "system", "description", "is_custom", "action", "version")
HOLD_FIELDS = (
    "user_system_role_id",
    "user_id",
    "user_email",
    "user_full_name",
    "system",
    "role_id",
    "role_name",
    "is_active",
    "settings",
    "assigned_at",
    "action",
    "version",
    "user_version",
    "user_can_sign_in",
    "user_language",
)


@dataclass(frozen=True)
class MemberChange:
    """What a message about one hold changed: the person gained or lost the role, or neither."""

    role_id: int
    user_id: int
    gained: bool = False
    lost: bool = False
    applied: bool = True


@dataclass(frozen=True)
class RoleChange:
    """What a message about a role changed. Deleting a role takes it from everyone who held it."""

    role_id: int
    applied: bool = True
    is_new: bool = False
    deleted: bool = False
    members: tuple[MemberChange, ...] = ()


@dataclass(frozen=True)
class SnapshotChange:
    """What a full snapshot changed."""

    roles: tuple[RoleChange, ...] = ()
    members: tuple[MemberChange, ...] = ()

    @property
    def all_members(self) -> tuple[MemberChange, ...]:
        """Every gain and loss, those by a deleted role included."""
        return (*(change for role in self.roles for change in role.members), *self.members)


@dataclass(frozen=True)
class _Hold:
    """One hold as the message tells it."""

    id: int
    role_id: int
    role_name: str
    system: str
    user_id: int
    full_name: str
    email: str
    is_active: bool
    settings: Mapping[str, Any] = field(hash=False)
    assigned_at: datetime
    version: int
    user_version: int | None
    user_can_sign_in: bool | None
    user_language: str | None


@transaction.atomic
def apply_role(
    *,
    role_id: int,
    name: str,
    system: str,
    description: str,
    is_custom: bool,
    action: str,
    version: int,
) -> RoleChange:
    """Create, change or retire the role, unless something newer is known."""
    is_active = action != "delete"
    values = {
        "name": name,
        "system": system,
        "description": description,
        "is_custom": is_custom,
        "is_active": is_active,
        "version": version,
    }
    if _was_gone(system, role_id=role_id):
        return RoleChange(role_id, applied=False)
    role, is_new = Role.objects.select_for_update(no_key=True).get_or_create(id=role_id, defaults=values)
    if not is_new:
        if version < role.version:
            return RoleChange(role_id, applied=False)
        for attribute, value in values.items():
            setattr(role, attribute, value)
        role.save(update_fields=list(values))
    losses: tuple[MemberChange, ...] = ()
    if not is_active:
        holders = RoleMember.objects.filter(role=role, is_active=True).order_by("id")
        losses = tuple(
            MemberChange(role_id, user_id, lost=True) for user_id in holders.values_list("person_id", flat=True)
        )
        holders.update(is_active=False)
    return RoleChange(role_id, is_new=is_new, deleted=not is_active, members=losses)


@transaction.atomic
def apply_member(
    *,
    user_system_role_id: int,
    user_id: int,
    user_email: str,
    user_full_name: str,
    system: str,
    role_id: int,
    role_name: str,
    is_active: bool,
    settings: Mapping[str, Any],
    assigned_at: datetime,
    action: str,
    version: int,
    user_version: int | None = None,
    user_can_sign_in: bool | None = None,
    user_language: str | None = None,
) -> MemberChange:
    """Note that a person holds a role, or no longer does, unless something newer is known.

    A hold that comes before its role makes a placeholder of the role.
    """
    hold = _Hold(
        id=user_system_role_id,
        role_id=role_id,
        role_name=role_name,
        system=system,
        user_id=user_id,
        full_name=user_full_name,
        email=user_email,
        is_active=is_active and action != "delete",
        settings=settings,
        assigned_at=assigned_at,
        version=version,
        user_version=user_version,
        user_can_sign_in=user_can_sign_in,
        user_language=user_language,
    )
    return _apply_hold(hold)


@transaction.atomic
def apply_snapshot(
    *,
    roles: Iterable[Mapping[str, Any]],
    members: Iterable[Mapping[str, Any]],
    taken_at: datetime,
    last_role_id: int | None = None,
    last_member_id: int | None = None,
) -> SnapshotChange:
    """Take over a full snapshot: what it lacks was removed in auth, unless it is newer than the snapshot.

    `roles` and `members` are as in the two single messages, with `assigned_at` as a datetime. Only systems that
    the snapshot speaks of are touched. The last ids say what is newer; older publishers do not send them, and then
    whatever has a larger id than all that is named is taken for newer.
    """
    role_rows, member_rows = list(roles), list(members)
    if not role_rows:
        return SnapshotChange()
    # In one order, so that two snapshots at once wait for each other instead of deadlocking.
    role_changes = [
        apply_role(**{name: row[name] for name in ROLE_FIELDS})
        for row in sorted(role_rows, key=lambda row: row["role_id"])
    ]
    member_changes = [
        apply_member(**{name: row[name] for name in HOLD_FIELDS if name in row})
        for row in sorted(member_rows, key=lambda row: (row["role_id"], row["user_system_role_id"]))
    ]
    systems = {row["system"] for row in role_rows}
    known_roles = {row["role_id"] for row in role_rows}
    last_role = max(known_roles) if last_role_id is None else last_role_id
    gone = Role.objects.filter(system__in=systems, id__lte=last_role, version__lt=GONE).exclude(id__in=known_roles)
    for role in gone.order_by("id"):
        role_changes.append(
            apply_role(
                role_id=role.pk,
                name=role.name,
                system=role.system,
                description=role.description,
                is_custom=role.is_custom,
                action="delete",
                version=GONE,
            )
        )
    known_members = {row["user_system_role_id"] for row in member_rows}
    left = RoleMember.objects.filter(role__system__in=systems, version__lt=GONE).exclude(id__in=known_members)
    if last_member_id is not None:
        left = left.filter(id__lte=last_member_id)
    else:
        left = left.filter(id__lt=max(known_members, default=0), assigned_at__lte=taken_at)
    for member in left.order_by("role_id", "id"):
        if member.is_active:
            member_changes.append(MemberChange(member.role_id, member.person_id, lost=True))
        RoleMember.objects.filter(pk=member.pk).update(is_active=False, version=GONE)
    _mark(systems, last_role_id=last_role_id or 0, last_member_id=last_member_id or 0)
    return SnapshotChange(tuple(role_changes), tuple(member_changes))


def _was_gone(system: str, **found: int) -> bool:
    """True for a role or a member that is unknown here, though a snapshot taken after its time has come."""
    ((name, key),) = found.items()
    model: type[Role | RoleMember] = Role if name == "role_id" else RoleMember
    if model._default_manager.filter(pk=key).exists():
        return False
    return SnapshotMark.objects.filter(system=system, **{f"last_{name}__gte": key}).exists()


def _apply_hold(hold: _Hold) -> MemberChange:
    if _was_gone(hold.system, member_id=hold.id):
        return MemberChange(hold.role_id, hold.user_id, applied=False)
    role, _ = Role.objects.select_for_update(no_key=True).get_or_create(
        id=hold.role_id, defaults={"name": hold.role_name, "system": hold.system, "version": PLACEHOLDER}
    )
    known = RoleMember.objects.filter(pk=hold.id).first()
    if known is not None and hold.version < known.version:
        return MemberChange(hold.role_id, hold.user_id, applied=False)
    could_work, can_work = _note_person(hold)
    others = list(
        RoleMember.objects.filter(role=role, person_id=hold.user_id, is_active=True)
        .exclude(pk=hold.id)
        .values_list("id", flat=True)
    )
    had = could_work and (bool(others) or bool(known and known.is_active))
    # Auth gives a person a role once at a time: of two holds, the one with the larger id is the later one, and
    # the message that ends the other may still be on its way.
    is_active = hold.is_active and role.is_active and not any(other > hold.id for other in others)
    if is_active and others:
        RoleMember.objects.filter(pk__in=others).update(is_active=False)
        others = []
    RoleMember.objects.update_or_create(
        pk=hold.id,
        defaults={
            "role": role,
            "person_id": hold.user_id,
            "is_active": is_active,
            "settings": dict(hold.settings),
            "assigned_at": hold.assigned_at,
            "version": hold.version,
        },
    )
    has = can_work and (is_active or bool(others))
    return MemberChange(hold.role_id, hold.user_id, gained=has and not had, lost=had and not has)


def _note_person(hold: _Hold) -> tuple[bool, bool]:
    """Take over what the message says of the person, unless a message about another of their holds brought newer news.

    Returns whether they could sign in before, and whether they can now.
    """
    news: dict[str, str | int] = {"full_name": hold.full_name, "email": hold.email}
    if hold.user_version is not None:
        news["version"] = hold.user_version
    if hold.user_can_sign_in is not None:
        news["can_sign_in"] = hold.user_can_sign_in
    if hold.user_language is not None:
        news["language"] = hold.user_language
    person, is_new = Person.objects.select_for_update(no_key=True).get_or_create(user_id=hold.user_id, defaults=news)
    if is_new or (hold.user_version is not None and hold.user_version < person.version):
        return person.can_sign_in, person.can_sign_in
    Person.objects.filter(pk=person.pk).update(**news)
    return person.can_sign_in, bool(news.get("can_sign_in", person.can_sign_in))


def _mark(systems: Iterable[str], **last: int) -> None:
    for system in systems:
        mark, _ = SnapshotMark.objects.select_for_update().get_or_create(system=system)
        for name, value in last.items():
            setattr(mark, name, max(value, getattr(mark, name)))
        mark.save()
