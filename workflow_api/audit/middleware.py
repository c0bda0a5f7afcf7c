"""Note the caller's address for the audit rows that the request causes."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from audit.context import client_address_var


class ClientAddressMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.trusted = [ipaddress.ip_network(entry, strict=False) for entry in settings.TRUSTED_PROXIES]

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = client_address_var.set(self._address(request))
        try:
            return self.get_response(request)
        finally:
            client_address_var.reset(token)

    def _address(self, request: HttpRequest) -> str | None:
        """Return the last address that a proxy of ours did not add: what stands left of it anybody may have written."""
        hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
        address: str = request.META.get("REMOTE_ADDR", "")
        while hops and self._is_trusted(address):
            address = hops.pop()
        return address or None

    def _is_trusted(self, address: str) -> bool:
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(parsed in network for network in self.trusted)
