"""Which pages may open a socket, and what an unknown address gets."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from channels.security.websocket import OriginValidator, WebsocketDenier
from django.conf import settings


class Refusal(WebsocketDenier):
    """Refuses the handshake with 403."""

    channel_layer_alias = "none"


class KnownOrigins(OriginValidator):
    """Pages of the configured origins. Clients that are no browsers send no origin; their token speaks for them.

    There are no cookies here that a foreign page could use: without a token every socket is closed.
    """

    def __init__(self, application: Any) -> None:
        super().__init__(application, settings.CORS_ALLOWED_ORIGINS)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> Any:
        if all(_can_be_parsed(value) for name, value in scope["headers"] if name == b"origin"):
            return await super().__call__(scope, receive, send)
        return await Refusal()(scope, receive, send)

    def valid_origin(self, parsed_origin: Any) -> bool:
        return parsed_origin is None or bool(self.validate_origin(parsed_origin))


def _can_be_parsed(origin: bytes) -> bool:
    try:
        return urlsplit(origin.decode("latin-1")).port != 0
    except ValueError:
        return False
