"""The inbox: one's own notices, counted truly, and a hint for every change."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from notifications import inapp
from notifications.models import InAppNotification, Preference
from notifications.tests.factories import AMARA, KENJI, NOON, admin, amara, kenji, service
from ticketing_testing.clients import assert_problem, published_messages

pytestmark = pytest.mark.django_db

URL = "/api/v2/notifications/inapp/"


def notice(event_id: str = "e1", user_id: int = AMARA, **changes: Any) -> InAppNotification:
    values: dict[str, Any] = {
        "notification_type": "task_assignment",
        "subject": "New task",
        "message": "TX20260302000018 is yours.",
        "link": "/tickets/TX20260302000018",
    } | changes
    new = inapp.NewNotification(user_id=user_id, event_id=event_id, **values)
    (result,) = inapp.create_inapp(notifications=[new], now=NOON)
    assert result.row is not None
    return result.row


def pushed() -> list[tuple[str, int]]:
    hints = published_messages("inbox.tasks.push_inbox_event")
    return [(hint["event"], hint["unread_count"]) for hint in hints]


class TestList:
    def test_shows_one_s_own_newest_first(self) -> None:
        first, second = notice("e1"), notice("e2")
        notice("e1", user_id=KENJI)

        rows = amara().get(URL).json()["results"]

        assert [row["id"] for row in rows] == [second.pk, first.pk]
        assert rows[0] == {
            "id": second.pk,
            "user_id": AMARA,
            "notification_type": "task_assignment",
            "subject": "New task",
            "message": "TX20260302000018 is yours.",
            "link": "/tickets/TX20260302000018",
            "is_read": False,
            "created_at": "2026-03-02T12:00:00Z",
            "read_at": None,
        }

    def test_filters_by_read_and_type(self) -> None:
        notice("e1")
        read = notice("e2", notification_type="system")
        inapp.mark_read(notification_id=read.pk, user_id=AMARA, now=NOON)

        def ids(query: str) -> list[int]:
            return [row["id"] for row in amara().get(f"{URL}?{query}").json()["results"]]

        assert ids("is_read=true") == [read.pk]
        assert len(ids("is_read=false")) == 1
        assert ids("notification_type=system") == [read.pk]
        assert_problem(amara().get(f"{URL}?user_id=8"), 400, "unknown_filter")

    def test_needs_two_queries_for_any_number(self, django_assert_num_queries: Any) -> None:
        for number in range(20):
            notice(f"e{number}")
        client = amara()

        with django_assert_num_queries(2):
            assert client.get(URL).json()["count"] == 20

    def test_is_for_people_who_signed_in(self) -> None:
        assert_problem(APIClient().get(URL), 401)
        assert_problem(service().get(URL), 403)


class TestRead:
    def test_marks_counts_and_hints_once(self) -> None:
        row = notice()

        for _ in range(2):
            response = amara().post(f"{URL}{row.pk}/read/")
            assert response.status_code == 200
            assert response.json()["is_read"] is True

        assert amara().get(f"{URL}unread-count/").json() == {"unread_count": 0}
        assert pushed() == [("notification", 1), ("read", 0)]

    def test_can_be_taken_back(self) -> None:
        row = notice()
        amara().patch(f"{URL}{row.pk}/", {"is_read": True})

        assert amara().patch(f"{URL}{row.pk}/", {"is_read": False}).json()["read_at"] is None
        assert pushed()[-1] == ("unread", 1)

    def test_read_all_leaves_nothing_unread_and_no_one_else_touched(self) -> None:
        for number in range(3):
            notice(f"e{number}")
        notice("e1", user_id=KENJI)

        assert amara().post(f"{URL}read-all/").json() == {"updated": 3, "unread_count": 0}
        assert amara().post(f"{URL}read-all/").json() == {"updated": 0, "unread_count": 0}
        assert kenji().get(f"{URL}unread-count/").json() == {"unread_count": 1}
        assert pushed()[-1] == ("read_all", 0)

    def test_read_all_marks_what_its_filters_match_and_tells_what_is_left(self) -> None:
        here = notice("e1")
        notice("e2", link="/tickets/TX20260302000099")
        notice("e3", notification_type="system", subject="Holiday")
        notice("e1", user_id=KENJI)

        answer = amara().post(f"{URL}read-all/?ticket_number=TX20260302000018&notification_type=task_assignment")

        assert answer.json() == {"updated": 1, "unread_count": 2}
        here.refresh_from_db()
        assert here.is_read
        assert pushed()[-1] == ("read_all", 2)
        assert amara().post(f"{URL}read-all/?search=holiday").json() == {"updated": 1, "unread_count": 1}
        assert amara().post(f"{URL}read-all/?is_read=true").json() == {"updated": 0, "unread_count": 1}
        assert kenji().get(f"{URL}unread-count/").json() == {"unread_count": 1}
        assert_problem(amara().post(f"{URL}read-all/?user_id=8"), 400, "unknown_filter")

    @pytest.mark.parametrize("method", ["get", "patch", "delete", "read"])
    def test_another_person_s_notice_does_not_exist(self, method: str) -> None:
        row = notice()
        url = f"{URL}{row.pk}/"

        for client in (kenji(), admin()):
            if method == "read":
                response = client.post(f"{url}read/")
            else:
                response = getattr(client, method)(url, {"is_read": True} if method == "patch" else None)
            assert_problem(response, 404)
        row.refresh_from_db()
        assert (row.read_at, row.dismissed_at) == (None, None)


class TestDismiss:
    def test_takes_the_notice_away_for_good(self) -> None:
        row = notice()

        assert amara().delete(f"{URL}{row.pk}/").status_code == 204

        assert amara().get(URL).json()["count"] == 0
        assert pushed()[-1] == ("dismissed", 0)
        new = inapp.NewNotification(user_id=AMARA, notification_type="system", subject="S", message="M", event_id="e1")
        assert [result.outcome for result in inapp.create_inapp(notifications=[new], now=NOON)] == ["duplicate"]
        assert amara().get(URL).json()["count"] == 0


class TestCreate:
    body = {
        "user_id": AMARA,
        "notification_type": "system",
        "subject": "Maintenance",
        "message": "On Sunday.",
        "event_id": "e1",
    }

    def test_is_for_services_and_administrators(self) -> None:
        assert service().post(URL, self.body).status_code == 201
        assert admin().post(URL, {**self.body, "event_id": "e2"}).status_code == 201
        assert_problem(amara().post(URL, self.body), 403)
        assert_problem(APIClient().post(URL, self.body), 401)

    def test_makes_one_notice_per_event(self) -> None:
        first = service().post(URL, self.body)
        again = service().post(URL, self.body)

        assert (first.status_code, again.status_code) == (201, 200)
        assert again.json()["id"] == first.json()["id"]

    def test_says_when_the_person_refuses_the_type(self) -> None:
        Preference.objects.create(user_id=AMARA, notification_type="system", channel="inapp", is_enabled=False)

        response = service().post(URL, self.body)

        assert (response.status_code, response.json()) == (202, {"status": "skipped", "reason": "preference"})

    def test_what_is_about_security_is_shown_whatever_was_chosen(self) -> None:
        Preference.objects.create(user_id=AMARA, notification_type="login_alert", channel="inapp", is_enabled=False)

        assert service().post(URL, {**self.body, "notification_type": "login_alert"}).status_code == 201

    @pytest.mark.parametrize("link", ["javascript:alert(1)", "//evil.example.com", "data:text/html,x", "/\\evil"])
    def test_refuses_links_that_lead_astray(self, link: str) -> None:
        assert_problem(service().post(URL, {**self.body, "link": link}), 400, attr="link")
        assert notice("e9", link=link).link == ""
