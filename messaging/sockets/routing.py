"""From a socket's address to its consumer."""

from __future__ import annotations

from typing import Any

from channels.routing import URLRouter
from channels.security.websocket import WebsocketDenier

from sockets.origins import KnownOrigins


class SocketRouter:
    """Refuses unknown addresses in the handshake instead of failing on them."""

    def __init__(self) -> None:
        from config.routing import websocket_urlpatterns

        self._known = KnownOrigins(URLRouter(websocket_urlpatterns))
        self._patterns = [route.pattern for route in websocket_urlpatterns]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        path = scope["path"].lstrip("/")
        if any(pattern.match(path) for pattern in self._patterns):
            await self._known(scope, receive, send)
        else:
            await WebsocketDenier()(scope, receive, send)
