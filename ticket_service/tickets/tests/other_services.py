"""A service beside this one, as far as tests need it: answers by path, over HTTP."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from tickets.models import Ticket


class OtherService:
    """Answers with 404 what it was not given an answer for, and remembers the headers of every request."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[int, bytes]] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        other = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                other.asked.append((self.path, dict(self.headers)))
                status, body = other.answers.get(self.path, (404, b"{}"))
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_args: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, path: str, status: int, body: bytes | dict[str, Any] = b"{}") -> None:
        self.answers[path] = status, body if isinstance(body, bytes) else json.dumps(body).encode()

    def shows(self, ticket: Ticket, *, source_service: str = "hdts") -> None:
        """Let it be a workflow that shows the ticket."""
        self.answer(f"/tickets/{ticket.ticket_number}/", 200, {"source_service": source_service})
