"""Every route, called as everybody, compared with the table in docs/access/notification_service.md."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from rest_framework.test import APIClient

from inbound_mail import services as inbound_mail
from inbound_mail.models import MailTicket, TicketFile
from inbound_mail.tests.factories import raw_mail
from notifications import inapp
from notifications.digests import unsubscribe_headers
from notifications.models import Notification, NotificationTemplate, Status
from notifications.tests.factories import AMARA, KENJI, NOON, mail, person
from notifications.tests.messaging_peer import MessagingPeer
from ticketing_testing.access import AccessTable, routes
from ticketing_testing.clients import assert_problem, callers, scopes_but
from webhooks.models import WebhookDelivery
from webhooks.tests.factories import endpoint, happens

pytestmark = pytest.mark.django_db

TABLE = AccessTable.read(Path(__file__).parents[3] / "docs" / "access" / "notification_service.md")
REFUSALS = {401, 403, 404}
PEOPLE = {
    "User": {"user_id": 60, "roles": {"tts": ["User"]}},
    "Agent": {"user_id": AMARA, "roles": {"tts": ["Agent"]}},
    "other agent": {"user_id": KENJI, "roles": {"tts": ["Agent"]}},
    "Admin": {"user_id": 90, "roles": {"tts": ["Admin"]}},
}
KEYS = {"service key": ["notifications"], "other key": scopes_but("notifications")}
BODIES: dict[str, dict[str, Any]] = {
    "PATCH /api/v2/notifications/inapp/{id}/": {"is_read": True},
    "POST /api/v1/notifications/templates/{id}/restore/": {"version": 1},
    "PATCH /api/v1/webhooks/{id}/": {"is_active": False},
}


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    assert routes() == set(TABLE.rows)


class Post:
    """One thing of each kind; mail and notice are the agent's."""

    def __init__(self) -> None:
        person(AMARA)
        refused = mail()
        Notification.objects.filter(pk=refused.pk).update(status=Status.FAILED)
        notice = inapp.NewNotification(
            user_id=AMARA, notification_type="task_assignment", subject="S", message="M", event_id="e2"
        )
        (made,) = inapp.create_inapp(notifications=[notice], now=NOON)
        assert made.row is not None
        template = NotificationTemplate.objects.order_by("pk").first()
        assert template is not None
        self.token = unsubscribe_headers(AMARA)["List-Unsubscribe"].strip("<>").split("/")[-2]
        self.ids = {"history": refused.pk, "inapp": made.row.pk, "templates": template.pk}
        webhook, _ = endpoint("https://hooks.example.com/")
        happens("e3")
        WebhookDelivery.objects.update(status=WebhookDelivery.Status.FAILED)
        inbound, _ = inbound_mail.take_in(raw=raw_mail(to="help@example.com"), now=NOON)
        self.ids |= {"webhooks": webhook.pk, "inbound-mails": inbound.pk}
        ticket = MailTicket.objects.create(
            number="ML1", email="eve@example.net", name="Eve", subject="S", created_at=NOON
        )
        self.file_id = TicketFile.objects.create(
            ticket=ticket,
            file_name="a.txt",
            content_type="text/plain",
            size=1,
            sha256="",
            content=b"a",
            created_at=NOON,
        ).pk
        self.delivery_id = WebhookDelivery.objects.get().pk

    def path(self, template: str) -> str:
        kind = next((kind for kind in self.ids if f"/{kind}/" in template), "")
        for name, value in (("delivery_id", self.delivery_id), ("file_id", self.file_id), ("kind", "mails")):
            template = template.replace(f"{{{name}}}", str(value))
        return template.replace("{id}", str(self.ids.get(kind, ""))).replace("{token}", self.token)


def answer_to(caller: APIClient, operation: str, post: Post) -> Any:
    method, template = operation.split()
    with transaction.atomic():  # each call meets the same state
        answer = getattr(caller, method.lower())(post.path(template), BODIES.get(operation))
        transaction.set_rollback(True)
    return answer


@pytest.mark.parametrize("who", TABLE.columns)
def test_lets_in_whom_the_table_says(who: str, settings: Any, messaging: MessagingPeer) -> None:
    settings.API_KEY_SOURCE = "ticketing_testing.clients.key_of_scope"
    post = Post()
    messaging.ticket(AMARA, "ML1")
    for caller in callers(who, people=PEOPLE, keys=KEYS):
        for operation in TABLE.rows:
            answer = answer_to(caller, operation, post)
            is_in = answer.status_code not in REFUSALS
            said = f"{operation} as {who}: {answer.status_code}"
            assert answer.status_code < 500, said
            assert is_in is TABLE.lets_in(who, operation), said
            if not is_in:
                expected = {401, 403, 404} if who in PEOPLE else {401, 403} if who in KEYS else {401}
                assert answer.status_code in expected, said
                assert_problem(answer, answer.status_code)
