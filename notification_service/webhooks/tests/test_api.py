"""The API of webhooks: administrators add, change, test, replay and delete them; a secret is shown once."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from notifications.tests.factories import admin, amara
from ticketing_testing.clients import assert_problem
from webhooks import services
from webhooks.models import WebhookDelivery, WebhookEndpoint
from webhooks.tests.factories import deliver_all, endpoint, happens
from webhooks.tests.receiver import Receiver

pytestmark = pytest.mark.django_db

URL = "/api/v1/webhooks/"
GIVEN = {"url": "https://hooks.example.com/tts", "event_types": ["ticket.created"]}


def create(**values: Any) -> Any:
    return admin().post(URL, GIVEN | values, format="json")


class TestEndpoints:
    def test_a_secret_is_shown_when_it_is_made_and_never_again(self) -> None:
        answer = create(description="Payroll", workflow_ids=[4], priorities=["high"])
        assert answer.status_code == 201
        made = answer.json()
        secret = made.pop("secret")
        assert secret.startswith("whsec_")
        assert len(base64.b64decode(secret.removeprefix("whsec_"), validate=True)) == 32
        assert made["created_by"] == {"user_id": 1, "full_name": "Ada Admin"}
        assert made["is_active"] is True
        assert admin().get(f"{URL}{made['id']}/").json() == made
        assert admin().get(URL).json()["results"] == [made]
        rotated = admin().post(f"{URL}{made['id']}/rotate-secret/").json()
        assert rotated.pop("secret") != secret
        assert rotated["id"] == made["id"]

    @pytest.mark.parametrize(
        ("values", "code", "attr"),
        [
            ({"url": "http://hooks.example.com/"}, "invalid", "url"),
            ({"url": "https://user:word@hooks.example.com/"}, "invalid", "url"),
            ({"url": "https://hooks.example.com/#part"}, "invalid", "url"),
            ({"url": "ftp://hooks.example.com/"}, "invalid", "url"),
            ({"url": "https://hooks.example.com:99999/"}, "invalid", "url"),
            ({"url": "https:///path"}, "invalid", "url"),
            ({"url": "https://[::1"}, "invalid", "url"),
            ({"url": "https://ex ample.com/"}, "invalid", "url"),
            ({"url": "https://127.0.0.1/"}, "private_address", "url"),
            ({"url": "https://[::ffff:10.0.0.1]/"}, "private_address", "url"),
            ({"event_types": []}, "empty", "event_types"),
            ({"event_types": ["ticket.unheard_of"]}, "invalid_choice", "event_types.0"),
            ({"priorities": ["High"]}, "invalid_choice", "priorities.0"),
            ({"workflow_ids": [0]}, "min_value", "workflow_ids.0"),
            ({"secret": "whsec_mine"}, "unknown_field", "secret"),
        ],
        ids=str,
    )
    def test_refuses_what_can_not_be_called(self, values: dict[str, Any], code: str, attr: str) -> None:
        assert_problem(create(**values), 400, code, attr)
        assert WebhookEndpoint.objects.count() == 0

    def test_plain_http_and_private_addresses_where_they_are_allowed(self, settings: Settings) -> None:
        settings.WEBHOOKS_ALLOW_PRIVATE = True
        assert create(url="http://10.0.0.5:8080/hook").status_code == 201

    def test_a_change_leaves_the_rest(self) -> None:
        made = create(description="Payroll").json()
        answer = admin().patch(f"{URL}{made['id']}/", {"is_active": False}, format="json")
        assert answer.status_code == 200
        assert (answer.json()["is_active"], answer.json()["description"]) == (False, "Payroll")
        assert_problem(admin().patch(f"{URL}{made['id']}/", {"url": "https://10.0.0.1/"}, format="json"), 400)

    def test_there_are_not_too_many(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(services, "MAX_ENDPOINTS", 1)
        create()
        assert_problem(create(), 409, "too_many_endpoints")

    def test_secrets_do_not_pile_up(self) -> None:
        made = create().json()
        for _ in range(services.MAX_SECRETS - 1):
            assert admin().post(f"{URL}{made['id']}/rotate-secret/").status_code == 200
        assert_problem(admin().post(f"{URL}{made['id']}/rotate-secret/"), 409, "too_many_secrets")

    def test_one_that_is_not_there(self) -> None:
        for path in ("", "rotate-secret/", "test/", "deliveries/1/replay/"):
            method = admin().post if path else admin().delete
            assert_problem(method(f"{URL}404/{path}"), 404, "webhook_not_found")
        assert_problem(admin().get(f"{URL}404/deliveries/"), 404, "webhook_not_found")


class TestLog:
    def test_a_test_event_arrives_and_stands_in_the_log(self, receiver: Receiver) -> None:
        made, secret = endpoint(receiver.url)
        answer = admin().post(f"{URL}{made.pk}/test/", headers={"Idempotency-Key": "k1"})
        assert answer.status_code == 202
        again = admin().post(f"{URL}{made.pk}/test/", headers={"Idempotency-Key": "k1"})
        assert again.json() == answer.json()
        deliver_all(timezone.now())

        (call,) = receiver.calls
        assert call.is_signed_with(secret)
        assert call.event["type"] == "webhook.test"
        (row,) = admin().get(f"{URL}{made.pk}/deliveries/").json()["results"]
        assert (row["status"], row["response_status"], row["response_body"]) == ("delivered", 200, "taken")
        assert row["request_body"].encode() == call.body
        assert row["sent_to"] == receiver.url

    def test_a_replay_sends_the_same_once_more(self, receiver: Receiver) -> None:
        made, _ = endpoint(receiver.url)
        happens("e1")
        deliver_all()
        row = WebhookDelivery.objects.get()
        path = f"{URL}{made.pk}/deliveries/{row.pk}/replay/"
        assert admin().post(path).status_code == 202
        assert_problem(admin().post(path), 409, "delivery_waiting")
        deliver_all(timezone.now())
        first, second = receiver.calls
        assert (first.body, first.headers["webhook-id"]) == (second.body, second.headers["webhook-id"])
        row.refresh_from_db()
        assert (row.status, row.attempts) == ("delivered", 1)

    def test_a_replay_of_another_endpoint_s_delivery_is_not_found(self, receiver: Receiver) -> None:
        endpoint(receiver.url)
        other, _ = endpoint(receiver.url, event_types=["ticket.closed"])
        happens("e1")
        deliver_all()
        path = f"{URL}{other.pk}/deliveries/{WebhookDelivery.objects.get().pk}/replay/"
        assert_problem(admin().post(path), 404, "delivery_not_found")

    def test_an_endpoint_that_is_off_is_not_called(self, receiver: Receiver) -> None:
        made, _ = endpoint(receiver.url)
        happens("e1")
        deliver_all()
        services.change_endpoint(endpoint_id=made.pk, values={"is_active": False}, now=timezone.now())
        assert_problem(admin().post(f"{URL}{made.pk}/test/"), 409, "endpoint_inactive")
        path = f"{URL}{made.pk}/deliveries/{WebhookDelivery.objects.get().pk}/replay/"
        assert_problem(admin().post(path), 409, "endpoint_inactive")

    def test_is_filtered_and_of_one_endpoint(self, receiver: Receiver) -> None:
        made, _ = endpoint(receiver.url)
        endpoint(receiver.url)
        happens("e1", number="TX1")
        happens("e2", number="TX2")
        path = f"{URL}{made.pk}/deliveries/"
        assert admin().get(path).json()["count"] == 2
        assert [row["event_id"] for row in admin().get(path, {"ticket_number": "TX2"}).json()["results"]] == ["e2"]
        assert admin().get(path, {"status": "failed"}).json()["count"] == 0
        assert_problem(admin().get(path, {"ticket": "TX2"}), 400, "unknown_filter")

    def test_takes_the_same_statements_for_many(self, receiver: Receiver, django_assert_max_num_queries: Any) -> None:
        made, _ = endpoint(receiver.url)
        for number in range(20):
            happens(f"e{number}", number=f"TX{number}")
        with django_assert_max_num_queries(3):
            assert len(admin().get(f"{URL}{made.pk}/deliveries/").json()["results"]) == 20


def test_people_who_are_no_administrators_are_refused() -> None:
    assert_problem(amara().get(URL), 403)
    assert_problem(amara().post(URL, GIVEN, format="json"), 403)
