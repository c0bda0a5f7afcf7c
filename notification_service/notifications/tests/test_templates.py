"""Templates: what may stand in them, and that no edit is lost."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pytest

from notifications import doctor
from notifications.delivery import send_due_mail
from notifications.models import Notification, NotificationTemplate, NotificationTypes
from notifications.notification_types import TYPES, type_in
from notifications.templates import install_shipped_templates, preview, shipped
from notifications.tests.factories import NOON, admin, amara, mail, person
from notifications.tests.smtp_peer import SmtpPeer, html_of, text_of
from notifications.texts import LANGUAGES
from notifications.times import readable_time
from ticketing_common.contracts.messages import schema
from ticketing_testing.clients import assert_problem

pytestmark = pytest.mark.django_db

URL = "/api/v1/notifications/templates/"


def template(notification_type: str = "task_assignment", language: str = "en") -> NotificationTemplate:
    return NotificationTemplate.objects.get(notification_type=notification_type, language=language)


class TestShippedTemplates:
    def test_there_is_one_for_every_type_of_the_contract(self) -> None:
        contract = schema("notifications.send_email")["properties"]["notification_type"]["enum"]

        assert list(TYPES) == contract == list(NotificationTypes.values)
        assert set(NotificationTemplate.objects.values_list("notification_type", flat=True)) == set(contract)

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("name", TYPES)
    def test_it_reads_well_with_everything_and_with_nothing(self, name: str, language: str) -> None:
        kind = type_in(name, language)
        full = preview(kind=kind, values=asdict(shipped(kind)), context={})
        for variable in kind.variables:
            if variable.name in dict(kind.details):
                assert readable_time(variable.sample, language=language) in full["text"]
        nothing = dict.fromkeys((variable.name for variable in kind.variables), "")
        bare = preview(kind=kind, values=asdict(shipped(kind)), context=nothing)

        for part in (*full.values(), *bare.values()):
            assert "{{" not in part
            assert "None" not in part
        assert bare["subject"].strip()
        assert "  " not in bare["text"]
        assert "\n\n\n" not in bare["text"]


class TestSave:
    def change(self, **values: Any) -> Any:
        return admin().patch(f"{URL}{template().pk}/", values)

    def test_makes_the_next_version_and_uses_it(self, smtp: SmtpPeer) -> None:
        response = self.change(subject="Yours: {{ ticket_number }}", version=1)

        assert response.status_code == 200, response.content
        assert (response.json()["version"], response.json()["edited_by"]["full_name"]) == (2, "Ada Admin")
        person()
        mail()
        send_due_mail()
        assert smtp.mails[0]["Subject"] == "Yours: TX20260302000018"
        assert Notification.objects.get().template_version == 2

    @pytest.mark.parametrize(
        "source",
        [
            "{% include 'x' %}",
            "{% load static %}",
            "{% if a %}{% endif %}",
            "{% debug %}",
            "{% verbatim %}{{ x }}{% endverbatim %}",
            "{{ ticket|upper }}",
            "{{ ticket.__class__ }}",
            "{{ ticket.0 }}",
            "{{ 'text' }}",
            "{{ 5 }}",
            "{{ _('x') }}",
            "{{ }}",
            "{{ ticket",
        ],
    )
    def test_refuses_everything_but_text_and_variables(self, source: str) -> None:
        response = self.change(body_text=f"{source} {{{{ ticket }}}}")

        if source == "{{ ticket":  # no closing braces: plain text to the template language
            assert response.status_code in {200, 400}
        else:
            assert_problem(response, 400, "template_syntax", "body_text")

    @pytest.mark.parametrize("name", ["settings", "password", "code", "request", "task"])
    def test_refuses_a_variable_the_type_does_not_have(self, name: str) -> None:
        assert_problem(self.change(subject=f"{{{{ {name} }}}}"), 400, "unknown_variable", "subject")
        assert template().version == 1

    def test_refuses_a_mail_without_what_it_is_for(self) -> None:
        url = f"{URL}{template('password_reset').pk}/"

        assert_problem(admin().patch(url, {"body_text": "Click!"}), 400, "missing_variable", "body_text")
        assert_problem(admin().patch(url, {"body_html": "<p>Click!</p>"}), 400, "missing_variable", "body_html")

    def test_refuses_a_secret_outside_the_mail_s_body(self) -> None:
        url = f"{URL}{template('otp_code').pk}/"

        assert_problem(admin().patch(url, {"subject": "{{ code }}"}), 400, "secret_variable", "subject")
        assert_problem(admin().patch(url, {"inapp_message": "{{ code }}"}), 400, "secret_variable", "inapp_message")

    @pytest.mark.parametrize(
        "html",
        [
            "<script>alert(1)</script>",
            "<img src='https://tracker.example.com/x.png'>",
            "<p onclick='x()'>a</p>",
            "<a href='javascript:alert(1)'>a</a>",
            "<a href='java{{ task_title }}'>a</a>",
            "<a href='{{ task_title }}'>a</a>",
            "<p title={{ task_title }}>a</p>",
            "<p style='{{ task_title }}'>a</p>",
            "<p style='background: url(https://x)'>a</p>",
            "<iframe src='https://x'></iframe>",
            "<form action='https://x'></form>",
            "<svg/onload=alert(1)>",
            "<![CDATA[x]]>",
        ],
    )
    def test_refuses_html_that_has_no_place_in_a_mail(self, html: str) -> None:
        assert_problem(self.change(body_html=html), 400, "html_not_allowed", "body_html")

    def test_two_editors_at_once_lose_nothing(self) -> None:
        assert self.change(subject="First", version=1).status_code == 200

        body = assert_problem(self.change(subject="Second", version=1), 409, "version_conflict")
        assert body["version"] == 2
        assert template().subject == "First"

    def test_is_for_administrators(self) -> None:
        for method, url in [("get", URL), ("get", f"{URL}{template().pk}/"), ("post", URL)]:
            assert_problem(getattr(amara(), method)(url), 403)
        assert_problem(amara().patch(f"{URL}{template().pk}/", {"subject": "x"}), 403)
        assert_problem(amara().post(f"{URL}{template().pk}/preview/"), 403)


class TestHistory:
    def test_keeps_every_text_and_brings_one_back(self) -> None:
        url = f"{URL}{template().pk}/"
        admin().patch(url, {"subject": "Second"})
        admin().patch(url, {"subject": "Third"})

        versions = admin().get(f"{url}versions/").json()["results"]
        assert [(row["version"], row["subject"][:6]) for row in versions] == [
            (3, "Third"),
            (2, "Second"),
            (1, "New ta"),
        ]

        restored = admin().post(f"{url}restore/", {"version": 2}).json()
        assert (restored["version"], restored["subject"]) == (4, "Second")
        assert_problem(admin().post(f"{url}restore/", {"version": 99}), 404)

    def test_deleting_brings_back_what_shipped(self, smtp: SmtpPeer) -> None:
        url = f"{URL}{template().pk}/"
        admin().patch(url, {"subject": "Edited"})

        assert admin().delete(url).status_code == 204

        person()
        mail()
        send_due_mail()
        assert smtp.mails[0]["Subject"].strip().startswith("New task")
        body = {"notification_type": "task_assignment", **asdict(shipped(TYPES["task_assignment"]))}
        made = admin().post(URL, body)
        assert (made.status_code, made.json()["version"]) == (201, 3)
        assert_problem(admin().post(URL, body), 409, "template_exists")

    def test_a_new_release_updates_what_nobody_edited(self) -> None:
        admin().patch(f"{URL}{template().pk}/", {"subject": "Edited"})
        NotificationTemplate.objects.filter(notification_type="system", language="en").update(
            subject="An older release's wording"
        )

        assert install_shipped_templates(now=NOON) == 1
        assert install_shipped_templates(now=NOON) == 0

        assert template().subject == "Edited"
        assert template("system").subject == TYPES["system"].subject


class TestPreview:
    def test_shows_samples_and_stores_nothing(self) -> None:
        response = admin().post(
            f"{URL}{template().pk}/preview/",
            {"subject": "For {{ recipient_name }}", "context": {"task_title": "<b>Bold</b>"}},
        )

        assert response.status_code == 200, response.content
        shown = response.json()
        assert shown["subject"] == "For Amara Okafor"
        assert "<b>Bold</b>" in shown["text"]
        assert "&lt;b&gt;Bold&lt;/b&gt;" in shown["html"]
        assert template().version == 1

    def test_refuses_what_could_not_be_saved(self) -> None:
        response = admin().post(f"{URL}{template().pk}/preview/", {"body_text": "{% now 'Y' %}"})

        assert_problem(response, 400, "template_syntax", "body_text")

    def test_lists_the_variables_of_the_type(self) -> None:
        variables = admin().get(f"{URL}{template('otp_code').pk}/").json()["variables"]

        (code,) = [variable for variable in variables if variable["name"] == "code"]
        assert (code["is_required"], code["is_secret"]) == (True, True)


def test_the_list_needs_two_queries(django_assert_num_queries: Any) -> None:
    client = admin()

    with django_assert_num_queries(2):
        assert client.get(URL).json()["count"] == len(TYPES)


def test_values_are_escaped_in_html_and_plain_in_text(smtp: SmtpPeer) -> None:
    person()
    mail(
        notification_type="task_returned",
        context={"ticket_number": "TX1", "comment": "a < b & c\nsecond line", "due_at": "2026-03-02T16:00:00Z"},
    )

    send_due_mail()

    assert "Comment: a < b & c" in text_of(smtp.mails[0])
    assert "a &lt; b &amp; c<br>second line" in html_of(smtp.mails[0])
    assert "Due: 2 March 2026, 16:00 UTC" in text_of(smtp.mails[0])


class TestDoctor:
    """What `manage.py doctor` says of templates and mails."""

    def test_finds_nothing_where_nothing_is_wrong(self, smtp: SmtpPeer) -> None:
        assert [*doctor.templates(), *doctor.mails()] == []

    def test_names_a_template_that_does_not_render(self) -> None:
        broken = template()
        broken.body_text = "Hello {{ nobody_has_heard_of_it }}"
        broken.save()

        (finding,) = doctor.templates()

        assert finding.code == "template_broken"
        assert "task_assignment" in finding.detail

    def test_names_mail_that_does_not_leave(self) -> None:
        person()
        mail()

        assert [finding.code for finding in doctor.mails()] == ["mails_late"]
