"""The steps of registering a passkey and signing in with it, for tests."""

from __future__ import annotations

from typing import Any

from rest_framework.test import APIClient

from signin.models import Passkey
from signin.tests.authenticator import Authenticator
from users.models import User
from users.tests.factories import PASSWORD, client_of

OWN = "/api/v1/users/me/passkeys/"


def registration_options(client: APIClient, password: str = PASSWORD) -> dict[str, Any]:
    answer = client.post(f"{OWN}options/", {"current_password": password}, format="json")
    assert answer.status_code == 200, answer.content
    options: dict[str, Any] = answer.json()["options"]
    return options


def register(client: APIClient, device: Authenticator, name: str = "Telephone", **headers: Any) -> Any:
    body = {"name": name, "credential": device.create(registration_options(client))}
    return client.post(OWN, body, format="json", **headers)


def a_passkey(user: User, device: Authenticator, name: str = "Telephone") -> Passkey:
    answer = register(client_of(user), device, name)
    assert answer.status_code == 201, answer.content
    return Passkey.objects.get(pk=answer.json()["id"])


def ask(browser: APIClient, challenge: str | None = None) -> dict[str, Any]:
    answer = browser.post("/login/passkey/options/", {"challenge": challenge} if challenge else {}, format="json")
    assert answer.status_code == 200, answer.content
    options: dict[str, Any] = answer.json()["options"]
    return options


def give(browser: APIClient, credential: dict[str, Any], challenge: str | None = None, **headers: Any) -> Any:
    body = {"credential": credential} | ({"challenge": challenge} if challenge else {})
    return browser.post("/login/passkey/", body, format="json", **headers)


def sign_in(device: Authenticator, browser: APIClient | None = None) -> Any:
    browser = browser or APIClient()
    return give(browser, device.get(ask(browser)))


def first_step(user: User, browser: APIClient | None = None) -> dict[str, Any]:
    answer = (browser or APIClient()).post("/login/", {"email": user.email, "password": PASSWORD})
    body: dict[str, Any] = answer.json()
    return body
