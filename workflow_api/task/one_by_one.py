"""Loops over rows in which one that fails stops no other."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from django.db import InterfaceError, OperationalError

from ticketing_common.logs import logger

log = logger(__name__)
Key = TypeVar("Key")


def one_by_one(keys: Iterable[Key], act: Callable[[Key], int], *, what: str) -> int:
    """Call `act`, which has a transaction of its own, for each; return the sum.

    One that raises is logged and left to the next tick. That the database is away is no row's fault and is raised.
    """
    done = 0
    for key in keys:
        try:
            done += act(key)
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            log.exception("row_failed", what=what, key=key)
    return done
