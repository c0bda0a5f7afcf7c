"""Who may read a ticket now: the one place that says it. See ADR 0019.

Whoever has the task; who holds the role of the current stay; who once had a turn or voted in a role that they still
hold. Administrators read everything: that is asked of their identity before it is asked here.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import BooleanField, F, Func

from ticketing_common import prepared

if TYPE_CHECKING:
    from tickets.models import Ticket

# Once for each reason that a person `o` has to read the ticket. What older publishers leave out is answered as it was
# with them: a participant without roles reads, one of the team reads by the role's name, and so does who holds the
# role by name as long as auth has not told which roles a person holds by id.
_READERS = """
    SELECT p.user_id, p.full_name, p.relation, o.version
    FROM ticket_participants p LEFT JOIN people o ON o.user_id = p.user_id
    WHERE p.ticket_id = {id} AND o.is_active IS NOT FALSE AND CASE p.relation
        WHEN 'assignee' THEN true
        WHEN 'team' THEN p.role = '' OR o.user_id IS NULL
            OR o.roles @> jsonb_build_object('tts', jsonb_build_array(p.role))
        ELSE p.role_ids IS NULL OR o.role_ids IS NULL OR p.role_ids && o.role_ids END
    UNION ALL
    SELECT o.user_id, o.full_name, 'team', o.version FROM people o
    WHERE o.is_active AND o.role_ids @> ARRAY[{team_role_id}]
    UNION ALL
    SELECT o.user_id, o.full_name, 'team', o.version FROM people o
    WHERE o.is_active AND o.role_ids IS NULL AND {team_role} <> ''
        AND o.roles @> jsonb_build_object('tts', jsonb_build_array({team_role}))
"""
_MAY_READ = f"EXISTS (SELECT FROM ({_READERS}) readers WHERE readers.user_id = {{user_id}})"
_COLUMNS = ("id", "team_role_id", "team_role")
# Of several relations the first one counts.
RELATIONS_BY_WEIGHT = ("assignee", "owner", "performer", "team")


@dataclass(frozen=True)
class Reader:
    """A person who may read, by the weightiest of their relations."""

    user_id: int
    full_name: str
    relation: str


def may_read_sql(ticket: str, *, user_id: str) -> str:
    """Return the condition that a person may read the ticket, for a statement with a ticket of that alias in it."""
    return _MAY_READ.format(user_id=user_id, **{name: f"{ticket}.{name}" for name in _COLUMNS})


class MayRead(Func):
    """The same as a condition of a query of tickets."""

    output_field = BooleanField()

    def __init__(self, user_id: int) -> None:
        super().__init__(*(F(name) for name in _COLUMNS))
        self.user_id = user_id

    def as_sql(self, compiler: Any, connection: Any, *_: Any, **__: Any) -> tuple[str, tuple[int, ...]]:
        columns = [compiler.compile(column)[0] for column in self.get_source_expressions()]
        return _MAY_READ.format(user_id="%s", **dict(zip(_COLUMNS, columns, strict=True))), (self.user_id,)


_FROM = f"""
FROM tickets t, LATERAL ({_READERS.format(**{name: f"t.{name}" for name in _COLUMNS})}) r WHERE t.id = %s"""
_LIST = f"SELECT r.user_id, r.full_name, r.relation{_FROM}"
_LIST_AMONG = f"{_LIST} AND r.user_id = ANY(%s::bigint[])"
_VERSIONS = f"SELECT r.user_id, r.version{_FROM}"


def readers_of(ticket: Ticket, *, among: Collection[int] | None = None) -> dict[int, Reader]:
    """Return the people who may read the ticket by their id, all or those `among` some."""
    with connection.cursor() as cursor:
        if among is None:
            prepared.execute(cursor, _LIST, [ticket.pk])
        else:
            prepared.execute(cursor, _LIST_AMONG, [ticket.pk, list(among)])
        rows = [Reader(*row) for row in cursor.fetchall()]
    found: dict[int, Reader] = {}
    for reader in sorted(rows, key=lambda reader: RELATIONS_BY_WEIGHT.index(reader.relation)):
        found.setdefault(reader.user_id, reader)
    return found


def versions_of_readers(ticket: Ticket) -> dict[int, int | None]:
    """Return who may read the ticket, and of which version each was when that was found; None: auth told nothing."""
    with connection.cursor() as cursor:
        prepared.execute(cursor, _VERSIONS, [ticket.pk])
        return dict(cursor.fetchall())
