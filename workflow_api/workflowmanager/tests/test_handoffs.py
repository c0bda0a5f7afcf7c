"""Hand-offs to AMS and BMS: sent with back-off, pulled, confirmed twice, failed, waived."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from amscheckout.models import AmsCheckout
from audit.models import AuditLog
from bmscheckout.models import BmsCheckout
from role.models import Person
from task.models import Task, Timeline
from task.tests.test_perform import press
from ticketing_common.authentication import ApiKeyAuthentication, ServiceIdentity
from ticketing_common.errors import Invalid
from ticketing_testing.clients import assert_problem, published_messages
from workflowmanager import handoffs
from workflowmanager.checkout_double import HANG_UP, CheckoutDouble
from workflowmanager.gauges import handoffs_overdue
from workflowmanager.tests import factories


@pytest.fixture
def ams(settings: Any) -> Iterator[CheckoutDouble]:
    server = CheckoutDouble()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    settings.AMS_URL, settings.AMS_API_KEY = server.url, "k-ams"
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def task(db: None) -> Task:
    """An asset ticket whose last step was done."""
    owner, manager = factories.make_person(1, "Mara Lindt"), factories.make_person(11, "Olga Berg")
    factories.make_role("Admin", factories.make_person(90, "Ada Admin"))
    factories.one_step(
        factories.make_role("Asset Manager", manager),
        coordinators=factories.make_role("Ticket Coordinator", owner),
        end_logic="asset",
    )
    factories.take_in("TX1", asset_name="Projector", serial_number="PJ-3")
    task = factories.task_of()
    assert press(manager, task, "Work to Done").json()["status"] == "handing_off"
    task.refresh_from_db()
    return task


def told() -> list[str]:
    return [message["new_status"] for message in published_messages("send_ticket_status")]


class TestOverdue:
    def test_is_what_nobody_confirmed_within_a_day(self, task: Task) -> None:
        admin = factories.admin_client()
        checkout = AmsCheckout.objects.get()
        assert admin.get(f"/ams/checkouts/{checkout.pk}/").json()["is_overdue"] is False
        assert admin.get("/ams/checkouts/", {"is_overdue": "true"}).json()["count"] == 0

        AmsCheckout.objects.update(created_at=timezone.now() - timedelta(hours=25))

        for status, is_overdue in (
            ("queued", True),
            ("sent", True),
            ("failed", True),
            ("acknowledged", False),
            ("waived", False),
        ):
            AmsCheckout.objects.update(status=status)
            assert admin.get(f"/ams/checkouts/{checkout.pk}/").json()["is_overdue"] is is_overdue
            assert admin.get("/ams/checkouts/", {"is_overdue": "true"}).json()["count"] == int(is_overdue)
            assert admin.get("/ams/checkouts/", {"is_overdue": "false"}).json()["count"] == int(not is_overdue)
            assert admin.get("/stuck/").json()["overdue_handoffs"] == int(is_overdue)
            assert handoffs_overdue() == {("ams",): float(is_overdue), ("bms",): 0.0}


class TestSend:
    def test_waits_as_handing_off_until_acknowledged(self, task: Task, ams: CheckoutDouble) -> None:
        assert told()[-1] == "in_progress"
        assert handoffs.send_due(now=timezone.now()) == 1
        task.refresh_from_db()
        checkout = AmsCheckout.objects.get()
        assert (task.status, checkout.status, checkout.external_reference) == ("completed", "acknowledged", "AMS-1")
        assert told()[-1] == "resolved"
        (call,) = ams.calls
        assert (call["path"], call["api_key"]) == ("/checkouts/", "k-ams")
        assert call["key"] == str(checkout.idempotency_key)
        assert (call["body"]["asset_name"], call["body"]["ticket_number"]) == ("Projector", "TX1")
        assert handoffs.send_due(now=timezone.now()) == 0

    def test_tries_again_with_back_off_and_the_same_key(self, task: Task, ams: CheckoutDouble) -> None:
        ams.script = [500, 503]
        now = timezone.now()
        handoffs.send_due(now=now)
        checkout = AmsCheckout.objects.get()
        assert (checkout.status, checkout.attempts, checkout.last_error) == ("queued", 1, "The system answered 500.")
        assert handoffs.send_due(now=now + timedelta(seconds=29)) == 0
        handoffs.send_due(now=now + timedelta(seconds=31))
        checkout.refresh_from_db()
        assert checkout.next_attempt_at == now + timedelta(seconds=91)
        handoffs.send_due(now=now + timedelta(seconds=92))
        checkout.refresh_from_db()
        assert (checkout.status, checkout.attempts) == ("acknowledged", 3)
        assert len({call["key"] for call in ams.calls}) == 1

    def test_a_time_out_after_the_other_sides_commit_does_not_double(self, task: Task, ams: CheckoutDouble) -> None:
        ams.script = [HANG_UP]
        now = timezone.now()
        handoffs.send_due(now=now)
        handoffs.send_due(now=now + timedelta(minutes=1))
        assert AmsCheckout.objects.get().external_reference == "AMS-1"
        assert len(ams.known) == 1

    def test_accepted_but_never_acknowledged_becomes_a_persons_task(self, task: Task, ams: CheckoutDouble) -> None:
        ams.script = [202]
        now = timezone.now()
        handoffs.send_due(now=now)
        assert AmsCheckout.objects.get().status == "sent"
        handoffs.send_due(now=now + timedelta(hours=25))
        task.refresh_from_db()
        assert AmsCheckout.objects.get().status == "failed"
        assert (task.status, task.assignee_id) == ("handing_off", task.owner_id)
        mine = factories.as_client(Person.objects.get(pk=1)).get("/tasks/", {"view": "mine"}).json()
        assert [row["ticket_number"] for row in mine["results"]] == ["TX1"]

    def test_a_refusal_fails_at_once_and_people_are_told(self, task: Task, ams: CheckoutDouble) -> None:
        ams.script = [422]
        handoffs.send_due(now=timezone.now())
        assert AmsCheckout.objects.get().status == "failed"
        notices = published_messages("notifications.create_inapp_notification")
        assert [m["user_id"] for m in notices if m["notification_type"] == "handoff_failed"] == [1, 90]

    def test_after_the_last_try_it_has_failed_and_can_be_tried_again(self, task: Task, ams: CheckoutDouble) -> None:
        ams.script = [500] * handoffs.MAX_ATTEMPTS
        now = timezone.now()
        for hour in range(handoffs.MAX_ATTEMPTS):
            handoffs.send_due(now=now + timedelta(hours=2 * hour))
        checkout = AmsCheckout.objects.get()
        assert checkout.status == "failed"
        admin = factories.admin_client()
        assert admin.post(f"/ams/checkouts/{checkout.pk}/retry/").json()["status"] == "queued"
        assert_problem(admin.post(f"/ams/checkouts/{checkout.pk}/retry/"), 409, "checkout_not_failed")
        handoffs.send_due(now=timezone.now())
        task.refresh_from_db()
        assert task.status == "completed"

    def test_whoever_has_the_failed_one_tries_it_again_or_waives_it(self, task: Task, ams: CheckoutDouble) -> None:
        owner = factories.as_client(Person.objects.get(pk=1))
        checkout = AmsCheckout.objects.get()
        assert_problem(owner.post(f"/ams/checkouts/{checkout.pk}/waive/", {"reason": "Mine."}), 403)
        ams.script = [422, 422]
        handoffs.send_due(now=timezone.now())

        assert_problem(factories.as_client(Person.objects.get(pk=11)).post(f"/ams/checkouts/{checkout.pk}/retry/"), 403)
        assert owner.post(f"/ams/checkouts/{checkout.pk}/retry/").json()["status"] == "queued"
        handoffs.send_due(now=timezone.now())
        answer = owner.post(f"/ams/checkouts/{checkout.pk}/waive/", {"reason": "Handed over by hand."})

        assert answer.json()["status"] == "waived"
        task.refresh_from_db()
        assert task.status == "completed"

    def test_without_an_address_nothing_is_sent(self, task: Task) -> None:
        assert handoffs.send_due(now=timezone.now()) == 0
        assert AmsCheckout.objects.get().status == "queued"


class TestPull:
    def client(self, key: str) -> APIClient:
        client = APIClient()
        client.credentials(HTTP_X_API_KEY=key)
        return client

    def test_ams_pulls_and_confirms_and_a_second_confirmation_changes_nothing(self, task: Task, settings: Any) -> None:
        settings.SERVICE_API_KEYS = ["ams:secret-1", "bms:secret-2"]
        ams = self.client("secret-1")
        (row,) = ams.get("/ams/checkouts/", {"status": "queued"}).json()["results"]
        assert row["payload"]["serial_number"] == "PJ-3"
        answer = ams.post(f"/ams/checkouts/{row['id']}/acknowledge/", {"reference": "A-77"})
        assert (answer.status_code, answer.json()["external_reference"]) == (200, "A-77")
        task.refresh_from_db()
        assert task.status == "completed"

        def trail() -> tuple[int, int, int]:
            return AuditLog.objects.count(), Timeline.objects.count(), len(published_messages())

        before = trail()
        again = ams.post(f"/ams/checkouts/{row['id']}/acknowledge/", {"reference": "A-78"})
        assert (again.status_code, again.json()) == (200, answer.json())
        assert trail() == before
        assert told().count("resolved") == 1
        assert_problem(self.client("secret-2").get("/ams/checkouts/"), 403)
        assert_problem(self.client("wrong").get("/ams/checkouts/"), 401)
        assert_problem(ams.post(f"/ams/checkouts/{row['id']}/waive/", {"reason": "x"}), 403)

    @pytest.mark.parametrize(("scope", "status"), [("ams", 200), ("bms", 403), ("employees", 403)])
    def test_a_key_that_auth_keeps_opens_what_its_scope_names(
        self, task: Task, scope: str, status: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        service = ServiceIdentity("a system", frozenset({scope}))
        monkeypatch.setattr(ApiKeyAuthentication, "authenticate", lambda _self, _request: (service, service.name))
        assert self.client("any").get("/ams/checkouts/").status_code == status

    def test_agents_have_no_business_there(self, task: Task) -> None:
        assert_problem(factories.as_client(factories.make_person(70)).get("/ams/checkouts/"), 403)


class TestWaive:
    def test_closes_the_task_for_a_stated_reason(self, task: Task) -> None:
        checkout = AmsCheckout.objects.get()
        admin = factories.admin_client()
        assert_problem(admin.post(f"/ams/checkouts/{checkout.pk}/waive/", {}), 400, attr="reason")
        answer = admin.post(f"/ams/checkouts/{checkout.pk}/waive/", {"reason": "Handed over by hand."})
        assert answer.json()["status"] == "waived"
        task.refresh_from_db()
        assert task.status == "completed"
        assert_problem(admin.post(f"/ams/checkouts/{checkout.pk}/acknowledge/", {}), 409, "checkout_settled")

    def test_needs_a_reason_of_whoever_calls(self, task: Task) -> None:
        checkout = AmsCheckout.objects.get()
        actor = factories.actor(Person.objects.get(pk=90), is_admin=True)
        with pytest.raises(Invalid, match="reason"):
            handoffs.waive(handoffs.AMS, checkout.pk, reason=" ", actor=actor, now=timezone.now())

    def test_a_withdrawal_by_the_source_settles_it(self, task: Task) -> None:
        factories.take_in("TX1", status="Withdrawn")
        task.refresh_from_db()
        assert (task.status, AmsCheckout.objects.get().status) == ("cancelled", "waived")


@pytest.mark.django_db
class TestBudget:
    def test_goes_to_bms(self) -> None:
        manager = factories.make_person(11)
        factories.one_step(factories.make_role("Budget Manager", manager), end_logic="budget")
        factories.take_in("TX1", requested_budget="12500.00")
        press(manager, factories.task_of(), "Work to Done")
        assert BmsCheckout.objects.get().payload["requested_budget"] == "12500.00"
        assert AmsCheckout.objects.count() == 0

    def test_a_rejected_ticket_is_not_handed_off(self) -> None:
        reviewer, lead = factories.make_person(11), factories.make_person(21)
        support = factories.make_role("Budget Manager", reviewer)
        factories.approval(support, factories.make_role("Finance Lead", lead), coordinators=support, end_logic="budget")
        factories.take_in("TX1")
        press(reviewer, factories.task_of(), "Review to Approve")
        answer = press(lead, factories.task_of(), "Approve to Rejected", comment="Too much.")
        assert answer.json()["status"] == "rejected"
        assert BmsCheckout.objects.count() == 0
