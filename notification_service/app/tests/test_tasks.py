"""The Celery tasks keep the contract: every published example, delivered twice, has its effect once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from celery.exceptions import Reject
from django.db import connections

from app import tasks
from notifications.delivery import send_due_mail
from notifications.models import InAppNotification, Notification, NotificationLog, Person
from notifications.smtp import Outcome
from notifications.tests.factories import AMARA, KENJI, NOON, person, seconds
from notifications.tests.smtp_peer import SmtpPeer
from ticketing_common.contracts import messages
from ticketing_common.contracts.registry import queues_consumed_by
from ticketing_common.inbox.models import DeadLetter
from ticketing_testing.clients import deliver, published_messages

pytestmark = pytest.mark.django_db

CONSUMERS = {
    "task.send_assignment_notification": tasks.send_assignment_notification,
    "notifications.send_email": tasks.send_email,
    "notifications.create_inapp_notification": tasks.create_inapp_notification,
    "notifications.mark_notification_read": tasks.mark_notification_read,
    "notifications.bulk_create_notifications": tasks.bulk_create_notifications,
    "users.tasks.sync_user": tasks.sync_user,
}
EXAMPLES = [(task, name) for task in CONSUMERS for name in sorted(messages.examples(task))]


def counts() -> tuple[int, ...]:
    models = (Notification, InAppNotification, Person)
    return tuple(model._default_manager.count() for model in models)


@pytest.mark.parametrize(("task", "name"), EXAMPLES)
def test_accepts_every_published_example_and_its_redelivery(task: str, name: str) -> None:
    payload = messages.examples(task)[name]

    deliver(CONSUMERS[task], message_id="m1", field_of_a_newer_publisher=1, **payload)
    once = counts()
    deliver(CONSUMERS[task], message_id="m1", **payload)
    deliver(CONSUMERS[task], message_id="m2", **payload)

    assert counts() == once
    assert DeadLetter.objects.count() == 0


def test_every_task_of_our_queues_is_registered() -> None:
    from config.celery import app

    app.loader.import_default_modules()
    named = {task for queue in queues_consumed_by("notification_service") for task in queue.tasks}
    assert named <= set(app.tasks)
    assert {entry["task"] for entry in app.conf.beat_schedule.values()} <= named


class TestSendAssignmentNotification:
    assignment = messages.examples("task.send_assignment_notification")["assignment"]

    def test_makes_the_mail_and_the_notification(self, smtp: SmtpPeer) -> None:
        person(AMARA, email="amara@example.com")

        deliver(tasks.send_assignment_notification, **self.assignment)

        notice = InAppNotification.objects.get()
        assert (notice.user_id, notice.notification_type) == (AMARA, "task_assignment")
        assert notice.link == "/tickets/TX20260302000018"
        assert "TX20260302000018" in notice.subject
        assert send_due_mail()[Outcome.SENT] == 1
        assert smtp.taken[0].rcpt_tos == ["amara@example.com"]

    def test_asks_who_is_to_decide_and_tells_them_nothing_else(self, smtp: SmtpPeer) -> None:
        person(AMARA, email="amara@example.com")
        approval = messages.examples("task.send_assignment_notification")["approval"]

        deliver(tasks.send_assignment_notification, **approval)
        # The turn came back to them at the same stay: the same request.
        deliver(tasks.send_assignment_notification, message_id="again", **approval)

        notice = InAppNotification.objects.get()
        assert notice.notification_type == "approval_requested"
        assert send_due_mail()[Outcome.SENT] == 1
        (mail,) = smtp.mails
        assert mail["X-Notification-Type"] == "approval_requested"
        body = mail.get_body(("plain",))
        assert body is not None
        assert "Step: Approve" in body.get_content()

    def test_agrees_with_a_notice_of_the_same_event(self) -> None:
        notice = messages.examples("notifications.create_inapp_notification")["assignment"]

        deliver(tasks.create_inapp_notification, **notice)
        deliver(tasks.send_assignment_notification, **self.assignment)

        assert InAppNotification.objects.count() == 1
        assert Notification.objects.count() == 1

    def test_works_for_a_person_auth_has_not_told_of(self, smtp: SmtpPeer) -> None:
        deliver(tasks.send_assignment_notification, **self.assignment)
        assert InAppNotification.objects.count() == 1
        assert send_due_mail()[Outcome.SENT] == 0

        deliver(tasks.sync_user, **messages.examples("users.tasks.sync_user")["agent"])

        assert send_due_mail()[Outcome.SENT] == 1
        assert smtp.taken[0].rcpt_tos == ["amara.okafor@example.com"]


class TestSendEmail:
    def test_rejects_a_mail_that_would_lack_what_it_is_for(self) -> None:
        with pytest.raises(Reject):
            deliver(tasks.send_email, notification_type="otp_code", user_id=AMARA, context={}, event_id="e1")

        assert DeadLetter.objects.get().code == "missing_variable"
        assert Notification.objects.count() == 0

    def test_rejects_an_address_that_is_none(self) -> None:
        with pytest.raises(Reject):
            deliver(
                tasks.send_email,
                notification_type="system",
                user_email="a@b\r\nBcc: c@example.com",
                context={},
                event_id="e1",
            )

        assert DeadLetter.objects.get().code == "invalid_address"

    def test_rejects_a_context_without_end(self) -> None:
        with pytest.raises(Reject):
            deliver(tasks.send_email, notification_type="system", user_id=1, context={"a": "x" * 70_000}, event_id="e1")

        assert DeadLetter.objects.get().code == "context_too_large"

    def test_rejects_what_does_not_fit_the_contract(self) -> None:
        with pytest.raises(Reject):
            deliver(tasks.send_email, notification_type="chain_letter", user_id=1, context={}, event_id="e1")

        assert DeadLetter.objects.get().code == "invalid_message"

    @pytest.mark.parametrize("notification_type", ["login_alert", "failed_login", "account_locked", "profile_change"])
    def test_shows_what_concerns_the_account_in_the_application_too(self, notification_type: str) -> None:
        person()
        for _ in range(2):
            deliver(
                tasks.send_email,
                notification_type=notification_type,
                user_id=AMARA,
                user_email="amara@example.com",
                context={"device": "Firefox on Linux"},
                event_id="e1",
            )

        (notice,) = InAppNotification.objects.all()
        assert (notice.user_id, notice.notification_type) == (AMARA, notification_type)
        assert notice.subject
        assert notice.message

    @pytest.mark.parametrize(
        ("notification_type", "context"),
        [("otp_code", {"code": "492817"}), ("password_reset", {"link": "https://x.example/reset/s3cret"})],
    )
    def test_never_shows_a_code_or_a_single_use_link_there(
        self, notification_type: str, context: dict[str, str]
    ) -> None:
        person()
        deliver(tasks.send_email, notification_type=notification_type, user_id=AMARA, context=context, event_id="e1")

        assert not InAppNotification.objects.exists()

    def test_one_event_may_go_to_several_people(self) -> None:
        for user_id in (AMARA, KENJI):
            deliver(tasks.send_email, notification_type="system", user_id=user_id, context={}, event_id="e1")

        assert Notification.objects.count() == 2


class TestBulkCreate:
    def entry(self, user_id: int, event_id: str) -> dict[str, Any]:
        return {
            "user_id": user_id,
            "notification_type": "system",
            "subject": "News",
            "message": "…",
            "event_id": event_id,
        }

    def test_creates_what_is_valid_logs_each_and_shows_what_is_not(self) -> None:
        entries = [self.entry(AMARA, "e1"), {"user_id": "x"}, self.entry(KENJI, "e1"), self.entry(AMARA, "e1")]

        with pytest.raises(Reject):
            deliver(tasks.bulk_create_notifications, notifications=entries)

        assert InAppNotification.objects.count() == 2
        logged = NotificationLog.objects.order_by("id").values_list("user_id", "status", "reason")
        assert list(logged) == [(AMARA, "sent", ""), (KENJI, "sent", ""), (AMARA, "skipped", "duplicate")]
        letter = DeadLetter.objects.get()
        assert letter.code == "invalid_entries"
        assert "1 of 4" in letter.reason

    def test_needs_the_same_few_queries_for_any_number_of_notices(self, django_assert_max_num_queries: Any) -> None:
        entries = [self.entry(100 + n, "e1") for n in range(300)]

        with django_assert_max_num_queries(20):
            deliver(tasks.bulk_create_notifications, notifications=entries)

        assert InAppNotification.objects.count() == 300
        assert len(published_messages("inbox.tasks.push_inbox_event")) == 300


class TestMarkRead:
    def test_marks_the_person_s_own_notice_only(self) -> None:
        notice = messages.examples("notifications.create_inapp_notification")["assignment"]
        deliver(tasks.create_inapp_notification, **notice)
        row = InAppNotification.objects.get()

        deliver(tasks.mark_notification_read, notification_id=row.pk, user_id=KENJI)
        row.refresh_from_db()
        assert row.read_at is None

        deliver(tasks.mark_notification_read, notification_id=row.pk, user_id=AMARA)
        row.refresh_from_db()
        assert row.read_at is not None


class TestSyncUser:
    def test_only_a_newer_version_counts(self) -> None:
        agent = messages.examples("users.tasks.sync_user")["agent"]
        deliver(tasks.sync_user, **agent)

        deliver(tasks.sync_user, **{**agent, "email": "late@example.com", "version": agent["version"] - 1})
        assert Person.objects.get().email == agent["email"]

        deliver(tasks.sync_user, **{**agent, "email": "new@example.com", "version": agent["version"] + 1})
        assert Person.objects.get().email == "new@example.com"


class TestTimers:
    def test_the_tick_sends_what_is_due(self, smtp: SmtpPeer) -> None:
        person()
        deliver(tasks.send_email, notification_type="system", user_id=AMARA, context={}, event_id="e1")

        tasks.send_due_mail()

        assert len(smtp.taken) == 1

    def test_ticks_do_not_run_side_by_side(self, smtp: SmtpPeer) -> None:
        from notifications import delivery

        person()
        deliver(tasks.send_email, notification_type="system", user_id=AMARA, context={}, event_id="e1")

        def tick_elsewhere() -> None:
            try:
                tasks.send_due_mail()
            finally:
                connections.close_all()

        with delivery.only_tick() as is_mine, ThreadPoolExecutor(1) as pool:
            assert is_mine
            pool.submit(tick_elsewhere).result(5)
            assert smtp.taken == []

    def test_cleanup_deletes_what_is_old(self) -> None:
        from notifications.cleanup import delete_old

        person()
        deliver(tasks.send_email, notification_type="system", user_id=AMARA, context={}, event_id="open")
        deliver(
            tasks.create_inapp_notification,
            **messages.examples("notifications.create_inapp_notification")["assignment"],
        )
        closed = Notification.objects.create(
            event_id="old",
            recipient="user:7",
            user_id=AMARA,
            notification_type="system",
            due_at=NOON,
            created_at=NOON,
            closed_at=NOON,
            status="sent",
        )

        done = delete_old(now=NOON + seconds(200 * 86_400))

        assert done["mails"] == 1
        assert not Notification.objects.filter(pk=closed.pk).exists()
        assert Notification.objects.filter(event_id="open").exists()
        assert InAppNotification.objects.count() == 1
        ten_years_on = delete_old(now=NOON + seconds(3_650 * 86_400))
        assert (ten_years_on["notifications"], ten_years_on["log"]) == (1, 1)
        assert ten_years_on["inbox"] > 0
        # What has not been sent is not old, however long it waits, and neither is its story.
        assert Notification.objects.filter(event_id="open").exists()
        assert NotificationLog.objects.filter(event_id="open").exists()


@pytest.mark.django_db(transaction=True)
def test_one_event_delivered_five_times_at_once_makes_one_mail_and_one_notice() -> None:
    assignment = messages.examples("task.send_assignment_notification")["assignment"]

    def send(number: int) -> None:
        try:
            deliver(tasks.send_assignment_notification, message_id=f"m{number}", **assignment)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(5) as pool:
        list(pool.map(send, range(15)))

    assert Notification.objects.count() == 1
    assert InAppNotification.objects.count() == 1
    assert len(published_messages("inbox.tasks.push_inbox_event")) == 1


@pytest.mark.django_db(transaction=True)
def test_notices_made_at_once_tell_the_true_unread_counts() -> None:
    def create(number: int) -> None:
        try:
            deliver(
                tasks.create_inapp_notification,
                user_id=AMARA,
                notification_type="system",
                subject="News",
                message="…",
                event_id=f"e{number}",
            )
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(create, range(24)))

    told = sorted(message["unread_count"] for message in published_messages("inbox.tasks.push_inbox_event"))
    assert told == list(range(1, 25))
