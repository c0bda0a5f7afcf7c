"""Four eyes: with `DEPLOY_NEEDS_SECOND_PERSON`, one person asks for a deploy and another one does it."""

from __future__ import annotations

from django.conf import settings

from audit.actor import Actor
from ticketing_common.errors import Conflict
from workflow.models import DeployRequest, Workflow


class SecondPersonNeeded(Conflict):
    """Nobody else asked for a deploy of this very draft."""

    code = "second_person_needed"
    default_detail = "Another administrator must ask for this deployment, or do it after you have asked."


def reviewed_request(workflow: Workflow, actor: Actor | None) -> DeployRequest | None:
    """Return the request that a deploy of the draft by the actor answers; refuse where one is needed and missing.

    Whoever asked has looked at the whole draft, and so does whoever deploys it: every edit was seen by somebody who
    did not make it. The system itself, which deploys what is seeded, and the command line without an actor are free.
    """
    asked = DeployRequest.objects.filter(workflow=workflow, edit_version=workflow.edit_version).first()
    if asked is not None and actor is not None and asked.requested_by_id != actor.user_id:
        return asked
    if settings.DEPLOY_NEEDS_SECOND_PERSON and actor is not None:
        raise SecondPersonNeeded()
    return None
