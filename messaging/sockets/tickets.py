"""The socket of one ticket: its events, what was missed, who is here, who types."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from django.utils import timezone

from broadcasts import ticket_group
from comments import services
from comments.events import TicketState, ticket_state
from sockets.consumer import BadFrame, Frame, Ref, SocketConsumer
from sockets.hub import hub
from sockets.rooms import FORBIDDEN
from sockets.threads import SOCKETS
from tickets.events import encode, text_for
from tickets.services import readable_ticket

# More than so many missed events are not replayed: reading the conversation anew is cheaper.
RESUME_LIMIT = 500
TYPING_SECONDS = 1.0
MAX_SEQ = 2**63 - 1


class TicketConsumer(SocketConsumer):
    """`ws/tickets/<ticket_id>/`."""

    def __init__(self) -> None:
        super().__init__()
        self._typed_at = float("-inf")

    @property
    def ticket_number(self) -> str:
        return str(self.scope["url_route"]["kwargs"]["ticket_id"])

    def _may_read(self, state: TicketState | None) -> bool:
        return state is not None and (self.is_admin or self.user_id in state.readers)

    async def admit(self) -> Frame | None:
        state = await SOCKETS.run(ticket_state, self.ticket_number)
        if state is None or not self._may_read(state):
            return None
        self.hub = hub()
        self.room = self.hub.enter_room(self, state)
        return {"type": "connection_established", "ticket_id": self.ticket_number, "seq": self.sent_seq}

    def admitted(self) -> None:
        if self.room is not None:
            self.room.presence.greet(self)

    def check_rights(self) -> None:
        if self.room is not None and not self.room.may_read(self):
            self.shut(FORBIDDEN)

    async def on_frame(self, kind: str, frame: Frame, ref: Ref) -> None:
        if kind == "resume":
            await self._resume(frame, ref)
        elif kind == "typing":
            self._typing()
        elif kind == "read":
            await SOCKETS.run(self._mark_read, _number(frame, "seq"))
        else:
            await super().on_frame(kind, frame, ref)

    def _typing(self) -> None:
        """Pass it on, at most once a second."""
        now = time.monotonic()
        if now - self._typed_at >= TYPING_SECONDS and self.hub is not None:
            self._typed_at = now
            message = {"type": "typing", "ticket": self.ticket_number, "user_id": self.user_id}
            self.hub.spread(ticket_group(self.ticket_number), message)

    def _mark_read(self, seq: int) -> None:
        ticket = readable_ticket(ticket_number=self.ticket_number, by=self.identity)
        services.mark_read(ticket=ticket, by=self.identity, seq=seq, now=timezone.now())

    async def _resume(self, frame: Frame, ref: Ref) -> None:
        """Send the missed frames in order; what is queued meanwhile follows."""
        last_seq = _number(frame, "last_seq")
        async with self.sending:
            state = await SOCKETS.run(ticket_state, self.ticket_number, after=last_seq, limit=RESUME_LIMIT)
            if state is None or not self._may_read(state):
                self.shut(FORBIDDEN)
                return
            is_complete = last_seq <= state.seq and not state.has_more
            for number, event in enumerate(state.events if is_complete else ()):
                if self.is_closing:
                    return
                text = text_for(event, user_id=self.user_id, sees_internal=self.sees_internal)
                await self.put(text, event["seq"])
                if number % 50 == 49:
                    await asyncio.sleep(0)  # let others be served too
            self.sent_seq = max(self.sent_seq, state.seq)
            answer: dict[str, Any] = {"type": "resumed", "seq": self.sent_seq, "complete": is_complete}
            await self.put(encode(answer if ref is None else answer | {"ref": ref}))


def _number(frame: Frame, name: str) -> int:
    """Return the frame's field, a number of an event, or refuse the frame."""
    value = frame.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MAX_SEQ:
        raise BadFrame(f"{frame['type']} carries {name}, a number from 0.")
    return value
