"""Who may call: plain permission classes, named by what they ask for."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from rest_framework import exceptions
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from ticketing_common.authentication import ServiceIdentity
from ticketing_common.jwt import Identity

# The scopes of auth's keys that open the endpoints for services, by service.
SCOPES = {
    "auth": ("employees",),
    "notification_service": ("notifications",),
    "ticket_service": ("tickets",),
    "workflow_api": ("ams", "bms"),
}


def _user(request: Request) -> Any:
    return request.user


def caller(request: Request) -> Identity:
    """Return the person who calls; refuse services and the anonymous."""
    user = _user(request)
    if not isinstance(user, Identity):
        raise exceptions.NotAuthenticated()
    return user


class IsPerson(BasePermission):
    """Any signed-in person."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return isinstance(_user(request), Identity)


class IsAgent(BasePermission):
    """A person who works on tickets: any role of `tts` but plain `User`."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return isinstance(user := _user(request), Identity) and user.is_agent


class IsAdmin(BasePermission):
    """An `Admin` of `tts`."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return isinstance(user := _user(request), Identity) and user.is_admin


class IsService(BasePermission):
    """A service with an API key whose scopes open this service."""

    def has_permission(self, request: Request, view: Any) -> bool:
        user = _user(request)
        return isinstance(user, ServiceIdentity) and user.may(*SCOPES.get(settings.SERVICE_NAME, ()))
