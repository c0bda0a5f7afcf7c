"""What an operator watches: mails that could not be judged."""

from __future__ import annotations

from inbound_mail.models import InboundMail
from ticketing_common.metrics import gauge


@gauge("inbound_mails_failed", "Mails of the mailbox that failed to be read and wait for an administrator.")
def failed() -> float:
    return float(InboundMail.objects.filter(verdict=InboundMail.Verdict.FAILED).count())
