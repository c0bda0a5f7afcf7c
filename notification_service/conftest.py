"""Fixtures of this service's tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from notifications.tests.messaging_peer import MessagingPeer
from notifications.tests.smtp_peer import SmtpPeer


@pytest.fixture
def smtp(settings: Settings) -> Iterator[SmtpPeer]:
    """A real SMTP server that keeps what it takes, and refuses, stalls or hangs up when told to."""
    peer = SmtpPeer()
    peer.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", peer.port, 1
    yield peer
    peer.stop()


@pytest.fixture(autouse=True)
def messaging(settings: Settings) -> Iterator[MessagingPeer]:
    """What this service asks about comments and tickets."""
    peer = MessagingPeer()
    settings.MESSAGING_SERVICE_URL = peer.url
    yield peer
    peer.stop()
