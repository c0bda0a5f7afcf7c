"""The signing keys as one process holds them: read from the database now and then, never on the path of a request."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from keys import services
from ticketing_common.jwt import ALGORITHM, InvalidToken

# A rotation by another process is followed within this time.
FRESH_SECONDS = 20.0
# An unknown `kid` reads again at once, but a flood of forged tokens must not become a flood of reads.
MIN_SECONDS_BETWEEN_READS = 1.0


@dataclass(frozen=True)
class Keys:
    signing_kid: str
    signing: rsa.RSAPrivateKey
    public: dict[str, rsa.RSAPublicKey]


class KeyRing:
    """`JWT_KEY_SOURCE` of auth itself, and the keys its tokens are signed with."""

    def __init__(self) -> None:
        self._keys: Keys | None = None
        self._read_at = float("-inf")
        self._lock = threading.Lock()

    def key(self, kid: str) -> Any:
        keys = self._current()
        if kid not in keys.public and time.monotonic() - self._read_at > MIN_SECONDS_BETWEEN_READS:
            keys = self._read()
        if kid not in keys.public:
            raise InvalidToken("token_invalid", "The token is signed with an unknown key.")
        return keys.public[kid]

    def signing(self) -> tuple[str, rsa.RSAPrivateKey]:
        keys = self._current()
        return keys.signing_kid, keys.signing

    def jwks(self) -> dict[str, list[dict[str, str]]]:
        """Return the document that other services verify with."""
        keys = self._current().public
        extra = {"use": "sig", "alg": ALGORITHM}
        return {"keys": [services.as_jwk(key) | extra | {"kid": kid} for kid, key in keys.items()]}

    def forget(self) -> None:
        """Read again on next use."""
        self._keys = None

    def _current(self) -> Keys:
        keys = self._keys
        if keys is None or time.monotonic() - self._read_at > FRESH_SECONDS:
            return self._read()
        return keys

    def _read(self) -> Keys:
        with self._lock:
            keys = self._keys
            if keys is not None and time.monotonic() - self._read_at <= MIN_SECONDS_BETWEEN_READS:
                return keys
            rows = services.ensure_signing_key(now=timezone.now())
            is_same = keys is not None and keys.signing_kid == rows[0].kid
            signing = keys.signing if keys is not None and is_same else services.private_key(rows[0])
            self._keys = Keys(rows[0].kid, signing, {row.kid: services.public_key(row) for row in rows})
            self._read_at = time.monotonic()
            return self._keys


ring = KeyRing()


def check_signing_key() -> None:
    """Part of `/health/`: tokens can be signed."""
    try:
        ring.signing()
    except ImproperlyConfigured as error:
        raise OSError(str(error)) from error
