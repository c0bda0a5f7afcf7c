"""A field that a write does not know is refused by its name."""

from __future__ import annotations

from ticketing_testing.strict_writes import lenient_writes, writes

# What is said is told by sockets too, whose frames carry more; `readable` another service asks with a key.
LENIENT = {
    "POST /comments/": "CommentIn",
    "POST /comments/readable/": "ReadableIn",
    "POST /comments/{comment_id}/attachments/": "UploadIn",
    "POST /comments/{comment_id}/replies/": "ReplyIn",
    "PUT /comments/{comment_id}/rating/": "RatingIn",
    "PUT /tickets/{ticket_id}/read-state/": "ReadStateIn",
}


def test_every_write_refuses_unknown_fields() -> None:
    assert len(list(writes())) > 5
    assert lenient_writes() == LENIENT
