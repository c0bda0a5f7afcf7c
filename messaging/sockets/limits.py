"""How fast one may go."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Self

from django.conf import settings


@dataclass(frozen=True)
class Patience:
    """How long sockets are borne with, in seconds. Read once for all of them: a thousand would ask settings often."""

    expiry_grace: float
    idle: float
    stall: float

    @classmethod
    def of_settings(cls) -> Self:
        return cls(settings.SOCKET_EXPIRY_GRACE, settings.SOCKET_IDLE_SECONDS, settings.SOCKET_STALL_SECONDS)


@dataclass
class TokenBucket:
    """`burst` at once, `rate` a second after that."""

    rate: float
    burst: int
    _left: float = field(init=False)
    _at: float = field(init=False, default=float("-inf"))

    def __post_init__(self) -> None:
        self._left = float(self.burst)

    def take(self, now: float) -> bool:
        """Take one; False when there is none. `now` is a monotonic time in seconds."""
        if self._at > float("-inf"):
            self._left = min(float(self.burst), self._left + (now - self._at) * self.rate)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True
