"""Whom a request comes from."""

from __future__ import annotations

from typing import Any

import pytest

from signin.clients import client_address, device_name


class TestClientAddress:
    def test_ignores_the_header_without_trusted_proxies(self, settings: Any) -> None:
        settings.TRUSTED_PROXIES = []

        assert client_address("203.0.113.1", "198.51.100.9") == "203.0.113.1"

    @pytest.mark.parametrize(
        ("header", "client"),
        [
            ("198.51.100.9", "198.51.100.9"),
            ("1.2.3.4, 198.51.100.9", "198.51.100.9"),
            ("1.2.3.4, 198.51.100.9, 10.1.2.3", "198.51.100.9"),
            ("10.9.9.9", "10.9.9.9"),
            ("nonsense", "10.0.0.1"),
            ("2001:db8::7", "2001:db8::7"),
            ("::ffff:198.51.100.9", "198.51.100.9"),
            ("", "10.0.0.1"),
            (None, "10.0.0.1"),
        ],
    )
    def test_reads_from_the_right_up_to_the_first_stranger(
        self, settings: Any, header: str | None, client: str
    ) -> None:
        settings.TRUSTED_PROXIES = ["10.0.0.0/8"]

        assert client_address("10.0.0.1", header) == client

    def test_a_stranger_who_connects_directly_is_not_believed(self, settings: Any) -> None:
        settings.TRUSTED_PROXIES = ["10.0.0.0/8"]

        assert client_address("203.0.113.1", "198.51.100.9") == "203.0.113.1"


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox on Linux"),
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36 Edg/130.0",
            "Edge on Windows",
        ),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 14) Version/17 Safari/605.1", "Safari on macOS"),
        ("python-requests/2.34", "python-requests"),
        ("\n\x1b[31m", "Unknown client"),
        ("", "Unknown client"),
        (None, "Unknown client"),
    ],
)
def test_names_the_device(agent: str | None, name: str) -> None:
    assert device_name(agent) == name
