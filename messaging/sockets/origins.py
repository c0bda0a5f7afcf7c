"""Which web pages may open a socket."""

from __future__ import annotations

from typing import Any

from channels.security.websocket import OriginValidator
from django.conf import settings


class KnownOrigins(OriginValidator):
    """Pages of the configured origins. Clients that are no browsers send no origin; their token speaks for them.

    There are no cookies here that a foreign page could ride on: without a token every socket is closed.
    """

    def __init__(self, application: Any) -> None:
        super().__init__(application, settings.CORS_ALLOWED_ORIGINS)

    def valid_origin(self, parsed_origin: Any) -> bool:
        return parsed_origin is None or bool(self.validate_origin(parsed_origin))
