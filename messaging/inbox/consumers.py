"""The socket of one person: unread counts, new notices, lists that changed."""

from __future__ import annotations

from sockets.consumer import Frame, SocketConsumer
from sockets.hub import hub
from ticketing_common.jwt import Identity


class InboxConsumer(SocketConsumer):
    """`ws/inbox/`. Hints only: what they announce is read over REST, so nothing is replayed here."""

    async def admit(self, identity: Identity) -> Frame | None:
        hub().enter_inbox(self)
        return {"type": "connection_established", "ticket_id": None, "seq": 0}
