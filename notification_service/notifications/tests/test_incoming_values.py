"""Links, times and templates are checked where they come in; nothing of them is a 5xx."""

from __future__ import annotations

from typing import Any

import pytest
from celery.exceptions import Reject
from hypothesis import given
from hypothesis import strategies as st

from app import tasks
from notifications.links import absolute_link, safe_link
from notifications.models import InAppNotification, Notification, NotificationTemplate
from notifications.tests.factories import AMARA, admin, service
from notifications.times import readable_time
from ticketing_common.inbox.models import DeadLetter
from ticketing_testing.clients import assert_problem, deliver

pytestmark = pytest.mark.django_db

SEND = "/api/v1/notifications/send/"
BAD_CONTEXTS: list[dict[str, Any]] = [
    {"link": "http://[bad"},
    {"link": "https://example.com:port/"},
    {"link": "javascript:alert(1)"},
    {"link": "//elsewhere.example.com/"},
    {"due_at": "0001-01-01T00:00:00+14:00"},
    {"due_at": "9999-12-31T23:59:59-14:00"},
    {"locked_until": "1066-10-14T09:00:00+00:00"},
]
BAD_STYLES = ["<p style=':::'>a</p>", "<p style='{'>a</p>", "<p style='@x'>a</p>", "<p style='a{b:c}'>a</p>"]
BAD_HTML = ["<a href='http://[bad'>a</a>", "<p style='", "<a href='//[x'>"]
ODD_HTML = ["<![foo", "<![foo[x]]>", "<!DOCTYPE", "<!DOCTYPE [<!x", "</", "<!-", "&#99999999;", "<p>" * 5000]


class TestContexts:
    @pytest.mark.parametrize("context", BAD_CONTEXTS)
    def test_over_http_is_a_400_that_names_the_context(self, context: dict[str, Any]) -> None:
        body = {"user_id": AMARA, "notification_type": "task_assignment", "context": context}

        assert_problem(service().post(SEND, body), 400, attr="context")

    @pytest.mark.parametrize("context", BAD_CONTEXTS)
    def test_from_the_queue_is_a_dead_letter(self, context: dict[str, Any]) -> None:
        with pytest.raises(Reject):
            deliver(
                tasks.send_email, notification_type="task_assignment", user_id=AMARA, context=context, event_id="e1"
            )

        assert DeadLetter.objects.get().code == "invalid_message"
        assert Notification.objects.count() == 0

    def test_an_in_app_link_from_the_queue_is_checked_too(self) -> None:
        with pytest.raises(Reject):
            deliver(
                tasks.create_inapp_notification,
                user_id=AMARA,
                notification_type="system",
                subject="News",
                message="…",
                link="http://[bad",
                event_id="e1",
            )

        assert DeadLetter.objects.get().code == "invalid_message"
        assert InAppNotification.objects.count() == 0

    def test_nesting_is_bounded(self) -> None:
        deep: Any = "x"
        for _ in range(50):
            deep = [deep]

        body = {"user_id": AMARA, "notification_type": "system", "context": {"message": deep}}
        assert_problem(service().post(SEND, body), 400, attr="context")


class TestTemplates:
    def url(self) -> str:
        template = NotificationTemplate.objects.get(notification_type="system", language="en")
        return f"/api/v1/notifications/templates/{template.pk}/"

    @pytest.mark.parametrize("html", [*BAD_STYLES, *BAD_HTML])
    def test_html_that_makes_no_mail_is_refused_when_saved_and_previewed(self, html: str) -> None:
        assert_problem(admin().patch(self.url(), {"body_html": html}), 400, attr="body_html")
        assert_problem(admin().post(f"{self.url()}preview/", {"body_html": html}), 400, attr="body_html")

    @pytest.mark.parametrize("html", ODD_HTML)
    def test_html_that_is_odd_is_shown_or_refused(self, html: str) -> None:
        assert admin().post(f"{self.url()}preview/", {"body_html": html}).status_code in {200, 400}
        assert admin().patch(self.url(), {"body_html": html}).status_code in {200, 400}

    @pytest.mark.parametrize("context", BAD_CONTEXTS)
    def test_a_preview_with_an_odd_context_is_a_400(self, context: dict[str, Any]) -> None:
        assert_problem(admin().post(f"{self.url()}preview/", {"context": context}), 400, attr="context")

    @pytest.mark.parametrize(
        "context", [{"message": None}, {"message": [[]]}, {"title": True}, {"link": ""}, {"x": {"y": 1e308}}]
    )
    def test_a_preview_with_values_of_other_types_is_shown(self, context: dict[str, Any]) -> None:
        assert admin().post(f"{self.url()}preview/", {"context": context}, format="json").status_code == 200


@given(st.text())
def test_no_text_breaks_a_link_or_a_time(text: str) -> None:
    assert absolute_link(text, text, "/")
    assert isinstance(safe_link(text), str)
    assert isinstance(readable_time(text), str)
