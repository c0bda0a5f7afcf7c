"""Take every mail and deliver none: one .eml file for each, and a small page to read them.

Runs in the virtual environment (aiosmtpd). The folder is the only store, so files may be removed at any time.
"""

from __future__ import annotations

import argparse
import email.policy
import html
import json
import os
import re
import signal
import sys
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.parser import BytesParser
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import unquote, urlsplit

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

LISTED = 500
LARGEST = 25 * 1024 * 1024
STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color: #1b2430 }
a { color: #0b57a4; text-decoration: none } a:hover { text-decoration: underline }
table { border-collapse: collapse; width: 100% } td, th { text-align: left; padding: .45rem .6rem }
tr { border-bottom: 1px solid #dde3ea } th { font-weight: 600; color: #55606e } td.when { white-space: nowrap }
pre { white-space: pre-wrap; background: #f5f7fa; padding: 1rem; border-radius: 6px }
iframe { width: 100%; height: 34rem; border: 1px solid #dde3ea; border-radius: 6px }
"""


class Folder:
    """The mails on disk."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._numbers = count(1)
        path.mkdir(parents=True, exist_ok=True)

    def keep(self, content: bytes, recipients: list[str], now: datetime) -> str:
        """Write one mail; a reader of the folder never sees half a file."""
        first = re.sub(r"[^A-Za-z0-9.@_+-]", "_", recipients[0] if recipients else "nobody")[:80]
        name = f"{now:%Y%m%dT%H%M%S.%fZ}-{os.getpid()}-{next(self._numbers)}-{first}.eml"
        envelope = "".join(f"X-Envelope-To: {recipient}\r\n" for recipient in recipients)
        draft = self.path / f".{name}.new"
        draft.write_bytes(envelope.encode("ascii", "replace") + content)
        os.replace(draft, self.path / name)
        return name

    def names(self) -> list[str]:
        """Return the newest first."""
        return sorted((path.name for path in self.path.glob("*.eml")), reverse=True)

    def read(self, name: str) -> bytes | None:
        """Return a mail's bytes, if it is one of ours."""
        if Path(name).name != name or not name.endswith(".eml") or name.startswith("."):
            return None
        try:
            return (self.path / name).read_bytes()
        except FileNotFoundError:
            return None


@dataclass(frozen=True)
class Mail:
    """One mail, as the page and the JSON list show it."""

    name: str
    received_at: str
    message: EmailMessage

    @classmethod
    def parse(cls, name: str, content: bytes) -> Mail:
        message = BytesParser(_class=EmailMessage, policy=email.policy.default).parsebytes(content)
        moment = datetime.strptime(name.split("Z-")[0], "%Y%m%dT%H%M%S.%f").replace(tzinfo=UTC)
        return cls(name=name, received_at=moment.isoformat(), message=message)

    @property
    def recipients(self) -> list[str]:
        return [str(value) for value in self.message.get_all("X-Envelope-To", [])]

    @property
    def subject(self) -> str:
        return str(self.message.get("Subject", "")).strip()

    def part(self, kind: str) -> str:
        body = self.message.get_body(preferencelist=(kind,))
        return str(body.get_content()) if body is not None else ""

    def as_document(self) -> dict[str, Any]:
        return {
            "id": self.name,
            "received_at": self.received_at,
            "from": str(self.message.get("From", "")),
            "to": self.recipients,
            "subject": self.subject,
            "message_id": str(self.message.get("Message-ID", "")),
            "text": self.part("plain"),
            "html": self.part("html"),
        }


class Sink:
    """What the mail server does with a mail."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.original_content or b""
        name = self._folder.keep(content, [str(r) for r in envelope.rcpt_tos], datetime.now(UTC))
        return f"250 Kept as {name}"


class Page(BaseHTTPRequestHandler):
    """`/` the list, `/mails/<id>` one mail, `/mails/<id>/raw` its bytes, `/api/mails` JSON, `/health/`."""

    folder: Folder
    server_version = "mail-sink"

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path in ("/health/", "/health"):
            self._send_json({"status": "ok"})
        elif path == "/":
            self._send_html("Mails", self._list())
        elif path.rstrip("/") == "/api/mails":
            self._send_json([mail.as_document() for mail in self._mails()])
        elif match := re.fullmatch(r"/(mails|api/mails)/([^/]+?)(/raw|/html)?/?", path):
            self._one(match[1], unquote(match[2]), match[3] or "")
        else:
            self._send(HTTPStatus.NOT_FOUND, "text/plain; charset=utf-8", b"There is no such page.\n")

    def _mails(self) -> list[Mail]:
        found = ((name, self.folder.read(name)) for name in self.folder.names()[:LISTED])
        return [Mail.parse(name, content) for name, content in found if content is not None]

    def _one(self, kind: str, name: str, form: str) -> None:
        content = self.folder.read(name)
        if content is None:
            self._send(HTTPStatus.NOT_FOUND, "text/plain; charset=utf-8", b"There is no such mail.\n")
            return
        mail = Mail.parse(name, content)
        if kind == "api/mails":
            self._send_json(mail.as_document())
        elif form == "/raw":
            self._send(HTTPStatus.OK, "text/plain; charset=utf-8", content)
        elif form == "/html":
            self._send(HTTPStatus.OK, "text/html; charset=utf-8", mail.part("html").encode())
        else:
            self._send_html(mail.subject, self._mail(mail))

    def _list(self) -> str:
        rows = "".join(
            f'<tr><td class="when">{mail.received_at[:19].replace("T", " ")}</td>'
            f"<td>{html.escape(', '.join(mail.recipients))}</td>"
            f'<td><a href="/mails/{html.escape(mail.name)}">'
            f"{html.escape(mail.subject or '(no subject)')}</a></td></tr>"
            for mail in self._mails()
        )
        if not rows:
            return "<h1>Mails</h1><p>No mail has been sent yet.</p>"
        return f"<h1>Mails</h1><table><tr><th>Received (UTC)<th>To<th>Subject</tr>{rows}</table>"

    def _mail(self, mail: Mail) -> str:
        fields = "".join(
            f"<tr><th>{label}</th><td>{html.escape(value)}</td></tr>"
            for label, value in (
                ("From", str(mail.message.get("From", ""))),
                ("To", ", ".join(mail.recipients)),
                ("Received", mail.received_at),
            )
        )
        name = html.escape(mail.name)
        shown = f'<iframe sandbox src="/mails/{name}/html" title="The mail"></iframe>' if mail.part("html") else ""
        text = f"<h2>Text</h2><pre>{html.escape(mail.part('plain'))}</pre>" if mail.part("plain") else ""
        subject = html.escape(mail.subject or "(no subject)")
        return (
            f'<p><a href="/">All mails</a></p><h1>{subject}</h1><table>{fields}</table>'
            f'{shown}{text}<p><a href="/mails/{name}/raw">Source</a></p>'
        )

    def _send_html(self, title: str, body: str) -> None:
        page = (
            f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{html.escape(title)}</title>'
            f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style>{body}</html>'
        )
        self._send(HTTPStatus.OK, "text/html; charset=utf-8", page.encode())

    def _send_json(self, document: Any) -> None:
        self._send(HTTPStatus.OK, "application/json", json.dumps(document).encode())

    def _send(self, status: HTTPStatus, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Content-Type-Options", "nosniff")
        # A mail's own markup may show itself, but run nothing and fetch nothing.
        self.send_header(
            "Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-src 'self'"
        )
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Log nothing: clients that poll the list would fill the log."""


def address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    return host, int(port)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="mail-sink", description="Keep every mail in a folder; deliver none.")
    parser.add_argument("--smtp", type=address, required=True, metavar="HOST:PORT")
    parser.add_argument("--http", type=address, required=True, metavar="HOST:PORT")
    parser.add_argument("--folder", type=Path, required=True)
    asked = parser.parse_args(arguments)

    folder = Folder(asked.folder)
    controller = Controller(Sink(folder), hostname=asked.smtp[0], port=asked.smtp[1], data_size_limit=LARGEST)
    web = ThreadingHTTPServer(asked.http, type("FolderPage", (Page,), {"folder": folder}))
    ended = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        ended.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    controller.start()
    threading.Thread(target=web.serve_forever, daemon=True).start()
    sys.stdout.write(f"Mail goes to {asked.folder}; read it at port {asked.http[1]}\n")
    sys.stdout.flush()
    ended.wait()
    web.shutdown()
    controller.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
