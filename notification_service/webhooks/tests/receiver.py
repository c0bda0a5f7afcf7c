"""A real HTTP server that keeps what it is sent and answers what it is told to."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Call:
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def event(self) -> dict[str, Any]:
        event: dict[str, Any] = json.loads(self.body)
        return event

    def is_signed_with(self, secret: str) -> bool:
        """Verify as the standard says: any of the known signatures may fit, unknown ones are skipped."""
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
        signed = b".".join([self.headers["webhook-id"].encode(), self.headers["webhook-timestamp"].encode(), self.body])
        expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        entries = [entry.partition(",") for entry in self.headers["webhook-signature"].split(" ")]
        return any(version == "v1" and hmac.compare_digest(given, expected) for version, _, given in entries)


class Receiver:
    """Answers `status`, or what `answers` says for an event id, with `headers` and `text`."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.status, self.text = 200, "taken"
        self.headers: dict[str, str] = {}
        self.answers: dict[str, int] = {}
        self.drip = False
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                receiver.calls.append(Call(self.path, headers, body))
                if receiver.drip:
                    self.wfile.write(b"HTTP/1.1 200 OK\r\n")
                    for _ in range(200):
                        self.wfile.write(b"X-More: 1\r\n")
                        if receiver.ended.wait(0.05):
                            return
                self.send_response(receiver.answers.get(headers["webhook-id"], receiver.status))
                for name, value in receiver.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(receiver.text.encode())

            def log_message(self, *_: Any) -> None:
                """Say nothing on the tests' output."""

        self.ended = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.handle_error = lambda *_: None  # type: ignore[method-assign]
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?of=tests"

    @property
    def ids(self) -> list[str]:
        return [call.headers["webhook-id"] for call in self.calls]

    def stop(self) -> None:
        self.ended.set()
        self._server.shutdown()
        self._server.server_close()
