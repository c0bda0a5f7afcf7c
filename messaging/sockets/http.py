"""REST under the ASGI server: Django's own handler, with its database work on the fixed threads."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from django.conf import settings
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase

from sockets.threads import HTTP
from ticketing_common.errors import envelope

Receive = Callable[[], Awaitable[dict[str, Any]]]


class BodyTooLarge(Exception):
    """The request's body is larger than anything this service takes."""


class PooledHandler(ASGIHandler):
    """Runs the views on the fixed threads. Bodies are read and answers sent on the event loop."""

    def load_middleware(self, is_async: bool = False) -> None:
        super().load_middleware(is_async=False)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        # Without Django's thread of its own for each request.
        try:
            await self.handle(scope, _capped(receive), send)
        except BodyTooLarge:
            await self.send_response(_too_large(), send)

    async def run_get_response(self, request: HttpRequest) -> HttpResponseBase:
        return await HTTP.run(self.get_response, request)


def _capped(receive: Receive) -> Receive:
    """Stop reading a body at the cap, however long it says that it is."""
    size = 0

    async def receive_capped() -> dict[str, Any]:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > settings.MAX_BODY_BYTES:
            raise BodyTooLarge()
        return message

    return receive_capped


def _too_large() -> HttpResponse:
    detail = f"At most {settings.MAX_BODY_BYTES // 2**20} MiB."
    return JsonResponse(
        envelope("client_error", [{"code": "body_too_large", "detail": detail, "attr": None}]), status=413
    )
