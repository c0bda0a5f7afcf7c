"""Notifications ask before they quote: who may read a comment or a ticket now, and what it says now."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from tests.factories import (
    ADMIN,
    AMARA,
    JONAS,
    NAMES,
    NUMBER,
    PLAIN_ROLES,
    STRANGER,
    make_person,
    make_ticket,
    roles_of,
)
from ticketing_testing.clients import assert_problem, client_for, published_messages
from users.models import Person

pytestmark = pytest.mark.django_db

URL = "/comments/readable/"
UNKNOWN = {"is_readable": None, "excerpt": "", "ticket_subject": ""}
REFUSED = {"is_readable": False, "excerpt": "", "ticket_subject": ""}


def service() -> APIClient:
    client = APIClient()
    client.credentials(HTTP_X_API_KEY="development-notification-key")
    return client


def ask(*items: dict[str, Any]) -> list[dict[str, Any]]:
    answer = service().post(URL, {"items": list(items)})
    assert answer.status_code == 200, answer.content
    return list(answer.json()["items"])


def author() -> APIClient:
    return client_for(AMARA, full_name=NAMES[AMARA], roles=roles_of(AMARA))


@pytest.fixture(autouse=True)
def people() -> None:
    make_ticket()
    for user_id in (AMARA, JONAS, ADMIN):
        make_person(user_id)


def post(text: str, visibility: str = "public") -> int:
    answer = author().post(f"/comments/?ticket_id={NUMBER}", {"text": text, "visibility": visibility})
    return int(answer.json()["id"])


def test_says_what_a_comment_reads_now() -> None:
    comment_id = post("First words")
    author().patch(f"/comments/{comment_id}/", {"text": "Better words"})

    (answer,) = ask({"user_id": JONAS, "comment_id": comment_id})

    assert answer == {
        "is_readable": True,
        "excerpt": "Better words",
        "ticket_subject": "Access to the finance share",
    }


def test_a_deleted_comment_is_not_readable() -> None:
    comment_id = post("Regretted words")
    author().delete(f"/comments/{comment_id}/")

    assert ask({"user_id": JONAS, "comment_id": comment_id}, {"user_id": ADMIN, "comment_id": comment_id}) == [
        {**REFUSED},
        {**REFUSED},
    ]


def test_only_who_may_read_the_ticket_reads_its_comments() -> None:
    comment_id = post("For participants")

    found = ask(*({"user_id": user_id, "comment_id": comment_id} for user_id in (JONAS, ADMIN, STRANGER)))

    assert [answer["is_readable"] for answer in found] == [True, True, False]
    assert found[2] == REFUSED


def test_an_internal_note_is_for_agents_and_is_never_quoted() -> None:
    comment_id = post("The supplier is insolvent.", "internal")

    (agent,) = ask({"user_id": JONAS, "comment_id": comment_id})
    Person.objects.filter(pk=JONAS).update(roles=PLAIN_ROLES)
    (plain,) = ask({"user_id": JONAS, "comment_id": comment_id})

    assert (agent["is_readable"], agent["excerpt"]) == (True, "")
    assert plain == REFUSED


def test_answers_for_tickets_and_says_which_it_does_not_know() -> None:
    found = ask(
        {"user_id": JONAS, "ticket_number": NUMBER},
        {"user_id": STRANGER, "ticket_number": NUMBER},
        {"user_id": JONAS, "ticket_number": "TX-elsewhere"},
        {"user_id": JONAS, "comment_id": 10**9},
    )

    assert found == [
        {"is_readable": True, "excerpt": "", "ticket_subject": "Access to the finance share"},
        REFUSED,
        UNKNOWN,
        REFUSED,
    ]


def test_is_for_services_and_names_what_it_refuses() -> None:
    assert_problem(author().post(URL, {"items": []}), 401)
    assert_problem(service().post(URL, {"items": [{"user_id": JONAS}]}), 400)


def test_edits_and_deletions_are_published_to_what_quoted_them() -> None:
    comment_id = post("First words")
    author().patch(f"/comments/{comment_id}/", {"text": "Better words"})
    author().delete(f"/comments/{comment_id}/")

    told = published_messages("notifications.apply_comment_change")

    assert [(row["comment_id"], row["is_deleted"], row["excerpt"]) for row in told] == [
        (comment_id, False, "Better words"),
        (comment_id, True, ""),
    ]
