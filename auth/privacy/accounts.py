"""The accounts of a requester: what is held of them, and their erasure (ADR 0039)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from hdts.models import Employee
from oidc.models import Identity
from retention.people import anonymise_all, known
from scim.models import ClientPerson
from security.models import SecurityEvent
from security.services import Kind, record
from signin.models import Passkey, RefreshSession
from system_roles.models import UserSystemRole
from ticketing_common.contracts.messages import ErasePersonInAccounts, ReportErasure
from ticketing_common.erasure import PersonRef
from ticketing_common.erasure_api import Sections
from ticketing_common.outbox import enqueue
from users.avatars import path_of
from users.models import User
from users.texts import login_name

SERVICE = "auth"


def find(person: PersonRef) -> QuerySet[User]:
    """Return the accounts with one of the person's addresses, or that a client of SCIM knows by one.

    An address that an account's owner has not proven yet does not count: anybody may have typed it.
    """
    addresses = {login_name(email) for email in person.emails}
    linked = ClientPerson.objects.filter(user_name_key__in={*addresses, *person.addresses}).values("user")
    return known().filter(Q(email__in=addresses) | Q(pk__in=linked)).filter(person.before("date_joined"))


def collect(person: PersonRef) -> Sections:
    """Return what is held of the person's accounts by kind; no credential, nor anything derived from one."""
    accounts = list(find(person).order_by("pk"))
    of = Q(user__in=accounts)
    return {
        "accounts": [_profile(account) for account in accounts],
        "roles": list(
            UserSystemRole.objects.filter(of)
            .order_by("pk")
            .values("user_id", "system__slug", "role__name", "is_active", "assigned_at")
        ),
        "sessions": list(
            RefreshSession.objects.filter(of)
            .order_by("pk")
            .values("user_id", "device", "address", "created_at", "last_seen_at", "revoked_at", "revoke_reason")
        ),
        "linked_identities": list(
            Identity.objects.filter(of).order_by("pk").values("user_id", "issuer", "subject", "linked_at")
        ),
        "provisioned_as": list(
            ClientPerson.objects.filter(of)
            .order_by("pk")
            .values("user_id", "client", "user_name", "external_id", "display_name")
        ),
        "passkeys": list(
            Passkey.objects.filter(of).order_by("pk").values("user_id", "name", "created_at", "last_used_at")
        ),
        "help_desk_employees": list(
            Employee.objects.filter(of).order_by("pk").values("user_id", "source_id", "status", "created_at")
        ),
        "security_events": _events([account.pk for account in accounts]),
        "files": [
            {"id": account.pk, "file_name": account.avatar, "url": f"/avatars/{account.avatar}"}
            for account in accounts
            if account.avatar and path_of(account.avatar).exists()
        ],
    }


@transaction.atomic
def erase(*, message: ErasePersonInAccounts, now: datetime) -> dict[str, int]:
    """Anonymise the person's deactivated accounts as the retention rule does, and confirm it.

    An account that is active, or waits for an approval, is kept and counted. Doing it again changes nothing. Returns
    how many accounts there were of each.
    """
    accounts = find(PersonRef.of(message))
    pending = Employee.objects.filter(status=Employee.Status.PENDING).values("user")
    off = accounts.filter(is_active=False).exclude(pk__in=pending)
    anonymised = anonymise_all(off, now=now)
    for account in anonymised:
        record(Kind.PERSON_ERASED, now=now, user_id=account.pk, erasure_id=message.erasure_id)
    # Those that were anonymised are not found any more.
    counts = {"accounts": len(anonymised), "active_accounts_kept": accounts.count()}
    enqueue(ReportErasure(erased=counts, **message.done_by(SERVICE, at=now)))
    return counts


def _profile(account: User) -> dict[str, Any]:
    names = (
        *("id", "email", "username", "first_name", "middle_name", "last_name", "suffix", "phone_number"),
        *("department", "company_id", "time_zone", "language", "is_active", "otp_method"),
        *("date_joined", "last_login", "deactivated_at"),
    )
    return {name: getattr(account, name) for name in names}


def _events(ids: list[int]) -> list[dict[str, Any]]:
    """Return the events that name the accounts. From where somebody else acted is not the person's."""
    columns = ("id", "kind", "occurred_at", "actor_id", "user_id", "address", "device")
    events = SecurityEvent.objects.filter(Q(user_id__in=ids) | Q(actor_id__in=ids)).order_by("pk").values(*columns)
    own = set(ids)
    return [
        event if event["actor_id"] in own else {**event, "actor_id": None, "address": None, "device": ""}
        for event in events
    ]
