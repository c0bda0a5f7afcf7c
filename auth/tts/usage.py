"""Which live workflows need a role: asked of the workflow API, which keeps the versions."""

from __future__ import annotations

import requests
from django.conf import settings

from roles.models import Role
from systems.models import System
from ticketing_common.context import current_request_id
from tts.drift import TIMEOUT, ConsumerUnreachable


def workflows_needing(*, role_id: int, access_token: str | None = None) -> list[str]:
    """Return the names of the deployed workflows that give work to the role; only roles of TTS have any.

    Without a person's token, the service asks with the key by which the services know each other. Raises
    `ConsumerUnreachable` where nobody can say.
    """
    if not Role.objects.of_system(System.TTS).filter(pk=role_id).exists():
        return []
    try:
        answer = requests.get(
            f"{settings.WORKFLOW_API_URL}/roles/{role_id}/",
            headers={**_credentials(access_token), "X-Request-ID": current_request_id()},
            timeout=TIMEOUT,
            allow_redirects=False,
        )
        if answer.status_code == 404:
            return []  # it has never heard of the role
        answer.raise_for_status()
        return [str(name) for name in answer.json()["used_by"]]
    except (requests.RequestException, ValueError, KeyError, TypeError) as error:
        raise ConsumerUnreachable(
            f"The workflow API does not say whether workflows need the role. ({type(error).__name__})"
        ) from error


def _credentials(access_token: str | None) -> dict[str, str]:
    if access_token is not None:
        return {"Authorization": f"Bearer {access_token}"}
    _, _, key = next(iter(settings.SERVICE_API_KEYS), "").partition(":")
    return {"X-API-Key": key}
