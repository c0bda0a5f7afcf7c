"""Ask the workflow who may read a ticket: the decision that also hides its task and its conversation."""

from __future__ import annotations

import requests
from django.conf import settings

from ticketing_common.asking import ask
from ticketing_common.errors import Refusal
from ticketing_common.jwt import Identity
from ticketing_common.logs import logger
from tickets.models import Ticket

log = logger(__name__)


class WorkflowAway(Refusal):
    code = "unavailable"
    status_code = 503
    default_detail = "The workflow can't be asked right now whether you may see this. Try again in a moment."


def may_read(ticket: Ticket, person: Identity) -> bool:
    """Return whether the workflow shows the person this ticket now. Raises `WorkflowAway` without an answer."""
    if not person.is_agent:
        return False  # the workflow shows tickets to agents only
    try:
        shown = ask(f"{settings.WORKFLOW_API_URL}/tickets/{ticket.ticket_number}/", person)
        # Another help desk may number its tickets alike.
        return shown is not None and bool(shown["source_service"] == ticket.source_service)
    except (requests.RequestException, KeyError, TypeError) as error:
        log.warning("workflow_not_asked", ticket_number=ticket.ticket_number, error=type(error).__name__)
        raise WorkflowAway() from error
