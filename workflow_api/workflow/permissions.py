"""Definitions are read by agents and written by administrators."""

from __future__ import annotations

from typing import Any

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from ticketing_common.permissions import IsAdmin, IsAgent


class AgentsReadAdminsWrite(BasePermission):
    def has_permission(self, request: Request, view: Any) -> bool:
        wanted = IsAgent() if request.method in SAFE_METHODS else IsAdmin()
        return wanted.has_permission(request, view)
