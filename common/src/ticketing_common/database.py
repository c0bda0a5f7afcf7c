"""What each PostgreSQL connection is set to, by the kind of its process.

Web processes and workers limit how long a statement may take and a transaction may stand idle; commands such as
migrations do not. The limits are set by a statement and not as options of the connection's start, which PgBouncer
refuses. Behind a pooler that shares sessions (PgBouncer in transaction mode), switch this off
(`DATABASE_SESSION_SETTINGS=false`) and set the limits on the database's login. Nothing is left in a session then: no
prepared statement, no cursor, no LISTEN. Advisory locks are those of a transaction in any case.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.conf import settings
from django.db import connection as default_connection
from django.db.backends.signals import connection_created

Kind = Literal["command", "web", "worker"]

_kind: Kind = "command"


def database_now() -> datetime:
    """Return the database's time: what is due is decided by one clock, however the machines' own differ."""
    with default_connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (moment,) = cursor.fetchone()
    found: datetime = moment
    return found


def start_as(kind: Kind) -> None:
    """Say what this process is, before its first connection."""
    global _kind
    _kind = kind


def listen(channel: str) -> bool:
    """Hear of what is committed from now on; false behind a pooler, where one has to look again and again."""
    if default_connection.settings_dict["DISABLE_SERVER_SIDE_CURSORS"]:
        return False
    with default_connection.cursor() as cursor:
        cursor.execute(f"LISTEN {channel}")
    return True


def set_session(connection: Any, **_kwargs: Any) -> None:
    values: dict[str, str] = getattr(settings, "DATABASE_SESSION", {}).get(_kind, {})
    if not values or connection.vendor != "postgresql":
        return
    statements = "; ".join(f"SET SESSION {name} = {value}" for name, value in values.items())
    # Below Django's own cursor: this is no query of the request, and none to be counted.
    with connection.connection.cursor() as cursor:
        cursor.execute(statements)


connection_created.connect(set_session, dispatch_uid="ticketing_common.database")
