"""What conversations hold about a requester, over HTTP."""

from __future__ import annotations

from comments.erasure import collect
from ticketing_common.erasure import PersonRef
from ticketing_common.erasure_api import PersonDataView, Sections


class PrivacyView(PersonDataView):
    """What the conversations on a requester's tickets hold about them. Files have their address here."""

    def collect(self, person: PersonRef) -> Sections:
        return collect(person)
