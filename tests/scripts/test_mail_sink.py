"""The mail sink: a mail sent over SMTP is a file, a row and a page."""

from __future__ import annotations

import json
import smtplib
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from native import ports

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"


class RunningSink:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.smtp = ports.next_free(29600)
        self.http = ports.next_free(self.smtp + 1)
        command = [sys.executable, "-m", "native.mail_sink", "--folder", str(folder)]
        command += ["--smtp", f"127.0.0.1:{self.smtp}", "--http", f"127.0.0.1:{self.http}"]
        self.process = subprocess.Popen(command, cwd=SCRIPTS, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 15
        while ports.is_free(self.http) or ports.is_free(self.smtp):
            assert time.monotonic() < deadline
            time.sleep(0.05)

    def get(self, path: str) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.http}{path}", timeout=5) as answer:
            return answer.read().decode()

    def send(self, message: EmailMessage, *recipients: str) -> None:
        with smtplib.SMTP("127.0.0.1", self.smtp, timeout=5) as client:
            client.send_message(message, to_addrs=recipients)


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[RunningSink]:
    running = RunningSink(tmp_path / "mail")
    yield running
    running.process.terminate()
    running.process.wait(timeout=10)


def assignment_mail() -> EmailMessage:
    message = EmailMessage()
    message["From"] = "tickets@example.com"
    message["To"] = "Maya Ortiz <maya.ortiz@example.com>"
    message["Subject"] = "TX20260101000001 – übergeben"
    message.set_content("Grüße")
    message.add_alternative("<p>Gr<b>ü</b>ße</p><script>alert(1)</script>", subtype="html")
    return message


def test_a_mail_is_one_file_and_one_row_with_its_text(sink: RunningSink) -> None:
    sink.send(assignment_mail(), "maya.ortiz@example.com")

    files = list(sink.folder.glob("*.eml"))
    rows = json.loads(sink.get("/api/mails"))
    assert len(files) == len(rows) == 1
    assert rows[0]["to"] == ["maya.ortiz@example.com"]
    assert rows[0]["subject"] == "TX20260101000001 – übergeben"
    assert rows[0]["text"].strip() == "Grüße"


def test_the_newest_mail_comes_first_and_blind_copies_are_kept(sink: RunningSink) -> None:
    sink.send(assignment_mail(), "maya.ortiz@example.com")
    sink.send(assignment_mail(), "maya.ortiz@example.com", "hidden@example.com")

    rows = json.loads(sink.get("/api/mails"))
    assert [row["to"] for row in rows] == [
        ["maya.ortiz@example.com", "hidden@example.com"],
        ["maya.ortiz@example.com"],
    ]


def test_the_page_shows_a_mail_without_running_its_markup(sink: RunningSink) -> None:
    sink.send(assignment_mail(), "maya.ortiz@example.com")
    name = json.loads(sink.get("/api/mails"))[0]["id"]

    page = sink.get(f"/mails/{name}")

    assert "übergeben" in page
    assert "<script>" not in page
    assert 'sandbox src="/mails/' in page


def test_a_path_outside_the_folder_is_not_served(sink: RunningSink) -> None:
    (sink.folder.parent / "secret.eml").write_text("Subject: no\n\n")

    with pytest.raises(urllib.error.HTTPError, match="404"):
        sink.get("/mails/..%2fsecret.eml")
