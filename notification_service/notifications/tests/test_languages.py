"""People get mails and notifications in the language of their profile, everybody else in the default language."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_django import Settings

from app import tasks
from notifications.delivery import send_due_mail
from notifications.models import InAppNotification, Notification, NotificationTemplate, Person
from notifications.services import notify_assignment
from notifications.tests.factories import AMARA, KENJI, NOON, admin, amara, mail, person, seconds
from notifications.tests.messaging_peer import MessagingPeer
from notifications.tests.smtp_peer import SmtpPeer, html_of, text_of
from ticketing_common.contracts.messages import examples
from ticketing_testing.clients import assert_problem, deliver

pytestmark = pytest.mark.django_db

TEMPLATES = "/api/v1/notifications/templates/"


def subject_of(message: Any) -> str:
    return str(message["Subject"]).strip()


def assign(user_id: int = AMARA, event_id: str = "e1", **changes: Any) -> InAppNotification:
    values: dict[str, Any] = {"ticket_number": "TX1", "task_title": "Access", "role_name": "IT Lead"} | changes
    notify_assignment(user_id=user_id, event_id=event_id, now=NOON, **values)
    return InAppNotification.objects.get(user_id=user_id, event_id=event_id)


def tell(**changes: Any) -> InAppNotification:
    message = examples("notifications.create_inapp_notification")["with_text"] | changes
    message = {name: value for name, value in message.items() if value is not None}
    deliver(tasks.create_inapp_notification, **message)
    return InAppNotification.objects.get(user_id=message["user_id"], event_id=message["event_id"])


class TestMail:
    def test_is_in_the_language_of_the_person(self, smtp: SmtpPeer) -> None:
        person(language="de", time_zone="Europe/Berlin")
        mail(
            context={
                "ticket_number": "TX1",
                "task_title": "Zugriff",
                "role_name": "IT Lead",
                "priority": "high",
                "due_at": "2026-03-02T16:00:00Z",
            }
        )

        send_due_mail()

        (message,) = smtp.mails
        assert subject_of(message) == "Ihnen zugewiesen: TX1 „Zugriff“"
        text = text_of(message)
        for line in ("Guten Tag Amara Okafor,", "Rolle: IT Lead", "Priorität: Hoch", "Fällig: 2. März 2026, 17:00 MEZ"):
            assert line in text
        assert "Gesendet von Ticket Tracking. Benachrichtigungen auswählen:" in text
        assert '<html lang="de">' in html_of(message)
        assert "Hello" not in text

    def test_is_in_the_default_language_without_a_choice(self, smtp: SmtpPeer, settings: Settings) -> None:
        person()
        mail("e1")
        settings.DEFAULT_LANGUAGE = "de"
        mail("e2")

        send_due_mail()

        assert [subject_of(message)[:15] for message in smtp.mails] == ["Ihnen zugewiesen"[:15]] * 2

    def test_of_a_language_without_texts_is_in_the_default_language(self, smtp: SmtpPeer) -> None:
        person(language="pt")
        mail()

        send_due_mail()

        assert subject_of(smtp.mails[0]).startswith("New task:")

    def test_follows_a_choice_made_while_it_waits(self, smtp: SmtpPeer) -> None:
        person(language="de")
        mail()
        person(language="en", version=2)

        send_due_mail()

        assert subject_of(smtp.mails[0]).startswith("New task:")

    def test_to_an_address_is_in_the_language_that_came_with_it(self, smtp: SmtpPeer) -> None:
        deliver(tasks.send_email, **examples("notifications.send_email")["in_german"])

        send_due_mail()

        assert subject_of(smtp.mails[0]) == "Ihr Konto wurde geändert"
        assert "Was geändert wurde: Geändert: Telefonnummer." in text_of(smtp.mails[0])

    def test_to_the_address_of_a_person_is_in_their_language(self, smtp: SmtpPeer) -> None:
        person(language="de")
        for number, address in enumerate(["Person7@example.com", "stranger@example.com"]):
            context = {
                "title": "Your ticket TX1 is resolved",
                "message": "Your ticket “Access” (TX1) is resolved.",
                "text": {"code": "ticket_resolved", "params": {"ticket": "TX1", "subject": "Access"}},
            }
            mail(f"e{number}", notification_type="system", user_id=None, user_email=address, context=context)

        send_due_mail()

        assert [subject_of(message) for message in smtp.mails] == [
            "Ihr Ticket TX1 ist gelöst",
            "Your ticket TX1 is resolved",
        ]

    def test_hides_its_secret_in_every_language(self, smtp: SmtpPeer) -> None:
        person(language="de")
        row = mail(notification_type="otp_code", context={"code": "492817"})

        send_due_mail()

        row.refresh_from_db()
        assert "Ihr Code für die Anmeldung lautet 492817" in text_of(smtp.mails[0])
        assert "492817" not in row.body_text + row.body_html

    def test_names_what_an_answer_does_in_the_language(self, smtp: SmtpPeer, settings: Settings) -> None:
        settings.MAILBOX_REPLY_ADDRESS = "reply@tickets.example.com"
        person(language="de")
        mail(context={"ticket_number": "TX1", "task_title": "Zugriff"})

        send_due_mail()

        assert "um eine interne Notiz zum Ticket zu schreiben" in text_of(smtp.mails[0])

    def test_digest_is_in_the_language_with_its_plural(self, smtp: SmtpPeer) -> None:
        person(language="de", time_zone="Europe/Berlin")
        amara().patch("/api/v1/notifications/preferences/", {"schedule": {"digest": "hourly"}})
        mail("e1")
        mail("e2")
        send_due_mail(clock=lambda: NOON)

        send_due_mail(clock=lambda: NOON + seconds(3_601))

        assert subject_of(smtp.mails[0]) == "Ticket Tracking: 2 Ereignisse"
        lines = [line for line in text_of(smtp.mails[0]).splitlines() if line]
        assert lines[:2] == ["Guten Tag Amara Okafor,", "Das ist geschehen:"]
        assert lines[2].startswith("02.03. 13:00 MEZ  Ihnen zugewiesen")


class TestInApp:
    def test_assignment_is_in_the_language_of_the_person(self) -> None:
        person(language="de")
        person(KENJI)

        assert assign().subject == "Ihnen zugewiesen: TX1 „Access“"
        assert assign(KENJI).subject == "New task: TX1 “Access”"
        assert assign(event_id="e2", step_kind="approval").message == "TX1 „Access“ wartet auf Ihre Entscheidung."

    def test_what_comes_by_code_is_put_into_the_language_of_each_person(self) -> None:
        person(language="de")
        person(KENJI, language="en")

        german, english = tell(), tell(user_id=KENJI)

        assert german.subject == "TX20260302000018 wurde storniert"
        assert german.message == (
            "TX20260302000018 „Access to the finance share“ wurde storniert. Not needed any more."
        )
        assert english.subject == "TX20260302000018 was cancelled"

    def test_times_are_read_in_the_zone_and_language(self) -> None:
        person(language="de", time_zone="Europe/Berlin")
        params = {"ticket": "TX1", "subject": "Access", "ends_at": "2026-07-02T16:00:00Z"}

        row = tell(text={"code": "hold_ends_soon", "params": params})

        assert row.message == "TX1 „Access“ ist bis 2. Juli 2026, 18:00 MESZ zurückgestellt."

    @pytest.mark.parametrize(
        "text",
        [
            {"code": "of_a_newer_release", "params": {}},
            {"code": "ticket_cancelled", "params": {"ticket": "TX1"}},
            {"code": "ticket_cancelled"},
        ],
    )
    def test_an_unknown_code_or_a_missing_parameter_leaves_the_english_text(self, text: dict[str, Any]) -> None:
        person(language="de")

        assert tell(text=text).subject == "TX20260302000018 was cancelled"

    def test_braces_in_a_value_are_text(self) -> None:
        person(language="de")
        params = {"ticket": "{subject}", "subject": "{0.__class__} {{x}}", "reason": ""}

        row = tell(text={"code": "ticket_cancelled", "params": params})

        assert row.message == "{subject} „{0.__class__} {{x}}“ wurde storniert."

    def test_a_deleted_comment_is_named_in_the_language_of_each_reader(self) -> None:
        person(language="de")
        person(KENJI)
        for user_id in (AMARA, KENJI):
            tell(user_id=user_id, comment_id=5, text=None)

        deliver(tasks.apply_comment_change, comment_id=5, is_deleted=True, excerpt="", event_id="c5")

        texts = dict(InAppNotification.objects.values_list("user_id", "message"))
        assert texts == {AMARA: "Der Kommentar wurde gelöscht.", KENJI: "The comment was deleted."}

    def test_what_may_not_be_read_any_more_says_so_in_the_language(self, messaging: MessagingPeer) -> None:
        person(language="de")
        row = tell(comment_id=5)
        messaging.comment(5, is_readable=False)

        shown = amara().get(f"/api/v2/notifications/inapp/{row.pk}/").json()

        assert (shown["subject"], shown["message"]) == ("Nicht mehr verfügbar", "")


class TestTemplates:
    def german(self) -> NotificationTemplate:
        return NotificationTemplate.objects.get(notification_type="task_assignment", language="de")

    def test_each_language_is_edited_by_itself(self, smtp: SmtpPeer) -> None:
        person(language="de")
        person(KENJI)
        url = f"{TEMPLATES}{self.german().pk}/"

        changed = admin().patch(url, {"subject": "Für Sie: {{ ticket_number }}", "version": 1})

        assert changed.status_code == 200, changed.content
        assert (changed.json()["language"], changed.json()["version"]) == ("de", 2)
        mail("e1")
        mail("e2", user_id=KENJI)
        send_due_mail()
        assert [subject_of(message)[:8] for message in smtp.mails] == ["Für Sie:", "New task"]
        assert list(Notification.objects.order_by("id").values_list("template_version", flat=True)) == [2, 1]
        versions = admin().get(f"{url}versions/").json()["results"]
        assert [(row["version"], row["subject"][:8]) for row in versions] == [(2, "Für Sie:"), (1, "Ihnen zu")]

    def test_the_list_is_of_the_default_language_unless_another_is_asked_for(self, settings: Settings) -> None:
        def languages(query: str = "") -> set[str]:
            rows = admin().get(f"{TEMPLATES}?page_size=100{query}").json()["results"]
            return {row["language"] for row in rows}

        assert (languages(), languages("&language=de")) == ({"en"}, {"de"})
        settings.DEFAULT_LANGUAGE = "de"
        assert (languages(), languages("&language=en")) == ({"de"}, {"en"})
        assert_problem(admin().get(f"{TEMPLATES}?language=fr"), 400)

    def test_one_is_made_and_deleted_in_its_language(self) -> None:
        german = self.german()
        assert admin().delete(f"{TEMPLATES}{german.pk}/").status_code == 204
        parts = {"subject": "Neu", "body_text": "Neu", "body_html": "<p>Neu</p>", "inapp_message": "Neu"}
        body = {"notification_type": "task_assignment", "language": "de", **parts}

        made = admin().post(TEMPLATES, body)

        assert (made.status_code, made.json()["language"], made.json()["version"]) == (201, "de", 2)
        assert_problem(admin().post(TEMPLATES, body), 409, "template_exists")
        assert_problem(admin().post(TEMPLATES, body | {"language": "fr"}), 400, "invalid_choice", "language")
        assert NotificationTemplate.objects.get(notification_type="task_assignment", language="en").version == 1

    def test_the_preview_is_in_the_language_of_the_template(self) -> None:
        shown = admin().post(f"{TEMPLATES}{self.german().pk}/preview/", {}).json()

        assert shown["subject"].startswith("Ihnen zugewiesen: TX20260302000018 „Zugriff")
        assert "Fällig: 2. März 2026, 16:00 UTC" in shown["text"]
        assert "Priorität: Hoch" in shown["text"]


def test_the_language_of_a_person_is_learnt_and_kept_when_an_older_release_does_not_tell_it() -> None:
    told = examples("users.tasks.sync_user")["with_language"]
    deliver(tasks.sync_user, **told)
    silent = {name: value for name, value in told.items() if name != "language"}

    deliver(tasks.sync_user, **silent | {"version": told["version"] + 1})
    assert Person.objects.get().language == "de"

    deliver(tasks.sync_user, **told | {"version": told["version"] + 2, "language": ""})
    assert Person.objects.get().language == ""


def test_translating_many_takes_no_query_each(django_assert_max_num_queries: Any) -> None:
    from notifications.inapp import NewNotification, create_inapp

    text = {"code": "step_entered", "params": {"ticket": "TX1", "subject": "A", "step": "B"}}
    for user_id in range(20, 40):
        person(user_id, language="de")
    batch = [
        NewNotification(user_id=user_id, notification_type="system", subject="s", message="m", event_id="e", text=text)
        for user_id in range(20, 40)
    ]

    with django_assert_max_num_queries(14):
        results = create_inapp(notifications=batch, now=NOON)

    assert {result.row.subject for result in results if result.row} == {"TX1 ist jetzt im Schritt „B“"}
