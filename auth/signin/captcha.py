"""Captcha by proof of work: no third party, no puzzle. It prices guessing; it does not recognise people."""

from __future__ import annotations

import base64
import binascii
import json
from datetime import datetime, timedelta
from typing import Any

import altcha
from django.conf import settings

from signin import guard
from ticketing_common.errors import Refusal

ALGORITHM = "PBKDF2/SHA-256"
LIFETIME = timedelta(minutes=10)
# Iterations of one try; a solver needs 256 tries on average. A browser takes about a second.
BASE_COST = 2_000
MAX_COST = 20_000
MAX_PAYLOAD = 4_096


class CaptchaRequired(Refusal):
    code = "captcha_required"
    status_code = 403
    default_detail = "Solve the captcha and send its solution as `captcha`."


class CaptchaInvalid(CaptchaRequired):
    code = "captcha_invalid"
    default_detail = "The captcha solution is wrong, expired, or was used before."


USED = guard.Limit("captcha_used", 1, LIFETIME + timedelta(minutes=1))


def _secret() -> str:
    return f"captcha:{settings.SECRET_KEY}"


def new_challenge(*, address: str | None, now: datetime) -> dict[str, Any]:
    """Return a fresh challenge; the more failures its address has, the more work it is."""
    failures = guard.current(guard.ADDRESS_CAPTCHA, address or "", now=now)
    cost = min(MAX_COST, BASE_COST * (1 + failures // guard.ADDRESS_CAPTCHA.count))
    challenge = altcha.create_challenge(
        ALGORITHM, cost, expires_at=int((now + LIFETIME).timestamp()), hmac_secret=_secret()
    )
    return dict(challenge.to_dict())


def check_solution(solution: str | None, *, now: datetime) -> None:
    """Raise unless the solution is right and is used for the first time."""
    if not solution:
        raise CaptchaRequired()
    signature = _signature(solution)
    if signature is None or not altcha.verify_solution(solution, _secret()).verified:
        raise CaptchaInvalid()
    # The library accepts one solution again and again; the counter makes it count once.
    number, _ = guard.count(USED, guard.fingerprint(signature), now=now)
    if number > 1:
        raise CaptchaInvalid()


def _signature(solution: str) -> str | None:
    if len(solution) > MAX_PAYLOAD:
        return None
    try:
        payload = json.loads(base64.b64decode(solution, validate=True))
        signature = payload["challenge"]["signature"]
        # Only what `new_challenge` makes: a foreign algorithm or a huge cost never reaches the verifier.
        is_ours = payload["challenge"]["parameters"]["algorithm"] == ALGORITHM
    except (binascii.Error, ValueError, KeyError, TypeError):
        return None
    return signature if is_ours and isinstance(signature, str) else None
