"""Requesters to be erased, as the workflow API asks for it."""

from __future__ import annotations

from django.utils import timezone

from privacy import accounts
from ticketing_common.contracts.messages import ErasePersonInAccounts
from ticketing_common.inbox.consume import Delivery, consumes


@consumes(ErasePersonInAccounts)
def erase_person(message: ErasePersonInAccounts, _delivery: Delivery) -> None:
    accounts.erase(message=message, now=timezone.now())
