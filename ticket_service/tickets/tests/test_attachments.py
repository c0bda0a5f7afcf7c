"""Files are what their content says, and only for those who may see the ticket."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from ticketing_common.testing import assert_problem
from tickets import services
from tickets.models import Attachment
from tickets.tests.factories import (
    NOON,
    PDF,
    agent,
    fields,
    noor,
    png,
    stranger,
    ticket_of_noor,
    upload,
    zipped,
)
from tickets.uploads import MAX_BYTES, check_files, clean_name

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

    @pytest.mark.parametrize(
        "file",
        [
            upload("page.html", b"<script>alert(1)</script>", "image/png"),
            upload("page.png", b"<html><script>alert(1)</script></html>", "image/png"),
            upload("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "image/svg+xml"),
            upload("run.exe", b"MZ\x90\x00" + b"\x00" * 100),
            upload("run.pdf", b"MZ\x90\x00" + b"\x00" * 100),
            upload("late.pdf", b"<script>" + PDF),
            upload("cut.png", png()[:30]),
            upload("jpeg.png", b"\xff\xd8\xff\xe0" + b"\x00" * 64),
            upload("binary.txt", b"text\x00more"),
            upload("latin.txt", b"Gr\xfc\xdfe"),
            upload("plain.docx", zipped("readme.txt")),
            upload("broken.docx", b"PK\x03\x04nonsense"),
            upload("macro.docx", zipped(*DOCX_PARTS, "word/vbaProject.bin")),
            upload("climb.docx", zipped(*DOCX_PARTS, "../../etc/passwd")),
            upload("bomb.docx", zipped(*DOCX_PARTS, content=b"\x00" * (60 * 1024 * 1024))),
            upload("many.docx", zipped(*DOCX_PARTS, *(f"word/{n}" for n in range(2001)))),
            upload("empty.txt", b""),
            upload("noextension", b"text"),
            upload("large.txt", b"x" * (MAX_BYTES + 1)),
        ],
        ids=lambda file: file.name,
    )
    def test_refuses(self, file: SimpleUploadedFile) -> None:
        with pytest.raises(Exception, match=r".") as refused:
            check_files([file])
        assert getattr(refused.value, "code", None) == "file_refused"

    @pytest.mark.parametrize(
        ("given", "kept"),
        [
            ("..\\..\\x/evil.txt", "evil.txt"),
            ("a\r\nSet-Cookie: b.txt", "aSet-Cookie: b.txt"),
            ("\u202efdp.txt", "fdp.txt"),
            ("x" * 400 + ".pdf", "x" * 251 + ".pdf"),
            ("...", "file"),
        ],
    )
    def test_cleans_names(self, given: str, kept: str) -> None:
        assert clean_name(given) == kept


@pytest.mark.django_db
class TestDownload:
    def attachment(self, name: str = "approval.pdf", content: bytes = PDF) -> Attachment:
        services.file_ticket(values=fields(), employee={"id": 41}, files=check_files([upload(name, content)]), now=NOON)
        return Attachment.objects.latest("id")

    def content(self, response: Any) -> bytes:
        return b"".join(response.streaming_content)

    def test_gives_the_content_to_those_who_see_the_ticket(self) -> None:
        attachment = self.attachment()

        for client in (noor(), agent()):
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
