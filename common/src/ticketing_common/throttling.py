"""How many requests one person, or one address, may make a minute. Shared by all processes through the cache.

Windows are fixed minutes: one atomic increment a request. With Redis as the cache, the count is exact however many
processes answer; the memory cache of development counts for its own process.
"""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from ticketing_common.logs import logger

log = logger(__name__)

WINDOW_SECONDS = 60
clock = time.time


class PersonThrottle(BaseThrottle):
    """Limit each signed-in person to `API_REQUESTS_PER_MINUTE`; 0 means no limit. Strangers are not counted here."""

    scope = "person"
    _retry_in: float | None = None

    def limit(self) -> int:
        return int(getattr(settings, "API_REQUESTS_PER_MINUTE", 0))

    def key(self, request: Request) -> str | None:
        """Return whom to count, None to count nobody."""
        user_id = getattr(request.user, "id", None)
        return None if user_id is None else str(user_id)

    def allow_request(self, request: Request, view: Any) -> bool:
        limit, who = self.limit(), self.key(request)
        if limit <= 0 or who is None:
            return True
        now = clock()
        window = int(now // WINDOW_SECONDS)
        number = _count(f"throttle:{self.scope}:{who}:{window}")
        self._retry_in = (window + 1) * WINDOW_SECONDS - now
        return number <= limit

    def wait(self) -> float | None:
        return self._retry_in


def _count(key: str) -> int:
    """Return the number of this request in its window. A cache that is away stops nobody from working."""
    try:
        if (count := getattr(cache, "count", None)) is not None:  # Redis: one round trip
            return int(count(key, 2 * WINDOW_SECONDS))
        cache.add(key, 0, timeout=2 * WINDOW_SECONDS)
        return int(cache.incr(key))
    except (RedisError, OSError, ValueError) as error:
        log.warning("requests_not_counted", error=type(error).__name__)
        return 0
