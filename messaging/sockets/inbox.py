"""The socket of one person: unread counts, new notifications, lists that changed."""

from __future__ import annotations

from sockets.consumer import Frame, SocketConsumer
from sockets.hub import hub


class InboxConsumer(SocketConsumer):
    """`ws/inbox/`. Hints only: what they announce is read over REST, so nothing is replayed here."""

    receives_inbox = True

    async def admit(self) -> Frame | None:
        self.hub = hub()
        self.hub.enter(self)
        return {"type": "connection_established", "ticket_id": None, "seq": 0}
