"""Who acts: what the audit trail records and the rights of tasks ask for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class Actor(Protocol):
    """The person who acts; the identity of an access token is one. Changes by the system itself have none."""

    @property
    def user_id(self) -> int: ...

    @property
    def full_name(self) -> str: ...

    @property
    def is_admin(self) -> bool: ...


@dataclass(frozen=True)
class PlainActor:
    """An actor without a request."""

    user_id: int
    full_name: str
    is_admin: bool = False
