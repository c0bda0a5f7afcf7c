"""Fetch a file of a public comment from the messaging service, for those who may read the comment here."""

from __future__ import annotations

import requests
from django.conf import settings

from ticketing_common.context import current_request_id
from ticketing_common.errors import FileGone, NotFound, Refusal
from ticketing_common.logs import logger

log = logger(__name__)

# Seconds to connect, and to wait for each part of the answer.
TIMEOUT = (1.0, 10.0)


class FileRemoved(FileGone):
    """The retention rule has removed the content, here or in the messaging service."""

    code = "file_removed"
    default_detail = "The retention rule has removed this file."


class MessagingAway(Refusal):
    code = "unavailable"
    status_code = 503
    default_detail = "The file can't be fetched right now. Try again in a moment."


def _code_of(answer: requests.Response) -> str:
    """Return the code of a refusal; none where the answer is not in the form of the services."""
    try:
        return str(answer.json()["errors"][0]["code"])
    except (ValueError, LookupError, TypeError):
        return ""


def content_of(attachment_id: int) -> bytes:
    """Return the file's content. Raises `NotFound`, `FileGone` or `MessagingAway`."""
    _, _, key = next(iter(settings.SERVICE_API_KEYS), "").partition(":")
    try:
        answer = requests.get(
            f"{settings.MESSAGING_SERVICE_URL}/attachments/{attachment_id}/",
            headers={"X-API-Key": key, "X-Request-ID": current_request_id()},
            timeout=TIMEOUT,
            allow_redirects=False,
        )
        if answer.status_code == requests.codes.not_found:
            raise NotFound("There is no such file, or you may not see it.")
        if answer.status_code == requests.codes.gone:
            raise FileRemoved() if _code_of(answer) == FileRemoved.code else FileGone()
        answer.raise_for_status()
        return answer.content
    except requests.RequestException as error:
        log.warning("file_not_fetched", attachment_id=attachment_id, error=type(error).__name__)
        raise MessagingAway() from error
