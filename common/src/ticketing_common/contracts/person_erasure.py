"""The erasure of a requester: asked of every service, and confirmed by each (ADR 0039)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ticketing_common.contracts.message import Message
from ticketing_common.contracts.validation import Json


@dataclass(frozen=True, kw_only=True)
class ErasePerson(Message):
    """workflow_api -> messaging: erase what you hold about the person, and confirm it with `ReportErasure`.

    `requesters` are `{source_service, id}`, `tickets` are `{ticket_number, source_service, source_number}`. An erasure
    is done in passes; the first of them may go without its number.
    """

    task = "privacy.tasks.erase_person"
    queue = "person-erasure-messaging"
    erasure_id: int
    emails: list[str]
    names: list[str]
    requesters: list[Json]
    tickets: list[Json]
    requested_at: str
    pass_number: int | None = None

    @property
    def key(self) -> str | None:
        return f"{self.queue}:{self.erasure_id}"

    def done_by(self, service: str, *, at: datetime) -> Json:
        """Return the fields of the `ReportErasure` by which the service confirms, but for what was erased."""
        return {
            "erasure_id": self.erasure_id,
            "service": service,
            "occurred_at": at.isoformat(),
            "event_id": f"erasure-{self.erasure_id}-{self.pass_number or 1}-{service}",
            "pass_number": self.pass_number,
        }


@dataclass(frozen=True, kw_only=True)
class ErasePersonInNotifications(ErasePerson):
    """workflow_api -> notification_service: the same."""

    queue = "person-erasure-notifications"


@dataclass(frozen=True, kw_only=True)
class ErasePersonAtHelpDesk(ErasePerson):
    """workflow_api -> ticket_service: the same."""

    queue = "person-erasure-help-desk"


@dataclass(frozen=True, kw_only=True)
class ErasePersonInAccounts(ErasePerson):
    """workflow_api -> auth: the same, of accounts that are deactivated. Active ones are kept, and counted."""

    queue = "person-erasure-accounts"


@dataclass(frozen=True, kw_only=True)
class ReportErasure(Message):
    """Any service -> workflow_api: the person is erased here; `erased` says how much of what was."""

    task = "privacy.tasks.report_erasure"
    queue = "person-erasure-reports"
    erasure_id: int
    service: str
    erased: dict[str, int]
    occurred_at: str
    event_id: str
    pass_number: int | None = None

    @property
    def key(self) -> str | None:
        return f"erasure:{self.erasure_id}"
