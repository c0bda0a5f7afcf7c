"""The server of ASGI services: uvicorn under gunicorn, with limits that its defaults lack."""

from __future__ import annotations

from uvicorn_worker import UvicornWorker

MAX_FRAME_BYTES = 64 * 1024


class SocketWorker(UvicornWorker):  # type: ignore[misc]
    """Frames of at most 64 KiB, a protocol ping every 20 s, and no more than 20 s to answer it."""

    CONFIG_KWARGS = {
        **UvicornWorker.CONFIG_KWARGS,
        # Unlike its successor, this implementation cuts the line of a client that reads no more when it is closed.
        "ws": "websockets",
        "ws_max_size": MAX_FRAME_BYTES,
        # Compression would encode each frame once per socket, and keep a compressor's memory for each.
        "ws_per_message_deflate": False,
        "ws_ping_interval": 20.0,
        "ws_ping_timeout": 20.0,
        "lifespan": "off",
    }
