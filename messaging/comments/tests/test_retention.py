"""Files of closed tickets: which of them go, what is left of them, and who may say so."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.utils import timezone

from comments import doctor, files
from comments import services as conversation
from comments.models import CommentAttachment
from tests.factories import ADMIN, AMARA, JONAS, NAMES, NUMBER, identity, make_ticket, roles_of, ticket_event
from ticketing_common.outbox.relay import cleanup
from ticketing_common.retention import services
from ticketing_common.retention.models import RetentionChange, RetentionRule, RetentionRun
from ticketing_testing.clients import assert_problem, client_for
from tickets.models import TicketEvent
from tickets.workflow_events import apply_ticket_event

pytestmark = pytest.mark.django_db(transaction=True)

PATH = "/retention/attachments/"


def client(user_id: int = ADMIN) -> Any:
    return client_for(user_id, full_name=NAMES[user_id], roles=roles_of(user_id))


def ago(days: int) -> datetime:
    return timezone.now() - timedelta(days=days)


def comment(number: str = NUMBER) -> int:
    written = conversation.post_comment(
        ticket_number=number, by=identity(AMARA), text="See the file.", visibility="public", now=timezone.now()
    )
    return int(written.document["id"])


def attach(comment_id: int, days: int = 40, name: str = "report.log") -> CommentAttachment:
    upload = SimpleUploadedFile(name, b"What was done.\n")
    file, _ = files.attach_upload(comment_id=comment_id, by=identity(AMARA), upload=upload, now=ago(days))
    return file


def end(number: str = NUMBER, *, days: int = 40, status: str = "completed") -> None:
    """Let the ticket have ended some days ago."""
    apply_ticket_event(message=ticket_event(number=number, seq=2, event=status, status=status), now=ago(days))
    TicketEvent.objects.filter(ticket__ticket_number=number).update(occurred_at=ago(days))


def keep_for(days: int | None, version: int = 0) -> Any:
    return client().put(PATH, {"days": days, "version": version}, format="json")


@pytest.fixture(autouse=True)
def _ticket() -> None:
    make_ticket()


@pytest.fixture
def file() -> CommentAttachment:
    return attach(comment())


def test_the_file_of_a_closed_ticket_goes_and_its_line_stays(file: CommentAttachment, media: Path) -> None:
    end()
    keep_for(30)
    assert cleanup(now=timezone.now()) == 1
    assert not [path for path in media.rglob("*") if path.is_file()]
    (shown,) = client(AMARA).get("/comments/", {"ticket_id": NUMBER}).json()["results"][0]["attachments"]
    assert (shown["file_name"], shown["removed_after_days"]) == ("report.log", 30)
    assert shown["removed_at"] is not None
    refused = client(AMARA).get(f"/attachments/{file.pk}/")
    assert_problem(refused, 410, "file_removed")
    assert "30 days" in refused.json()["errors"][0]["detail"]


@pytest.mark.parametrize("status", ["pending", "in_progress", "on_hold", "handing_off"])
def test_files_of_open_tickets_stay(file: CommentAttachment, status: str) -> None:
    end(status=status)
    keep_for(30)
    assert services.run_due(now=timezone.now()) == 0
    assert default_storage.exists(file.storage_name)


def test_files_of_tickets_closed_lately_and_files_that_came_later_stay() -> None:
    lately = attach(comment())
    end(days=20)
    make_ticket("TX2")
    later = attach(comment("TX2"), days=5)
    end("TX2")
    keep_for(30)
    assert services.run_due(now=timezone.now()) == 0
    assert default_storage.exists(lately.storage_name)
    assert default_storage.exists(later.storage_name)


def test_a_file_that_another_comment_shows_goes_with_the_last_one(file: CommentAttachment) -> None:
    other = comment()
    files.attach_stored(comment_id=other, by=identity(AMARA), attachment_id=file.pk, now=ago(10))
    end()
    keep_for(30)
    assert services.run_due(now=timezone.now()) == 1
    assert default_storage.exists(file.storage_name)
    CommentAttachment.objects.update(created_at=ago(40))
    assert services.run(name="attachments", now=timezone.now()).removed == 1
    assert not default_storage.exists(file.storage_name)


def test_a_removed_file_is_put_on_no_other_comment(file: CommentAttachment) -> None:
    end()
    keep_for(30)
    services.run_due(now=timezone.now())
    with pytest.raises(files.FileRemoved):
        files.attach_stored(comment_id=comment(), by=identity(AMARA), attachment_id=file.pk, now=timezone.now())


def test_a_removed_file_is_not_missing(file: CommentAttachment) -> None:
    end()
    keep_for(30)
    services.run_due(now=timezone.now())
    assert list(doctor.attachments()) == []
    call_command("verify_attachments")


def test_the_preview_counts_and_removes_nothing(file: CommentAttachment) -> None:
    end()
    (row,) = client().get("/retention/").json()
    assert (row["kind"], row["days"], row["due"]["rows"]) == ("attachments", None, 0)
    assert row["kept"] == {"rows": 1, "bytes": file.size}
    assert client().get(PATH, {"days": 30}).json()["due"] == {"rows": 1, "bytes": file.size}
    assert client().get(PATH, {"days": 60}).json()["due"] == {"rows": 0, "bytes": 0}
    assert default_storage.exists(file.storage_name)


def test_a_run_that_is_asked_for_says_who_asked(file: CommentAttachment) -> None:
    end()
    keep_for(30)
    answer = client().post(f"{PATH}run/").json()
    assert (answer["removed"], answer["removed_bytes"], answer["asked_by_id"]) == (1, file.size, ADMIN)
    assert (answer["days"], answer["is_complete"], answer["asked_by_name"]) == (30, True, NAMES[ADMIN])
    detail = client().get(PATH).json()
    assert [run["id"] for run in detail["runs"]] == [answer["id"]]
    assert [(row["old_days"], row["new_days"], row["by_id"]) for row in detail["changes"]] == [(None, 30, ADMIN)]


@pytest.mark.parametrize("user_id", [AMARA, JONAS])
def test_is_for_administrators(user_id: int) -> None:
    person = client(user_id)
    assert_problem(person.get("/retention/"), 403)
    assert_problem(person.get(PATH), 403)
    assert_problem(person.put(PATH, {"days": 1, "version": 0}, format="json"), 403)
    assert_problem(person.post(f"{PATH}run/"), 403)
    assert not RetentionRule.objects.exists()
    assert not RetentionChange.objects.exists()
    assert not RetentionRun.objects.exists()
