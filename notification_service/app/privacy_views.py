"""What mails, notifications and webhooks hold about a requester, over HTTP."""

from __future__ import annotations

from app.erasure import collect
from ticketing_common.erasure import PersonRef
from ticketing_common.erasure_api import PersonDataView, Sections


class PrivacyView(PersonDataView):
    """What mails, notifications, mails in and webhook deliveries hold about a requester."""

    def collect(self, person: PersonRef) -> Sections:
        return collect(person)
