"""The part of the workflow API that says which workflows need a role."""

from __future__ import annotations

import json
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class WorkflowDouble(ThreadingHTTPServer):
    """Answers `/roles/{id}/` as the workflow API does; a role it has not heard of is a 404. It keeps who asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.used_by: dict[int, list[str]] = {}
        self.headers: list[Message] = []


class _Handler(BaseHTTPRequestHandler):
    server: WorkflowDouble

    def do_GET(self) -> None:
        role_id = int(self.path.strip("/").split("/")[1])
        self.server.headers.append(self.headers)
        used_by = self.server.used_by.get(role_id)
        self.send_response(404 if used_by is None else 200)
        self.end_headers()
        self.wfile.write(json.dumps({"id": role_id, "used_by": used_by}).encode())

    def log_message(self, *_: Any) -> None:
        """Nobody reads it."""
