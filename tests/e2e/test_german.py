"""Who has chosen German reads German mails and notifications; their colleague goes on reading English."""

from __future__ import annotations

import email
import email.policy
import json
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from stack import Person, Stack, eventually


def change_profile(stack: Stack, person: Person, **changes: str) -> None:
    answer = person.http.patch(f"{stack.auth}/api/v1/users/me/", json=changes, timeout=20)
    assert answer.status_code == 200, answer.text


def choose(stack: Stack, person: Person, language: str) -> None:
    """Choose the language, and wait until those who write to the person have heard of it."""
    change_profile(stack, person, language=language)
    code = f"from notifications.models import Person; print(Person.objects.get(pk={person.account.user_id}).language)"
    eventually(
        "the language is known",
        lambda: stack.manage("notification_service", "shell", "-c", code).split()[-1:] == [language],
        pause=1,
    )


def read(path: Path) -> tuple[str, str]:
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    body = message.get_body(preferencelist=("plain",))
    return str(message["Subject"]), body.get_content() if body else ""


@pytest.fixture
def ticket(stack: Stack) -> dict[str, Any]:
    number = stack.new_number()
    stack.publish(json.dumps(stack.ticket_data(number)).encode())
    return stack.task_of(number)


@pytest.fixture
def reader(stack: Stack, ticket: dict[str, Any]) -> Iterator[Person]:
    """The assignee of the ticket, who has chosen German."""
    person = stack.person(ticket["assignee"]["user_id"])
    choose(stack, person, "de")
    yield person
    change_profile(stack, person, language="")


def test_mails_and_notifications_are_in_the_language_of_the_profile(
    stack: Stack, ticket: dict[str, Any], reader: Person
) -> None:
    number = ticket["ticket_number"]
    colleague = stack.colleague_of(reader, ticket["current_step"]["role"])
    url = f"{stack.messaging}/comments/?ticket_id={number}"
    eventually("messaging knows the ticket", lambda: stack.admin.http.get(url, timeout=10).status_code == 200)
    body = {"text": "Bitte prüfen.", "visibility": "public", "client_id": secrets.token_hex(16)}
    mentions = [reader.account.user_id, colleague.account.user_id]
    author = stack.admin.post(url, body | {"mentions": mentions}, status=201)["author"]["full_name"]

    inbox = f"{stack.notification}/api/v2/notifications/inapp/"

    def subjects(person: Person) -> list[str]:
        rows = person.get(inbox, page_size=100, notification_type="mention")["results"]
        return [row["subject"] for row in rows if number in row["subject"]]

    assert eventually("a German notification", lambda: subjects(reader)) == [f"{author} hat Sie in {number} erwähnt"]
    assert eventually("an English one", lambda: subjects(colleague)) == [f"{author} mentioned you on {number}"]

    (german,) = eventually("a German mail", lambda: stack.mails_to(reader, f"Sie wurden erwähnt: {number}"))
    subject, text = read(german)
    name = reader.get(f"{stack.auth}/api/v1/users/me/")["full_name"]
    assert f"Guten Tag {name}," in text
    assert f"Durch: {author}" in text
    assert "Lesen und antworten:" in text
    assert "Hello" not in subject + text
    (english,) = eventually("an English mail", lambda: stack.mails_to(colleague, f"You were mentioned on {number}"))
    assert "Read and answer:" in read(english)[1]


def test_a_mail_about_the_account_is_german_with_what_changed(stack: Stack, reader: Person) -> None:
    me = f"{stack.auth}/api/v1/users/me/"
    before = reader.get(me)["phone_number"]
    phone = f"+4930{secrets.randbelow(10**7):07d}"

    change_profile(stack, reader, phone_number=phone)

    found = eventually("the mail", lambda: stack.mails_to(reader, "Was geändert wurde: Geändert: Telefonnummer."))
    assert read(found[0])[0] == "Ihr Konto wurde geändert"
    change_profile(stack, reader, phone_number=before)
