"""People: administrators manage them, everybody sees and changes themselves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from roles.queries import roles_by_name
from signin import second_factor
from signin.clients import actor_of
from system_roles.models import UserSystemRole
from ticketing_common.errors import NotFound
from ticketing_common.idempotency import idempotent
from ticketing_common.permissions import IsAdmin, caller
from users import invitations, passwords, profile, services
from users.filters import PEOPLE_FILTERS, UserFilter
from users.models import User
from users.serializers import EmailCodeOut, MeIn, NewUserIn, ResetPasswordIn, UserIn, UserOut


def people_out(users: Sequence[User]) -> list[dict[str, Any]]:
    """Return people as the API shows them, with one query for the roles of all."""
    roles = UserSystemRole.objects.filter(user_id__in=[user.pk for user in users]).names_by_user()
    context = {"now": timezone.now(), "roles": roles}
    return [dict(UserOut(user, context=context).data) for user in users]


def person_out(user_id: int) -> dict[str, Any]:
    user = User.objects.get_queryset().filter(pk=user_id).first()
    if user is None:
        raise NotFound("There is no such person.")
    return people_out([user])[0]


@extend_schema_view(list=extend_schema(summary="People, with search and filters"))
@extend_schema(tags=["users"])
class UserViewSet(viewsets.GenericViewSet[User]):
    """For administrators."""

    permission_classes = [IsAdmin]
    serializer_class = UserOut
    filterset_class = UserFilter
    search_fields = ["search_text"]
    filter_backends = PEOPLE_FILTERS
    ordering_fields = ["last_name", "first_name", "email", "date_joined", "last_login", "id"]
    ordering = ["last_name", "first_name", "id"]
    lookup_value_regex = r"\d{1,18}"

    def get_queryset(self) -> QuerySet[User]:
        return User.objects.get_queryset().prefetch_related("identities", "passkeys")

    @extend_schema(responses=UserOut(many=True))
    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(people_out(page or []))

    @extend_schema(responses=UserOut, summary="One person")
    def retrieve(self, request: Request, pk: str) -> Response:
        return Response(person_out(int(pk)))

    @extend_schema(request=NewUserIn, responses={201: UserOut}, summary="Add a person")
    @idempotent
    def create(self, request: Request) -> Response:
        given = NewUserIn(data=request.data)
        given.is_valid(raise_exception=True)
        fields = dict(given.validated_data)
        roles = roles_by_name([(entry["system"], entry["role"]) for entry in fields.pop("roles", [])])
        user = services.create_user(**fields, roles=roles, by=actor_of(request), now=timezone.now())
        return Response(person_out(user.pk), status=201)

    @extend_schema(request=UserIn, responses=UserOut, summary="Replace a person's profile")
    def update(self, request: Request, pk: str) -> Response:
        return self._change(request, pk, is_partial=False)

    @extend_schema(request=UserIn, responses=UserOut, summary="Change a person's profile")
    def partial_update(self, request: Request, pk: str) -> Response:
        return self._change(request, pk, is_partial=True)

    def _change(self, request: Request, pk: str, *, is_partial: bool) -> Response:
        given = UserIn(data=request.data, partial=is_partial)
        given.is_valid(raise_exception=True)
        invitations.change_person(
            user_id=int(pk), changes=dict(given.validated_data), by=actor_of(request), now=timezone.now()
        )
        return Response(person_out(int(pk)))

    @extend_schema(responses={204: None}, summary="Delete a person for good")
    def destroy(self, request: Request, pk: str) -> Response:
        services.delete_user(user_id=int(pk), by=actor_of(request), now=timezone.now())
        return Response(status=204)

    @extend_schema(request=None, responses=UserOut, summary="Let the person sign in again")
    @action(detail=True, methods=["post"])
    def activate(self, request: Request, pk: str) -> Response:
        services.set_active(user_id=int(pk), is_active=True, by=actor_of(request), now=timezone.now())
        return Response(person_out(int(pk)))

    @extend_schema(request=None, responses=UserOut, summary="Switch the account off and end its sessions at once")
    @action(detail=True, methods=["post"])
    def deactivate(self, request: Request, pk: str) -> Response:
        services.set_active(user_id=int(pk), is_active=False, by=actor_of(request), now=timezone.now())
        return Response(person_out(int(pk)))

    @extend_schema(request=None, responses=UserOut, summary="End a lock-out")
    @action(detail=True, methods=["post"])
    def unlock(self, request: Request, pk: str) -> Response:
        services.unlock_user(user_id=int(pk), by=actor_of(request), now=timezone.now())
        return Response(person_out(int(pk)))

    @extend_schema(
        request=ResetPasswordIn,
        responses={202: None},
        summary="Mail the person a link to set a password; on request, the old one is useless from now on",
    )
    @action(detail=True, methods=["post"], url_path="reset-password")
    def reset_password(self, request: Request, pk: str) -> Response:
        given = ResetPasswordIn(data=request.data)
        given.is_valid(raise_exception=True)
        send = passwords.expire_password if given.validated_data["expire"] else passwords.send_reset_link
        send(user_id=int(pk), by=actor_of(request), now=timezone.now())
        return Response(status=202)

    @extend_schema(request=None, responses=UserOut, summary="Switch off the second factor of a person who has lost it")
    @action(detail=True, methods=["post"], url_path="reset-otp")
    def reset_otp(self, request: Request, pk: str) -> Response:
        second_factor.take_away(user_id=int(pk), by=actor_of(request), now=timezone.now())
        return Response(person_out(int(pk)))


@extend_schema(tags=["me"])
class MeView(APIView):
    """Oneself."""

    @extend_schema(responses=UserOut, summary="Oneself")
    def get(self, request: Request) -> Response:
        return Response(person_out(caller(request).user_id))

    @extend_schema(
        request=MeIn,
        responses={200: UserOut, 202: EmailCodeOut},
        summary="Change one's own profile; for a new e-mail address, first a code is mailed to it (202)",
    )
    def patch(self, request: Request) -> Response:
        given = MeIn(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        changes = dict(given.validated_data)
        password = changes.pop("current_password", None)
        code = changes.pop("email_code", None)
        user_id = caller(request).user_id
        sent = profile.update_self(
            user_id=user_id, changes=changes, password=password, code=code, by=actor_of(request), now=timezone.now()
        )
        if sent is not None:
            return Response(
                {"email_code_required": True, "email": sent.email, "expires_in": sent.expires_in}, status=202
            )
        return Response(person_out(user_id))
