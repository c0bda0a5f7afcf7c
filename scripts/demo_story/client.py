"""A signed-in person who calls the services, and waiting with a deadline."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar

import requests

from demo_story.places import Person, Places

T = TypeVar("T")
PAUSE_SECONDS = 0.1


class StoryBroken(Exception):
    """A step of the story did not happen; the text says which and what was seen instead."""


def eventually(what: str, look: Callable[[], T | None], *, seconds: float = 30) -> T:
    """Look again and again until there is something to see, or say what never came."""
    deadline = time.monotonic() + seconds
    while True:
        found = look()
        if found is not None:
            return found
        if time.monotonic() > deadline:
            raise StoryBroken(f"{what}: not within {seconds:.0f} s.")
        time.sleep(PAUSE_SECONDS)


class SignedIn:
    """One person's session: signs in with email and password as the user interface does."""

    def __init__(self, places: Places, person: Person) -> None:
        self.person = person
        self._http = requests.Session()
        self._http.trust_env = False  # everything is on this machine: no proxy
        self._http.verify = places.authority or True
        answer = self.call("POST", f"{places.auth}/login/", json={"email": person.email, "password": person.password})
        if "access" not in answer:
            raise StoryBroken(f"{person.name} could not sign in: {answer}")
        self.token: str = answer["access"]
        self.full_name: str = answer["user"]["full_name"]
        self._http.headers["Authorization"] = f"Bearer {self.token}"

    def get(self, url: str, **params: str) -> Any:
        return self.call("GET", url, params=params)

    def post(self, url: str, document: dict[str, Any], **params: str) -> Any:
        return self.call("POST", url, json=document, params=params)

    def call(self, method: str, url: str, **arguments: Any) -> Any:
        try:
            answer = self._http.request(method, url, timeout=20, **arguments)
        except requests.RequestException as error:
            raise StoryBroken(f"{method} {url}: {error}") from error
        if answer.status_code >= 400:
            raise StoryBroken(f"{method} {url} answered {answer.status_code}: {answer.text[:600]}")
        return answer.json() if answer.content else None

    def find(self, url: str, **params: str) -> Any | None:
        """Like `get`, but nothing when it is not there yet."""
        answer = self._http.get(url, params=params, timeout=20)
        if answer.status_code == 404:
            return None
        if answer.status_code >= 400:
            raise StoryBroken(f"GET {url} answered {answer.status_code}: {answer.text[:600]}")
        return answer.json()
