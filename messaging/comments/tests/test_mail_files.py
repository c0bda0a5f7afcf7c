"""Files of mails: uploaded by the notification service in the name of who sent the mail, then on their comment."""

from __future__ import annotations

from typing import Any

import pytest
from celery.exceptions import Reject
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from comments.models import Comment, Upload
from comments.tasks import post_mail_comment, receive_reply
from comments.tests.test_files import client
from tests.factories import AMARA, JONAS, NUMBER, STRANGER, make_person, make_ticket
from ticketing_common.contracts.messages import PostMailComment, examples
from ticketing_common.inbox.models import DeadLetter
from ticketing_testing.clients import assert_problem, deliver

pytestmark = pytest.mark.django_db

EXAMPLE = examples(PostMailComment.task)["note"]
MAIL_NUMBER = "ML20260302000041"


@pytest.fixture(autouse=True)
def ticket() -> None:
    make_person(AMARA)
    make_person(STRANGER)
    make_ticket(source={"service": "hdts", "number": NUMBER})
    make_ticket(MAIL_NUMBER, source={"service": "mail", "number": MAIL_NUMBER})


def upload(name: str = "log.txt", content: bytes = b"line", number: str = NUMBER, key: str = "", **body: Any) -> Any:
    service = APIClient()
    service.credentials(HTTP_X_API_KEY="development-notification-key")
    return service.post(
        f"/tickets/{number}/mail-uploads/",
        {"file": SimpleUploadedFile(name, content), **body},
        format="multipart",
        headers={"Idempotency-Key": key} if key else {},
    )


def uploaded(**given: Any) -> int:
    answer = upload(**given)
    assert answer.status_code == 201, answer.content
    return int(answer.json()["id"])


class TestUploading:
    def test_the_file_is_the_person_s_and_goes_with_their_answer(self) -> None:
        first, second = uploaded(user_id=AMARA), uploaded(name="invite.ics", content=b"BEGIN:VCALENDAR", user_id=AMARA)

        deliver(post_mail_comment, **EXAMPLE | {"user_id": AMARA, "uploads": [first, second]})

        (shown,) = client(AMARA).get(f"/comments/?ticket_id={NUMBER}").json()["results"]
        assert [(file["file_name"], file["content_type"]) for file in shown["attachments"]] == [
            ("log.txt", "text/plain"),
            ("invite.ics", "text/calendar"),
        ]
        assert shown["attachments"][0]["uploaded_by"]["user_id"] == AMARA
        assert client(AMARA).get(shown["attachments"][0]["url"]).content == b"line"

    def test_files_may_come_without_words(self) -> None:
        deliver(post_mail_comment, **EXAMPLE | {"user_id": AMARA, "text": "", "uploads": [uploaded(user_id=AMARA)]})

        assert Comment.objects.get().text == ""

    def test_once_per_key(self) -> None:
        answers = [upload(user_id=AMARA, key="mail-1-0") for _ in range(2)]

        assert [answer.json()["id"] for answer in answers] == [Upload.objects.get().pk] * 2

    @pytest.mark.parametrize(
        ("given", "status", "code"),
        [
            ({"user_id": STRANGER}, 404, "ticket_not_found"),
            ({"user_id": 12345}, 403, "person_inactive"),
            ({"user_id": AMARA, "name": "run.exe"}, 400, "file_type_not_allowed"),
            ({"user_id": AMARA, "name": "picture.png"}, 400, "file_type_not_allowed"),
            ({"user_id": AMARA, "content": b""}, 400, "invalid"),
            ({}, 404, "ticket_not_found"),
        ],
    )
    def test_the_rules_and_rights_are_those_of_people_who_upload(
        self, given: dict[str, Any], status: int, code: str
    ) -> None:
        assert_problem(upload(**given), status, code)
        assert not Upload.objects.exists()

    def test_another_s_file_can_not_be_named(self) -> None:
        make_person(JONAS)
        foreign = uploaded(user_id=JONAS)

        with pytest.raises(Reject):
            deliver(post_mail_comment, **EXAMPLE | {"user_id": AMARA, "uploads": [foreign]})

        assert DeadLetter.objects.get().code == "upload_not_found"
        assert not Comment.objects.exists()


class TestRequesters:
    def test_an_answer_of_who_has_no_account_shows_its_files(self) -> None:
        reply = {
            "ticket_number": MAIL_NUMBER,
            "source_service": "mail",
            "reply_id": "mail-1",
            "author": {"name": "Chloé Martin"},
            "text": "See the log.",
            "uploads": [uploaded(number=MAIL_NUMBER)],
        }

        for message_id in ("m1", "m2"):
            deliver(receive_reply, message_id=message_id, reply=reply)

        (shown,) = client(AMARA).get(f"/comments/?ticket_id={MAIL_NUMBER}").json()["results"]
        (file,) = shown["attachments"]
        assert (shown["author"], shown["outside_author"]["full_name"]) == (None, "Chloé Martin")
        assert (file["file_name"], file["uploaded_by"]) == ("log.txt", None)
        assert client(AMARA).get(file["url"]).content == b"line"

    def test_their_waiting_files_are_limited_by_ticket(self, settings: Any) -> None:
        settings.UPLOADS_PER_PERSON = 1
        uploaded(number=MAIL_NUMBER)

        assert_problem(upload(number=MAIL_NUMBER), 429, "too_many_uploads")
