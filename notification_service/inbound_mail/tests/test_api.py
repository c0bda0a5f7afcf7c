"""The list of what came into the mailbox, for administrators."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from inbound_mail import lease
from inbound_mail.doctor import mailbox
from inbound_mail.models import InboundMail, MailboxLease
from inbound_mail.tests.factories import answer_to, raw_mail, take_in
from notifications.tests.factories import NOON, admin, amara, mail, person
from ticketing_common.database import database_now
from ticketing_testing.clients import assert_problem, published_messages

pytestmark = pytest.mark.django_db

URL = "/api/v1/inbound-mails/"


def test_each_mail_is_listed_with_what_became_of_it_and_why() -> None:
    person()
    taken, refused = take_in(answer_to(mail())), take_in(raw_mail(to="help@example.com", sender="eve@example.net"))

    rows = admin().get(URL).json()["results"]

    assert [(row["id"], row["verdict"], row["reason"]) for row in rows] == [
        (refused.pk, "refused", "tickets_off"),
        (taken.pk, "comment", ""),
    ]
    assert "text" not in rows[0]
    assert admin().get(f"{URL}{taken.pk}/").json()["text"] == "The share belongs to Finance."


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("verdict=refused", 1),
        ("verdict=refused&verdict=comment", 2),
        ("reason=tickets_off", 1),
        ("sender=EVE@example.net", 1),
        ("search=printer", 1),
        ("ticket_number=TX20260302000018", 1),
    ],
)
def test_it_is_filtered(query: str, count: int) -> None:
    person()
    take_in(answer_to(mail()))
    take_in(raw_mail(to="help@example.com", sender="eve@example.net", subject="Printer"))

    assert admin().get(f"{URL}?{query}").json()["count"] == count


def test_a_list_takes_as_many_statements_for_many_as_for_one(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(5):
        take_in(raw_mail(to="help@example.com"))

    with django_assert_num_queries(2):
        admin().get(URL)


def test_one_is_judged_again_by_the_settings_of_now_and_once_per_key(settings: Settings) -> None:
    row = take_in(raw_mail(to="help@example.com", sender="eve@example.net"))
    settings.MAILBOX_TICKETS = "everyone"

    answers = [admin().post(f"{URL}{row.pk}/retry/", headers={"Idempotency-Key": "again"}) for _ in range(2)]

    assert [answer.json()["verdict"] for answer in answers] == ["ticket", "ticket"]
    assert len(published_messages("tickets.tasks.receive_ticket")) == 1
    assert_problem(admin().post(f"{URL}{row.pk}/retry/"), 409, "not_retryable")


def test_the_mailbox_says_when_it_was_read_and_what_hinders_it(settings: Settings) -> None:
    state = admin().get(f"{URL}mailbox/").json()
    assert (state["is_configured"], state["read_at"], state["tickets"]) == (False, None, "off")

    settings.MAILBOX_HOST, settings.MAILBOX_USER = "imap.example.com", "reply"
    name = lease.mailbox_name()
    lease.take(mailbox=name, holder="a", has_read=True)
    lease.note_failure(mailbox=name, error="gaierror: no such host")
    state = admin().get(f"{URL}mailbox/").json()
    assert (state["is_configured"], state["error"]) == (True, "gaierror: no such host")
    assert state["read_at"] <= state["failed_at"]

    lease.take(mailbox=name, holder="a", has_read=True)
    assert admin().get(f"{URL}mailbox/").json()["error"] == ""
    assert amara().get(f"{URL}mailbox/").status_code == 403


def test_what_is_not_there_is_not_found() -> None:
    assert_problem(admin().post(f"{URL}123456/retry/"), 404, "mail_not_found")


def test_agents_see_nothing_of_it() -> None:
    row = take_in(raw_mail(to="help@example.com"))

    for answer in (amara().get(URL), amara().get(f"{URL}{row.pk}/"), amara().post(f"{URL}{row.pk}/retry/")):
        assert answer.status_code == 403


def test_the_doctor_finds_a_mailbox_that_nobody_reads_and_mails_that_failed(settings: Settings) -> None:
    assert list(mailbox()) == []

    settings.MAILBOX_HOST = "imap.example.com"
    row = take_in(raw_mail(to="help@example.com"))
    InboundMail.objects.filter(pk=row.pk).update(verdict="failed")
    assert [finding.code for finding in mailbox()] == ["inbound_mails_failed", "mailbox_not_read"]

    MailboxLease.objects.create(mailbox="m", leased_until=NOON, read_at=database_now())
    assert [finding.code for finding in mailbox()] == ["inbound_mails_failed"]
