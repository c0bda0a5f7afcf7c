"""Role and membership messages from auth."""

from __future__ import annotations

from datetime import UTC, datetime

from django.utils.dateparse import parse_datetime

from ticketing_common.contracts.messages import InvalidMessage, SyncRole, SyncSnapshot, SyncUserSystemRole
from ticketing_common.inbox.consume import Delivery, consumes
from workflow.rolenames import deploy_waiting
from workflowmanager import services as running


@consumes(SyncRole)
def sync_role(message: SyncRole, delivery: Delivery) -> None:
    running.sync_role(**message.as_kwargs())
    deploy_waiting()


@consumes(SyncUserSystemRole)
def sync_user_system_role(message: SyncUserSystemRole, delivery: Delivery) -> None:
    values = message.as_kwargs()
    values["assigned_at"] = _instant(message.assigned_at)
    running.sync_member(**values)
    deploy_waiting()


@consumes(SyncSnapshot)
def sync_snapshot(message: SyncSnapshot, delivery: Delivery) -> None:
    running.sync_snapshot(
        roles_=message.roles,
        members=[{**row, "assigned_at": _instant(row["assigned_at"])} for row in message.members],
        taken_at=_instant(message.taken_at),
        last_role_id=message.last_role_id,
        last_member_id=message.last_member_id,
    )
    deploy_waiting()


def _instant(text: str) -> datetime:
    value = parse_datetime(text)
    if value is None:
        raise InvalidMessage(f"{text!r} is no point in time.")
    return value if value.tzinfo else value.replace(tzinfo=UTC)
