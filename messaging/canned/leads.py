"""Ask the workflow API, which keeps the roles' leads, who leads a role now."""

from __future__ import annotations

import requests
from django.conf import settings

from ticketing_common.asking import ask
from ticketing_common.errors import Refusal
from ticketing_common.jwt import Identity
from ticketing_common.logs import logger

log = logger(__name__)


class LeadUnknown(Refusal):
    code = "unavailable"
    status_code = 503
    default_detail = "The workflow can't be asked right now whether you lead this role. Try again in a moment."


def is_lead(person: Identity, role_id: int) -> bool:
    """Return whether the person leads the role now. Raises `LeadUnknown` without an answer."""
    try:
        role = ask(f"{settings.WORKFLOW_API_URL}/roles/{role_id}/", person)
        if role is None:
            return False
        return bool(role["is_active"] and role["lead"] and role["lead"]["user_id"] == person.user_id)
    except (requests.RequestException, KeyError, TypeError) as error:
        log.warning("lead_not_asked", role_id=role_id, error=type(error).__name__)
        raise LeadUnknown() from error
