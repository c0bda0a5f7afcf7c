"""Start-up of the app: the checks of `manage.py` name a domain for which no browser makes passkeys."""

from __future__ import annotations

import ipaddress
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import Warning, register

LOCAL = "localhost"


class SigninConfig(AppConfig):
    name = "signin"

    def ready(self) -> None:
        register(check_passkeys)


def check_passkeys(**_: Any) -> list[Warning]:
    """Only warn: whoever opens the product by an address of digits has everything but passkeys."""
    rp_id = settings.WEBAUTHN_RP_ID
    if _is_address(rp_id):
        return [_problem(f"WEBAUTHN_RP_ID, by default the host of FRONTEND_URL, must be a name, and is {rp_id!r}.")]
    return [
        _problem(f"WEBAUTHN_ORIGINS: {origin!r} must be an https:// origin of {rp_id} or of a name below it.")
        for origin in settings.WEBAUTHN_ORIGINS
        if not _fits(origin, rp_id)
    ]


def _fits(origin: str, rp_id: str) -> bool:
    parts = urlsplit(origin)
    host = parts.hostname or ""
    is_below = host == rp_id or host.endswith(f".{rp_id}")
    is_safe = parts.scheme == "https" or host == LOCAL
    return is_below and is_safe and origin == f"{parts.scheme}://{parts.netloc}"


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return not host
    return True


def _problem(text: str) -> Warning:
    return Warning(text, hint="Passkeys will not work. See docs/operations/sign-in.md.", id="signin.W001")
