"""One mail instead of many, and the one-click way out of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from html import escape

from django.conf import settings
from django.core import signing

from notifications.links import absolute_link
from notifications.notification_types import PRODUCT
from notifications.renderer import Rendered, greeting, page, page_footer
from notifications.texts import phrase
from notifications.times import clock, short_day

SALT = "digest-unsubscribe"
TOKEN_LIFETIME = timedelta(days=60)


@dataclass(frozen=True)
class Entry:
    """One event of a digest."""

    subject: str
    link: str
    at: datetime


def render_digest(entries: Sequence[Entry], *, full_name: str, zone: tzinfo = UTC, language: str = "en") -> Rendered:
    hello, intro = greeting(full_name, language), phrase(language, "digest_intro")
    preferences = absolute_link("/profile")
    lines = "\n\n".join(f"{_when(entry.at, zone, language)}  {entry.subject}\n{entry.link}" for entry in entries)
    rows = "".join(
        f"<tr><th>{_when(entry.at, zone, language)}</th>"
        f'<td><a href="{escape(entry.link)}">{escape(entry.subject)}</a></td></tr>'
        for entry in entries
    )
    html = f"<p>{escape(hello)}</p><p>{escape(intro)}</p><table class='details'>{rows}</table>"
    text = f"{hello}\n\n{intro}\n\n{lines}"
    return Rendered(
        subject=phrase(language, "digest_subject", product=PRODUCT, count=len(entries)),
        text=f"{text}\n\n--\n{page_footer(PRODUCT, preferences, language)}\n",
        html=page(html, PRODUCT, preferences, language=language),
    )


def _when(at: datetime, zone: tzinfo, language: str) -> str:
    return f"{short_day(at, zone, language)} {clock(at, zone, language)}"


def unsubscribe_headers(user_id: int) -> dict[str, str]:
    """Return the headers by which mail programs offer to unsubscribe with one click (RFC 8058)."""
    token = signing.dumps({"user_id": user_id}, salt=SALT)
    return {
        "List-Unsubscribe": f"<{settings.NOTIFICATION_PUBLIC_URL}/api/v1/notifications/unsubscribe/{token}/>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def person_of_token(token: str) -> int | None:
    """Return whose token it is, None for one that is forged or older than `TOKEN_LIFETIME`."""
    try:
        return int(signing.loads(token, salt=SALT, max_age=TOKEN_LIFETIME)["user_id"])
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return None
