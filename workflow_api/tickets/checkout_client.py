"""The one call that systems which tickets are handed off to take from here."""

from __future__ import annotations

from dataclasses import dataclass

import requests

from tickets.checkouts import Checkout
from tickets.reasons import ENDINGS

TIMEOUT_SECONDS = (2, 10)
# Statuses that may be different next time.
TRANSIENT = frozenset({408, 425, 429})


@dataclass(frozen=True)
class Answer:
    """What came of it: `outcome` is acknowledged, accepted (it will acknowledge), refused or unreachable."""

    outcome: str
    reference: str = ""
    error: str = ""


def post_checkout(checkout: Checkout, *, url: str, key: str, request_id: str) -> Answer:
    """Send the hand-off. Its idempotency key may be sent again after a time-out: the other side knows it."""
    idempotency_key = str(checkout.idempotency_key)
    headers = {"Idempotency-Key": idempotency_key, "X-Request-ID": request_id}
    if key:
        headers["X-API-Key"] = key
    try:
        answer = requests.post(
            f"{url.rstrip('/')}/checkouts/",
            json={**checkout.payload, "idempotency_key": idempotency_key},
            headers=headers,
            timeout=TIMEOUT_SECONDS,
            allow_redirects=False,
        )
    except requests.RequestException as error:
        return Answer("unreachable", error=type(error).__name__ + ENDINGS["handoff_no_answer"])
    if answer.status_code == 202:
        return Answer("accepted")
    if 200 <= answer.status_code < 300:
        return Answer("acknowledged", reference=_reference(answer))
    problem = f"The system answered {answer.status_code}."
    if answer.status_code >= 500 or answer.status_code in TRANSIENT:
        return Answer("unreachable", error=problem)
    return Answer("refused", error=problem)


def _reference(answer: requests.Response) -> str:
    try:
        body = answer.json()
    except ValueError:
        return ""
    return str(body.get("reference") or body.get("id") or "")[:128] if isinstance(body, dict) else ""
