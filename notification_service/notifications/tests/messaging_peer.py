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

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        peer: MessagingPeer = self.server.peer  # type: ignore[attr-defined]
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if peer.is_away:
            self.send_response(503)
            self.end_headers()
            return
        peer.asked += body["items"]
        answer = json.dumps({"items": [peer.answer(item) for item in body["items"]]}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Say nothing."""
