"""Messaging as far as this service asks it: an HTTP server that says what it was told to say."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class MessagingPeer:
    """Everything is readable and nothing is known, until a test says otherwise."""

    def __init__(self) -> None:
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self.server.peer = self  # type: ignore[attr-defined]
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.comments: dict[int, dict[str, Any]] = {}
        self.tickets: dict[tuple[int, str], dict[str, Any]] = {}
        self.asked: list[dict[str, Any]] = []
        self.uploads: list[tuple[str, str]] = []  # path and body of each
        self.refusals: dict[str, str] = {}  # why a file of this name is refused
        self.is_away = False

    def comment(self, comment_id: int, *, excerpt: str = "", is_readable: bool = True, subject: str = "") -> None:
        self.comments[comment_id] = {"is_readable": is_readable, "excerpt": excerpt, "ticket_subject": subject}

    def ticket(self, user_id: int, number: str, *, is_readable: bool = True, subject: str = "") -> None:
        self.tickets[user_id, number] = {"is_readable": is_readable, "excerpt": "", "ticket_subject": subject}

    def answer(self, item: dict[str, Any]) -> dict[str, Any]:
        unknown = {"is_readable": None, "excerpt": "", "ticket_subject": ""}
        if "comment_id" in item:
            return self.comments.get(item["comment_id"], unknown | {"is_readable": False})
        return self.tickets.get((item["user_id"], item["ticket_number"]), unknown)

    def take_upload(self, path: str, body: str) -> tuple[int, dict[str, Any]]:
        for name, reason in self.refusals.items():
            if f'filename="{name}"' in body:
                return 400, {"type": "client_error", "errors": [{"code": "invalid", "detail": reason, "attr": "file"}]}
        self.uploads.append((path, body))
        return 201, {"id": len(self.uploads)}

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        peer: MessagingPeer = self.server.peer  # type: ignore[attr-defined]
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        if peer.is_away:
            self.send_response(503)
            self.end_headers()
            return
        if self.path.endswith("/mail-uploads/"):
            status, content = peer.take_upload(self.path, raw.decode("latin-1"))
        else:
            body = json.loads(raw)
            peer.asked += body["items"]
            status, content = 200, {"items": [peer.answer(item) for item in body["items"]]}
        answer = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Say nothing."""
