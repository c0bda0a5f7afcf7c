"""The socket on which a conversation is held."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils import timezone

from comments import files, services
from comments.changes import CommentNotFound, Written, readable_comment
from comments.events import comment_frame
from sockets.consumer import Frame, Ref
from sockets.threads import SOCKETS
from sockets.tickets import TicketConsumer
from ticketing_common.errors import Invalid

Kind = type | tuple[type, ...]
NOTHING = type(None)

# The fields of each frame and their types; what is not listed is ignored.
FIELDS: dict[str, dict[str, Kind]] = {
    "comment_create": {
        "text": str,
        "visibility": (str, NOTHING),
        "client_id": (str, NOTHING),
        "mentions": (list, NOTHING),
        "uploads": (list, NOTHING),
    },
    "comment_update": {"comment_id": int, "text": str, "mentions": (list, NOTHING)},
    "comment_delete": {"comment_id": int},
    "comment_reply": {
        "comment_id": int,
        "text": str,
        "client_id": (str, NOTHING),
        "mentions": (list, NOTHING),
        "uploads": (list, NOTHING),
    },
    "comment_rate": {"comment_id": int, "value": (str, NOTHING)},
    "comment_attach_document": {"comment_id": int, "attachment_id": int},
}
LISTS_OF_IDS = ("mentions", "uploads")
MAX_ID = 2**63 - 1


class CommentConsumer(TicketConsumer):
    """`ws/comments/<ticket_id>/`: everything of the ticket's socket, and writing."""

    async def on_frame(self, kind: str, frame: Frame, ref: Ref) -> None:
        if kind not in FIELDS:
            await super().on_frame(kind, frame, ref)
            return
        values = fields_of(frame, FIELDS[kind])
        # What is announced meanwhile waits, so that the answer's frame can carry the client's ref.
        async with self.sending:
            written = await SOCKETS.run(self._change, kind, values)
            if written.seq is not None and ref is not None:
                self.refs[written.seq] = ref
        if written.seq is None:
            known = comment_frame(action=written.action, document=written.document, seq=written.document["seq"])
            self.answer(known, ref)

    def _change(self, kind: str, values: dict[str, Any]) -> Written:
        changes: dict[str, Callable[..., Written]] = {
            "comment_update": services.edit_comment,
            "comment_delete": services.delete_comment,
            "comment_reply": services.post_reply,
            "comment_rate": services.rate_comment,
            "comment_attach_document": files.attach_stored,
        }
        now = timezone.now()
        if kind == "comment_create":
            return services.post_comment(ticket_number=self.ticket_number, by=self.identity, now=now, **values)
        comment = readable_comment(comment_id=values["comment_id"], by=self.identity)
        if comment.ticket.ticket_number != self.ticket_number:
            raise CommentNotFound(attr="comment_id")
        return changes[kind](by=self.identity, now=now, **values)


def fields_of(frame: Frame, kinds: dict[str, Kind]) -> dict[str, Any]:
    """Return the frame's fields, or refuse the first that is missing or of a wrong type."""
    values: dict[str, Any] = {}
    for name, kind in kinds.items():
        value: Any = frame.get(name)
        if isinstance(value, bool) or not isinstance(value, kind):
            raise Invalid("This field is missing or of a wrong type.", attr=name)
        if isinstance(value, int) and not 0 < value <= MAX_ID:
            raise Invalid("There is no such id.", attr=name)
        if name in LISTS_OF_IDS:
            value = ids_of(frame.get(name) or [], name)
        values[name] = value
    return values


def ids_of(values: list[Any], name: str) -> list[int]:
    if not all(isinstance(value, int) and not isinstance(value, bool) and 0 < value <= MAX_ID for value in values):
        raise Invalid("A list of ids.", attr=name)
    return values
