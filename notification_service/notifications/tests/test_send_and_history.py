"""Services send over REST; the history shows what became of every mail, and no secret."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from notifications.delivery import send_due_mail
from notifications.models import Notification
from notifications.tests.factories import AMARA, KENJI, admin, amara, mail, person, service
from notifications.tests.smtp_peer import SmtpPeer
from ticketing_testing.clients import assert_problem

pytestmark = pytest.mark.django_db

SEND = "/api/v1/notifications/send/"
HISTORY = "/api/v1/notifications/history/"


class TestSend:
    body = {"user_email": "noor@example.com", "notification_type": "system", "context": {"message": "Hello"}}

    def test_accepts_queues_and_sends(self, smtp: SmtpPeer) -> None:
        response = service().post(SEND, self.body)

        assert response.status_code == 202
        assert response.json()["status"] == "queued"
        send_due_mail()
        assert smtp.taken[0].rcpt_tos == ["noor@example.com"]

    def test_sends_an_event_once(self) -> None:
        first = service().post(SEND, {**self.body, "event_id": "e1"}).json()
        again = service().post(SEND, {**self.body, "event_id": "e1"}).json()

        assert (first["is_duplicate"], again["is_duplicate"]) == (False, True)
        assert again["id"] == first["id"]

    def test_an_idempotency_key_does_the_same_without_an_event(self) -> None:
        for _ in range(2):
            assert service().post(SEND, self.body, headers={"Idempotency-Key": "k1"}).status_code == 202

        assert Notification.objects.count() == 1

    def test_is_for_services_only(self, settings: Any) -> None:
        assert_problem(APIClient().post(SEND, self.body), 401)
        assert_problem(admin().post(SEND, self.body), 401)
        assert_problem(APIClient().post(SEND, self.body, headers={"X-API-Key": "wrong"}), 401, "api_key_invalid")
        settings.SERVICE_API_KEYS = ["old:a", "new:b"]
        for key in ("a", "b"):
            assert APIClient().post(SEND, self.body, headers={"X-API-Key": key}).status_code == 202

    @pytest.mark.parametrize(
        ("changes", "code", "attr"),
        [
            ({"user_email": "no address"}, "invalid", "user_email"),
            ({"user_email": None}, "null", "user_email"),
            ({"notification_type": "chain_letter"}, "invalid_choice", "notification_type"),
            ({"notification_type": "otp_code"}, "missing_variable", "context"),
            ({"context": {"a": "\x00"}}, "invalid", "context"),
            ({"context": {"a": "x" * 70_000}}, "invalid", "context"),
            ({"context": ["a"]}, "not_a_dict", "context"),
        ],
    )
    def test_names_what_it_refuses(self, changes: dict[str, Any], code: str, attr: str) -> None:
        assert_problem(service().post(SEND, {**self.body, **changes}), 400, code, attr)

    def test_needs_a_recipient(self) -> None:
        assert_problem(service().post(SEND, {"notification_type": "system"}), 400, "required", "user_email")


class TestHistory:
    def test_shows_the_text_the_reason_and_each_step(self, smtp: SmtpPeer) -> None:
        person()
        row = mail()
        smtp.refuse_recipient = "550 no such mailbox"
        send_due_mail()

        answer = admin().get(f"{HISTORY}{row.pk}/").json()

        assert (answer["status"], answer["reason"], answer["email"]) == ("failed", "refused", "person7@example.com")
        assert "TX20260302000018" in answer["body_text"]
        assert [entry["status"] for entry in answer["log"]] == ["queued", "failed"]
        assert "no such mailbox" in answer["log"][1]["detail"]

    def test_never_shows_a_secret_even_before_it_is_sent(self) -> None:
        person()
        row = mail(notification_type="otp_code", context={"code": "492817"})

        for client in (admin(), amara()):
            assert "492817" not in client.get(f"{HISTORY}{row.pk}/").content.decode()
            assert "492817" not in client.get(HISTORY).content.decode()
        assert admin().get(f"{HISTORY}{row.pk}/").json()["context"] == {"code": "•••"}

    def test_people_see_their_own_and_administrators_all(self) -> None:
        mine, theirs = mail("e1"), mail("e2", user_id=KENJI)

        assert [row["id"] for row in amara().get(HISTORY).json()["results"]] == [mine.pk]
        assert admin().get(HISTORY).json()["count"] == 2
        assert_problem(amara().get(f"{HISTORY}{theirs.pk}/"), 404)
        assert_problem(APIClient().get(HISTORY), 401)

    def test_filters(self) -> None:
        mail("e1")
        mail("e2", notification_type="system", user_id=None, user_email="a@example.com")

        def events(query: str) -> list[str]:
            return [row["event_id"] for row in admin().get(f"{HISTORY}?{query}").json()["results"]]

        assert events("notification_type=system") == ["e2"]
        assert events(f"user_id={AMARA}") == ["e1"]
        assert events("email=A@example.com") == ["e2"]
        assert events("status=sent") == []
        assert events("event_id=e1") == ["e1"]
        assert_problem(admin().get(f"{HISTORY}?colour=red"), 400, "unknown_filter")

    def test_the_list_needs_two_queries(self, django_assert_num_queries: Any) -> None:
        for number in range(15):
            mail(f"e{number}")
        client = admin()

        with django_assert_num_queries(2):
            assert client.get(HISTORY).json()["count"] == 15


class TestRetry:
    def test_sends_a_refused_mail_again(self, smtp: SmtpPeer) -> None:
        person()
        row = mail()
        smtp.refuse_recipient = "550 no"
        send_due_mail()
        smtp.refuse_recipient = ""

        assert admin().post(f"{HISTORY}{row.pk}/retry/").json()["status"] == "queued"

        send_due_mail()
        row.refresh_from_db()
        assert row.status == "sent"
        assert_problem(admin().post(f"{HISTORY}{row.pk}/retry/"), 409, "not_retryable")
        assert len(smtp.taken) == 1

    def test_is_refused_where_the_secret_is_gone(self, smtp: SmtpPeer) -> None:
        person()
        row = mail(notification_type="otp_code", context={"code": "1"})
        smtp.refuse_recipient = "550 no"
        send_due_mail()

        assert_problem(admin().post(f"{HISTORY}{row.pk}/retry/"), 409, "not_retryable")

    def test_is_for_administrators(self) -> None:
        assert_problem(amara().post(f"{HISTORY}{mail().pk}/retry/"), 403)
