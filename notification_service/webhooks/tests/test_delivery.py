"""Events reach a real server: signed, in order, at least once, again after failures, never inside."""

from __future__ import annotations

import json
import socket
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from app import tasks
from notifications.models import InAppNotification, Notification
from notifications.tests.factories import NOON, person
from ticketing_common.contracts import messages
from ticketing_testing.clients import deliver, deliver_batch
from webhooks import delivery as deliveries
from webhooks import services, targets
from webhooks.models import WebhookDelivery, WebhookEndpoint
from webhooks.signing import new_secret
from webhooks.targets import BadTarget, check_address
from webhooks.tests.factories import EXAMPLE, deliver_all, endpoint, happens
from webhooks.tests.receiver import Receiver

pytestmark = pytest.mark.django_db

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def only() -> WebhookDelivery:
    return WebhookDelivery.objects.get()


class TestRecording:
    def test_a_message_that_comes_three_times_is_one_delivery(self, receiver: Receiver) -> None:
        endpoint(receiver.url)
        for message_id in ("m1", "m1", "m2"):
            deliver(tasks.record_ticket_events, message_id=message_id, **EXAMPLE)
        deliver_all(timezone.now())
        assert receiver.ids == [EXAMPLE["event_id"]]

    def test_a_batch_holds_events_of_several_tickets(self, receiver: Receiver) -> None:
        endpoint(receiver.url)
        calls = {f"m{n}": EXAMPLE | {"event_id": f"e{n}", "ticket_number": f"TX{n}"} for n in range(5)}
        assert deliver_batch(tasks.record_ticket_events, calls) == []
        assert WebhookDelivery.objects.count() == 5

    @pytest.mark.parametrize("name", messages.examples("webhooks.tasks.ticket_event"))
    def test_every_published_example_is_taken(self, receiver: Receiver, name: str) -> None:
        endpoint(receiver.url)
        example = messages.examples("webhooks.tasks.ticket_event")[name]
        deliver(tasks.record_ticket_events, field_of_a_newer_publisher=1, **example)
        deliver_all(timezone.now())
        assert receiver.calls[0].event["data"]["ticket_number"] == example["ticket_number"]

    @pytest.mark.parametrize(
        ("wanted", "is_sent"),
        [
            ({}, True),
            ({"event_types": ["ticket.closed"]}, False),
            ({"workflow_ids": [4]}, True),
            ({"workflow_ids": [5]}, False),
            ({"priorities": ["high", "urgent"]}, True),
            ({"priorities": ["low"]}, False),
            ({"is_active": False}, False),
        ],
        ids=str,
    )
    def test_an_endpoint_gets_what_it_asked_for(
        self, receiver: Receiver, wanted: dict[str, Any], is_sent: bool
    ) -> None:
        endpoint(receiver.url, **wanted)
        happens()
        assert WebhookDelivery.objects.exists() is is_sent


class TestACall:
    def test_carries_the_event_and_a_signature(self, receiver: Receiver) -> None:
        _, secret = endpoint(receiver.url)
        happens("e1", number="TX1")
        deliver_all()

        (call,) = receiver.calls
        assert call.path == "/hook?of=tests"
        assert call.headers["content-type"] == "application/json"
        assert call.headers["host"] == f"127.0.0.1:{receiver.port}"
        assert call.headers["webhook-id"] == "e1"
        assert call.headers["webhook-timestamp"] == str(int(NOON.timestamp()))
        assert call.is_signed_with(secret)
        assert not call.is_signed_with(new_secret())
        assert call.event["type"] == "ticket.transitioned"
        assert call.event["timestamp"] == EXAMPLE["occurred_at"]
        assert call.event["data"]["assignee"] == {"user_id": 7, "full_name": "Amara Okafor"}
        found = only()
        assert (found.status, found.attempts, found.response_status, found.response_body) == (
            "delivered",
            1,
            200,
            "taken",
        )
        assert found.closed_at == NOON

    def test_signs_whole_seconds_whatever_the_fraction(self, receiver: Receiver) -> None:
        _, secret = endpoint(receiver.url)
        happens()
        deliver_all(NOON + timedelta(microseconds=999_999))
        assert receiver.calls[0].headers["webhook-timestamp"] == str(int(NOON.timestamp()))
        assert receiver.calls[0].is_signed_with(secret)

    def test_holds_no_lock_of_the_database(self, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
        made, _ = endpoint(receiver.url)
        happens()
        seen: list[Any] = []

        def looks(*_: Any) -> targets.Answer:
            seen.append(len(connection.savepoint_ids))
            seen.append(WebhookEndpoint.objects.get(pk=made.pk).leased_until)
            return targets.Answer(200)

        monkeypatch.setattr(deliveries, "post", looks)
        outside = len(connection.savepoint_ids)
        deliver_all()
        assert seen == [outside, NOON + deliveries.LEASE]
        assert WebhookEndpoint.objects.get().leased_until == NOON

    def test_goes_to_each_endpoint_in_turn_however_much_waits_for_one(self, receiver: Receiver) -> None:
        busy, _ = endpoint(receiver.url)
        for number in range(3):
            happens(f"e{number}", number=f"TX{number}")
        late, _ = endpoint(receiver.url)
        happens("e3", number="TX3")
        clock = iter(NOON + timedelta(seconds=second) for second in range(100))

        called = []
        while (found := deliveries.deliver_next(clock=lambda: next(clock))) is not None:
            called.append(found.endpoint_id)

        assert sorted(called) == [busy.pk] * 4 + [late.pk]
        assert called.index(late.pk) == 1

    def test_does_not_follow_redirects(self, receiver: Receiver) -> None:
        elsewhere = Receiver()
        receiver.status, receiver.headers = 302, {"Location": elsewhere.url}
        endpoint(receiver.url)
        happens()
        deliver_all()
        elsewhere.stop()
        assert elsewhere.calls == []
        assert (only().status, only().response_status) == ("waiting", 302)

    def test_keeps_a_bounded_part_of_the_answer(self, receiver: Receiver) -> None:
        receiver.text = "x" * 100_000 + "\x00"
        endpoint(receiver.url)
        happens()
        deliver_all()
        assert len(only().response_body) == targets.MAX_ANSWER_BYTES

    def test_ends_with_a_target_that_answers_byte_by_byte(
        self, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(targets, "TOTAL_SECONDS", 0.4)
        receiver.drip = True
        endpoint(receiver.url)
        happens()
        deliver_all()
        assert (only().status, only().error) == ("waiting", "timeout")

    def test_a_worker_that_lost_its_lease_records_nothing(
        self, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        endpoint(receiver.url)
        happens()

        def loses(*_: Any) -> targets.Answer:
            WebhookEndpoint.objects.update(leased_until=NOON + HOUR)
            return targets.Answer(500)

        monkeypatch.setattr(deliveries, "post", loses)
        deliveries.deliver_next(clock=lambda: NOON)
        assert only().attempts == 0
        monkeypatch.undo()
        deliver_all(NOON + HOUR)
        assert only().status == "delivered"

    def test_one_that_fails_by_a_fault_of_ours_is_put_off(
        self, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fails(*_: Any) -> targets.Answer:
            raise RuntimeError("of the test")

        monkeypatch.setattr(deliveries, "post", fails)
        endpoint(receiver.url)
        happens()
        deliver_all()
        assert (only().status, only().attempts, only().error) == ("waiting", 1, "fault: RuntimeError")


class TestRetries:
    def test_a_target_that_is_down_for_an_hour_gets_everything_in_order(self, receiver: Receiver) -> None:
        receiver.status = 503
        endpoint(receiver.url)
        for number in range(4):
            happens(f"a{number}", number="TX1", sequence=number + 1)
        happens("b0", number="TX2")
        for minute in range(60):
            deliver_all(NOON + timedelta(minutes=minute))
        assert set(receiver.ids) == {"a0", "b0"}, "what comes later waits for what came earlier"
        assert len(receiver.ids) < 20, "pauses grow"

        receiver.status = 200
        receiver.calls.clear()
        for hours in range(1, 12):
            deliver_all(NOON + hours * HOUR)
        assert [event for event in receiver.ids if event != "b0"] == ["a0", "a1", "a2", "a3"]
        assert "b0" in receiver.ids
        assert not WebhookDelivery.objects.exclude(status="delivered").exists()
        assert WebhookEndpoint.objects.get().failing_since is None

    def test_events_that_were_recorded_the_wrong_way_round_go_in_their_order(self, receiver: Receiver) -> None:
        endpoint(receiver.url)
        happens("second", sequence=2)
        happens("first", sequence=1)
        deliver_all()
        assert receiver.ids == ["first", "second"]

    def test_one_bad_event_holds_up_its_own_ticket_only(self, receiver: Receiver) -> None:
        receiver.answers = {"bad": 400}
        endpoint(receiver.url)
        happens("bad", number="TX1", sequence=1)
        happens("later", number="TX1", sequence=2)
        happens("other", number="TX2")
        deliver_all()
        assert receiver.ids == ["bad", "other"]
        for hours in range(1, 90):
            deliver_all(NOON + hours * HOUR)
            happens(f"x{hours}", number=f"Y{hours}", now=NOON + hours * HOUR)
        assert WebhookDelivery.objects.get(event_id="bad").status == "failed"
        assert WebhookDelivery.objects.get(event_id="later").status == "delivered"
        assert WebhookEndpoint.objects.get().is_active, "it takes everything else"

    def test_waits_as_long_as_the_target_asks(self, receiver: Receiver) -> None:
        receiver.status, receiver.headers = 429, {"Retry-After": "1800"}
        endpoint(receiver.url)
        happens()
        deliver_all()
        assert only().due_at == NOON + timedelta(minutes=30)

    def test_pauses_differ(self, receiver: Receiver) -> None:
        receiver.status = 500
        endpoint(receiver.url)
        for number in range(8):
            happens(f"e{number}", number=f"TX{number}")
        deliver_all()
        pauses = {(found.due_at - NOON).total_seconds() for found in WebhookDelivery.objects.all()}
        assert len(pauses) == 8
        assert all(4 <= pause <= 6 for pause in pauses)

    def test_a_target_that_refuses_connections_is_tried_again(self, receiver: Receiver) -> None:
        receiver.stop()
        endpoint(receiver.url)
        happens()
        deliver_all()
        assert (only().status, only().response_status) == ("waiting", None)
        assert only().error.startswith("ConnectionRefusedError")

    def test_two_workers_call_an_endpoint_one_after_the_other(self, receiver: Receiver) -> None:
        endpoint(receiver.url)
        for number in range(3):
            happens(f"e{number}", sequence=number + 1)
        job = deliveries._take(NOON)
        assert job is not None
        assert deliveries._take(NOON) is None
        assert deliveries._take(NOON + deliveries.LEASE) is not None, "a worker that died is replaced"


class TestSwitchingOff:
    def test_after_three_days_of_failures_with_word_to_the_administrators(self, receiver: Receiver) -> None:
        person(90, roles={"tts": ["Admin"]})
        person(91, roles={"tts": ["Agent"]})
        person(92, roles={"tts": ["Admin"]}, is_active=False)
        receiver.status = 500
        endpoint(receiver.url, description="Payroll")
        happens("e1", number="TX1")
        happens("e2", number="TX1", sequence=2)
        for hours in range(24 * 5):
            deliver_all(NOON + hours * HOUR)

        found = WebhookEndpoint.objects.get()
        assert (found.is_active, found.off_reason) == (False, "failing")
        assert found.off_at is not None
        assert 3 * DAY <= found.off_at - NOON < 4 * DAY
        (notice,) = InAppNotification.objects.all()
        assert (notice.user_id, notice.subject) == (90, "Webhook switched off: Payroll")
        assert Notification.objects.get().user_id == 90
        tried = len(receiver.calls)
        happens("e3", now=NOON + 6 * DAY)
        assert not WebhookDelivery.objects.filter(event_id="e3").exists()

        receiver.status = 200
        deliver_all(NOON + 6 * DAY)
        assert len(receiver.calls) == tried
        services.change_endpoint(endpoint_id=found.pk, values={"is_active": True}, now=NOON + 7 * DAY)
        deliver_all(NOON + 7 * DAY)
        assert receiver.ids[tried:] == ["e2"], "what waited is sent"
        assert WebhookEndpoint.objects.filter(off_reason="", off_at=None, failing_since=None).exists()

    def test_at_once_when_the_target_is_gone(self, receiver: Receiver) -> None:
        person(90, roles={"tts": ["Admin"]})
        receiver.status = 410
        endpoint(receiver.url)
        happens()
        deliver_all()
        found = WebhookEndpoint.objects.get()
        assert (found.is_active, found.off_reason) == (False, "gone")
        assert InAppNotification.objects.count() == 1


class TestSecrets:
    def test_the_old_and_the_new_one_sign_for_a_day(self, receiver: Receiver) -> None:
        made, old = endpoint(receiver.url)
        _, new = services.rotate_secret(endpoint_id=made.pk, now=NOON)
        happens("e1", number="TX1")
        deliver_all(NOON + timedelta(hours=23))
        happens("e2", number="TX2")
        deliver_all(NOON + timedelta(hours=24))

        during, after = receiver.calls
        assert len(during.headers["webhook-signature"].split(" ")) == 2
        assert during.is_signed_with(old)
        assert during.is_signed_with(new)
        assert len(after.headers["webhook-signature"].split(" ")) == 1
        assert not after.is_signed_with(old)
        assert after.is_signed_with(new)

    def test_are_stored_encrypted_and_kept_from_the_log(self, receiver: Receiver) -> None:
        made, secret = endpoint(receiver.url)
        happens()
        deliver_all()
        assert secret.encode() not in bytes(made.secrets.get().encrypted)
        logged = json.dumps({name: str(value) for name, value in vars(only()).items()})
        assert secret not in logged
        assert receiver.calls[0].headers["webhook-signature"] not in logged

    def test_one_that_can_not_be_read_sends_nothing_and_loses_nothing(
        self, receiver: Receiver, settings: Settings
    ) -> None:
        endpoint(receiver.url)
        happens()
        settings.SECRET_KEY = "another"
        deliver_all()
        assert receiver.calls == []
        assert only().error.startswith("secret_unreadable")
        assert only().status == "waiting"


class TestPrivateAddresses:
    def test_are_refused_at_the_moment_of_the_call(self, receiver: Receiver, settings: Settings) -> None:
        endpoint(f"https://localhost:{receiver.port}/")
        settings.WEBHOOKS_ALLOW_PRIVATE = False
        happens()
        deliver_all()
        assert receiver.calls == []
        assert only().error.startswith("private_address")
        assert only().status == "waiting"

    def test_a_name_with_one_private_address_among_others_is_refused(
        self, receiver: Receiver, settings: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        settings.WEBHOOKS_ALLOW_PRIVATE = False
        asked: list[Any] = []

        def resolve(host: str, port: int, **_: Any) -> list[Any]:
            asked.append(host)
            kind = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
            return [(*kind, ("93.184.216.34", port)), (*kind, ("127.0.0.1", port))]

        def connect(*_: Any, **__: Any) -> Any:
            raise AssertionError("connected")

        monkeypatch.setattr(socket, "getaddrinfo", resolve)
        monkeypatch.setattr(socket, "create_connection", connect)
        answer = targets.post(f"https://rebound.example:{receiver.port}/", b"{}", {})
        assert asked == ["rebound.example"]
        assert answer.error.startswith("private_address")

    def test_the_checked_address_is_the_one_that_is_called(
        self, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The name is resolved once: one that changes its mind between check and call gains nothing."""
        resolve = socket.getaddrinfo
        asked: list[str] = []

        def once(host: str, *args: Any, **kwargs: Any) -> list[Any]:
            asked.append(host)
            return resolve("127.0.0.1" if host == "hooks.example" else host, *args, **kwargs)

        monkeypatch.setattr(socket, "getaddrinfo", once)
        answer = targets.post(f"http://hooks.example:{receiver.port}/", b"{}", {"webhook-id": "e1"})
        assert answer.is_success
        assert asked.count("hooks.example") == 1
        assert receiver.calls[0].headers["host"] == f"hooks.example:{receiver.port}"

    @pytest.mark.parametrize(
        "address",
        [
            *("10.0.0.1", "127.0.0.1", "169.254.169.254", "172.16.0.1", "192.168.1.1", "100.64.0.1", "0.0.0.0"),  # noqa: S104
            *("224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1"),
            *("::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::1"),
        ],
    )
    def test_in_every_form(self, address: str, settings: Settings) -> None:
        settings.WEBHOOKS_ALLOW_PRIVATE = False
        with pytest.raises(BadTarget):
            check_address(address)

    @pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "64:ff9b::5db8:d822"])
    def test_public_ones_are_called(self, address: str, settings: Settings) -> None:
        settings.WEBHOOKS_ALLOW_PRIVATE = False
        check_address(address)


def test_closed_deliveries_are_deleted_after_their_time(receiver: Receiver) -> None:
    endpoint(receiver.url)
    happens("e1", number="TX1")
    deliver_all()
    receiver.status = 500
    happens("e2", number="TX2")
    deliver_all()
    assert services.delete_old(now=NOON + 29 * DAY) == 0
    assert services.delete_old(now=NOON + 31 * DAY) == 1
    assert only().event_id == "e2", "what waits is kept"
