"""What accounts hold about a requester, over HTTP."""

from __future__ import annotations

from privacy.accounts import collect
from ticketing_common.erasure import PersonRef
from ticketing_common.erasure_api import PersonDataView, Sections


class PrivacyView(PersonDataView):
    """What the accounts with a requester's addresses hold. Pictures have their address here."""

    def collect(self, person: PersonRef) -> Sections:
        return collect(person)
