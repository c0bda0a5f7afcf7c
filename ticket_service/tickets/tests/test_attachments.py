"""Files are what their content says, and only for those who may see the ticket."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from rest_framework.test import APIClient

from ticketing_testing.clients import assert_problem, published_messages
from ticketing_testing.hostile_files import HOSTILE, Hostile, assert_is_harmless, multipart
from ticketing_testing.object_store import object_store
from tickets import services
from tickets.models import Attachment
from tickets.tests.factories import (
    NOON,
    PDF,
    fields,
    help_desk,
    noor,
    png,
    stranger,
    ticket_of_noor,
    upload,
    zipped,
)
from tickets.uploads import check_files

DOCX_PARTS = ("[Content_Types].xml", "word/document.xml")
OFFICE_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class TestCheckFiles:
    @pytest.mark.parametrize(
        ("file", "content_type"),
        [
            (upload("a.PNG", png(), "text/html"), "image/png"),
            (upload("a.pdf", PDF), "application/pdf"),
            (upload("a.txt", "Grüße".encode()), "text/plain"),
            (upload("a.csv", b"a;b\n1;2\n"), "text/csv"),
            (upload("a.docx", zipped(*DOCX_PARTS)), OFFICE_TYPE),
        ],
    )
    def test_finds_the_type_in_the_content(self, file: SimpleUploadedFile, content_type: str) -> None:
        (checked,) = check_files([file])
        assert checked.content_type == content_type


@pytest.mark.django_db
@pytest.mark.parametrize("file", HOSTILE, ids=lambda file: file.what)
def test_refuses_or_defuses_what_means_harm(file: Hostile, settings: Any) -> None:
    body, content_type = multipart(file, field="attachments", **fields())
    answer = noor().post("/tickets/", body, content_type=content_type)
    if file.kept_as is None:
        status, code = (413, "file_too_large") if file.name == "large.txt" else (400, "file_refused")
        assert_problem(answer, status, code, "attachments")
        assert not stored_in(settings.MEDIA_ROOT)
        return
    assert answer.status_code == 201, answer.content
    (kept,) = answer.json()["attachments"]
    assert (kept["file_name"], kept["content_type"]) == file.kept_as
    (stored,) = stored_in(settings.MEDIA_ROOT)
    assert stored.parent.parent == settings.MEDIA_ROOT / "attachments"
    assert_is_harmless(help_desk().get(kept["url"]), file)


def stored_in(media: Path) -> list[Path]:
    return [path for path in media.rglob("*") if path.is_file()]


@pytest.mark.django_db
class TestDownload:
    def attachment(self, name: str = "approval.pdf", content: bytes = PDF) -> Attachment:
        services.file_ticket(values=fields(), employee={"id": 41}, files=check_files([upload(name, content)]), now=NOON)
        return Attachment.objects.latest("id")

    def content(self, response: Any) -> bytes:
        return b"".join(response.streaming_content)

    def test_gives_the_content_to_those_who_see_the_ticket(self) -> None:
        attachment = self.attachment()

        for client in (noor(), help_desk()):
            response = client.get(attachment.url)
            assert response.status_code == 200
            assert self.content(response) == PDF

    def test_gives_it_to_a_service_with_a_key(self, settings: Any) -> None:
        settings.SERVICE_API_KEYS = ["workflow:s3rvice"]
        attachment = self.attachment()

        assert APIClient().get(attachment.url, headers={"X-API-Key": "s3rvice"}).status_code == 200
        assert_problem(APIClient().get(attachment.url, headers={"X-API-Key": "wrong"}), 401)

    def test_does_not_exist_for_strangers(self) -> None:
        attachment = self.attachment()

        assert_problem(stranger().get(attachment.url), 404)
        assert_problem(APIClient().get(attachment.url), 401)
        assert_problem(noor().get("/attachments/999999999999999999/"), 404)

    def test_is_a_download_unless_it_is_a_plain_picture(self) -> None:
        document, picture = self.attachment(), self.attachment("screen.png", png())

        answer = noor().get(document.url)
        assert answer["Content-Disposition"] == 'attachment; filename="approval.pdf"'
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert noor().get(picture.url)["Content-Disposition"].startswith("inline")

    def test_what_is_no_longer_stored_is_gone(self, settings: Any) -> None:
        attachment = self.attachment()
        for path in stored_in(settings.MEDIA_ROOT):
            path.unlink()

        assert_problem(noor().get(attachment.url), 410, "file_gone")
        assert_problem(stranger().get(attachment.url), 404)

    def test_keeps_the_file_under_a_random_name(self, settings: Any) -> None:
        attachment = self.attachment("../../secret.pdf")

        assert attachment.file_name == "secret.pdf"
        assert "secret" not in str(attachment.file.name)
        assert (settings.MEDIA_ROOT / attachment.file.name).is_file()


@pytest.mark.django_db
def test_a_ticket_with_a_refused_file_is_not_filed() -> None:
    response = noor().post(
        "/tickets/", fields() | {"attachments": [upload("a.png", png()), upload("b.exe", b"MZ")]}, format="multipart"
    )

    assert_problem(response, 400, "file_refused", "attachments")
    assert Attachment.objects.count() == 0
    assert ticket_of_noor().attachments.count() == 0


@pytest.mark.django_db(transaction=True)
def test_files_lie_in_an_object_store_where_the_settings_say_so(settings: Any) -> None:
    with object_store() as store:
        settings.STORAGES = store.storages
        answer = noor().post("/tickets/", fields() | {"attachments": [upload("a.png", png())]}, format="multipart")
        assert answer.status_code == 201, answer.content
        (name,) = store.names()
        assert store.read(name) == png()
        assert store.status_for_strangers(name) == 403
        (kept,) = answer.json()["attachments"]
        number = answer.json()["ticket_number"]

        fetched: Any = help_desk().get(kept["url"])
        assert b"".join(fetched.streaming_content) == png()
        assert_problem(stranger().get(kept["url"]), 404)
        (told,) = published_messages("tickets.tasks.receive_ticket")
        for said in (answer.content.decode(), str(fetched.headers), json.dumps(told)):
            assert name not in said
            assert store.url not in said

        assert help_desk().delete(f"/tickets/{number}/").status_code == 204
        assert store.names() == []
        assert not settings.MEDIA_ROOT.exists()


@pytest.mark.django_db
class TestUploadCap:
    def test_stops_a_file_while_it_streams(self, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        settings.ATTACHMENT_MAX_BYTES = 100_000
        received: list[int] = []
        keep = TemporaryFileUploadHandler.receive_data_chunk

        def receive(handler: TemporaryFileUploadHandler, raw_data: bytes, start: int) -> None:
            received.append(len(raw_data))
            keep(handler, raw_data, start)

        monkeypatch.setattr(TemporaryFileUploadHandler, "receive_data_chunk", receive)
        body = fields() | {"attachments": [upload("large.txt", b"x" * 5_000_000)]}

        assert_problem(noor().post("/tickets/", body, format="multipart"), 413, "file_too_large", "attachments")
        assert sum(received) <= 100_000
        assert not stored_in(settings.MEDIA_ROOT)

    def test_counts_the_files_of_a_request_together(self, settings: Any) -> None:
        settings.ATTACHMENT_MAX_BYTES, settings.ATTACHMENT_MAX_FILES = 1_000, 2
        files = [upload(f"{number}.txt", b"x" * 900) for number in range(3)]

        answer = noor().post("/tickets/", fields() | {"attachments": files}, format="multipart")

        assert_problem(answer, 413, "file_too_large", "attachments")


@pytest.mark.django_db
def test_tells_which_kinds_it_takes() -> None:
    answer = noor().get("/attachments/kinds/").json()

    kinds = {kind["extension"]: (kind["content_type"], kind["is_shown"]) for kind in answer["kinds"]}
    assert kinds["png"] == ("image/png", True)
    assert kinds["eml"] == ("message/rfc822", False)
    assert (answer["max_bytes"], answer["max_files"]) == (10 * 2**20, 10)
