"""What the help desk holds about a requester, over HTTP."""

from __future__ import annotations

from ticketing_common.erasure import PersonRef
from ticketing_common.erasure_api import PersonDataView, Sections
from tickets.erasure import collect


class PrivacyView(PersonDataView):
    """What the help desk's tickets hold about a requester. Files have their address here."""

    def collect(self, person: PersonRef) -> Sections:
        return collect(person)
