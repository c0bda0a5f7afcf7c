"""Import of people from a CSV file."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from security.models import SecurityEvent
from ticketing_testing.clients import assert_problem, published_messages
from users.models import User
from users.tests.factories import client_of

pytestmark = pytest.mark.django_db

GOOD = """email,first_name,last_name,department,roles
amara.okafor@example.com,Amara,Okafor,IT Department,tts:Agent|tts:Ticket Coordinator
Tomas.Herrera@example.com,Tomas,Herrera,,
"""


def load(user: User, text: str | bytes, **given: Any) -> Any:
    content = text.encode() if isinstance(text, str) else text
    file = SimpleUploadedFile("people.csv", content, content_type="text/csv")
    return client_of(user).post("/api/v1/users/import/", {"file": file, **given}, format="multipart")


class TestImport:
    def test_adds_people_with_their_roles(self, admin: User) -> None:
        body = load(admin, GOOD).json()

        assert (body["is_imported"], body["good"], body["failed"]) == (True, 2, 0)
        amara = client_of(admin).get("/api/v1/users/?search=okafor").json()["results"][0]
        assert amara["roles"] == {"tts": ["Agent", "Ticket Coordinator"]}
        assert amara["department"] == "IT Department"
        assert User.objects.filter(email="tomas.herrera@example.com").exists()
        assert SecurityEvent.objects.get(kind="users_imported").details["people"] == 2

    def test_a_dry_run_says_the_same_and_does_nothing(self, admin: User) -> None:
        body = load(admin, GOOD, dry_run=True).json()

        assert (body["is_imported"], body["good"], body["failed"]) == (False, 2, 0)
        assert User.objects.count() == 1
        assert published_messages() == []

    def test_invites_on_request(self, admin: User) -> None:
        load(admin, GOOD, invite=True)

        mails = published_messages("notifications.send_email")
        assert sorted(mail["user_email"] for mail in mails) == ["amara.okafor@example.com", "tomas.herrera@example.com"]

    @pytest.mark.parametrize("dry_run", [True, False])
    def test_one_bad_row_stops_all_and_every_bad_row_is_named(self, admin: User, dry_run: bool) -> None:
        text = GOOD + (
            "no address,Lena,Fischer,,\n"
            "amara.okafor@example.com,Amara,Again,,\n"
            "lena@example.com,,Fischer,,\n"
            "nina@example.com,Nina,Fox,,tts:Emperor\n"
            "olga@example.com,Olga,Ray,,Agent\n"
            "pia@example.com,Pia,Sun,,,surplus\n"
            "ida@example.com,Ida,Ohm,,\n"
        )
        body = load(admin, text, dry_run=dry_run).json()

        found = {row["row"]: [(error["code"], error["attr"]) for error in row["errors"]] for row in body["rows"]}
        assert found == {
            2: [],
            3: [],
            4: [("invalid", "email")],
            5: [("email_taken", "email")],
            6: [],
            7: [("not_found", "roles")],
            8: [("invalid", "roles")],
            9: [("invalid", None)],
            10: [],
        }
        assert (body["is_imported"], body["failed"]) == (False, 5)
        assert User.objects.count() == 1

    def test_reads_what_spreadsheets_write(self, admin: User) -> None:
        text = "\ufeffE-Mail;First name\n".replace("E-Mail", "email").replace("\n", ";Last name\n")
        text += '"lena@example.com";"Lena";"Fischer, Dr."\r\n;;\r\n'

        assert load(admin, text.encode()).json()["good"] == 1
        assert User.objects.get(email="lena@example.com").last_name == "Fischer, Dr."

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"email,first_name\n",
            b"email,first_name,last_name\n",
            b"email,email,first_name,last_name\na,b,c,d\n",
            b"\xff\xfe\x00",
            b"email,first_name,last_name\na@example.com,A\x00,B\n",
            b"email,first_name,last_name\n" + b"a@example.com,A,B\n" * 501,
            b"x" * (1024 * 1024 + 1),
        ],
    )
    def test_refuses_other_files(self, admin: User, content: bytes) -> None:
        assert_problem(load(admin, content), 400, attr="file")

    def test_only_admins(self, agent: User) -> None:
        assert_problem(load(agent, GOOD), 403)
