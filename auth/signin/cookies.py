"""The refresh token in the browser: an HttpOnly cookie, used only from our own pages."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.http import HttpResponseBase
from rest_framework.request import Request

from signin.services import DEVICE_LIFETIME, device_cookie
from signin.sessions import Pair
from ticketing_common.errors import Forbidden
from users.models import User

SESSION_HINT = "tts-session"


class OriginRefused(Forbidden):
    code = "origin_refused"
    default_detail = "The refresh cookie works only from the product's own pages."


def set_refresh_cookie(response: HttpResponseBase, pair: Pair, now: datetime) -> None:
    set_session_hint(response, pair, now)
    response.set_cookie(
        settings.REFRESH_COOKIE,
        pair.refresh,
        max_age=int((pair.refresh_expires_at - now).total_seconds()),
        path="/",
        secure=settings.COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )


def set_session_hint(response: HttpResponseBase, pair: Pair, now: datetime) -> None:
    """Tell our own pages that there may be a session to go on with, so that they need not ask for one in vain.

    It says no more than that, and scripts may read it: the refresh token itself they can't.
    """
    max_age = int((pair.refresh_expires_at - now).total_seconds())
    response.set_cookie(SESSION_HINT, "1", max_age=max_age, path="/", secure=settings.COOKIE_SECURE, samesite="Strict")


def set_device_cookie(response: HttpResponseBase, user: User) -> None:
    response.set_cookie(
        settings.DEVICE_COOKIE,
        device_cookie(user),
        max_age=int(DEVICE_LIFETIME.total_seconds()),
        path="/",
        secure=settings.COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )


def drop_refresh_cookie(response: HttpResponseBase) -> None:
    response.delete_cookie(SESSION_HINT, path="/", samesite="Strict")
    # A `__Host-` cookie is only replaced by one that is Secure as well.
    response.set_cookie(
        settings.REFRESH_COOKIE,
        "",
        max_age=0,
        path="/",
        secure=settings.COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )


def refresh_cookie(request: Request) -> str | None:
    """Return the cookie's token, or None without one; raise when another site may have sent the request."""
    token = request.COOKIES.get(settings.REFRESH_COOKIE)
    if token is None:
        return None
    if not request.headers.get("X-Requested-With") or not _is_own_page(request):
        raise OriginRefused()
    return token


def _is_own_page(request: Request) -> bool:
    """True when the browser says that one of our pages sent this. It lets no page forge these headers."""
    site = request.headers.get("Sec-Fetch-Site")
    if site in {"cross-site", "none"}:
        return False
    origin = request.headers.get("Origin")
    if not origin:
        return False
    if origin in settings.CORS_ALLOWED_ORIGINS:
        return True
    # The page may be open under another name of this host, which then stands in `Host` too. Its unencrypted twin
    # is another site: anybody on the way could have written it.
    return site == "same-origin" or origin == f"{request.scheme}://{request.get_host()}"
