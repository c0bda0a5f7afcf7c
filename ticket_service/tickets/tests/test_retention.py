"""Files of tickets that have ended: which of them go, what is left, and who may say so."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from ticketing_common.errors import FileGone
from ticketing_common.outbox.relay import cleanup
from ticketing_common.retention import services
from ticketing_common.retention.models import RetentionRule
from ticketing_testing.clients import assert_problem
from tickets.messaging import FileRemoved, content_of
from tickets.models import Attachment, Ticket
from tickets.tests.factories import PDF, admin, agent, fields, help_desk, noor, stranger, upload
from tickets.tests.other_services import OtherService

pytestmark = pytest.mark.django_db(transaction=True)

PATH = "/retention/attachments/"


def ago(days: int) -> datetime:
    return timezone.now() - timedelta(days=days)


def a_file(status: str = "resolved", *, ended: int = 40, came: int = 41) -> Attachment:
    """Return the file of a ticket that has this status since so many days."""
    answer = noor().post("/tickets/", fields() | {"attachments": upload("scan.pdf", PDF)}, format="multipart")
    assert answer.status_code == 201, answer.content
    number = answer.json()["ticket_number"]
    Ticket.objects.filter(ticket_number=number).update(status=status, status_at=ago(ended))
    Attachment.objects.filter(ticket__ticket_number=number).update(created_at=ago(came))
    return Attachment.objects.get(ticket__ticket_number=number)


def keep_for(days: int | None) -> Any:
    return admin().put(PATH, {"days": days, "version": 0}, format="json")


@pytest.mark.parametrize("status", sorted(Ticket.ENDED))
def test_the_file_goes_and_its_line_stays(status: str) -> None:
    file = a_file(status)
    assert keep_for(30).status_code == 200
    assert cleanup(now=timezone.now()) == 1
    assert not default_storage.exists(str(file.file.name))
    (shown,) = noor().get(f"/tickets/{file.ticket.ticket_number}/").json()["attachments"]
    assert (shown["file_name"], shown["removed_after_days"]) == ("scan.pdf", 30)
    refused = noor().get(f"/attachments/{file.pk}/")
    assert_problem(refused, 410, "file_removed")
    assert "30 days" in refused.json()["errors"][0]["detail"]
    assert_problem(stranger().get(f"/attachments/{file.pk}/"), 404)


@pytest.mark.parametrize(
    "values", [{"status": "in_progress"}, {"status": "on_hold"}, {"ended": 20}, {"came": 5}], ids=str
)
def test_files_of_open_tickets_and_young_ones_stay(values: dict[str, Any]) -> None:
    file = a_file(**values)
    keep_for(30)
    assert services.run_due(now=timezone.now()) == 0
    assert default_storage.exists(str(file.file.name))


def test_nothing_goes_without_a_rule() -> None:
    file = a_file(ended=4_000, came=4_000)
    assert services.run_due(now=timezone.now()) == 0
    assert default_storage.exists(str(file.file.name))
    shown = admin().get(PATH, {"days": 30}).json()
    assert (shown["days"], shown["kept"], shown["due"]) == (
        None,
        {"rows": 1, "bytes": len(PDF)},
        {"rows": 1, "bytes": len(PDF)},
    )


@pytest.mark.parametrize("caller", [noor, agent, help_desk])
def test_is_for_administrators(caller: Any) -> None:
    assert_problem(caller().get("/retention/"), 403)
    assert_problem(caller().get(PATH), 403)
    assert_problem(caller().put(PATH, {"days": 1, "version": 0}, format="json"), 403)
    assert_problem(caller().post(f"{PATH}run/"), 403)
    assert not RetentionRule.objects.exists()


def test_says_why_messaging_has_a_file_no_more(messaging: OtherService) -> None:
    refusal = {"type": "client_error", "errors": [{"code": "file_removed", "detail": "…", "attr": None}]}
    messaging.answer("/attachments/9/", 410, refusal)
    with pytest.raises(FileRemoved):
        content_of(9)
    messaging.answer("/attachments/9/", 410, b"gone")
    with pytest.raises(FileGone) as lost:
        content_of(9)
    assert lost.value.code == "file_gone"
