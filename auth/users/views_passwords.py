"""Passwords and invitations."""

from __future__ import annotations

import time
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from roles.queries import roles_by_name
from security.services import Actor
from signin.clients import actor_of, origin_of
from signin.password_sign_in import is_allowed
from signin.serializers import SignedInOut
from signin.throttles import AddressThrottle
from signin.views import PublicView, signed_in
from ticketing_common.permissions import IsAdmin, caller
from ticketing_common.serializers import StrictFields
from users import invitations, passwords
from users.filters import PEOPLE_FILTERS
from users.models import PasswordLink, User
from users.serializers import NewUserIn

# How long the answer to a forgotten password takes, above what the work for a known person takes.
FORGOT_SECONDS = 0.25


class ForgotIn(StrictFields):
    email = serializers.CharField(max_length=254, help_text="E-mail address or user name")
    captcha = serializers.CharField(max_length=4096, required=False, allow_blank=True)


class ResetIn(StrictFields):
    token = serializers.CharField(max_length=128, help_text="From the link")
    password = serializers.CharField(max_length=256, trim_whitespace=False)


class ChangeIn(StrictFields):
    current_password = serializers.CharField(max_length=256, trim_whitespace=False)
    new_password = serializers.CharField(max_length=256, trim_whitespace=False)


class OwnPasswordOut(serializers.Serializer[Any]):
    has_password = serializers.BooleanField()
    is_allowed = serializers.BooleanField(help_text="Whether password sign-in is on for this account")


class DoneOut(serializers.Serializer[Any]):
    detail = serializers.CharField()


class LinkIn(StrictFields):
    token = serializers.CharField(max_length=128, help_text="From the link")


class InvitedOut(serializers.Serializer[PasswordLink]):
    """What the person who follows the link sees before they choose a password."""

    email = serializers.EmailField(source="user.email")
    full_name = serializers.CharField(source="user.full_name")
    expires_at = serializers.DateTimeField()


class InvitationOut(InvitedOut):
    id = serializers.IntegerField()
    user_id = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    invited_by_id = serializers.IntegerField(allow_null=True)


class InvitationIn(NewUserIn):
    password = None  # type: ignore[assignment]


PUBLIC: Any = {
    "permission_classes": [AllowAny],
    "authentication_classes": [],
    "throttle_classes": [AddressThrottle],
}


def _stranger(request: Request) -> Actor:
    return Actor(origin=origin_of(request))


class ForgotView(PublicView):
    @extend_schema(
        tags=["passwords"],
        request=ForgotIn,
        responses={202: DoneOut},
        summary="Ask for a link to set a new password; the answer never tells whether the account exists",
    )
    def post(self, request: Request) -> Response:
        began = time.monotonic()
        given = ForgotIn(data=request.data)
        given.is_valid(raise_exception=True)
        passwords.request_reset(
            login=given.validated_data["email"],
            solution=given.validated_data.get("captcha"),
            by=_stranger(request),
            now=timezone.now(),
        )
        # Only for a known person a link is made and a mail is queued: the time must not show it.
        time.sleep(max(0.0, FORGOT_SECONDS - (time.monotonic() - began)))
        return Response({"detail": "If there is such an account, a link is on its way by mail."}, status=202)


class ResetView(PublicView):
    @extend_schema(tags=["passwords"], request=ResetIn, responses={204: None}, summary="Set a password by a link")
    def post(self, request: Request) -> Response:
        given = ResetIn(data=request.data)
        given.is_valid(raise_exception=True)
        passwords.reset_password(**given.validated_data, by=_stranger(request), now=timezone.now())
        return Response(status=204)


class ChangeView(APIView):
    @extend_schema(
        tags=["passwords"],
        request=ChangeIn,
        responses=SignedInOut,
        summary="Change one's password; every session ends, and a fresh one is opened here",
    )
    def post(self, request: Request) -> Response:
        given = ChangeIn(data=request.data)
        given.is_valid(raise_exception=True)
        pair = passwords.change_password(
            user_id=caller(request).user_id, **given.validated_data, by=actor_of(request), now=timezone.now()
        )
        return signed_in(pair)


@extend_schema(tags=["passwords"])
class OwnPasswordView(APIView):
    @extend_schema(responses=OwnPasswordOut, summary="Whether one has a password, and may sign in with it")
    def get(self, request: Request) -> Response:
        user = User.objects.get(pk=caller(request).user_id)
        return Response({"has_password": user.has_usable_password(), "is_allowed": is_allowed(user)})

    @extend_schema(
        request=None, responses={202: DoneOut}, summary="Without a password: be mailed a link to set the first one"
    )
    def post(self, request: Request) -> Response:
        passwords.request_first_password(user_id=caller(request).user_id, by=actor_of(request), now=timezone.now())
        return Response({"detail": "A link is on its way by mail."}, status=202)


@extend_schema(tags=["invitations"])
class InvitationViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[PasswordLink]):
    """Administrators invite; the invited follow their link."""

    permission_classes = [IsAdmin]
    serializer_class = InvitationOut
    search_fields = ["user__search_text"]
    filter_backends = PEOPLE_FILTERS
    ordering_fields = ["created_at", "expires_at", "id"]
    ordering = ["-created_at", "-id"]
    lookup_value_regex = r"\d{1,18}"

    def get_queryset(self) -> QuerySet[PasswordLink]:
        links = PasswordLink.objects.filter(purpose=PasswordLink.Purpose.INVITATION, used_at__isnull=True)
        return links.select_related("user")

    @extend_schema(request=InvitationIn, responses={201: InvitationOut}, summary="Invite a person, or invite again")
    def create(self, request: Request) -> Response:
        given = InvitationIn(data=request.data)
        given.is_valid(raise_exception=True)
        fields = dict(given.validated_data)
        named = fields.pop("roles", None)
        roles = None if named is None else roles_by_name([(entry["system"], entry["role"]) for entry in named])
        link = invitations.invite(**fields, roles=roles, by=actor_of(request), now=timezone.now())
        return Response(InvitationOut(link).data, status=201)

    @extend_schema(responses={204: None}, summary="Make an invitation void")
    def destroy(self, request: Request, pk: str) -> Response:
        invitations.withdraw_invitation(link_id=int(pk))
        return Response(status=204)

    @extend_schema(request=ResetIn, responses={204: None}, summary="Accept: set the first password", auth=[])
    @action(detail=False, methods=["post"], **PUBLIC)
    def accept(self, request: Request) -> Response:
        given = ResetIn(data=request.data)
        given.is_valid(raise_exception=True)
        invitations.accept_invitation(**given.validated_data, by=_stranger(request), now=timezone.now())
        return Response(status=204)

    @extend_schema(request=LinkIn, responses=InvitedOut, summary="Whom an invitation is for", auth=[])
    @action(detail=False, methods=["post"], **PUBLIC)
    def lookup(self, request: Request) -> Response:
        given = LinkIn(data=request.data)
        given.is_valid(raise_exception=True)
        link = passwords.find_link(
            token=given.validated_data["token"],
            purpose=PasswordLink.Purpose.INVITATION,
            by=_stranger(request),
            now=timezone.now(),
        )
        return Response(InvitedOut(link).data)
