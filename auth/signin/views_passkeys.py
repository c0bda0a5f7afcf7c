"""Sign in with a passkey, and one's own passkeys."""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from signin import ceremonies, passkey_sign_in, passkeys
from signin.clients import actor_of, origin_of
from signin.models import Passkey
from signin.serializers import NewCredentialIn, PasskeyOptionsIn, PasskeyOptionsOut, PasskeySignInIn, SignedInOut
from signin.views import PublicView, signed_in
from signin.views_account import PasswordIn
from ticketing_common.idempotency import idempotent
from ticketing_common.permissions import caller
from ticketing_common.serializers import StrictFields
from users.serializers import NameField

CHALLENGE_SECONDS = int(ceremonies.LIFETIME.total_seconds())


class PasskeyOut(serializers.ModelSerializer[Passkey]):
    class Meta:
        model = Passkey
        fields = ["id", "name", "is_backed_up", "created_at", "last_used_at"]
        read_only_fields = fields


class PasskeyNameIn(StrictFields):
    name = NameField(max_length=Passkey.MAX_NAME)


class NewPasskeyIn(PasskeyNameIn):
    credential = NewCredentialIn()


# --- sign-in -------------------------------------------------------------------------------------------------------


class LoginPasskeyOptionsView(PublicView):
    @extend_schema(
        tags=["sign-in"],
        request=PasskeyOptionsIn,
        responses=PasskeyOptionsOut,
        summary="Begin to sign in with a passkey, alone or as the second step",
    )
    def post(self, request: Request) -> Response:
        given = PasskeyOptionsIn(data=request.data)
        given.is_valid(raise_exception=True)
        # Kept when it is there, so that a sign-in in another tab can be finished too.
        browser = request.COOKIES.get(settings.PASSKEY_COOKIE) or secrets.token_urlsafe(32)
        options = passkey_sign_in.begin(
            token=given.validated_data.get("challenge"),
            browser=browser,
            origin=origin_of(request),
            now=timezone.now(),
        )
        response = Response({"options": options}, headers={"Cache-Control": "no-store"})
        response.set_cookie(
            settings.PASSKEY_COOKIE,
            browser,
            max_age=CHALLENGE_SECONDS,
            path="/",
            secure=settings.COOKIE_SECURE,
            httponly=True,
            samesite="Strict",
        )
        return response


class LoginPasskeyView(PublicView):
    @extend_schema(
        tags=["sign-in"],
        request=PasskeySignInIn,
        responses=SignedInOut,
        summary="Sign in with what the passkey has signed, or finish the second step with it",
    )
    def post(self, request: Request) -> Response:
        given = PasskeySignInIn(data=request.data)
        given.is_valid(raise_exception=True)
        token = given.validated_data.get("challenge")
        place: dict[str, Any] = {
            "answer": given.validated_data["credential"],
            "browser": request.COOKIES.get(settings.PASSKEY_COOKIE, ""),
            "device": request.COOKIES.get(settings.DEVICE_COOKIE),
            "origin": origin_of(request),
            "now": timezone.now(),
        }
        if token is None:
            return signed_in(passkey_sign_in.sign_in(**place))
        return signed_in(passkey_sign_in.finish(token=token, **place))


# --- one's own -----------------------------------------------------------------------------------------------------


class PasskeyListView(generics.GenericAPIView[Passkey]):
    serializer_class = PasskeyOut
    queryset = Passkey.objects.none()  # names the model for the schema
    ordering_fields = ["created_at", "name", "id"]
    ordering = ["created_at", "id"]

    def get_queryset(self) -> QuerySet[Passkey]:
        return Passkey.objects.filter(user=caller(self.request).user_id)

    @extend_schema(tags=["passkeys"], responses=PasskeyOut(many=True), summary="One's passkeys")
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        return self.get_paginated_response(PasskeyOut(page, many=True).data)

    @extend_schema(
        tags=["passkeys"], request=NewPasskeyIn, responses={201: PasskeyOut}, summary="Keep the passkey just made"
    )
    @idempotent
    def post(self, request: Request) -> Response:
        given = NewPasskeyIn(data=request.data)
        given.is_valid(raise_exception=True)
        identity = caller(request)
        passkey = passkeys.register(
            user_id=identity.user_id,
            answer=given.validated_data["credential"],
            name=given.validated_data["name"],
            sid=identity.sid,
            by=actor_of(request),
            now=timezone.now(),
        )
        return Response(PasskeyOut(passkey).data, status=201)


@extend_schema(tags=["passkeys"])
class PasskeyOptionsView(APIView):
    @extend_schema(request=PasswordIn, responses=PasskeyOptionsOut, summary="Begin to make a passkey")
    def post(self, request: Request) -> Response:
        given = PasswordIn(data=request.data)
        given.is_valid(raise_exception=True)
        identity = caller(request)
        options = passkeys.begin(
            user_id=identity.user_id,
            password=given.validated_data["current_password"],
            sid=identity.sid,
            now=timezone.now(),
        )
        return Response({"options": options}, headers={"Cache-Control": "no-store"})


@extend_schema(tags=["passkeys"])
class PasskeyView(APIView):
    @extend_schema(request=PasskeyNameIn, responses=PasskeyOut, summary="Rename a passkey")
    def patch(self, request: Request, id: int) -> Response:
        given = PasskeyNameIn(data=request.data)
        given.is_valid(raise_exception=True)
        passkey = passkeys.rename(
            user_id=caller(request).user_id,
            passkey_id=id,
            name=given.validated_data["name"],
            by=actor_of(request),
            now=timezone.now(),
        )
        return Response(PasskeyOut(passkey).data)


@extend_schema(tags=["passkeys"])
class PasskeyRemovalView(APIView):
    @extend_schema(request=PasswordIn, responses={204: None}, summary="Remove a passkey")
    def post(self, request: Request, id: int) -> Response:
        given = PasswordIn(data=request.data)
        given.is_valid(raise_exception=True)
        passkeys.remove(
            user_id=caller(request).user_id,
            passkey_id=id,
            password=given.validated_data["current_password"],
            by=actor_of(request),
            now=timezone.now(),
        )
        return Response(status=204)
