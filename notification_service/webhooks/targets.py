"""One call to an address that somebody entered: checked at the moment of the call, bounded in time and size."""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 15.0
MAX_ANSWER_BYTES = 4_096
MAX_URL = 2_000
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class BadTarget(Exception):
    """The address is not one that may be called. Nothing was sent."""


class PrivateTarget(BadTarget):
    """The address is inside, and calls there are not allowed."""


@dataclass(frozen=True)
class Answer:
    """What the target answered within the limits; without a status, why there is none. `retry_after` in seconds."""

    status: int | None
    body: str = ""
    error: str = ""
    retry_after: int = 0

    @property
    def is_success(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def parse_url(text: str) -> SplitResult:
    """Return the parts of an address that may be entered; raises `BadTarget`."""
    if len(text) > MAX_URL or not text.isascii() or not text.isprintable() or " " in text or "\\" in text:
        raise BadTarget("Must be a web address in ASCII.")
    try:
        parts = urlsplit(text)
        is_address = bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError as error:
        raise BadTarget("The address can't be read.") from error
    if not is_address or parts.username is not None or parts.password is not None or parts.fragment:
        raise BadTarget("Must be a web address without a user name and without a fragment.")
    if parts.scheme != "https" and not (parts.scheme == "http" and settings.WEBHOOKS_ALLOW_PRIVATE):
        raise BadTarget("Must begin with https://.")
    try:
        literal = ipaddress.ip_address(parts.hostname or "")
    except ValueError:
        return parts
    check_address(str(literal))
    return parts


def check_address(text: str) -> None:
    """Raise `BadTarget` for an address inside: private, loopback, link-local, reserved, or such a one in disguise."""
    if settings.WEBHOOKS_ALLOW_PRIVATE:
        return
    address = ipaddress.ip_address(text.partition("%")[0])
    meant: list[ipaddress.IPv4Address | ipaddress.IPv6Address] = [address]
    if isinstance(address, ipaddress.IPv6Address):
        if address in _NAT64:
            meant = [ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)]
        elif address.ipv4_mapped:
            meant = [address.ipv4_mapped]
        else:
            meant += [one for one in (address.sixtofour, *(address.teredo or ())) if one]
    for one in meant:
        if not one.is_global or one.is_multicast or one.is_reserved:
            raise PrivateTarget("The address is a private one.")


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Send the body and return the answer. Redirects are not followed, proxies not used; every failure is an answer."""
    try:
        parts = parse_url(url)
        addresses = _resolve(parts)
    except PrivateTarget as error:
        return Answer(None, error=f"private_address: {error}")
    except BadTarget as error:
        return Answer(None, error=f"bad_url: {error}")
    except OSError as error:
        return Answer(None, error=f"not_resolved: {error}"[:500])
    try:
        return _call(parts, addresses, body, headers)
    except TimeoutError:
        return Answer(None, error="timeout")
    except ssl.SSLError as error:
        return Answer(None, error=f"tls: {error}"[:500])
    except (OSError, http.client.HTTPException, ValueError) as error:
        return Answer(None, error=f"{type(error).__name__}: {error}"[:500])


def _port(parts: SplitResult) -> int:
    return parts.port or (443 if parts.scheme == "https" else 80)


def _resolve(parts: SplitResult) -> list[str]:
    """Return the addresses of the host. One that is private refuses them all: the name could turn to it next time."""
    found = socket.getaddrinfo(parts.hostname, _port(parts), type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    for address in addresses:
        check_address(address)
    return addresses


def _call(parts: SplitResult, addresses: list[str], body: bytes, headers: Mapping[str, str]) -> Answer:
    deadline = time.monotonic() + TOTAL_SECONDS
    sock = _connect(addresses, _port(parts), deadline)
    is_late = threading.Event()

    def end() -> None:
        is_late.set()
        try:
            sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # it is closed already

    # A timeout of the socket counts from byte to byte; a target that sends one a second must not hold the worker.
    timer = threading.Timer(max(0.1, deadline - time.monotonic()), end)
    timer.daemon = True
    timer.start()
    connection = http.client.HTTPConnection(parts.hostname or "", _port(parts))
    try:
        if parts.scheme == "https":
            sock = ssl.create_default_context().wrap_socket(sock, server_hostname=parts.hostname)
        connection.sock = sock
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", path, body, {**headers, "Host": parts.netloc, "Connection": "close"})
        response = connection.getresponse()
        text = response.read(MAX_ANSWER_BYTES).decode("utf-8", "replace").replace("\x00", "\ufffd")
        if is_late.is_set():  # an end of the connection looks like the end of the headers
            raise TimeoutError
        wait = response.getheader("Retry-After") or ""
        return Answer(response.status, body=text, retry_after=int(wait) if wait.isdecimal() and len(wait) < 7 else 0)
    except (OSError, http.client.HTTPException) as error:
        if is_late.is_set():
            raise TimeoutError from error
        raise
    finally:
        timer.cancel()
        connection.close()
        sock.close()


def _connect(addresses: list[str], port: int, deadline: float) -> socket.socket:
    """Connect to the first of the checked addresses that answers."""
    failure: OSError = TimeoutError()
    for address in addresses:
        left = min(CONNECT_SECONDS, deadline - time.monotonic())
        if left <= 0:
            break
        try:
            sock = socket.create_connection((address, port), timeout=left)
        except OSError as error:
            failure = error
            continue
        sock.settimeout(max(0.1, deadline - time.monotonic()))
        return sock
    raise failure
