"""The socket of one ticket: its events, what was missed, who is here, who types."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from sockets.broadcast import ticket_group
from sockets.consumer import FORBIDDEN, BadFrame, Frame, SocketConsumer
from sockets.frames import TicketState, encode, text_for, ticket_state
from sockets.hub import hub
from sockets.threads import SOCKETS
from ticketing_common.jwt import Identity

# More than so many missed events are not replayed: reading the conversation anew is cheaper.
RESUME_LIMIT = 500
TYPING_SECONDS = 1.0


class TicketConsumer(SocketConsumer):
    """`ws/tickets/<ticket_id>/`."""

    def __init__(self) -> None:
        super().__init__()
        self._typed_at = float("-inf")

    @property
    def ticket_number(self) -> str:
        return str(self.scope["url_route"]["kwargs"]["ticket_id"])

    async def admit(self, identity: Identity) -> Frame | None:
        state = await SOCKETS.run(ticket_state, self.ticket_number)
        if state is None or not (identity.is_admin or identity.user_id in state.readers):
            return None
        self.room = hub().enter_room(self, state)
        return {"type": "connection_established", "ticket_id": self.ticket_number, "seq": self.sent_seq}

    def admitted(self) -> None:
        if self.room is not None:
            self.room.greet(self)

    def check_rights(self) -> None:
        if self.room is not None and not self.room.may_stay(self):
            self.shut(FORBIDDEN)

    async def on_frame(self, kind: str, frame: Frame, ref: str | int | None) -> None:
        if kind == "resume":
            await self._resume(frame, ref)
        elif kind == "typing":
            self._typing()
        else:
            await super().on_frame(kind, frame, ref)

    def _typing(self) -> None:
        """Pass it on, at most once a second."""
        now = time.monotonic()
        if now - self._typed_at >= TYPING_SECONDS and self.hub is not None:
            self._typed_at = now
            message = {"type": "typing", "ticket": self.ticket_number, "user_id": self.user_id}
            self.hub.spread(ticket_group(self.ticket_number), message)

    async def _resume(self, frame: Frame, ref: str | int | None) -> None:
        """Send the missed frames in order, then what waited meanwhile."""
        last_seq = frame.get("last_seq")
        if not isinstance(last_seq, int) or isinstance(last_seq, bool) or last_seq < 0:
            raise BadFrame("resume carries last_seq, a number from 0.")
        self._may_send.clear()
        try:
            state = await SOCKETS.run(ticket_state, self.ticket_number, after=last_seq, limit=RESUME_LIMIT)
            if state is None or not (self.is_admin or self.user_id in state.readers):
                self.shut(FORBIDDEN)
                return
            await self._replay(state, last_seq, ref)
        finally:
            self._may_send.set()

    async def _replay(self, state: TicketState, last_seq: int, ref: str | int | None) -> None:
        is_complete = last_seq <= state.seq and not state.has_more
        if is_complete:
            for number, event in enumerate(state.events):
                if self._closer is not None:
                    return
                text = text_for(event, user_id=self.user_id, sees_internal=self.sees_internal)
                await self.send_now(self.as_answer(text, event["seq"]))
                if number % 50 == 49:
                    await asyncio.sleep(0)  # others want to be served too
        self.sent_seq = max(self.sent_seq, state.seq)
        answer: dict[str, Any] = {"type": "resumed", "seq": self.sent_seq, "complete": is_complete}
        await self.send_now(encode(answer if ref is None else answer | {"ref": ref}))
