"""The server of ASGI services: uvicorn under gunicorn, with limits that its defaults lack."""

from __future__ import annotations

import warnings
from typing import Any

from uvicorn_worker import UvicornWorker

with warnings.catch_warnings():
    # Unlike its successor, this implementation cuts the line of a client that reads no more when it is closed.
    warnings.simplefilter("ignore")
    from uvicorn.protocols.websockets.websockets_impl import WebSocketProtocol

MAX_FRAME_BYTES = 64 * 1024
CLOSE_SECONDS = 3.0


class SocketProtocol(WebSocketProtocol):
    """Waits a little for a goodbye, then cuts the line: a client that reads no more will not answer."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.close_timeout = CLOSE_SECONDS


class SocketWorker(UvicornWorker):  # type: ignore[misc]
    """Frames of at most 64 KiB, a protocol ping every 20 s, and no more than 20 s to answer it."""

    CONFIG_KWARGS = {
        **UvicornWorker.CONFIG_KWARGS,
        "ws": SocketProtocol,
        "ws_max_size": MAX_FRAME_BYTES,
        # Compression would encode each frame once per socket, and keep a compressor's memory for each.
        "ws_per_message_deflate": False,
        "ws_ping_interval": 20.0,
        "ws_ping_timeout": 20.0,
        "lifespan": "off",
    }
