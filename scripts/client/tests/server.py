"""A server on this machine that answers what a test says, in that order, and keeps what it was asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Asked:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def document(self) -> Any:
        return json.loads(self.body)


@dataclass
class Server:
    """`answers` go out one after the other; a status of 0 closes the connection without one."""

    url: str
    asked: list[Asked] = field(default_factory=list)
    answers: list[tuple[int, Any, dict[str, str]]] = field(default_factory=list)

    def answer(self, status: int, document: Any = None, **headers: str) -> None:
        self.answers.append((status, document, {name.replace("_", "-"): value for name, value in headers.items()}))

    @property
    def calls(self) -> list[str]:
        return [f"{each.method} {each.path}" for each in self.asked]


def refusal(code: str, detail: str = "No.", attr: str | None = None) -> dict[str, Any]:
    return {"type": "client_error", "errors": [{"code": code, "detail": detail, "attr": attr}]}


@contextmanager
def running() -> Iterator[Server]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            server.asked.append(Asked(self.command, self.path, dict(self.headers), body))
            status, document, headers = server.answers.pop(0)
            if status == 0:
                self.close_connection = True
                return
            content = document if isinstance(document, bytes) else json.dumps(document).encode()
            content = b"" if document is None else content
            self.send_response(status)
            for name, value in {"Content-Length": str(len(content)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any

        def log_message(self, format: str, *args: Any) -> None:
            """Keep the output of the tests to what they say."""

    listener = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server = Server(f"http://127.0.0.1:{listener.server_port}")
    thread = threading.Thread(target=listener.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        listener.shutdown()
        listener.server_close()
        thread.join()
