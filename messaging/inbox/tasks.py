"""Messages for the open browsers of one person."""

from __future__ import annotations

import broadcasts
from ticketing_common.contracts.messages import PushInboxEvent
from ticketing_common.inbox.consume import Delivery, consumes


@consumes(PushInboxEvent)
def push_inbox_event(message: PushInboxEvent, delivery: Delivery) -> None:
    frame = {
        "type": "inbox_update",
        "event": message.event,
        "unread_count": message.unread_count,
        "notification": message.notification,
    }
    broadcasts.to_inboxes(people=[message.user_id], frame=frame)
