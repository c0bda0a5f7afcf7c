"""Look again for tickets that found no workflow, once a change that may serve them is committed."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from workflowmanager.intake import reroute_unmatched


def route_after_commit() -> None:
    """Look again for every unmatched ticket once the caller's transaction is committed."""
    transaction.on_commit(lambda: reroute_unmatched(now=timezone.now()), robust=True)
