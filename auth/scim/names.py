"""How groups are named, and texts of clients on one line."""

from __future__ import annotations

from scim.refusals import InvalidValue
from systems.models import System

MAX_TEXT = 255


def group_name(slug: str, role: str) -> str:
    """Return the name under which a role is shown as a group."""
    return f"{slug}: {role}"


def parsed_group_name(text: str) -> tuple[str, str]:
    """Return the system's slug and the role's name. Without a known system in front, the role is one of TTS."""
    slug, colon, role = text.partition(":")
    slug = slug.strip().lower()
    if colon and role.strip() and System.objects.filter(slug=slug).exists():
        return slug, role.strip()
    return System.TTS, text.strip()


def single_line(text: str | None, attribute: str, *, required: bool = False, length: int = MAX_TEXT) -> str:
    """Return the text without blanks around it, or refuse what no list could show."""
    cleaned = (text or "").strip()
    if required and not cleaned:
        raise InvalidValue(f"{attribute} is required.", attr=attribute)
    if len(cleaned) > length:
        raise InvalidValue(f"{attribute}: At most {length} characters.", attr=attribute)
    if any(ord(letter) < 32 or 0xD800 <= ord(letter) < 0xE000 or ord(letter) == 127 for letter in cleaned):
        raise InvalidValue(f"{attribute}: Control characters are not allowed.", attr=attribute)
    return cleaned
