"""A field that a write does not know is refused by its name."""

from __future__ import annotations

from ticketing_testing.strict_writes import lenient_writes, writes

# Other services send these with a key: a later version of theirs may say more, as in messages.
LENIENT = {
    "POST /api/v1/notifications/send/": "SendIn",
    "POST /api/v2/notifications/inapp/": "InAppIn",
}


def test_every_write_refuses_unknown_fields() -> None:
    assert len(list(writes())) > 5
    assert lenient_writes() == LENIENT
