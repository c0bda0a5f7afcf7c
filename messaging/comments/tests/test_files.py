"""Files on comments: what comes in, who gets it, how it goes out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from rest_framework.test import APIClient

from comments import doctor, files, services
from comments.models import Comment, CommentAttachment
from tests.factories import ADMIN, AMARA, JONAS, NAMES, NOON, NUMBER, PLAIN_ROLES, STRANGER, identity, make_ticket
from tests.factories import roles_of as roles_of_person
from ticketing_common.errors import Refusal
from ticketing_common.uploads import CONTENT_TYPES, true_content_type
from ticketing_testing.clients import assert_problem, client_for
from ticketing_testing.hostile_files import HOSTILE, ODT, WORD, Hostile, archive, assert_is_harmless, multipart, picture
from ticketing_testing.object_store import ObjectStore, object_store
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


def client(user_id: int, **token: Any) -> APIClient:
    return client_for(user_id, **({"full_name": NAMES[user_id], "roles": roles_of_person(user_id)} | token))


def stored_in(media: Path) -> list[Path]:
    return [path for path in media.rglob("*") if path.is_file()]


@pytest.fixture(autouse=True)
def ticket() -> Ticket:
    return make_ticket()


@pytest.fixture
def comment_id() -> int:
    written = services.post_comment(
        ticket_number=NUMBER, by=identity(AMARA), text="See the file.", visibility="internal", now=NOON
    )
    return int(written.document["id"])


def upload(comment_id: int, name: str, content: bytes, user_id: int = AMARA, key: str = "") -> Any:
    return client(user_id).post(
        f"/comments/{comment_id}/attachments/",
        {"file": SimpleUploadedFile(name, content)},
        format="multipart",
        headers={"Idempotency-Key": key} if key else {},
    )


class TestComingIn:
    @pytest.mark.parametrize(
        ("name", "content", "content_type"),
        [
            ("red.png", picture(), "image/png"),
            ("red.JPG", picture("JPEG"), "image/jpeg"),
            ("red.gif", picture("GIF"), "image/gif"),
            ("dot.jpg", picture("JPEG", (1, 1)), "image/jpeg"),
            ("red.webp", picture("WEBP"), "image/webp"),
            ("paper.pdf", b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF", "application/pdf"),
            ("app.log", "Zeile für Zeile\n".encode(), "text/plain"),
            ("list.csv", b"a,b\n1,2\n", "text/csv"),
            ("all.zip", archive(["a.txt"]), "application/zip"),
            ("letter.docx", archive(WORD), CONTENT_TYPES["docx"]),
            ("letter.odt", archive(ODT), CONTENT_TYPES["odt"]),
        ],
    )
    def test_takes_files_that_are_what_they_say(
        self, comment_id: int, name: str, content: bytes, content_type: str
    ) -> None:
        answer = upload(comment_id, name, content)
        assert answer.status_code == 201, answer.content
        document = answer.json()
        assert (document["file_name"], document["content_type"], document["size"]) == (name, content_type, len(content))
        fetched = client(JONAS).get(document["url"])
        assert (fetched.status_code, fetched.content) == (200, content)

    @pytest.mark.parametrize("file", HOSTILE, ids=lambda file: file.what)
    def test_refuses_or_defuses_what_means_harm(self, comment_id: int, file: Hostile, media: Path) -> None:
        body, content_type = multipart(file, field="file")
        answer = client(AMARA).post(f"/comments/{comment_id}/attachments/", body, content_type=content_type)
        if file.kept_as is None:
            code = {"empty.txt": "invalid", "large.txt": "file_too_large"}.get(file.name, "file_type_not_allowed")
            assert_problem(answer, 413 if code == "file_too_large" else 400, code, "file")
            assert not stored_in(media)
            return
        assert answer.status_code == 201, answer.content
        assert (answer.json()["file_name"], answer.json()["content_type"]) == file.kept_as
        (stored,) = stored_in(media)
        assert stored.parent.parent == media / "comment-attachments"
        assert_is_harmless(client(JONAS).get(answer.json()["url"]), file)

    def test_refuses_a_kind_that_is_not_wanted_though_it_is_what_it_says(self, comment_id: int, media: Path) -> None:
        assert_problem(upload(comment_id, "setup.iso", b"CD001"), 400, "file_type_not_allowed", "file")
        assert not stored_in(media)

    def test_caps_size_and_number(self, comment_id: int, settings: Any) -> None:
        settings.ATTACHMENT_MAX_BYTES, settings.ATTACHMENT_MAX_FILES = 100, 2
        assert_problem(upload(comment_id, "big.txt", b"x" * 101), 413, "file_too_large", "file")
        assert_problem(upload(comment_id, "empty.txt", b""), 400, attr="file")
        assert [upload(comment_id, f"{n}.txt", b"x").status_code for n in range(2)] == [201, 201]
        assert_problem(upload(comment_id, "third.txt", b"x"), 400, "too_many_files")

    def test_the_stored_name_says_nothing(self, comment_id: int, media: Path) -> None:
        upload(comment_id, "../../etc/passwd.txt", b"root")
        stored = [path for path in media.rglob("*") if path.is_file()]
        assert len(stored) == 1
        assert stored[0].parent.parent == media / "comment-attachments"
        assert "passwd" not in stored[0].name
        assert CommentAttachment.objects.get().file_name == "passwd.txt"

    def test_only_the_author_and_administrators_attach(self, comment_id: int) -> None:
        assert_problem(upload(comment_id, "a.txt", b"x", JONAS), 403, "not_your_comment")
        assert_problem(upload(comment_id, "a.txt", b"x", STRANGER), 404)
        assert upload(comment_id, "a.txt", b"x", ADMIN).status_code == 201

    def test_the_same_key_stores_once(self, comment_id: int, media: Path) -> None:
        answers = [upload(comment_id, "a.txt", b"x", key="k").json() for _ in range(2)]
        assert answers[0] == answers[1]
        assert len([path for path in media.rglob("*") if path.is_file()]) == 1

    def test_the_comment_shows_it(self, comment_id: int) -> None:
        document = upload(comment_id, "red.png", picture()).json()
        shown = client(JONAS).get(f"/comments/{comment_id}/").json()
        assert shown["attachments"] == [document]
        event = client(JONAS).get(f"/tickets/{NUMBER}/events/?after=2").json()["results"][0]
        assert (event["action"], event["comment"]) == ("attach_document", shown)


class TestGoingOut:
    def test_pictures_may_be_shown_and_everything_else_is_a_download(self, comment_id: int) -> None:
        inline = client(JONAS).get(upload(comment_id, "red.png", picture()).json()["url"])
        assert inline["Content-Disposition"].startswith("inline")
        for name, content in [("paper.pdf", b"%PDF-1.7"), ("page.txt", b"<script>alert(1)</script>")]:
            answer = client(JONAS).get(upload(comment_id, name, content).json()["url"])
            assert answer["Content-Disposition"].startswith("attachment")
            assert answer["X-Content-Type-Options"] == "nosniff"
            assert "sandbox" in answer["Content-Security-Policy"]

    def test_a_name_in_any_script_comes_back_whole(self, comment_id: int) -> None:
        document = upload(comment_id, "Прайс-лист 価格.txt", b"x").json()
        assert document["file_name"] == "Прайс-лист 価格.txt"
        assert "filename*=utf-8''" in client(AMARA).get(document["url"])["Content-Disposition"]

    def test_only_for_readers_of_the_comment(self, comment_id: int) -> None:
        url = upload(comment_id, "a.txt", b"secret").json()["url"]
        assert_problem(client(STRANGER).get(url), 404, "attachment_not_found")
        assert_problem(client(JONAS, roles=PLAIN_ROLES).get(url), 404, "attachment_not_found")
        assert_problem(APIClient().get(url), 401)
        assert client(ADMIN).get(url).status_code == 200

    def test_what_is_no_longer_stored_is_gone(self, comment_id: int, media: Path) -> None:
        url = upload(comment_id, "a.txt", b"lost with a disk").json()["url"]
        for path in stored_in(media):
            path.unlink()
        assert_problem(client(AMARA).get(url), 410, "file_gone")
        assert_problem(client(STRANGER).get(url), 404, "attachment_not_found")

    @pytest.mark.django_db(transaction=True)
    def test_deleting_the_comment_removes_the_file(self, comment_id: int, media: Path) -> None:
        url = upload(comment_id, "a.txt", b"secret").json()["url"]
        client(AMARA).delete(f"/comments/{comment_id}/")
        assert_problem(client(AMARA).get(url), 404)
        assert not [path for path in media.rglob("*") if path.is_file()]


class TestInAnObjectStore:
    @pytest.fixture
    def store(self, settings: Any) -> Iterator[ObjectStore]:
        with object_store() as store:
            settings.STORAGES = store.storages
            yield store

    @pytest.mark.django_db(transaction=True)
    def test_files_come_and_go_as_on_a_disk_and_nobody_learns_where_they_lie(
        self, comment_id: int, store: ObjectStore, media: Path
    ) -> None:
        document = upload(comment_id, "a.txt", b"elsewhere").json()
        (name,) = store.names()
        assert store.read(name) == b"elsewhere"
        assert not media.exists()
        assert store.status_for_strangers(name) == 403
        other = services.post_comment(ticket_number=NUMBER, by=identity(AMARA), text="Again.", now=NOON).document["id"]
        files.attach_stored(comment_id=other, by=identity(AMARA), attachment_id=document["id"], now=NOON)

        fetched = client(JONAS).get(document["url"])
        assert (fetched.status_code, fetched.content) == (200, b"elsewhere")
        assert_problem(client(STRANGER).get(document["url"]), 404, "attachment_not_found")
        shown = client(JONAS).get(f"/comments/?ticket_id={NUMBER}"), client(JONAS).get(f"/tickets/{NUMBER}/events/")
        for said in (*(answer.content.decode() for answer in shown), str(fetched.headers), str(document)):
            assert name not in said
            assert store.url not in said

        client(AMARA).delete(f"/comments/{comment_id}/")
        assert store.names() == [name]
        client(AMARA).delete(f"/comments/{other}/")
        assert store.names() == []

    def test_what_the_store_lost_is_gone(self, comment_id: int, store: ObjectStore) -> None:
        url = upload(comment_id, "a.txt", b"lost").json()["url"]
        store.forget(store.names()[0])
        assert_problem(client(AMARA).get(url), 410, "file_gone")

    def test_a_store_that_is_away_is_said_and_keeps_nothing(self, comment_id: int, store: ObjectStore) -> None:
        url = upload(comment_id, "a.txt", b"kept").json()["url"]
        store.stop()
        assert_problem(client(AMARA).get(url), 503, "storage_unavailable")
        assert_problem(upload(comment_id, "b.txt", b"new"), 503, "storage_unavailable")
        assert CommentAttachment.objects.count() == 1


class TestAttachingAgain:
    @pytest.mark.django_db(transaction=True)
    def test_one_file_on_two_comments_is_stored_once_and_goes_with_the_last(self, comment_id: int, media: Path) -> None:
        document = upload(comment_id, "a.txt", b"shared").json()
        other = services.post_comment(ticket_number=NUMBER, by=identity(AMARA), text="Again.", now=NOON).document["id"]
        written = files.attach_stored(comment_id=other, by=identity(AMARA), attachment_id=document["id"], now=NOON)
        url = written.document["attachments"][0]["url"]
        repeated = files.attach_stored(comment_id=other, by=identity(AMARA), attachment_id=document["id"], now=NOON)
        assert repeated.seq is None

        def stored() -> int:
            return len([path for path in media.rglob("*") if path.is_file()])

        assert stored() == 1
        client(AMARA).delete(f"/comments/{comment_id}/")
        assert client(AMARA).get(url).content == b"shared"
        client(AMARA).delete(f"/comments/{other}/")
        assert stored() == 0

    def test_not_somebody_elses_nor_another_tickets(self, comment_id: int) -> None:
        document = upload(comment_id, "a.txt", b"x").json()
        jonas = services.post_comment(ticket_number=NUMBER, by=identity(JONAS), text="Mine.", now=NOON).document["id"]
        make_ticket("TX-2")
        far = services.post_comment(ticket_number="TX-2", by=identity(AMARA), text="There.", now=NOON).document["id"]
        for comment, user_id in [(jonas, JONAS), (far, AMARA)]:
            with pytest.raises(Refusal) as refusal:
                files.attach_stored(comment_id=comment, by=identity(user_id), attachment_id=document["id"], now=NOON)
            assert refusal.value.code == "attachment_not_found"


def test_rights_are_asked_before_a_file_is_looked_into(comment_id: int, monkeypatch: pytest.MonkeyPatch) -> None:
    looked_into: list[str] = []

    def look(file: Any, name: str) -> str:
        looked_into.append(name)
        return true_content_type(file, name)

    monkeypatch.setattr(files, "true_content_type", look)
    for user_id in (STRANGER, JONAS):
        assert upload(comment_id, "red.png", picture(), user_id).status_code in {403, 404}
    assert looked_into == []
    assert upload(comment_id, "red.png", picture()).status_code == 201
    assert looked_into == ["red.png"]


def test_a_service_with_a_key_gets_the_files_of_public_comments_only(comment_id: int, settings: Any) -> None:
    settings.SERVICE_API_KEYS = ["services:s3rvice"]
    service = APIClient(headers={"X-API-Key": "s3rvice"})
    url = upload(comment_id, "red.png", picture()).json()["url"]

    assert_problem(service.get(url), 404)
    Comment.objects.update(visibility="public")
    assert service.get(url).content == picture()
    Comment.objects.update(deleted_at=NOON)
    assert_problem(service.get(url), 404)


def test_tells_which_kinds_it_takes() -> None:
    answer = client(AMARA).get("/attachments/kinds/").json()
    assert {kind["extension"]: kind["content_type"] for kind in answer["kinds"]} == CONTENT_TYPES
    assert (answer["max_bytes"], answer["max_files"]) == (10 * 2**20, 5)


def test_the_doctor_names_files_that_are_not_in_the_storage(comment_id: int, media: Path) -> None:
    upload(comment_id, "a.txt", b"kept")
    upload(comment_id, "b.txt", b"lost")
    assert list(doctor.attachments()) == []
    (lost,) = [path for path in media.rglob("*") if path.is_file() and path.read_bytes() == b"lost"]
    lost.unlink()

    (finding,) = doctor.attachments()

    assert finding.code == "attachments_missing"
    assert finding.detail.startswith("1 of the 2")


def test_every_attachment_can_be_compared_with_what_was_stored(comment_id: int, media: Path) -> None:
    upload(comment_id, "a.txt", b"kept")
    upload(comment_id, "b.txt", b"changed")
    upload(comment_id, "c.txt", b"lost")
    call_command("verify_attachments")
    for path in [path for path in media.rglob("*") if path.is_file()]:
        if path.read_bytes() == b"lost":
            path.unlink()
        elif path.read_bytes() == b"changed":
            path.write_bytes(b"chanted")

    with pytest.raises(CommandError) as failed:
        call_command("verify_attachments")

    said = str(failed.value)
    assert said.startswith("2 of 3 files:")
    assert "missing" in said
    assert "not as it was stored" in said
