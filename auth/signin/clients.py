"""What a request tells of the client: its address, and a name for its device."""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache

from django.conf import settings
from rest_framework.request import Request

from security.services import Actor, Origin

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# First match wins: Edge and Opera also call themselves Chrome, and Chrome calls itself Safari.
BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("HeadlessChrome/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


@lru_cache(maxsize=8)
def _networks(specified: tuple[str, ...]) -> tuple[Network, ...]:
    return tuple(ipaddress.ip_network(entry, strict=False) for entry in specified)


def _parse(text: str) -> Address | None:
    try:
        address = ipaddress.ip_address(text.strip())
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    return mapped or address


def client_address(remote_address: str, forwarded_for: str | None) -> str | None:
    """Return the address of the client.

    `X-Forwarded-For` is read from its right end, and only as long as each hop is one of ours: what a client wrote
    into the header stands to the left of the first address that we did not add ourselves.
    """
    trusted = _networks(tuple(settings.TRUSTED_PROXIES))
    address = _parse(remote_address)
    hops = [part for part in (forwarded_for or "").split(",") if part.strip()]
    while address is not None and hops and any(address in network for network in trusted):
        before = _parse(hops.pop())
        if before is None:
            break
        address = before
    return str(address) if address is not None else None


def device_name(user_agent: str | None) -> str:
    """Return a short name such as `Firefox on Linux`."""
    agent = user_agent or ""
    browser = next((name for mark, name in BROWSERS if mark in agent), "")
    system = next((name for mark, name in SYSTEMS if mark in agent), "")
    if browser:
        return f"{browser} on {system}" if system else browser
    product = re.match(r"[A-Za-z][A-Za-z0-9._-]{0,39}", agent)
    return product.group(0) if product else "Unknown client"


def origin_of(request: Request) -> Origin:
    return Origin(
        address=client_address(request.META.get("REMOTE_ADDR", ""), request.headers.get("X-Forwarded-For")),
        device=device_name(request.headers.get("User-Agent")),
    )


def actor_of(request: Request) -> Actor:
    """Return the signed-in caller with the place of the call, for services that record who did something."""
    return Actor(user_id=request.user.id, origin=origin_of(request))
