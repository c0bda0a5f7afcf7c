"""A real OpenID provider in a process of its own, and a browser that signs in at it."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import requests
from rest_framework.test import APIClient

FOLDER = Path(__file__).parents[3] / "tests" / "oidc_provider"
FRONTEND = "https://desk.example.com"
CLIENT_SECRET = "a secret & more: %"
MISSING = "The provider's packages are missing: run `npm ci` in tests/oidc_provider."
ANNA = {
    "email": "anna.lind@example.com",
    "email_verified": True,
    "name": "Anna Lind",
    "given_name": "Anna",
    "family_name": "Lind",
    "preferred_username": "alind",
    "groups": ["everybody", "it-support"],
}


class RealProvider:
    def __init__(self, issuer: str) -> None:
        self.issuer = issuer

    def control(self, what: str, told: dict[str, Any]) -> dict[str, Any]:
        answer = requests.post(f"{self.issuer}/_control/{what}", json=told, timeout=20)
        answer.raise_for_status()
        return dict(answer.json())

    def know(self, subject: str, claims: dict[str, Any]) -> None:
        self.control("accounts", {subject: claims})

    def sign(self, claims: dict[str, Any], **told: Any) -> str:
        return str(self.control("sign", {"claims": claims, **told})["token"])

    def reset(self, *, logout_uri: str | None = None) -> None:
        client: dict[str, Any] = {
            "client_id": "tts",
            "client_secret": CLIENT_SECRET,
            "redirect_uris": [f"{FRONTEND}/api/auth/oidc/acme/callback/"],
            "post_logout_redirect_uris": [f"{FRONTEND}/login"],
        }
        if logout_uri:
            client |= {"backchannel_logout_uri": logout_uri, "backchannel_logout_session_required": True}
        self.control("settings", {"clients": [client], "claimsInIdToken": True, "clockAheadMs": 0})
        self.know("anna", ANNA)


@contextmanager
def running_provider() -> Iterator[RealProvider]:
    assert (FOLDER / "node_modules" / "oidc-provider").is_dir(), MISSING
    process = subprocess.Popen(
        ["node", "provider.mjs", "{}"],
        cwd=FOLDER,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    try:
        yield RealProvider(json.loads(process.stdout.readline())["issuer"])
    finally:
        process.terminate()
        process.wait(timeout=20)


class Browser:
    """One browser: cookies at the provider, and cookies at our application."""

    def __init__(self) -> None:
        self.desk = APIClient()
        self.there = requests.Session()

    def start(self, **query: str) -> str:
        """Press the button; return where the application sends the browser."""
        response = self.desk.get("/oidc/acme/start/", query)
        assert response.status_code == 302, response.content
        return str(response["Location"])

    def at_provider(self, url: str, *, login: str = "anna", answer: str = "yes") -> str:
        """Follow the provider's pages, fill its form, and return the address at which it sends the browser back."""
        for _ in range(12):
            response = self.there.get(url, allow_redirects=False, timeout=20)
            if response.status_code == 200:
                action = re.search(r'<form[^>]* action="([^"]+)"', response.text)
                assert action, response.text
                target = urljoin(url, action[1])
                fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', response.text))
                form = fields | {"login": login, "answer": answer, "logout": "yes"}
                response = self.there.post(target, data=form, allow_redirects=False, timeout=20)
            assert response.status_code in {302, 303}, f"{response.status_code} {response.text}"
            url = urljoin(url, response.headers["Location"])
            if url.startswith(FRONTEND):
                return url
        raise AssertionError(f"the provider never sent the browser back: {url}")

    def come_back(self, url: str) -> Any:
        """Open the address that the provider sent the browser to; return our answer."""
        parts = urlsplit(url)
        assert parts.path.startswith("/api/auth/"), url
        return self.desk.get(parts.path.removeprefix("/api/auth"), query_of(url))

    def sign_in(self, *, login: str = "anna", **query: str) -> Any:
        return self.come_back(self.at_provider(self.start(**query), login=login))


def query_of(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
