"""Ask another service over REST in the name of the person whose request is being answered."""

from __future__ import annotations

from typing import Any

import requests

from ticketing_common.context import current_request_id
from ticketing_common.jwt import Identity

# Seconds to connect, and to wait for the answer: a person waits meanwhile.
TIMEOUT = (1.0, 3.0)
REFUSED = {requests.codes.unauthorized, requests.codes.forbidden, requests.codes.not_found}


def ask(url: str, person: Identity) -> Any:
    """Return the JSON document at the URL, None where the other service does not show it to the person.

    Raises `requests.RequestException` (an answer that is no JSON included) where there is no such answer.
    """
    answer = requests.get(
        url,
        headers={"Authorization": f"Bearer {person.token}", "X-Request-ID": current_request_id()},
        timeout=TIMEOUT,
        allow_redirects=False,
    )
    if answer.status_code in REFUSED:
        return None
    answer.raise_for_status()
    return answer.json()
