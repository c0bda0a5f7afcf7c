"""A requester leaves mails, notifications and webhooks."""

from __future__ import annotations

import json
from typing import Any

import pytest
from celery.exceptions import Reject
from django.db import connection

from app.tasks import erase_person
from inbound_mail.models import InboundBody, InboundMail, MailTicket, TicketFile
from inbound_mail.tests.factories import raw_mail, take_in
from notifications import inapp
from notifications.models import InAppNotification, Notification
from notifications.tests.factories import AMARA, NOON, admin, amara, mail, person
from ticketing_common.inbox.models import DeadLetter
from ticketing_testing.clients import assert_problem, deliver, published_messages
from webhooks.models import WebhookDelivery
from webhooks.tests.factories import endpoint, happens

pytestmark = pytest.mark.django_db

NUMBER, ADDRESS = "TX20260302000018", "mia.berg@example.com"
PERSON: dict[str, Any] = {
    "emails": [ADDRESS],
    "names": ["Mia Berg"],
    "requesters": [{"source_service": "hdts", "id": "4711"}],
    "tickets": [{"ticket_number": NUMBER, "source_service": "hdts", "source_number": NUMBER}],
}


def erase(erasure_id: int = 4, **fields: Any) -> None:
    asked: dict[str, Any] = {"erasure_id": erasure_id, "requested_at": "2026-03-02T12:00:00Z"}
    deliver(erase_person, **(asked | PERSON | fields))


def everything() -> str:
    parts = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT row_to_json(t)::text FROM {connection.ops.quote_name(table)} t")  # noqa: S608
            parts += [row for (row,) in cursor.fetchall()]
    return "\n".join(parts).lower()


def test_leaves_nothing_of_the_person_in_any_table() -> None:
    person(AMARA)
    queued = mail(context={"ticket_number": NUMBER, "task_title": "My screen is cracked", "role_name": "IT"})
    Notification.objects.filter(pk=queued.pk).update(
        status="sent", subject="My screen is cracked", body_text="Mia Berg", body_html="<p>Mia Berg</p>"
    )
    notice = inapp.NewNotification(
        user_id=AMARA,
        notification_type="task_assignment",
        subject="My screen is cracked",
        message="Of Mia Berg",
        event_id="e2",
        link=f"/tickets/{NUMBER}",
    )
    inapp.create_inapp(notifications=[notice], now=NOON)
    take_in(raw_mail(to="desk@example.com", sender=f"Mia Berg <{ADDRESS}>", text="My screen is cracked"))
    ticket = MailTicket.objects.create(
        number="ML1", email=ADDRESS, name="Mia Berg", subject="My screen is cracked", created_at=NOON
    )
    TicketFile.objects.create(
        ticket=ticket,
        file_name="cracked.png",
        content_type="image/png",
        size=1,
        sha256="0" * 64,
        content=b"x",
        created_at=NOON,
    )
    endpoint("https://example.com/hook")
    happens(number=NUMBER, data={"subject": "My screen is cracked"})
    secrets = ("mia berg", ADDRESS, "cracked")
    assert all(secret in everything() for secret in secrets)

    erase()

    left = [row for row in everything().splitlines() if any(secret in row for secret in secrets)]
    assert left == []
    queued.refresh_from_db()
    assert (queued.status, queued.subject, queued.context["role_name"]) == ("sent", "[erased]", "IT")
    assert InAppNotification.objects.get().subject == "[erased]"
    assert json.loads(WebhookDelivery.objects.get().body)
    assert InboundMail.objects.get().sender_name == "Erased person"
    assert not InboundBody.objects.exists()


def test_a_mail_whose_files_wait_is_not_carried_any_more() -> None:
    row = take_in(raw_mail(to="desk@example.com", sender=f"Mia Berg <{ADDRESS}>", text="My screen is cracked"))
    InboundMail.objects.filter(pk=row.pk).update(verdict="waiting", files=[{"name": "cracked.png"}])

    erase()

    row.refresh_from_db()
    assert (row.verdict, row.reason, row.files) == ("ignored", "person_erased", None)
    assert not InboundBody.objects.exists()


def test_sends_no_mail_to_the_person_any_more() -> None:
    queued = mail(user_id=None, user_email=ADDRESS, context={"ticket_number": "TX9", "task_title": "Mine"})

    erase()

    queued.refresh_from_db()
    assert (queued.status, queued.reason, queued.given_address) == ("skipped", "person_erased", "")
    assert ADDRESS not in queued.recipient


def test_a_later_pass_takes_what_came_back_and_leaves_what_the_person_asked_for_since() -> None:
    person(AMARA)
    about = mail(context={"ticket_number": NUMBER, "task_title": "My screen is cracked", "role_name": "IT"})
    since = mail(user_id=None, user_email=ADDRESS, context={"ticket_number": "TX9", "task_title": "Another one"})
    answer = take_in(raw_mail(to="desk@example.com", sender=f"Mia Berg <{ADDRESS}>", text="Another one"))
    MailTicket.objects.create(number="TX9", email=ADDRESS, subject="Another one", created_at=NOON)

    erase(pass_number=2, requested_at="2026-03-01T12:00:00Z")

    for row in (about, since, answer):
        row.refresh_from_db()
    assert (about.context["task_title"], since.status, since.given_address) == ("[erased]", "queued", ADDRESS)
    assert (answer.sender, MailTicket.objects.count()) == (ADDRESS, 1)
    (report,) = published_messages("privacy.tasks.report_erasure")
    assert (report["pass_number"], report["event_id"]) == (2, "erasure-4-2-notification_service")
    assert (report["erased"]["mails"], report["erased"]["inbound_mails"]) == (1, 0)


def test_leaves_mails_of_others_to_be_sent_without_the_data() -> None:
    person(AMARA)
    queued = mail(context={"ticket_number": NUMBER, "task_title": "My screen is cracked", "role_name": "IT"})

    erase()

    queued.refresh_from_db()
    assert (queued.status, queued.context["task_title"]) == ("queued", "[erased]")


def test_cleans_what_others_answered() -> None:
    person(AMARA)
    row = take_in(raw_mail(to="desk@example.com"))
    InboundMail.objects.filter(pk=row.pk).update(ticket_number=NUMBER, text="I called Mia Berg.")

    erase()

    row.refresh_from_db()
    assert (row.sender, row.text) == ("person7@example.com", "I called Erased person.")
    assert not InboundBody.objects.exists()


def test_touches_nothing_of_other_tickets() -> None:
    person(AMARA)
    mail(context={"ticket_number": "TX9", "task_title": "Other", "role_name": "IT"})
    endpoint("https://example.com/hook")
    happens(number="TX9")
    before = list(Notification.objects.values()), list(WebhookDelivery.objects.values())

    erase()

    assert (list(Notification.objects.values()), list(WebhookDelivery.objects.values())) == before


def test_confirms_once_more_without_a_change() -> None:
    person(AMARA)
    mail(context={"ticket_number": NUMBER, "task_title": "My screen is cracked", "role_name": "IT"})
    erase()
    erase()

    first, second = published_messages("privacy.tasks.report_erasure")
    assert (first["service"], first["erased"]["mails"]) == ("notification_service", 1)
    assert set(second["erased"].values()) == {0}


def test_rejects_a_message_that_names_no_person() -> None:
    with pytest.raises(Reject):
        deliver(erase_person, erasure_id=4)

    assert DeadLetter.objects.get().code == "invalid_message"


def test_shows_what_an_erasure_would_take_to_administrators_only() -> None:
    person(AMARA)
    mail(context={"ticket_number": NUMBER, "task_title": "My screen is cracked", "role_name": "IT"})

    answer = admin().post("/api/v1/privacy/person/", PERSON, format="json").json()

    assert (answer["counts"]["mails"], len(answer["data"]["mails"])) == (1, 1)
    assert_problem(amara().post("/api/v1/privacy/person/", PERSON, format="json"), 403, "permission_denied")
    assert_problem(admin().post("/api/v1/privacy/person/", {}, format="json"), 400, "required")
