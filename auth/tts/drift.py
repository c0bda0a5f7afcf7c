"""What the workflow API's copy of roles and members lacks, has too much, or has in an old version."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import requests
from django.conf import settings

from roles.models import Role
from system_roles.models import UserSystemRole
from systems.models import System
from ticketing_common.context import current_request_id
from ticketing_common.errors import Refusal
from ticketing_common.outbox.models import OutboxMessage

TIMEOUT = (1, 5)
MAX_PAGES = 50
CONSUMER = "workflow_api"


class ConsumerUnreachable(Refusal):
    code = "consumer_unreachable"
    status_code = 503
    default_detail = "The workflow API does not answer, so its copy can't be compared."


@dataclass
class Difference:
    """Entries by kind of fault; each entry names what it is about."""

    missing: list[dict[str, Any]] = field(default_factory=list)
    extra: list[dict[str, Any]] = field(default_factory=list)
    outdated: list[dict[str, Any]] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.missing or self.extra or self.outdated)


def compare(ours: dict[int, dict[str, Any]], theirs: dict[int, dict[str, Any]]) -> Difference:
    """Compare entries by id; `version` says which is newer."""
    found = Difference()
    for key, entry in ours.items():
        if key not in theirs:
            found.missing.append(entry)
        elif theirs[key]["version"] != entry["version"] or theirs[key]["name"] != entry["name"]:
            found.outdated.append(entry | {"their_version": theirs[key]["version"], "their_name": theirs[key]["name"]})
    found.extra = [entry for key, entry in theirs.items() if key not in ours]
    return found


def report(*, access_token: str, now: datetime) -> dict[str, Any]:
    """Compare what the workflow API shows to this administrator with what auth knows."""
    their_roles, their_members = _their_copy(access_token)
    roles = {
        role.pk: {"role_id": role.pk, "name": role.name, "version": role.version}
        for role in Role.objects.of_system(System.TTS)
    }
    with_names = UserSystemRole.objects.effective().of_system(System.TTS).with_names()
    holds = list(with_names.prefetch_related("user__identities", "user__passkeys"))
    members = {
        hold.pk: _member(hold.pk, hold.user_id, hold.role.name, hold.user.full_name, hold.version) for hold in holds
    }
    role_drift, member_drift = compare(roles, their_roles), compare(members, their_members)
    # Who can't sign in yet is known to the workflow API, but shown as a member only once they can.
    invited = {hold.pk for hold in holds if not hold.user.can_sign_in}
    member_drift.missing = [entry for entry in member_drift.missing if entry["user_system_role_id"] not in invited]
    waiting = OutboxMessage.objects.unpublished().filter(task__startswith="role.tasks.").count()
    return {
        "consumer": CONSUMER,
        "checked_at": now,
        "is_in_sync": role_drift.is_empty and member_drift.is_empty,
        # News that is still on its way explains a difference; without any, a snapshot heals it.
        "messages_waiting": waiting,
        "roles": vars(role_drift),
        "members": vars(member_drift),
    }


def _member(hold_id: int, user_id: int, role: str, full_name: str, version: int) -> dict[str, Any]:
    return {
        "user_system_role_id": hold_id,
        "user_id": user_id,
        "name": full_name,
        "role_name": role,
        "version": version,
    }


def _their_copy(access_token: str) -> tuple[dict[int, dict[str, Any]], dict[int, dict[str, Any]]]:
    roles: dict[int, dict[str, Any]] = {}
    members: dict[int, dict[str, Any]] = {}
    try:
        for page in range(1, MAX_PAGES + 1):
            document = _page(page, access_token)
            for row in document["results"]:
                roles[row["id"]] = {"role_id": row["id"], "name": row["name"], "version": row["version"]}
                for entry in row["members"]:
                    members[entry["user_system_role_id"]] = _member(
                        entry["user_system_role_id"],
                        entry["user_id"],
                        row["name"],
                        entry["full_name"],
                        entry["version"],
                    )
            if not document["next"]:
                break
    except (requests.RequestException, ValueError, KeyError, TypeError) as error:
        raise ConsumerUnreachable(f"{ConsumerUnreachable.default_detail} ({type(error).__name__})") from error
    return roles, members


def _page(page: int, access_token: str) -> dict[str, Any]:
    answer = requests.get(
        f"{settings.WORKFLOW_API_URL}/roles/",
        params={"system": System.TTS, "is_active": "true", "page_size": "100", "page": str(page)},
        headers={"Authorization": f"Bearer {access_token}", "X-Request-ID": current_request_id()},
        timeout=TIMEOUT,
        allow_redirects=False,
    )
    answer.raise_for_status()
    document: dict[str, Any] = answer.json()
    return document
