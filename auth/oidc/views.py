"""Sign-in by a provider, as the browser goes through it, and what the provider itself calls."""

from __future__ import annotations

import contextlib
import secrets
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from oidc import services
from oidc.providers import active_providers, provider_by_slug
from oidc.refusals import StateInvalid
from oidc.serializers import ButtonsOut, LogoutTokenIn
from signin import sessions, tokens
from signin.clients import origin_of
from signin.cookies import drop_refresh_cookie, set_device_cookie, set_refresh_cookie
from signin.services import Challenge
from signin.views import PublicView
from ticketing_common.errors import Refusal

REDIRECT = OpenApiResponse(
    description="To the provider, to the application, or to its sign-in page with the refusal's code in `sso_error`",
)
FLOW_SECONDS = int(services.FLOW_LIFETIME.total_seconds())
ANSWER_FIELDS = ("code", "error", "iss")
MAX_ANSWER_FIELD = 4096


def query(name: str) -> OpenApiParameter:
    return OpenApiParameter(name, str)


class ProvidersView(PublicView):
    @extend_schema(tags=["sign-in by a provider"], responses=ButtonsOut, summary="The providers to sign in by")
    def get(self, request: Request) -> Response:
        found = [
            {"slug": provider.slug, "name": provider.name, "start_url": f"{provider.base_url}/start/"}
            for provider in active_providers()
        ]
        return Response(ButtonsOut({"providers": found}).data)


class BrowserView(PublicView):
    """A page of the way there and back. Whatever is refused is explained by the sign-in page.

    A session that the browser has is not touched by any of it.
    """

    renderer_classes = [JSONRenderer]
    next_path = ""

    def handle_exception(self, exc: Exception) -> Any:
        if not isinstance(exc, Refusal):
            return super().handle_exception(exc)
        return to_page(login_page(sso_error=exc.code, next=self.next_path))


class StartView(BrowserView):
    @extend_schema(
        tags=["sign-in by a provider"],
        operation_id="oidc_start",
        parameters=[query("next"), query("prompt")],
        responses={302: REDIRECT},
        summary="Go to the provider to sign in",
    )
    def get(self, request: Request, slug: str) -> HttpResponseRedirect:
        self.next_path = services.safe_next(request.query_params.get("next"))
        # Kept when it is there, so that a sign-in in another tab can be finished too.
        browser = request.COOKIES.get(settings.OIDC_COOKIE) or secrets.token_urlsafe(32)
        url = services.begin(
            slug=slug,
            next_path=self.next_path,
            prompt=request.query_params.get("prompt"),
            browser=browser,
            origin=origin_of(request),
            now=timezone.now(),
        )
        response = to_page(url)
        response.set_cookie(
            settings.OIDC_COOKIE,
            browser,
            max_age=FLOW_SECONDS,
            path="/",
            secure=settings.COOKIE_SECURE,
            httponly=True,
            samesite="Lax",  # it must come along when the provider sends the browser back
        )
        return response


class CallbackView(BrowserView):
    @extend_schema(
        tags=["sign-in by a provider"],
        operation_id="oidc_callback",
        parameters=[query("state"), query("code"), query("error"), query("iss")],
        responses={302: REDIRECT},
        summary="Come back from the provider",
    )
    def get(self, request: Request, slug: str) -> HttpResponseRedirect:
        now = timezone.now()
        answer = {name: request.query_params[name] for name in ANSWER_FIELDS if name in request.query_params}
        if any(len(value) > MAX_ANSWER_FIELD for value in answer.values()):
            raise StateInvalid()
        flow = services.take_flow(
            slug=slug,
            state=request.query_params.get("state", ""),
            browser=request.COOKIES.get(settings.OIDC_COOKIE, ""),
            now=now,
        )
        self.next_path = flow.next_path
        result = services.finish(
            flow=flow,
            answer=answer,
            device=request.COOKIES.get(settings.DEVICE_COOKIE),
            origin=origin_of(request),
            now=now,
        )
        if isinstance(result, Challenge):
            # In the fragment: it reaches no server and no log.
            step = {"challenge": result.token, "method": result.method}
            if result.takes_passkey:
                step["passkey"] = "1"
            return to_page(f"{login_page(next=flow.next_path)}#{urlencode(step)}")
        response = to_page(f"{settings.FRONTEND_URL.rstrip('/')}{flow.next_path or '/'}")
        set_refresh_cookie(response, result, now)
        set_device_cookie(response, result.user)
        return response


class BackchannelLogoutView(PublicView):
    parser_classes = [FormParser, MultiPartParser]

    @extend_schema(
        tags=["sign-in by a provider"],
        operation_id="oidc_backchannel_logout",
        request={"application/x-www-form-urlencoded": LogoutTokenIn},
        responses={200: OpenApiResponse(OpenApiTypes.OBJECT, description="How many sessions were `ended`")},
        summary="For providers: end the sessions that a logout token names",
    )
    def post(self, request: Request, slug: str) -> Response:
        given = LogoutTokenIn(data=request.data)
        given.is_valid(raise_exception=True)
        ended = services.obey_logout_token(
            slug=slug,
            token=given.validated_data["logout_token"],
            origin=origin_of(request),
            now=timezone.now(),
        )
        return Response({"ended": ended}, headers={"Cache-Control": "no-store"})


class FrontchannelLogoutView(PublicView):
    """The provider's own page shows this in a frame as a person signs out there.

    Our cookies come along only where the browser takes both for one site. Without them nothing is ended, and the
    answer is the same: it tells nobody whether there was a session.
    """

    @extend_schema(
        tags=["sign-in by a provider"],
        operation_id="oidc_frontchannel_logout",
        parameters=[query("iss"), query("sid")],
        responses={(200, "text/html"): OpenApiTypes.STR},
        summary="For providers: a frame that ends this browser's session",
    )
    def get(self, request: Request, slug: str) -> HttpResponse:
        provider = provider_by_slug(slug)
        response = HttpResponse("<!doctype html><title>Signed out</title>")
        token = request.COOKIES.get(settings.REFRESH_COOKIE)
        if token:
            with contextlib.suppress(tokens.TokenRefused):  # a stale cookie: there is nothing left to end
                _, sid = sessions.owner_of(refresh_text=token)
                is_over = services.obey_frontchannel(
                    provider=provider,
                    issuer=request.query_params.get("iss", ""),
                    provider_sid=request.query_params.get("sid", ""),
                    sid=sid,
                    origin=origin_of(request),
                    now=timezone.now(),
                )
                if is_over:
                    drop_refresh_cookie(response)
        parts = urlsplit(provider.issuer)
        response["Content-Security-Policy"] = f"default-src 'none'; frame-ancestors {parts.scheme}://{parts.netloc}"
        response["Cache-Control"] = "no-store"
        response.xframe_options_exempt = True
        return response


def login_page(**told: str) -> str:
    given = {name: value for name, value in told.items() if value}
    return f"{settings.FRONTEND_URL.rstrip('/')}/login{'?' + urlencode(given) if given else ''}"


def to_page(url: str) -> HttpResponseRedirect:
    response = HttpResponseRedirect(url)
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response
