"""Calls to BMS."""

from __future__ import annotations

from django.conf import settings

from bmscheckout.models import BmsCheckout
from tickets.checkout_client import Answer, post_checkout


def takes_calls() -> bool:
    """Return whether BMS has an address; else it pulls."""
    return bool(settings.BMS_URL)


def send(checkout: BmsCheckout, *, request_id: str) -> Answer:
    """Send the hand-off to BMS; the same one may be sent again."""
    return post_checkout(checkout, url=settings.BMS_URL, key=settings.BMS_API_KEY, request_id=request_id)
