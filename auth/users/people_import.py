"""Import people from a file: all of them or none, or the good rows alone; with an error for each row at fault."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from roles.models import Role
from roles.queries import roles_by_name
from security.services import Actor, Kind, record
from system_roles.services import lock_systems
from systems.models import System
from ticketing_common.errors import Refusal
from users.invitations import send_invitation
from users.models import valid_phone
from users.people_file import Row
from users.serializers import NewUserIn
from users.services import create_user
from users.texts import clean_phone


def check_fields(row: Row) -> None:
    """Check a row as one person over the API would be checked, and put its fields into the form that is stored."""
    fields: dict[str, Any] = {"first_name": "", **row.fields}
    if "username" in fields:
        fields["username"] = fields["username"].lower()
    if fields.get("phone_number") and not valid_phone.regex.fullmatch(clean_phone(fields["phone_number"])):  # type: ignore[union-attr]
        row.note("phone_left_out", "Not in the international form, such as +4915112345678; left out.", "phone_number")
        del fields["phone_number"]
    given = NewUserIn(data=fields)
    if given.is_valid():
        row.fields = dict(given.validated_data)
        return
    for name, errors in given.errors.items():
        for error in errors:
            row.refuse(getattr(error, "code", "invalid"), str(error), str(name))


def import_people(
    *, rows: list[Row], is_dry_run: bool, is_inviting: bool, by: Actor, now: datetime, skips_faulty: bool = False
) -> bool:
    """Add everybody, with an error at each row that can't be added; return whether anybody was added.

    With one row at fault nobody is added, or with `skips_faulty` the others are. A dry run does the same work and
    takes it back, so that it finds exactly the errors of the real one.
    """
    with transaction.atomic():
        if any(row.roles for row in rows):
            # All at once: row by row, two imports could wait for each other.
            lock_systems(System.objects.values_list("pk", flat=True))
        for row in rows:
            if not row.errors:
                _add(row, is_inviting=is_inviting, by=by, now=now)
        added = sum(not row.errors for row in rows)
        if is_dry_run or not added or (added < len(rows) and not skips_faulty):
            transaction.set_rollback(True)
            return False
        record(Kind.USERS_IMPORTED, now=now, by=by, people=added, invited=is_inviting)
        return True


def _add(row: Row, *, is_inviting: bool, by: Actor, now: datetime) -> None:
    try:
        with transaction.atomic():
            roles: list[Role] = roles_by_name(row.roles)
            profile: dict[str, Any] = dict(row.fields)
            user = create_user(roles=roles, by=by, now=now, **profile)
            if is_inviting:
                send_invitation(user_id=user.pk, by=by, now=now)
            row.user_id = user.pk
    except Refusal as error:
        row.refuse(error.code, error.detail, error.attr)
