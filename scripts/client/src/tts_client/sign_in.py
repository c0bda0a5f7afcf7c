"""Who calls: a service with its key, or a person by password or token."""

from __future__ import annotations

import time
from typing import Any, Protocol

from tts_client.errors import ApiError
from tts_client.transport import Transport

#: Seconds before its end at which an access token is replaced.
MARGIN = 30.0


class Credentials(Protocol):
    """What a client calls with."""

    def headers(self, transport: Transport) -> dict[str, str]:
        """Return the headers to send; signs in or renews the token where that is due."""

    def renew(self, transport: Transport) -> bool:
        """Get others after the server refused these (401). False where there are none to get."""


class Nobody:
    """Calls that ask for nothing, like those of a health check."""

    def headers(self, transport: Transport) -> dict[str, str]:
        return {}

    def renew(self, transport: Transport) -> bool:
        return False


class ServiceKey:
    """The key of a service."""

    def __init__(self, key: str) -> None:
        self._key = key

    def headers(self, transport: Transport) -> dict[str, str]:
        return {"X-API-Key": self._key}

    def renew(self, transport: Transport) -> bool:
        return False


class Token:
    """An access token that somebody else got; it ends after some minutes."""

    def __init__(self, access: str) -> None:
        self._access = access

    def headers(self, transport: Transport) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._access}"}

    def renew(self, transport: Transport) -> bool:
        return False


class Password:
    """An account's address and password: signs in at the first call and renews the token by itself."""

    def __init__(self, email: str, password: str) -> None:
        self._email = email
        self._password = password
        self._access = ""
        self._refresh = ""
        self._ends = 0.0  # by the monotonic clock

    def headers(self, transport: Transport) -> dict[str, str]:
        if not self._access or time.monotonic() > self._ends - MARGIN:
            self._get_tokens(transport)
        return {"Authorization": f"Bearer {self._access}"}

    def renew(self, transport: Transport) -> bool:
        self._access = ""
        self._get_tokens(transport)
        return True

    def _get_tokens(self, transport: Transport) -> None:
        """Renew by the refresh token; by the password where there is none, or it is taken no more."""
        if self._refresh:
            try:
                return self._keep(_post(transport, "/token/refresh/", {"refresh": self._refresh}))
            except ApiError as error:
                if error.status not in {400, 401, 403}:
                    raise
                self._refresh = ""
        self._keep(_post(transport, "/token/", {"username": self._email, "password": self._password}))

    def _keep(self, tokens: dict[str, Any]) -> None:
        self._access = str(tokens["access"])
        self._refresh = str(tokens.get("refresh", ""))
        self._ends = time.monotonic() + float(tokens["expires_in"])

    def sign_out(self, transport: Transport) -> None:
        """End the session on the server, so that its tokens are worth nothing."""
        if self._refresh:
            refresh, self._refresh, self._access = self._refresh, "", ""
            transport.call(
                "auth", "POST", "/logout/", credentials={}, headers={}, may_repeat=False, json={"refresh": refresh}
            )


def _post(transport: Transport, path: str, document: dict[str, str]) -> dict[str, Any]:
    answer = transport.call("auth", "POST", path, credentials={}, headers={}, may_repeat=False, json=document)
    tokens: dict[str, Any] = answer.json()
    return tokens
