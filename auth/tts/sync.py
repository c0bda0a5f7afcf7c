"""What the other services must be told of roles, holds and people. Built here, sent by the outbox.

TTS alone keeps a copy of its roles and holds; people's names and roles go to notices and conversations.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Model

from roles.models import Role
from security.services import Actor, Kind, record
from system_roles.models import UserSystemRole
from systems.models import System
from ticketing_common.contracts.messages import (
    SyncRole,
    SyncSnapshot,
    SyncUser,
    SyncUserForMessaging,
    SyncUserSystemRole,
)
from ticketing_common.outbox import enqueue
from users.models import User

UPSERT, DELETE = "upsert", "delete"
# More than happens between two backups, and little beside what ids and versions have room for.
FAR_AHEAD = 1_000_000


def role_message(role: Role, action: str = UPSERT) -> SyncRole:
    return SyncRole(
        role_id=role.pk,
        name=role.name,
        system=role.system.slug,
        description=role.description,
        is_custom=role.is_custom,
        action=action,
        version=role.version,
    )


def hold_message(hold: UserSystemRole, action: str = UPSERT) -> SyncUserSystemRole:
    return SyncUserSystemRole(
        user_system_role_id=hold.pk,
        user_id=hold.user_id,
        user_email=hold.user.email,
        user_full_name=hold.user.full_name,
        system=hold.system.slug,
        role_id=hold.role_id,
        role_name=hold.role.name,
        is_active=hold.is_active and hold.user.is_active,
        settings=hold.settings,
        assigned_at=hold.assigned_at.isoformat(),
        action=action,
        version=hold.version,
        user_version=hold.user.version,
        user_can_sign_in=hold.user.can_sign_in,
        user_language=hold.user.language,
    )


def publish_role(role: Role, action: str = UPSERT) -> None:
    if role.system.slug == System.TTS:
        enqueue(role_message(role, action))


def publish_hold(hold: UserSystemRole, action: str = UPSERT) -> None:
    publish_holds([hold], action)


def publish_holds(holds: Iterable[UserSystemRole], action: str = UPSERT) -> None:
    enqueue(*(hold_message(hold, action) for hold in holds if hold.system.slug == System.TTS))


def publish_people(users: Iterable[User]) -> None:
    """Send who these people are now, with the roles that count."""
    people = list(users)
    holds = UserSystemRole.objects.filter(user_id__in=[user.pk for user in people])
    roles, role_ids = holds.names_by_user(), holds.ids_by_user()
    enqueue(
        *(
            message(
                user_id=user.pk,
                email=user.email,
                full_name=user.full_name,
                is_active=user.is_active,
                avatar_url=user.avatar_url,
                time_zone=user.time_zone,
                language=user.language,
                roles=roles.get(user.pk, {}),
                role_ids=role_ids.get(user.pk, {}),
                version=user.version,
            )
            for user in people
            for message in (SyncUser, SyncUserForMessaging)
        )
    )


def publish_person_deleted(user: User) -> None:
    """Send that the person is gone; called before the row goes, with the version already moved on."""
    for message in (SyncUser, SyncUserForMessaging):
        enqueue(
            message(
                user_id=user.pk,
                email=user.email,
                full_name=user.full_name,
                is_active=False,
                avatar_url="",
                roles={},
                role_ids={},
                version=user.version,
            )
        )


def _last_id(model: type[Model]) -> int:
    """Return the largest id that the table has ever given. Rows may have gone since: no query of them tells it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sequence_last_value(pg_get_serial_sequence(%s, 'id'))", [model._meta.db_table])
        (last,) = cursor.fetchone()
    return int(last or 0)


@transaction.atomic
def outrun_copies(*, by: Actor, now: datetime) -> dict[str, Any]:
    """Make the news of a database that was set back newer than what was told before, and tell everything."""
    list(System.objects.select_for_update().filter(slug=System.TTS))
    for model in (User, Role, UserSystemRole):
        model._default_manager.update(version=F("version") + FAR_AHEAD)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)",
                [model._meta.db_table, _last_id(model) + FAR_AHEAD],
            )
    return send_snapshot(by=by, now=now)


@transaction.atomic
def send_snapshot(*, by: Actor, now: datetime) -> dict[str, Any]:
    """Send everything that others keep a copy of, as it is at this moment, to heal whatever they missed."""
    # One moment: whoever changes a role or a hold waits for these rows.
    list(System.objects.select_for_update().filter(slug=System.TTS))
    roles = list(Role.objects.of_system(System.TTS).select_related("system").order_by("id"))
    with_names = UserSystemRole.objects.of_system(System.TTS).with_names()
    holds = list(with_names.prefetch_related("user__identities", "user__passkeys").order_by("id"))
    snapshot = SyncSnapshot(
        roles=[role_message(role).as_kwargs() for role in roles],
        members=[hold_message(hold).as_kwargs() for hold in holds],
        snapshot_id=uuid.uuid4().hex,
        taken_at=now.isoformat(),
        last_role_id=_last_id(Role),
        last_member_id=_last_id(UserSystemRole),
    )
    enqueue(snapshot)
    people = User.objects.order_by("id")
    publish_people(people)
    sent = {"snapshot_id": snapshot.snapshot_id, "taken_at": now, "roles": len(roles), "members": len(holds)}
    record(Kind.SNAPSHOT_SENT, now=now, by=by, snapshot_id=snapshot.snapshot_id)
    return sent | {"people": people.count()}
