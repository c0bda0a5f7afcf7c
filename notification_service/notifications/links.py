"""Links of notifications: checked where they come in, and again where they leave."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

from django.conf import settings

MAX_LINK = 2_000
_TICKET_PATH = re.compile(r"/tickets/([A-Za-z0-9_.-]{1,140})(?:[/?#].*)?")


class BadLink(ValueError):
    """The text is no link that may be sent or shown."""


def parse_link(text: str | None) -> str:
    """Return the link, empty for none: a path of the application or an http(s) address. Raises `BadLink`."""
    link = (text or "").strip()
    if not link:
        return ""
    if len(link) > MAX_LINK or not link.isprintable() or " " in link or "\\" in link:
        raise BadLink("Must be a path of the application or a web address.")
    if link.startswith("/") and not link.startswith("//"):
        return link
    try:
        parts = urlsplit(link)
        is_address = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError as error:
        raise BadLink("The web address can't be read.") from error
    if not is_address:
        raise BadLink("Must be a path of the application or a web address.")
    return link


def safe_link(text: str | None) -> str:
    """Return the link, or nothing where it is not valid."""
    try:
        return parse_link(text)
    except BadLink:
        return ""


def absolute_link(link: str, ticket_number: str = "", path: str = "/") -> str:
    """Return an address that works outside the application; without a valid link that of the ticket or the path."""
    link = safe_link(link)
    if not link and ticket_number:
        link = f"/tickets/{quote(ticket_number, errors='replace')}"
    link = link or path
    return f"{settings.FRONTEND_URL}{link}" if link.startswith("/") else link


def ticket_of(link: str | None) -> str:
    """Return the number of the ticket that a link of the application leads to, else nothing."""
    match = _TICKET_PATH.fullmatch(safe_link(link))
    return match[1] if match else ""
