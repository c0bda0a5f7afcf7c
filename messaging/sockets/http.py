"""REST under the ASGI server: Django's own handler, with its database work on the fixed threads."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any, ClassVar

from django.conf import settings
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase

from sockets.threads import HTTP
from ticketing_common.errors import envelope
from ticketing_common.incoming import MAX_MEMORY_BYTES, MAX_SPOOLED_BYTES

Receive = Callable[[], Awaitable[dict[str, Any]]]


class BodyRefused(Exception):
    """The body is taken no further."""

    def __init__(self, *, status: int, code: str, detail: str) -> None:
        super().__init__(detail)
        self.response = JsonResponse(
            envelope(
                "server_error" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "client_error",
                [{"code": code, "detail": detail, "attr": None}],
            ),
            status=status,
        )


class PooledHandler(ASGIHandler):
    """Runs the views on the fixed threads. Bodies are read and answers sent on the event loop."""

    def load_middleware(self, is_async: bool = False) -> None:
        super().load_middleware(is_async=False)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body = Body(receive)
        try:
            # Without Django's thread of its own for each request.
            await self.handle(scope, body.receive, send)
        except BodyRefused as error:
            await self.send_response(error.response, send)
        finally:
            body.close()

    async def run_get_response(self, request: HttpRequest) -> HttpResponseBase:
        return await HTTP.run(self.get_response, request)


class Body:
    """A request's body as it arrives: no longer than the cap, whatever length it claims.

    The large ones of the process lie on disk, which strangers must not fill: together they have a bound.
    """

    on_disk: ClassVar[int] = 0

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._size = self._on_disk = 0

    async def receive(self) -> dict[str, Any]:
        message = await self._receive()
        self._size += len(message.get("body", b""))
        if self._size > settings.MAX_BODY_BYTES:
            detail = f"At most {settings.MAX_BODY_BYTES // 2**20} MiB."
            raise BodyRefused(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE, code="body_too_large", detail=detail)
        if self._size > MAX_MEMORY_BYTES:
            Body.on_disk += self._size - self._on_disk
            self._on_disk = self._size
            if Body.on_disk > MAX_SPOOLED_BYTES:
                detail = "Too many large requests at the moment. Try again in a minute."
                raise BodyRefused(status=HTTPStatus.SERVICE_UNAVAILABLE, code="service_unavailable", detail=detail)
        return message

    def close(self) -> None:
        Body.on_disk -= self._on_disk
        self._on_disk = 0
