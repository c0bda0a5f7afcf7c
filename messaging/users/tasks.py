"""Messages about people."""

from __future__ import annotations

from ticketing_common.contracts.messages import SyncUserForMessaging
from ticketing_common.inbox.consume import Delivery, consumes
from users import services


@consumes(SyncUserForMessaging)
def sync_user(message: SyncUserForMessaging, delivery: Delivery) -> None:
    services.sync_user(message=message)
