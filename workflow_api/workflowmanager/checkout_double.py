"""A stand-in for AMS and BMS, for tests and for showing faults: it answers as its script says, then as it should.

It keeps its idempotency keys as a real one must: the same key is the same checkout, whatever went wrong on the way.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

DONE = 201
# Do the work, then say nothing: the caller sees a time-out after the commit.
HANG_UP = "hang-up"


class CheckoutDouble(ThreadingHTTPServer):
    """Takes `POST /checkouts/`. `script` holds what happens next: status codes, or `hang-up`."""

    def __init__(self, *, port: int = 0, script: Iterable[int | str] = (), prefix: str = "AMS") -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.script = list(script)
        self.prefix = prefix
        self.calls: list[dict[str, Any]] = []
        self.known: dict[str, str] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def reference(self, key: str) -> str:
        """Return the checkout of this key; the first time it is made."""
        return self.known.setdefault(key, f"{self.prefix}-{len(self.known) + 1}")


class _Handler(BaseHTTPRequestHandler):
    server: CheckoutDouble

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")
        key = self.headers.get("Idempotency-Key") or ""
        double = self.server
        double.calls.append({"path": self.path, "key": key, "body": body, "api_key": self.headers.get("X-API-Key")})
        step = double.script.pop(0) if double.script else DONE
        if step == HANG_UP:
            double.reference(key)
            self.close_connection = True
            return
        answer = {"reference": double.reference(key)} if step == DONE else {"status": step}
        content = json.dumps(answer).encode()
        self.send_response(int(step))
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """What came is in `calls`."""
