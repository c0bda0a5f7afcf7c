"""Read what may be some seconds old from the replica that `DATABASE_REPLICA_URL` names, while it keeps up.

For reports and exports: long statements that decide nothing and grant nothing. Whoever reads here asks `alias()` for
the connection. How far the replica is behind is told by the newest tick of the schedule in it: a row that the database
gets every few seconds. PostgreSQL's own figures do not tell it of a replica that has lost its connection: what arrived
is applied, so it calls itself up to date.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import TypeVar

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connections
from django.db.models import Max

from ticketing_common.database import database_now
from ticketing_common.logs import logger
from ticketing_common.metrics import gauge
from ticketing_common.outbox.models import Tick

T = TypeVar("T")

REPLICA = "replica"
# For how long an answer to "does it keep up?" counts, in seconds.
CHECKED_SECONDS = 2.0
FAILURES = (OperationalError, InterfaceError)
# PostgreSQL ended the statement for its length: elsewhere it would take as long.
QUERY_CANCELED = "57014"

log = logger(__name__)
_alias: ContextVar[str] = ContextVar("alias", default=DEFAULT_DB_ALIAS)
_checked: tuple[float, bool] = (-math.inf, False)


def alias() -> str:
    """Return the alias of the connection that the present read is to use."""
    return _alias.get()


def read(work: Callable[[], T]) -> T:
    """Do work that only reads, at the replica while it keeps up, else at the database.

    Where the replica fails, or cancels a statement that stands in the way of what it has to apply, the work is done
    again at the database.
    """
    if not _keeps_up():
        return work()
    token = _alias.set(REPLICA)
    try:
        return work()
    except FAILURES as error:
        if getattr(error.__cause__, "pgcode", None) == QUERY_CANCELED:
            raise
        note_failure(error)
    finally:
        _alias.reset(token)
    return work()


def lag_seconds() -> float:
    """Return by how much the replica is behind, at most; infinite where it holds no tick of the schedule."""
    newest = Tick.objects.using(REPLICA).aggregate(at=Max("taken_at"))["at"]
    return math.inf if newest is None else max(0.0, (database_now() - newest).total_seconds())


@gauge("replica_lag_seconds", "By how much the replica for reports is behind, at most; infinite when it fails.")
def lag() -> dict[tuple[str, ...], float]:
    if REPLICA not in connections.settings:
        return {}
    try:
        return {(): lag_seconds()}
    except FAILURES:
        return {(): math.inf}


def _keeps_up() -> bool:
    global _checked
    if REPLICA not in connections.settings:
        return False
    checked_at, keeps_up = _checked
    if time.monotonic() - checked_at < CHECKED_SECONDS:
        return keeps_up
    try:
        keeps_up = lag_seconds() <= settings.REPLICA_LAG_SECONDS
    except FAILURES as error:
        note_failure(error)
        return False
    _checked = (time.monotonic(), keeps_up)
    return keeps_up


def note_failure(error: Exception) -> None:
    """Note that the replica failed: it is not asked again at once, and then with a new connection."""
    global _checked
    _checked = (time.monotonic(), False)
    connections[REPLICA].close()
    log.warning("replica_failed", error=str(error).strip())
