"""A ceiling on what one address may ask of the endpoints that everybody can call."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from signin import guard
from signin.clients import origin_of

MINUTE = timedelta(minutes=1)


class AddressThrottle(BaseThrottle):
    """Limit each address to `PUBLIC_REQUESTS_PER_MINUTE` over all public endpoints; 0 means no limit.

    Guesses have limits of their own, far below; this one bounds the work that a flood can cause.
    """

    _retry_in: float | None = None

    def allow_request(self, request: Request, view: Any) -> bool:
        if settings.PUBLIC_REQUESTS_PER_MINUTE <= 0:
            return True
        limit = guard.Limit("public", settings.PUBLIC_REQUESTS_PER_MINUTE, MINUTE)
        now = timezone.now()
        number, ends_at = guard.count(limit, origin_of(request).address or "unknown", now=now)
        self._retry_in = math.ceil((ends_at - now).total_seconds())
        return number <= limit.count

    def wait(self) -> float | None:
        return self._retry_in
