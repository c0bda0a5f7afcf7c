"""The address that the current request came from, for the audit trail."""

from __future__ import annotations

from contextvars import ContextVar

client_address_var: ContextVar[str | None] = ContextVar("client_address", default=None)


def current_client_address() -> str | None:
    return client_address_var.get()
