"""Files that are uploaded before the comment that names them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from comments.models import Comment, CommentAttachment, Upload
from comments.tests.test_files import client, stored_in
from comments.uploads import delete_forgotten
from tests.factories import ADMIN, AMARA, JONAS, NOON, NUMBER, PLAIN_ROLES, STRANGER, make_ticket
from ticketing_common.outbox.relay import cleanup
from ticketing_testing.clients import assert_problem, published_messages
from ticketing_testing.hostile_files import picture

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def ticket() -> Any:
    return make_ticket(source={"service": "hdts", "number": NUMBER})


def upload(
    name: str = "a.txt", content: bytes = b"x", user_id: int = AMARA, number: str = NUMBER, key: str = ""
) -> Any:
    return client(user_id).post(
        f"/tickets/{number}/uploads/",
        {"file": SimpleUploadedFile(name, content)},
        format="multipart",
        headers={"Idempotency-Key": key} if key else {},
    )


def uploaded(name: str = "a.txt", **given: Any) -> int:
    answer = upload(name, **given)
    assert answer.status_code == 201, answer.content
    return int(answer.json()["id"])


def post(user_id: int = AMARA, number: str = NUMBER, **body: Any) -> Any:
    return client(user_id).post("/comments/", {"ticket_id": number, "text": "See the file.", **body}, format="json")


class TestNaming:
    def test_a_comment_comes_into_being_with_its_files_in_the_order_named(self) -> None:
        first, second = uploaded("a.txt"), uploaded("b.txt", content=b"yy")

        answer = post(uploads=[second, first], visibility="public")

        assert answer.status_code == 201, answer.content
        files = answer.json()["attachments"]
        assert [(file["file_name"], file["size"]) for file in files] == [("b.txt", 2), ("a.txt", 1)]
        assert client(JONAS).get(files[0]["url"]).content == b"yy"
        assert not Upload.objects.exists()
        # One event, and one message to the help desk, with the files.
        assert client(JONAS).get(f"/tickets/{NUMBER}/events/?after=1").json()["count"] == 1
        (sent,) = published_messages("send_ticket_comment")
        assert [file["file_name"] for file in sent["attachments"]] == ["b.txt", "a.txt"]

    def test_a_reply_takes_files_too(self) -> None:
        comment_id = post().json()["id"]
        answer = client(AMARA).post(
            f"/comments/{comment_id}/replies/", {"text": "Here.", "uploads": [uploaded()]}, format="json"
        )
        assert [file["file_name"] for file in answer.json()["attachments"]] == ["a.txt"]

    @pytest.mark.parametrize("text", ["", " \n\u200b"])
    def test_files_need_no_words(self, text: str) -> None:
        number = uploaded("a.txt")

        answer = post(text=text, uploads=[number], visibility="public")

        assert answer.status_code == 201, answer.content
        assert answer.json()["text"] == ""
        assert [file["file_name"] for file in answer.json()["attachments"]] == ["a.txt"]
        reply = client(JONAS).post(
            f"/comments/{answer.json()['id']}/replies/",
            {"text": "", "uploads": [uploaded("b.txt", user_id=JONAS)]},
            format="json",
        )
        assert reply.status_code == 201, reply.content
        told = published_messages("send_ticket_comment")
        assert [(message["text"], message["attachments"][0]["file_name"]) for message in told] == [
            ("", "a.txt"),
            ("", "b.txt"),
        ]

    def test_without_files_there_must_be_words(self) -> None:
        assert_problem(post(text=""), 400, "invalid", "text")
        assert_problem(post(text=" ", uploads=[]), 400, "invalid", "text")
        assert not Comment.objects.exists()

    def test_a_mention_without_words_says_that_there_are_files(self) -> None:
        post(text="", uploads=[uploaded()], mentions=[JONAS], visibility="public")

        (told,) = published_messages("notifications.create_inapp_notification")
        assert told["message"] == "With files only."

    def test_posting_again_under_the_same_client_id_answers_with_the_comment_and_its_files(self) -> None:
        upload_id = uploaded()
        first = post(uploads=[upload_id], client_id="c-1")
        again = post(uploads=[upload_id], client_id="c-1")
        assert (first.status_code, again.status_code) == (201, 200)
        assert first.json() == again.json()
        assert CommentAttachment.objects.count() == 1

    def test_no_comment_without_all_of_its_files(self, settings: Any) -> None:
        make_ticket("TX-2")
        mine, theirs, far = uploaded(), uploaded(user_id=JONAS), uploaded(number="TX-2")
        for missing in (theirs, far, 999_999):
            assert_problem(post(uploads=[mine, missing]), 404, "upload_not_found", "uploads")
        settings.ATTACHMENT_MAX_FILES = 1
        assert_problem(post(uploads=[mine, uploaded()]), 400, "too_many_files", "uploads")
        assert not Comment.objects.exists()
        # What was refused can still be sent.
        assert post(uploads=[mine]).status_code == 201

    def test_a_file_serves_one_comment(self) -> None:
        upload_id = uploaded()
        assert post(uploads=[upload_id]).status_code == 201
        assert_problem(post(uploads=[upload_id]), 404, "upload_not_found")


class TestRights:
    def test_only_its_uploader_reads_and_removes_it(self, media: Path) -> None:
        url = upload(content=b"mine").json()["url"]
        for user_id in (JONAS, ADMIN, STRANGER):
            assert_problem(client(user_id).get(url), 404, "upload_not_found")
            assert_problem(client(user_id).delete(url), 404, "upload_not_found")
        answer = client(AMARA).get(url)
        assert (answer.content, answer["Content-Disposition"].split(";")[0]) == (b"mine", "attachment")
        assert "sandbox" in answer["Content-Security-Policy"]

    @pytest.mark.django_db(transaction=True)
    def test_removing_takes_the_file_away(self, media: Path) -> None:
        url = upload().json()["url"]
        assert client(AMARA).delete(url).status_code == 204
        assert not stored_in(media)
        assert_problem(client(AMARA).get(url), 404)

    def test_who_may_not_read_the_ticket_uploads_nothing(self, media: Path) -> None:
        assert_problem(upload(user_id=STRANGER), 404, "ticket_not_found")
        assert_problem(upload(number="TX-unknown"), 404, "ticket_not_found")
        assert not stored_in(media)

    def test_a_requester_uploads_for_a_public_comment(self) -> None:
        answer = client(AMARA, roles=PLAIN_ROLES).post(
            f"/tickets/{NUMBER}/uploads/", {"file": SimpleUploadedFile("a.txt", b"x")}, format="multipart"
        )
        assert answer.status_code == 201


class TestLimits:
    def test_a_file_is_looked_into_before_it_is_kept(self, media: Path, settings: Any) -> None:
        assert_problem(upload("a.png", b"no picture"), 400, "file_type_not_allowed", "file")
        assert_problem(upload("a.txt", b""), 400, "invalid", "file")
        settings.ATTACHMENT_MAX_BYTES = 5
        assert_problem(upload("a.txt", b"123456"), 413, "file_too_large", "file")
        assert not stored_in(media)
        assert not Upload.objects.exists()

    def test_a_person_keeps_a_limited_number(self, settings: Any) -> None:
        settings.UPLOADS_PER_PERSON = 2
        first, _ = uploaded(), uploaded()
        assert_problem(upload(), 429, "too_many_uploads")
        assert upload(user_id=JONAS).status_code == 201
        post(uploads=[first])
        assert upload().status_code == 201

    def test_the_same_key_stores_once(self, media: Path) -> None:
        assert upload(key="k").json() == upload(key="k").json()
        assert len(stored_in(media)) == 1


@pytest.mark.django_db(transaction=True)
def test_what_no_comment_names_is_deleted_by_the_relays_cleanup(media: Path, settings: Any) -> None:
    now = timezone.now()
    old, young, sent = uploaded(), uploaded(), uploaded(content=picture(), name="red.png")
    kept = post(uploads=[sent]).json()["attachments"][0]["url"]
    CommentAttachment.objects.update(created_at=NOON)
    expires_at = upload().json()["expires_at"]
    assert expires_at > (now + timedelta(days=6)).isoformat()
    Upload.objects.filter(pk=old).update(created_at=now - settings.UPLOADS_KEPT - timedelta(seconds=1))

    cleanup(now=now)

    assert not Upload.objects.filter(pk=old).exists()
    assert Upload.objects.filter(pk=young).exists()
    assert len(stored_in(media)) == 3
    assert client(AMARA).get(kept).content == picture()
    assert delete_forgotten(now=now) == 0
