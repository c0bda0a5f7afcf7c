"""No code, link or token in a dead letter, its reason or the log."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ticketing_common import logs
from ticketing_common.inbox.dead_letters import failure_reason, record_dead_letter
from ticketing_common.inbox.models import DeadLetter

pytestmark = pytest.mark.django_db

MAILS = "notification-queue-default"
KWARGS = {
    "notification_type": "password_reset",
    "context": {"reset_link": "https://x/reset?token=s3cret", "otp_code": "s3cret"},
    "event_id": "e1",
    "user_id": 5,
}


@pytest.mark.parametrize(
    ("queue", "body"),
    [
        (MAILS, json.dumps([[], KWARGS, {}]).encode()),
        (MAILS, json.dumps({"args": [], "kwargs": KWARGS}).encode()),
        (MAILS, json.dumps(["s3cret"]).encode()),
        (MAILS, b'{"otp_code": "s3cret", '),
        ("inapp-notification-queue", json.dumps({"kwargs": {"notifications": [KWARGS]}}).encode()),
    ],
)
def test_a_dead_letter_of_mail_names_it_and_quotes_nothing(queue: str, body: bytes) -> None:
    record_dead_letter(queue=queue, message_id="m1", task="t", code="c", reason="r", headers={}, body=body)

    letter = DeadLetter.objects.get()
    assert "s3cret" not in letter.body
    assert letter.raw_body is None
    if b"kwargs" in body and b"notifications" not in body:
        assert '"event_id": "e1"' in letter.body


def test_a_failure_over_mail_is_named_by_its_kind_only() -> None:
    assert failure_reason(MAILS, KeyError("s3cret")) == "KeyError"
    assert failure_reason("workflow_seed", KeyError("size")) == "KeyError: 'size'"


def test_a_token_in_a_reason_is_masked() -> None:
    reason = "ValueError: bad eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiI1In0.c2lnbmF0dXJl"
    headers = {"authorization": "Bearer s3cret", "id": "m1"}
    record_dead_letter(
        queue="workflow_seed", message_id="", task="", code="c", reason=reason, headers=headers, body=b"{}"
    )

    letter = DeadLetter.objects.get()
    assert letter.reason == "ValueError: bad ***"
    assert letter.headers == {"authorization": "***", "id": "m1"}


@pytest.mark.parametrize(
    ("path", "arguments", "expected"),
    [
        ("/unsubscribe/NTo4:1abc:sig/", {"token": "NTo4:1abc:sig"}, "/unsubscribe/***/"),
        ("/nowhere/AbCdEfGhIjKlMnOpQrStUvWxYz0123456789/", {}, "/nowhere/***/"),
        ("/tasks/5/", {"pk": "5"}, "/tasks/5/"),
        ("/x/0b9f8a3e-8f0e-4a55-9c3a-1d2e3f4a5b6c/", {}, "/x/0b9f8a3e-8f0e-4a55-9c3a-1d2e3f4a5b6c/"),
        ("/tickets/HD-2026-0000012345/", {}, "/tickets/HD-2026-0000012345/"),
    ],
)
def test_paths_are_logged_without_their_tokens(path: str, arguments: dict[str, Any], expected: str) -> None:
    assert logs.masked_path(path, arguments) == expected
