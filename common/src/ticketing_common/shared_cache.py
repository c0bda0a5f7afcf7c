"""Django's cache in Redis, with a client that is kept and a counter that takes one round trip."""

from __future__ import annotations

from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient


class KeptClient(RedisCacheClient):
    """Makes one client to read and one to write, not one for each call: making it costs more than the call."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._clients: dict[bool, Any] = {}

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        client = self._clients.get(write)
        if client is None:
            client = self._clients[write] = super().get_client(key, write=write)
        return client

    def count(self, key: str, timeout: int) -> int:
        with self.get_client(key, write=True).pipeline() as together:
            together.set(key, 0, ex=timeout, nx=True)
            together.incr(key)
            return int(together.execute()[1])


class SharedCache(RedisCache):
    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = KeptClient

    def count(self, key: str, timeout: int) -> int:
        """Add one to the key's number and return it; a new key lasts `timeout` seconds from its first count."""
        client: Any = self._cache
        return int(client.count(self.make_and_validate_key(key), timeout))
