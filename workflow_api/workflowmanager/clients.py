"""The one call that AMS and BMS take from here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import requests

TIMEOUT_SECONDS = (2, 10)
# Answers that may be different next time.
PASSING = frozenset({408, 425, 429})


@dataclass(frozen=True)
class Answer:
    """What the other system made of it: acknowledged, accepted (it will acknowledge), refused or unreachable."""

    outcome: str
    reference: str = ""
    error: str = ""


def post_checkout(*, url: str, key: str, idempotency_key: str, payload: dict[str, Any], request_id: str) -> Answer:
    """Send the checkout. The same idempotency key may be sent again after a time-out: the other side knows it."""
    headers = {"Idempotency-Key": idempotency_key, "X-Request-ID": request_id}
    if key:
        headers["X-API-Key"] = key
    try:
        answer = requests.post(
            f"{url.rstrip('/')}/checkouts/",
            json={**payload, "idempotency_key": idempotency_key},
            headers=headers,
            timeout=TIMEOUT_SECONDS,
            allow_redirects=False,
        )
    except requests.RequestException as error:
        return Answer("unreachable", error=f"{type(error).__name__}: the system did not answer.")
    if answer.status_code == 202:
        return Answer("accepted")
    if 200 <= answer.status_code < 300:
        return Answer("acknowledged", reference=_reference(answer))
    problem = f"The system answered {answer.status_code}."
    if answer.status_code >= 500 or answer.status_code in PASSING:
        return Answer("unreachable", error=problem)
    return Answer("refused", error=problem)


def _reference(answer: requests.Response) -> str:
    try:
        body = answer.json()
    except ValueError:
        return ""
    return str(body.get("reference") or body.get("id") or "")[:128] if isinstance(body, dict) else ""
