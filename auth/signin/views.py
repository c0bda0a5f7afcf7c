"""Sign-in, tokens, sign-out."""

from __future__ import annotations

import contextlib
from typing import Any

from django.conf import settings
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, PolymorphicProxySerializer, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from oidc.services import provider_sign_out
from security.services import Actor
from signin import captcha, services, sessions, tokens
from signin.clients import origin_of
from signin.cookies import drop_refresh_cookie, refresh_cookie, set_device_cookie, set_refresh_cookie
from signin.serializers import (
    ChallengeIn,
    LoginIn,
    OtpIn,
    OtpRequiredOut,
    ProviderSignOutOut,
    RefreshIn,
    SignedInOut,
    SignedInUserOut,
    TokenGoodOut,
    TokenIn,
    TokenPairOut,
    TokenTextIn,
)
from signin.throttles import AddressThrottle
from ticketing_common.jwt import bearer_token

EXPIRES_IN = int(settings.ACCESS_TOKEN_LIFETIME.total_seconds())
LOCKED = OpenApiResponse(
    OpenApiTypes.OBJECT, description="The password is right, but the account is locked (`account_locked`)."
)


class PublicView(APIView):
    """For people who are not signed in yet."""

    authentication_classes = []
    permission_classes = [AllowAny]
    throttle_classes = [AddressThrottle]


def signed_in(pair: sessions.Pair) -> Response:
    """Answer with the access token; the refresh token goes into the cookie alone."""
    now = timezone.now()
    user = SignedInUserOut(pair.user, context={"roles": pair.roles}).data
    response = Response({"access": pair.access, "expires_in": EXPIRES_IN, "user": user})
    set_refresh_cookie(response, pair, now)
    set_device_cookie(response, pair.user)
    return response


def otp_required(challenge: services.Challenge) -> Response:
    return Response(
        {
            "otp_required": True,
            "challenge": challenge.token,
            "method": challenge.method,
            "takes_passkey": challenge.takes_passkey,
            "expires_in": challenge.expires_in,
        }
    )


class LoginView(PublicView):
    @extend_schema(
        tags=["sign-in"],
        request=LoginIn,
        responses={
            200: PolymorphicProxySerializer(
                component_name="Login", serializers=[SignedInOut, OtpRequiredOut], resource_type_field_name=None
            ),
            423: LOCKED,
        },
        summary="Sign in with a password",
    )
    def post(self, request: Request) -> Response:
        given = LoginIn(data=request.data)
        given.is_valid(raise_exception=True)
        result = services.log_in(
            login=given.validated_data["email"],
            password=given.validated_data["password"],
            solution=given.validated_data.get("captcha"),
            device=request.COOKIES.get(settings.DEVICE_COOKIE),
            origin=origin_of(request),
            now=timezone.now(),
        )
        return otp_required(result) if isinstance(result, services.Challenge) else signed_in(result)


class LoginOtpView(PublicView):
    @extend_schema(
        tags=["sign-in"], request=OtpIn, responses=SignedInOut, summary="Finish a sign-in with the second factor"
    )
    def post(self, request: Request) -> Response:
        given = OtpIn(data=request.data)
        given.is_valid(raise_exception=True)
        pair = services.finish_otp(
            token=given.validated_data["challenge"],
            code=given.validated_data["code"],
            device=request.COOKIES.get(settings.DEVICE_COOKIE),
            origin=origin_of(request),
            now=timezone.now(),
        )
        return signed_in(pair)


class LoginOtpResendView(PublicView):
    @extend_schema(
        tags=["sign-in"], request=ChallengeIn, responses=OtpRequiredOut, summary="Get another code; the old one dies"
    )
    def post(self, request: Request) -> Response:
        given = ChallengeIn(data=request.data)
        given.is_valid(raise_exception=True)
        challenge = services.resend_code(
            token=given.validated_data["challenge"], origin=origin_of(request), now=timezone.now()
        )
        return otp_required(challenge)


class CaptchaView(PublicView):
    @extend_schema(
        tags=["sign-in"], responses=OpenApiTypes.OBJECT, summary="A fresh captcha, in the form of an ALTCHA challenge"
    )
    def get(self, request: Request) -> Response:
        return Response(captcha.new_challenge(address=origin_of(request).address, now=timezone.now()))


class TokenView(PublicView):
    @extend_schema(
        tags=["tokens"], request=TokenIn, responses={200: TokenPairOut, 423: LOCKED}, summary="Tokens for a script"
    )
    def post(self, request: Request) -> Response:
        given = TokenIn(data=request.data)
        given.is_valid(raise_exception=True)
        pair = services.obtain_tokens(
            login=given.validated_data["username"],
            password=given.validated_data["password"],
            solution=given.validated_data.get("captcha"),
            origin=origin_of(request),
            now=timezone.now(),
        )
        return Response({"access": pair.access, "refresh": pair.refresh, "expires_in": EXPIRES_IN})


class TokenRefreshView(PublicView):
    @extend_schema(
        tags=["tokens"],
        request=RefreshIn,
        responses=TokenPairOut,
        summary="Exchange a refresh token, from the body or the cookie, for the next pair",
    )
    def post(self, request: Request) -> Response:
        given = RefreshIn(data=request.data)
        given.is_valid(raise_exception=True)
        now = timezone.now()
        from_body: str | None = given.validated_data.get("refresh")
        token = from_body or refresh_cookie(request)
        if not token:
            raise tokens.TokenRefused("No refresh token came with the request.")
        pair = sessions.refresh(token=token, origin=origin_of(request), now=now)
        if from_body:
            return Response({"access": pair.access, "refresh": pair.refresh, "expires_in": EXPIRES_IN})
        user = SignedInUserOut(pair.user, context={"roles": pair.roles}).data
        response = Response({"access": pair.access, "expires_in": EXPIRES_IN, "user": user})
        set_refresh_cookie(response, pair, now)
        return response


class TokenVerifyView(PublicView):
    @extend_schema(
        tags=["tokens"],
        request=TokenTextIn,
        responses=TokenGoodOut,
        summary="Whether a token is good",
    )
    def post(self, request: Request) -> Response:
        given = TokenTextIn(data=request.data)
        given.is_valid(raise_exception=True)
        good = sessions.verify_any(token=given.validated_data["token"], now=timezone.now())
        return Response(TokenGoodOut(good).data)


class LogoutView(PublicView):
    """Ends the session of the refresh token, or else of the access token, that comes along."""

    @extend_schema(
        tags=["sign-in"],
        request=RefreshIn,
        responses={200: ProviderSignOutOut, 204: None},
        summary="Sign out, in every service; for a session that came from a provider, where to sign out there",
    )
    def post(self, request: Request) -> Response:
        given = RefreshIn(data=request.data)
        given.is_valid(raise_exception=True)
        now = timezone.now()
        text = given.validated_data.get("refresh")
        access = bearer_token(request.headers.get("Authorization"))
        session: tuple[int, str] | None = None
        if text:
            session = sessions.owner_of(refresh_text=text)
        elif access:
            session = sessions.owner_of(access_text=access)
        elif cookie := refresh_cookie(request):
            with contextlib.suppress(tokens.TokenRefused):  # a stale cookie: there is nothing left to end
                session = sessions.owner_of(refresh_text=cookie)
        elsewhere = None
        if session is not None:
            user_id, sid = session
            services.log_out(sid=sid, by=Actor(user_id=user_id, origin=origin_of(request)), now=now)
            elsewhere = provider_sign_out(sid=sid)
        response = Response({"provider_sign_out": elsewhere}) if elsewhere else Response(status=204)
        drop_refresh_cookie(response)
        return response


class RevocationOut(serializers.Serializer[Any]):
    user_id = serializers.IntegerField()
    sid = serializers.CharField(allow_null=True, help_text="`sha256:` and the digest of the session's id")
    min_version = serializers.IntegerField()
    reason = serializers.CharField()
    occurred_at = serializers.DateTimeField()


class RevocationsView(PublicView):
    """What was announced on `tts.revocations` lately, for services that were not listening."""

    throttle_classes = []

    @extend_schema(
        operation_id="revocations",
        tags=["keys"],
        responses=inline_serializer("Revocations", {"revocations": RevocationOut(many=True)}),
        summary="Sessions that ended while their access tokens could still live",
    )
    def get(self, request: Request) -> Response:
        return Response({"revocations": sessions.recent_revocations(now=timezone.now())})
