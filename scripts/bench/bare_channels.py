"""The floor for sockets: what a plain Channels consumer does, with the same layer and server. Nothing is stored."""

from __future__ import annotations

import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bare_channels")

SECRET_KEY = "only-for-the-benchmark"
INSTALLED_APPS = ["channels"]
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [os.environ.get("REDIS_URL", "")], "prefix": os.environ.get("CHANNEL_PREFIX", "bare")},
    }
}


def make_application() -> Any:
    import django

    django.setup(set_prefix=False)
    from channels.generic.websocket import AsyncWebsocketConsumer
    from channels.routing import ProtocolTypeRouter

    class Bare(AsyncWebsocketConsumer):
        async def connect(self) -> None:
            self.group = self.scope["path"].strip("/").replace("/", ".")
            await self.channel_layer.group_add(self.group, self.channel_name)
            await self.accept()

        async def disconnect(self, code: int) -> None:
            await self.channel_layer.group_discard(self.group, self.channel_name)

        async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
            await self.channel_layer.group_send(self.group, {"type": "told", "text": text_data})

        async def told(self, event: dict[str, Any]) -> None:
            await self.send(text_data=event["text"])

    async def alive(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"ok"})

    return ProtocolTypeRouter({"http": alive, "websocket": Bare.as_asgi()})


def __getattr__(name: str) -> Any:
    if name == "application":
        return make_application()
    raise AttributeError(name)
