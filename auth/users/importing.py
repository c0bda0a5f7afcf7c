"""Import people from a CSV file: all of them or none, with an error for each row at fault."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from roles.models import Role
from roles.queries import roles_by_name
from security.services import Actor, Kind, record
from ticketing_common.errors import Invalid, Refusal
from users.passwords import send_invitation
from users.services import create_user

REQUIRED = ("email", "first_name", "last_name")
OPTIONAL = ("username", "middle_name", "suffix", "phone_number", "department", "company_id", "roles")
MAX_ROWS = 500
MAX_BYTES = 1024 * 1024


class FileRefused(Invalid):
    code = "file_invalid"


@dataclass
class Row:
    """One line of the file. `number` is the line as a spreadsheet shows it."""

    number: int
    fields: dict[str, str]
    roles: list[tuple[str, str]] = field(default_factory=list)
    errors: list[dict[str, Any]] = field(default_factory=list)
    user_id: int | None = None

    def refuse(self, code: str, detail: str, attr: str | None) -> None:
        self.errors.append({"code": code, "detail": detail, "attr": attr})


def read_rows(content: bytes) -> list[Row]:
    """Return the rows of the file, or raise `FileRefused` when it is none."""
    if len(content) > MAX_BYTES:
        raise FileRefused("The file may have at most 1 MB.", attr="file")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileRefused("The file must be encoded in UTF-8.", attr="file") from error
    if "\x00" in text:
        raise FileRefused("The file is no text.", attr="file")
    first_line = text.split("\n", 1)[0]
    delimiter = ";" if first_line.count(";") > first_line.count(",") else ","
    try:
        table = [[cell.strip() for cell in line] for line in csv.reader(io.StringIO(text), delimiter=delimiter)]
    except csv.Error as error:
        raise FileRefused(f"The file is no CSV: {error}.", attr="file") from error
    if not table:
        raise FileRefused("The file is empty.", attr="file")
    header = [name.lower().replace(" ", "_") for name in table[0]]
    unknown = sorted(set(header) - set(REQUIRED) - set(OPTIONAL))
    missing = [name for name in REQUIRED if name not in header]
    if unknown or missing or len(set(header)) != len(header):
        known = ", ".join((*REQUIRED, *OPTIONAL))
        raise FileRefused(f"The first line must name the columns, each once. Known are: {known}.", attr="file")
    rows = [_row(number, header, cells) for number, cells in enumerate(table[1:], start=2) if any(cells)]
    if not rows:
        raise FileRefused("The file names nobody.", attr="file")
    if len(rows) > MAX_ROWS:
        raise FileRefused(f"At most {MAX_ROWS} people at once.", attr="file")
    return rows


def _row(number: int, header: Sequence[str], cells: Sequence[str]) -> Row:
    row = Row(number, {name: cell for name, cell in zip(header, cells, strict=False) if cell})
    if len(cells) > len(header):
        row.refuse("invalid", "The line has more cells than the first line has columns.", None)
    for entry in filter(None, (part.strip() for part in row.fields.pop("roles", "").split("|"))):
        system, colon, role = entry.partition(":")
        if not colon:
            row.refuse("invalid", "Write roles as tts:Agent|tts:IT Support.", "roles")
        row.roles.append((system.strip(), role.strip()))
    return row


def import_people(*, rows: list[Row], is_dry_run: bool, is_inviting: bool, by: Actor, now: datetime) -> bool:
    """Add everybody, with an error at each row that can't be added; return whether they were added.

    A dry run does the same work and takes it back, so that it finds exactly the errors of the real one.
    """
    with transaction.atomic():
        for row in rows:
            if not row.errors:
                _add(row, is_inviting=is_inviting, by=by, now=now)
        is_good = not any(row.errors for row in rows)
        if is_dry_run or not is_good:
            transaction.set_rollback(True)
            return False
        record(Kind.USERS_IMPORTED, now=now, by=by, people=len(rows), invited=is_inviting)
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
