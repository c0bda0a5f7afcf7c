"""The workflow API as far as these tests need it: roles with their leads, over HTTP."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self


class WorkflowPeer:
    """Answers with 404 of a role that it was not told of, and remembers who asked."""

    def __init__(self) -> None:
        self.roles: dict[str, Any] = {}
        self.status = 200
        self.asked: list[tuple[str, str]] = []
        peer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                peer.asked.append((self.path, self.headers["Authorization"]))
                role = peer.roles.get(self.path)
                body = json.dumps(role if role is not None else {}).encode()
                self.send_response(peer.status if role is not None else 404)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_args: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def knows(self, role_id: int, *, lead: int | None, is_active: bool = True) -> None:
        person = None if lead is None else {"user_id": lead, "full_name": "Lead"}
        self.roles[f"/roles/{role_id}/"] = {"id": role_id, "is_active": is_active, "lead": person}
