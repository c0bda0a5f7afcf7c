"""Keys that auth keeps for services, checked over HTTP and remembered for moments.

A revoked key is refused within `FRESH_SECONDS`. While auth is away, a key that was good lately stays good.
"""

from __future__ import annotations

import hashlib
import re
import threading
import time
from dataclasses import dataclass

import requests
from django.conf import settings
from rest_framework import exceptions, status

from ticketing_common.authentication import ServiceIdentity
from ticketing_common.context import current_request_id
from ticketing_common.logs import logger

log = logger(__name__)

SHAPE = re.compile(r"[A-Za-z0-9]{8}\.[A-Za-z0-9]{32}")
FRESH_SECONDS = 4.0
STALE_SECONDS = 900.0
MAX_REMEMBERED = 1_000


class KeysUnavailable(exceptions.APIException):
    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_code = "unavailable"
    default_detail = "The key can't be checked right now."


@dataclass(frozen=True)
class _Answer:
    service: ServiceIdentity | None
    asked_at: float


_answers: dict[str, _Answer] = {}
_lock = threading.Lock()


def known_key(key: str) -> ServiceIdentity | None:
    """Return the service whose key this is, None for a key that is not good."""
    if not SHAPE.fullmatch(key):
        return None
    digest = hashlib.sha256(key.encode()).hexdigest()
    answer = _answers.get(digest)
    if answer is not None and time.monotonic() - answer.asked_at < FRESH_SECONDS:
        return answer.service
    try:
        service = _ask(key)
    except (requests.RequestException, ValueError, KeyError, TypeError) as error:
        log.warning("api_key_not_checked", error=type(error).__name__)
        if answer is not None and answer.service and time.monotonic() - answer.asked_at < STALE_SECONDS:
            return answer.service
        raise KeysUnavailable() from error
    with _lock:
        if len(_answers) >= MAX_REMEMBERED:
            _forget_some()
        _answers[digest] = _Answer(service, time.monotonic())
    return service


def _forget_some() -> None:
    """Make room: wrong keys go first, so that a flood of them does not cost the good ones their memory."""
    good = {digest: answer for digest, answer in _answers.items() if answer.service}
    _answers.clear()
    if len(good) < MAX_REMEMBERED:
        _answers.update(good)


def _ask(key: str) -> ServiceIdentity | None:
    answer = requests.post(
        f"{settings.AUTH_SERVICE_URL}/api/v1/api-keys/verify/",
        json={"key": key},
        headers={"X-Request-ID": current_request_id()},
        timeout=(1, 2),
        allow_redirects=False,
    )
    # "Too many" is said of wrong keys only.
    if answer.status_code in {requests.codes.unauthorized, requests.codes.too_many_requests}:
        return None
    answer.raise_for_status()
    document = answer.json()
    return ServiceIdentity(str(document["name"]), frozenset(document["scopes"]))
