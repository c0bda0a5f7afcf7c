"""Calls to AMS."""

from __future__ import annotations

from django.conf import settings

from amscheckout.models import AmsCheckout
from tickets.checkout_client import Answer, post_checkout


def takes_calls() -> bool:
    """Return whether AMS has an address; else it pulls."""
    return bool(settings.AMS_URL)


def send(checkout: AmsCheckout, *, request_id: str) -> Answer:
    """Send the hand-off to AMS; the same one may be sent again."""
    return post_checkout(checkout, url=settings.AMS_URL, key=settings.AMS_API_KEY, request_id=request_id)
