"""How fast a client may send."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class TokenBucket:
    """`burst` at once, `rate` a second after that."""

    rate: float
    burst: int
    _left: float = field(init=False)
    _at: float = field(init=False, default=float("inf"))

    def __post_init__(self) -> None:
        self._left = float(self.burst)

    def take(self, now: float) -> bool:
        """Take one; False when there is none. `now` is a monotonic time in seconds."""
        self._left = min(float(self.burst), self._left + max(0.0, now - self._at) * self.rate)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True
