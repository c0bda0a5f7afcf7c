from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from inbound_mail.tests.imap_peer import PASSWORD, USER, ImapPeer


@pytest.fixture(autouse=True)
def configured(settings: Settings) -> None:
    settings.MAILBOX_REPLY_ADDRESS = "reply@tickets.example.com"
    settings.MAILBOX_REPLY_KEYS = ["key of the tests"]


@pytest.fixture
def imap(settings: Settings) -> Iterator[ImapPeer]:
    """A running mail server, and this service told of it."""
    peer = ImapPeer()
    try:
        peer.start()
        settings.MAILBOX_HOST, settings.MAILBOX_PORT, settings.MAILBOX_SECURITY = "127.0.0.1", peer.port, "none"
        settings.MAILBOX_USER, settings.MAILBOX_PASSWORD = USER, PASSWORD
        yield peer
    finally:
        peer.remove()
