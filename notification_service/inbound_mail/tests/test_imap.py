"""Reading a real mailbox: nothing lost and nothing doubled, whoever goes away in the middle."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import Settings

from inbound_mail import imap as mailbox
from inbound_mail import lease
from inbound_mail.models import InboundMail, MailboxLease
from inbound_mail.tests.factories import answer_to, attached, with_files
from inbound_mail.tests.imap_peer import PASSWORD, USER, ImapPeer
from notifications.tests.factories import mail, person
from notifications.tests.messaging_peer import MessagingPeer
from ticketing_testing.clients import published_messages

pytestmark = pytest.mark.django_db(transaction=True)

SERVICE = Path(__file__).resolve().parents[2]
COMMENT = "comments.tasks.post_mail_comment"


def read(*, tries: Counter[int] | None = None, keep_going: Callable[[], bool] = lambda: True) -> int:
    with mailbox.session() as folder:
        return mailbox.read_new(folder, tries=Counter() if tries is None else tries, keep_going=keep_going)


def is_open(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def eventually(condition: Callable[[], bool], within: float = 120) -> bool:
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.1)
    return False


class TestReading:
    def test_stores_each_mail_as_it_is_and_moves_it_afterwards(self, imap: ImapPeer) -> None:
        person()
        asked = mail()
        raw = answer_to(asked, subject="One", text="Zwölf Räume")
        imap.deliver(raw)
        imap.deliver(answer_to(asked, subject="Two"))

        assert read() == 2

        first, second = InboundMail.objects.order_by("id")
        assert (first.subject, first.verdict, second.subject) == ("One", "comment", "Two")
        assert bytes(first.body.raw) == raw
        assert len(published_messages(COMMENT)) == 2
        assert imap.subjects() == []
        assert imap.subjects("Processed") == ["One", "Two"]
        assert read() == 0

    def test_what_others_have_marked_as_deleted_stays(self, imap: ImapPeer) -> None:
        for subject in ("Kept by a person", "New"):
            imap.deliver(answer_to(mail(), subject=subject))
        box = imap.client()
        box.client.uid("STORE", box.uids("ALL")[0], "+FLAGS", r"(\Deleted)")  # `flag` would expunge it
        with mailbox.session() as folder:
            folder.move(folder.numbers()[1])

        assert imap.subjects() == ["Kept by a person"]
        box.logout()

    def test_a_reader_that_dies_after_the_commit_leaves_one_comment(self, imap: ImapPeer) -> None:
        person()
        imap.deliver(answer_to(mail(), subject="One"))
        with mailbox.session() as folder:
            mailbox._store(folder, folder.numbers()[0])
        assert imap.subjects() == ["One"]

        assert read() == 0

        assert len(published_messages(COMMENT)) == 1
        assert imap.subjects("Processed") == ["One"]

    def test_the_same_mail_under_another_number_is_moved_and_not_taken_again(self, imap: ImapPeer) -> None:
        raw = answer_to(mail(), subject="Twice")
        imap.deliver(raw)
        imap.deliver(raw)

        assert read() == 1
        assert InboundMail.objects.count() == 1
        assert imap.subjects("Processed") == ["Twice", "Twice"]

    def test_one_that_can_not_be_moved_is_not_fetched_again(self, imap: ImapPeer, settings: Settings) -> None:
        imap.deliver(answer_to(mail(), subject="One"))
        with mailbox.session() as folder:
            settings.MAILBOX_DONE_FOLDER = "Missing"
            assert mailbox.read_new(folder, tries=Counter(), keep_going=lambda: True) == 1
            assert imap.subjects() == ["One"]
            # A number that is known is not asked for: a fetch of it would need the connection.
            folder.content = lambda *_args, **_named: pytest.fail("fetched again")  # type: ignore[method-assign]
            assert mailbox.read_new(folder, tries=Counter(), keep_going=lambda: True) == 0

    def test_another_mailbox_with_the_same_numbers_is_read_all_the_same(
        self, imap: ImapPeer, settings: Settings
    ) -> None:
        imap.deliver(answer_to(mail(), subject="One"))
        read()
        InboundMail.objects.update(uid=2)
        settings.MAILBOX_HOST = "localhost"  # where the numbers are another's
        imap.deliver(answer_to(mail(), subject="Two"))

        assert read() == 1

        assert InboundMail.objects.filter(subject="Two").exists()

    def test_of_a_mail_that_is_too_large_the_head_is_kept(self, imap: ImapPeer, settings: Settings) -> None:
        settings.MAILBOX_MAX_BYTES = 10_000
        imap.deliver(answer_to(mail(), subject="Large", text="x" * 20_000))

        read()

        row = InboundMail.objects.get()
        assert (row.subject, row.verdict, row.reason) == ("Large", "refused", "too_large")
        assert row.size > 20_000 > len(bytes(row.body.raw))
        assert imap.subjects("Processed") == ["Large"]

    def test_one_that_breaks_the_connection_each_time_does_not_stop_the_others(self, imap: ImapPeer) -> None:
        for subject in ("Poison", "Good"):
            imap.deliver(answer_to(mail(), subject=subject))
        with mailbox.session() as folder:
            poison, _ = folder.numbers()

        assert read(tries=Counter({poison: mailbox.MAX_TRIES})) == 1

        assert imap.subjects() == ["Poison"]
        assert imap.subjects("Processed") == ["Good"]

    def test_a_wrong_password_is_the_mail_server_s_refusal(self, imap: ImapPeer, settings: Settings) -> None:
        settings.MAILBOX_PASSWORD = "wrong"

        with pytest.raises(mailbox.AWAY):
            read()

    def test_an_encrypted_connection_verifies_the_certificate(self, settings: Settings, tmp_path: Path) -> None:
        settings.MAILBOX_HOST, settings.MAILBOX_SECURITY = "127.0.0.1", "ssl"
        certificate = tmp_path / "own.pem"
        made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=mail.example.com"]
        subprocess.run([*made, "-keyout", certificate, "-out", certificate], check=True, capture_output=True)
        serve = ["openssl", "s_server", "-quiet", "-cert", str(certificate), "-accept"]
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = settings.MAILBOX_PORT = probe.getsockname()[1]
        with subprocess.Popen([*serve, str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
            assert eventually(lambda: is_open(port))

            with pytest.raises(ssl.SSLCertVerificationError), mailbox.session():
                pass
            server.terminate()


class TestLease:
    def test_one_holds_it_until_it_ends_or_is_given_back(self) -> None:
        assert lease.take(mailbox="m", holder="a")
        assert lease.take(mailbox="m", holder="a"), "renewed"
        assert not lease.take(mailbox="m", holder="b")

        lease.release(mailbox="m", holder="b")
        assert not lease.take(mailbox="m", holder="b"), "nobody gives back another's lease"
        lease.release(mailbox="m", holder="a")
        assert lease.take(mailbox="m", holder="b")

        MailboxLease.objects.update(leased_until="2026-01-01T00:00:00Z")
        assert lease.take(mailbox="m", holder="a"), "who died leaves one that ends"


class TestProcess:
    def start(self, imap: ImapPeer) -> subprocess.Popen[bytes]:
        database = connection.settings_dict
        where = f"{database['HOST']}:{database['PORT']}/{database['NAME']}"
        environment = {
            **os.environ,
            "DATABASE_URL": f"postgres://{database['USER']}:{database['PASSWORD']}@{where}",
            "DJANGO_ENV": "test",
            "DJANGO_MESSAGING_SERVICE": settings.MESSAGING_SERVICE_URL,
            "MAILBOX_HOST": "127.0.0.1",
            "MAILBOX_PORT": str(imap.port),
            "MAILBOX_SECURITY": "none",
            "MAILBOX_USER": USER,
            "MAILBOX_PASSWORD": PASSWORD,
            "MAILBOX_REPLY_ADDRESS": "reply@tickets.example.com",
            "MAILBOX_REPLY_KEYS": "key of the tests",
        }
        command = [sys.executable, "manage.py", "read_mailbox"]
        return subprocess.Popen(command, cwd=SERVICE, env=environment, stdout=subprocess.DEVNULL)

    def test_two_read_one_mailbox_over_a_restart_of_its_server_and_the_end_of_one(self, imap: ImapPeer) -> None:
        person()
        asked = mail()
        first, second = self.start(imap), self.start(imap)
        try:
            imap.deliver(answer_to(asked, subject="One"))
            assert eventually(lambda: InboundMail.objects.filter(subject="One", verdict="comment").exists())

            imap.stop()
            imap.start()
            imap.deliver(answer_to(asked, subject="Two"))
            assert eventually(lambda: InboundMail.objects.filter(subject="Two").exists())

            first.send_signal(signal.SIGTERM)
            assert first.wait(60) == 0
            imap.deliver(answer_to(asked, subject="Three"))
            assert eventually(lambda: InboundMail.objects.filter(subject="Three").exists())
            assert eventually(lambda: imap.subjects("Processed") == ["One", "Two", "Three"])

            assert len(published_messages(COMMENT)) == 3
            second.send_signal(signal.SIGTERM)
            assert second.wait(60) == 0
        finally:
            for process in (first, second):
                process.kill()
                process.wait(10)

    def test_files_of_a_mail_are_carried_to_messaging_as_soon_as_it_answers(
        self, imap: ImapPeer, messaging: MessagingPeer
    ) -> None:
        person()
        messaging.is_away = True
        reader = self.start(imap)
        try:
            imap.deliver(with_files(answer_to(mail(), subject="With a log"), attached("log.txt", b"line")))
            assert eventually(lambda: InboundMail.objects.filter(verdict="waiting").exists())
            assert eventually(lambda: imap.subjects("Processed") == ["With a log"])

            messaging.is_away = False
            imap.deliver(answer_to(mail(), subject="Wakes the reader"))
            assert eventually(lambda: InboundMail.objects.filter(subject="With a log", verdict="comment").exists())

            assert [1] in [message.get("uploads") for message in published_messages(COMMENT)]
            assert 'filename="log.txt"' in messaging.uploads[0][1]
        finally:
            reader.kill()
            reader.wait(10)

    def test_without_a_mailbox_it_says_so(self, settings: Settings) -> None:
        settings.MAILBOX_HOST = ""

        with pytest.raises(CommandError, match="MAILBOX_HOST"):
            call_command("read_mailbox")
