"""REST under the ASGI server: Django's plain synchronous handler, on the fixed threads."""

from __future__ import annotations

import tempfile
from typing import IO, Any

from django.conf import settings
from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.http import HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import set_script_prefix

from sockets.threads import HTTP
from ticketing_common.errors import envelope

Scope = dict[str, Any]


class BodyTooLarge(Exception):
    """The request's body is larger than anything this service takes."""


class PooledHandler(ASGIHandler):
    """Reads the body and sends the answer on the event loop, so that slow clients hold no thread."""

    def load_middleware(self, is_async: bool = False) -> None:
        super().load_middleware(is_async=False)

    async def handle(self, scope: Scope, receive: Any, send: Any) -> None:
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        except BodyTooLarge:
            await self.send_response(_too_large(), send)
            return
        with body:
            response = await HTTP.run(self._respond, scope, body)
        await self.send_response(response, send)

    async def read_body(self, receive: Any) -> IO[bytes]:
        body = tempfile.SpooledTemporaryFile(max_size=settings.FILE_UPLOAD_MAX_MEMORY_SIZE, mode="w+b")  # noqa: SIM115
        size = 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                body.close()
                raise RequestAborted()
            chunk = message.get("body", b"")
            size += len(chunk)
            if size > settings.MAX_BODY_BYTES:
                body.close()
                raise BodyTooLarge()
            body.write(chunk)
            if not message.get("more_body", False):
                body.seek(0)
                return body

    def _respond(self, scope: Scope, body: IO[bytes]) -> HttpResponseBase:
        set_script_prefix(get_script_prefix(scope))
        signals.request_started.send(sender=self.__class__, scope=scope)
        request, refusal = self.create_request(scope, body)
        if request is None:
            assert refusal is not None
            return refusal
        response = self.get_response(request)
        if isinstance(response, StreamingHttpResponse):
            # Static files only. Read here: the event loop must not touch the disk.
            whole = HttpResponse(b"".join(response), status=response.status_code)
            whole.headers, whole.cookies = response.headers, response.cookies
            response.close()
            return whole
        response.close()  # ends the request for Django, on the thread that owns its connection
        return response


def _too_large() -> HttpResponse:
    detail = f"At most {settings.MAX_BODY_BYTES // 2**20} MiB."
    return JsonResponse(
        envelope("client_error", [{"code": "body_too_large", "detail": detail, "attr": None}]), status=413
    )
