"""Who acts: the person behind a change, as the acts and the audit trail know them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Actor:
    """The person who acts. Changes by the system itself have none."""

    user_id: int
    full_name: str
    is_admin: bool = False

    @property
    def as_person(self) -> dict[str, Any]:
        return {"user_id": self.user_id, "full_name": self.full_name}
