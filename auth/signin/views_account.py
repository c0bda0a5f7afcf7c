"""One's own sessions and second factor, and what administrators do about those of others."""

from __future__ import annotations

import re
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from signin import second_factor, sessions, totp
from signin.clients import actor_of
from signin.models import RefreshSession
from signin.serializers import SessionOut
from ticketing_common.errors import NotFound
from ticketing_common.permissions import IsAdmin, caller
from ticketing_common.serializers import StrictFields
from users.models import User

Reason = RefreshSession.RevokeReason
SID = re.compile(r"[0-9a-f]{32}")


class SessionListView(generics.GenericAPIView[RefreshSession]):
    """Live sessions, newest use first."""

    serializer_class = SessionOut
    queryset = RefreshSession.objects.none()  # names the model for the schema
    ordering_fields = ["last_seen_at", "created_at"]
    ordering = ["-last_seen_at"]
    reason = Reason.BY_OWNER

    def user_id(self) -> int:
        return caller(self.request).user_id

    def get_queryset(self) -> QuerySet[RefreshSession]:
        return RefreshSession.objects.live(timezone.now()).filter(user_id=self.user_id())

    @extend_schema(tags=["sessions"], responses=SessionOut(many=True), summary="Live sessions")
    def get(self, request: Request, **_: Any) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        context = {"sid": caller(request).sid}
        return self.get_paginated_response([SessionOut(row, context=context).data for row in page])

    @extend_schema(
        tags=["sessions"],
        responses={204: None},
        summary="Sign out everywhere else",
        operation_id="end_my_other_sessions",
    )
    def delete(self, request: Request, **_: Any) -> Response:
        sessions.end_all_sessions(
            user_id=self.user_id(),
            reason=self.reason,
            by=actor_of(request),
            now=timezone.now(),
            keep_sid=caller(request).sid,
        )
        return Response(status=204)


class SessionView(APIView):
    reason = Reason.BY_OWNER

    def user_id(self) -> int:
        return caller(self.request).user_id

    @extend_schema(tags=["sessions"], responses={204: None}, summary="End one session, in every service")
    def delete(self, request: Request, sid: str, **_: Any) -> Response:
        now = timezone.now()
        mine = RefreshSession.objects.live(now).filter(user_id=self.user_id())
        if not SID.fullmatch(sid) or not mine.filter(sid=sid).exists():
            raise NotFound("There is no such session.")
        sessions.end_session(sid=sid, reason=self.reason, by=actor_of(request), now=now)
        return Response(status=204)


class _Other:
    """For administrators: the person is named in the path."""

    reason = Reason.BY_ADMIN
    kwargs: dict[str, Any]

    def user_id(self) -> int:
        user_id = int(self.kwargs["user_id"])
        if not User.objects.filter(pk=user_id).exists():
            raise NotFound("There is no such person.")
        return user_id


class OtherSessionListView(_Other, SessionListView):
    permission_classes = [IsAdmin]

    @extend_schema(
        tags=["sessions"], responses=SessionOut(many=True), summary="A person's live sessions, for administrators"
    )
    def get(self, request: Request, **_: Any) -> Response:
        return super().get(request)

    @extend_schema(
        tags=["sessions"],
        responses={204: None},
        summary="End all sessions of a person",
        operation_id="end_user_sessions",
    )
    def delete(self, request: Request, **_: Any) -> Response:
        sessions.end_all_sessions(user_id=self.user_id(), reason=self.reason, by=actor_of(request), now=timezone.now())
        return Response(status=204)


class OtherSessionView(_Other, SessionView):
    permission_classes = [IsAdmin]


# --- the second factor -------------------------------------------------------------------------------------------


class OtpOut(serializers.Serializer[Any]):
    method = serializers.ChoiceField(choices=User.OtpMethod.choices)
    recovery_codes_left = serializers.IntegerField()


class OtpMethodIn(StrictFields):
    method = serializers.ChoiceField(choices=[("email", "email"), ("totp", "totp"), ("passkey", "passkey")])
    current_password = serializers.CharField(max_length=256, trim_whitespace=False)


class OtpSetupOut(OtpOut):
    secret = serializers.CharField(required=False, help_text="For the authenticator app; shown once")
    uri = serializers.CharField(required=False, help_text="The same as an `otpauth:` address, for a QR code")
    recovery_codes = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="For the day the passkeys are lost; shown once"
    )


class PasswordIn(StrictFields):
    current_password = serializers.CharField(max_length=256, trim_whitespace=False)


class CodeIn(StrictFields):
    code = serializers.CharField(max_length=16)


class RecoveryCodesOut(serializers.Serializer[Any]):
    recovery_codes = serializers.ListField(child=serializers.CharField())


def otp_state(user_id: int) -> dict[str, Any]:
    method = User.objects.filter(pk=user_id).values_list("otp_method", flat=True)
    return {"method": method.get(), "recovery_codes_left": totp.recovery_codes_left(user_id=user_id)}


@extend_schema(tags=["second factor"])
class OtpView(APIView):
    @extend_schema(responses=OtpOut, summary="One's second factor")
    def get(self, request: Request) -> Response:
        return Response(otp_state(caller(request).user_id))

    @extend_schema(
        request=OtpMethodIn,
        responses=OtpSetupOut,
        summary=(
            "Switch to codes by mail or to passkeys, or begin with an authenticator app, to be confirmed with its first"
            " code"
        ),
    )
    def post(self, request: Request) -> Response:
        given = OtpMethodIn(data=request.data)
        given.is_valid(raise_exception=True)
        user_id, now = caller(request).user_id, timezone.now()
        password = given.validated_data["current_password"]
        if given.validated_data["method"] == "email":
            second_factor.choose_email(user_id=user_id, password=password, by=actor_of(request), now=now)
            return Response(otp_state(user_id))
        if given.validated_data["method"] == "passkey":
            codes = second_factor.choose_passkey(user_id=user_id, password=password, by=actor_of(request), now=now)
            return Response(otp_state(user_id) | {"recovery_codes": codes})
        setup = second_factor.begin_totp(user_id=user_id, password=password, now=now)
        return Response(otp_state(user_id) | {"secret": setup.secret, "uri": setup.uri})


@extend_schema(tags=["second factor"])
class OtpDisableView(APIView):
    @extend_schema(request=PasswordIn, responses=OtpOut, summary="Give up the second factor")
    def post(self, request: Request) -> Response:
        given = PasswordIn(data=request.data)
        given.is_valid(raise_exception=True)
        user_id = caller(request).user_id
        second_factor.give_up(
            user_id=user_id,
            password=given.validated_data["current_password"],
            by=actor_of(request),
            now=timezone.now(),
        )
        return Response(otp_state(user_id))


@extend_schema(tags=["second factor"])
class OtpConfirmView(APIView):
    @extend_schema(request=CodeIn, responses=RecoveryCodesOut, summary="Take the authenticator app into use")
    def post(self, request: Request) -> Response:
        given = CodeIn(data=request.data)
        given.is_valid(raise_exception=True)
        codes = second_factor.confirm_totp(
            user_id=caller(request).user_id,
            code=given.validated_data["code"],
            by=actor_of(request),
            now=timezone.now(),
        )
        return Response({"recovery_codes": codes})


@extend_schema(tags=["second factor"])
class RecoveryCodesView(APIView):
    @extend_schema(request=PasswordIn, responses=RecoveryCodesOut, summary="Replace the recovery codes")
    def post(self, request: Request) -> Response:
        given = PasswordIn(data=request.data)
        given.is_valid(raise_exception=True)
        codes = second_factor.renew_recovery_codes(
            user_id=caller(request).user_id,
            password=given.validated_data["current_password"],
            by=actor_of(request),
            now=timezone.now(),
        )
        return Response({"recovery_codes": codes})
