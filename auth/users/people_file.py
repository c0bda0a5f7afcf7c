"""Read a file of people as spreadsheets and directories write it: a table of cells, in one of several encodings."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ticketing_common.errors import Invalid
from users.texts import folded

REQUIRED = ("email", "last_name")
OPTIONAL = (
    "first_name",
    "username",
    "middle_name",
    "suffix",
    "phone_number",
    "time_zone",
    "department",
    "company_id",
    "roles",
)
# What spreadsheets and directories call the columns, without case, blanks and punctuation.
NAMES = {
    "email": ("email", "emailaddress", "mail", "mailaddress", "primaryemail", "userprincipalname"),
    "first_name": ("firstname", "givenname", "forename", "vorname", "prenom", "nombre"),
    "last_name": ("lastname", "surname", "familyname", "sn", "nachname", "nom", "apellidos"),
    "middle_name": ("middlename", "initials"),
    "suffix": ("suffix", "generationqualifier"),
    "username": ("username", "login", "samaccountname", "uid"),
    "phone_number": ("phonenumber", "phone", "telephone", "telephonenumber", "mobile", "mobilephone", "telefon"),
    "time_zone": ("timezone",),
    "department": ("department", "abteilung"),
    "company_id": ("companyid", "employeeid", "employeenumber"),
    "roles": ("roles", "role"),
}
COLUMN_OF = {name: column for column, names in NAMES.items() for name in names}
DELIMITERS = ",;\t"
MAX_ROWS = 500
MAX_BYTES = 1024 * 1024
_SEPARATOR_LINE = re.compile(r'"?sep=([,;\t|])"?\s*', re.IGNORECASE)
_BETWEEN_ROLES = re.compile(r"[|\r\n]")  # spreadsheets put several entries of a cell on lines of their own


class FileRefused(Invalid):
    code = "file_invalid"


@dataclass
class Row:
    """One line of the file. `number` is the line as a spreadsheet shows it; `columns` are its headings by field."""

    number: int
    fields: dict[str, str]
    columns: dict[str, str] = field(default_factory=dict)
    roles: list[tuple[str, str]] = field(default_factory=list)
    errors: list[dict[str, Any]] = field(default_factory=list)
    notes: list[dict[str, Any]] = field(default_factory=list)
    user_id: int | None = None

    @property
    def email(self) -> str:
        return self.fields.get("email", "")

    def refuse(self, code: str, detail: str, attr: str | None) -> None:
        self.errors.append(self._finding(code, detail, attr))

    def note(self, code: str, detail: str, attr: str | None) -> None:
        self.notes.append(self._finding(code, detail, attr))

    def _finding(self, code: str, detail: str, attr: str | None) -> dict[str, Any]:
        column = self.columns.get(attr or "", attr)
        where = f"Row {self.number}, column {column}" if column else f"Row {self.number}"
        return {"code": code, "detail": f"{where}: {detail}", "attr": attr, "column": column}


@dataclass(frozen=True)
class PeopleFile:
    """The rows of a file, and the headings of the columns that are not used."""

    rows: list[Row]
    ignored_columns: list[str]


def read_people(content: bytes) -> PeopleFile:
    """Return the people of the file, or raise `FileRefused` when it is none."""
    if len(content) > MAX_BYTES:
        raise FileRefused("The file may have at most 1 MB.", attr="file")
    text = _decoded(content)
    if "\x00" in text:
        raise FileRefused("The file is no text.", attr="file")
    table = _table(text)
    first = next((index for index, cells in enumerate(table) if any(cells)), None)
    if first is None:
        raise FileRefused("The file is empty.", attr="file")
    header = _without_trailing_blanks(table[first])
    columns = [COLUMN_OF.get(re.sub(r"[^a-z0-9]", "", folded(name)), "") for name in header]
    named = [column for column in columns if column]
    if len(set(named)) != len(named) or any(column not in named for column in REQUIRED):
        known = ", ".join((*REQUIRED, *OPTIONAL))
        raise FileRefused(f"The first line must name the columns, each once. Known are: {known}.", attr="file")
    numbered = enumerate(table[first + 1 :], start=first + 2 + _lines_before(text))
    rows = [_row(number, header, columns, cells) for number, cells in numbered if any(cells)]
    if not rows:
        raise FileRefused("The file names nobody.", attr="file")
    if len(rows) > MAX_ROWS:
        raise FileRefused(f"At most {MAX_ROWS} people at once.", attr="file")
    return PeopleFile(rows, [name for name, column in zip(header, columns, strict=True) if name and not column])


def _decoded(content: bytes) -> str:
    """Return the text: UTF-8, UTF-16 with a byte order mark or with blanks of it, else windows-1252."""
    try:
        if content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
            return content.decode("utf-16")
        if content[1:2] == b"\x00" or content[:1] == b"\x00":
            return content.decode("utf-16-le" if content[1:2] == b"\x00" else "utf-16-be")
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError as error:
        raise FileRefused("The file must be encoded in UTF-8, UTF-16 or windows-1252.", attr="file") from error


def _lines_before(text: str) -> int:
    """Return how many lines stand before the table: Excel's `sep=;` is one."""
    return 1 if _SEPARATOR_LINE.fullmatch(re.split(r"\r\n|\r|\n", text, maxsplit=1)[0]) else 0


def _table(text: str) -> list[list[str]]:
    lines = re.split(r"\r\n|\r|\n", text, maxsplit=1)
    separator = _SEPARATOR_LINE.fullmatch(lines[0])
    if separator:
        delimiter, text = separator[1], lines[1] if len(lines) > 1 else ""
    else:
        heading = next((line for line in re.split(r"\r\n|\r|\n", text) if line.strip()), "")
        delimiter = max(DELIMITERS, key=_outside_quotes(heading).count)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        return [[cell.strip() for cell in line] for line in reader]
    except csv.Error as error:
        raise FileRefused(f"The file is no CSV: {error}.", attr="file") from error


def _outside_quotes(line: str) -> str:
    return re.sub(r'"[^"]*"', "", line)


def _without_trailing_blanks(cells: Sequence[str]) -> list[str]:
    kept = list(cells)
    while kept and not kept[-1]:
        kept.pop()
    return kept


def _row(number: int, header: Sequence[str], columns: Sequence[str], cells: Sequence[str]) -> Row:
    values = zip(columns, cells, strict=False)
    row = Row(number, {column: cell for column, cell in values if column and cell})
    row.columns = {column: name for name, column in zip(header, columns, strict=True) if column}
    if any(cells[len(header) :]):
        row.refuse("invalid", "The line has more cells than the first line has columns.", None)
    for entry in filter(None, map(str.strip, _BETWEEN_ROLES.split(row.fields.pop("roles", "")))):
        system, colon, role = entry.partition(":")
        if not colon:
            row.refuse("invalid", "Write roles as tts:Agent|tts:IT Support.", "roles")
        row.roles.append((system.strip().lower(), role.strip()))
    return row
