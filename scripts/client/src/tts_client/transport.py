"""HTTP calls with time limits, repeated where that is safe."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import requests
from requests.auth import AuthBase

from tts_client.errors import REDIRECTED, UNREACHABLE, UNREADABLE, ApiError, Problem, problems_in

SERVICES = ("auth", "workflow", "messaging", "notification", "ticket")
#: Answers after which the same call may succeed. The others are final, 500 included.
PASSING = frozenset({429, 502, 503, 504})
SAFE_METHODS = frozenset({"GET", "HEAD"})


@dataclass(frozen=True)
class Retry:
    """How often and how long to try: pauses double from `first_pause` to `longest_pause` seconds, less up to half.

    A `Retry-After` of the server counts instead; one above `longest_wait` seconds ends the tries.
    """

    attempts: int = 4
    first_pause: float = 0.5
    longest_pause: float = 8.0
    longest_wait: float = 60.0

    def pause(self, attempt: int, retry_after: str | None) -> float | None:
        """Return the seconds to wait after the attempt of this number (from 1); None where no other one follows."""
        if attempt >= self.attempts:
            return None
        if retry_after and retry_after.isdigit():
            seconds = float(retry_after)
            return seconds if seconds <= self.longest_wait else None
        most = min(self.longest_pause, self.first_pause * 2.0 ** (attempt - 1))
        return most * random.uniform(0.5, 1)


class _Headers(AuthBase):
    """Sets the credentials as headers, so that none of a `.netrc` file takes their place."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        self.headers = headers

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers.update(self.headers)
        return request


class Transport:
    """Calls the services behind one address, or each at its own."""

    def __init__(
        self,
        url: str,
        *,
        services: Mapping[str, str] | None = None,
        timeout: float | tuple[float, float] = (5.0, 30.0),
        retry: Retry | None = None,
        user_agent: str,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.urls = {name: f"{url.rstrip('/')}/api/{name}" for name in SERVICES}
        self.urls |= {name: own.rstrip("/") for name, own in (services or {}).items()}
        self.timeout = timeout
        self.retry = retry or Retry()
        self._sleep = sleep
        self.http = requests.Session()
        self.http.headers.update({"Accept": "application/json", "User-Agent": user_agent})

    def close(self) -> None:
        self.http.close()

    def call(
        self,
        service: str,
        method: str,
        path: str,
        *,
        credentials: Mapping[str, str],
        headers: Mapping[str, str],
        may_repeat: bool,
        query: list[tuple[str, str]] | None = None,
        json: Any = None,
        form: list[tuple[str, str]] | None = None,
        files: list[tuple[str, tuple[str, bytes]]] | None = None,
    ) -> requests.Response:
        """Return the answer of a status below 300; raise `ApiError` for any other, and for none."""
        attempt = 0
        while True:
            attempt += 1
            try:
                answer = self.http.request(
                    method,
                    self.urls[service] + path,
                    params=query,
                    json=json,
                    data=form,
                    files=files,
                    headers=dict(headers),
                    auth=_Headers(credentials),
                    timeout=self.timeout,
                    # A redirect could carry the key to another host.
                    allow_redirects=False,
                )
            except (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError) as error:
                pause = self.retry.pause(attempt, None) if may_repeat else None
                if pause is None:
                    raise self._no_answer(service, error) from error
            except requests.RequestException as error:
                raise self._no_answer(service, error) from error
            else:
                if answer.status_code < 300:
                    return answer
                passing = may_repeat and answer.status_code in PASSING
                pause = self.retry.pause(attempt, answer.headers.get("Retry-After")) if passing else None
                if pause is None:
                    raise error_of(answer)
            self._sleep(pause)

    def _no_answer(self, service: str, error: requests.RequestException) -> ApiError:
        """Return what kept the answer away, without the layers that it came through."""
        cause: Any = error.args[0] if error.args else error
        text = str(getattr(cause, "reason", None) or cause).rsplit("Failed to establish a new connection: ", 1)[-1]
        return ApiError(0, [Problem(UNREACHABLE, f"No answer from {self.urls[service]}: {text}")])


def error_of(answer: requests.Response) -> ApiError:
    """Return what a refusal says; a page of a proxy says its status alone."""
    document: Any = None
    if answer.is_redirect:
        where = answer.headers.get("Location", "")
        problems = [Problem(REDIRECTED, f"The server points to {where}: is the address right?")]
    else:
        try:
            document = answer.json()
            problems = problems_in(document)
        except requests.exceptions.JSONDecodeError:
            problems = []
        if not problems:
            problems = [Problem(UNREADABLE, f"HTTP {answer.status_code} {answer.reason} from {answer.url}")]
    return ApiError(
        answer.status_code,
        problems,
        document=document if isinstance(document, dict) else None,
        request_id=answer.headers.get("X-Request-ID", ""),
    )
