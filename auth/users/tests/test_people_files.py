"""People from the files that Excel and directories write."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from ticketing_testing.clients import published_messages
from users.models import User
from users.tests.factories import client_of

pytestmark = pytest.mark.django_db

ROWS = (
    "joerg.mueller@example.com;Jörg;Müller;+49 30 1234567;TTS:agent\r\nzoe@example.com;Zoë;Okafor;;tts:IT Support\r\n"
)
HEADER = "E-Mail;First Name;last_name;Phone;Roles\r\n"
TEXT = HEADER + ROWS


def load(user: User, content: bytes, **given: Any) -> dict[str, Any]:
    file = SimpleUploadedFile("people.csv", content, content_type="text/csv")
    answer = client_of(user).post("/api/v1/users/import/", {"file": file, **given}, format="multipart")
    assert answer.status_code == 200, answer.content
    return dict(answer.json())


def comma(text: str, delimiter: str) -> str:
    return text.replace(";", delimiter)


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("cp1252"),
        TEXT.encode("utf-16"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
        b"\xfe\xff" + TEXT.encode("utf-16-be"),
        comma(TEXT, ",").encode(),
        comma(TEXT, "\t").encode("utf-16"),
        ("sep=;\r\n" + TEXT).encode("utf-8-sig"),
        ("SEP=|\r\n" + comma(TEXT, "|")).encode(),
        TEXT.replace("\r\n", "\n").encode(),
        TEXT.replace("\r\n", "\r").encode(),
        ("\r\n" + TEXT).encode(),
        "\r\n".join(line + ";;;" for line in TEXT.split("\r\n")).encode(),
    ],
    ids=[
        "utf-8",
        "bom",
        "cp1252",
        "utf-16",
        "le",
        "be",
        "be-bom",
        "comma",
        "tab",
        "sep",
        "sep|",
        "lf",
        "cr",
        "blank",
        "trailing",
    ],
)
def test_is_read_whatever_wrote_it(admin: User, content: bytes) -> None:
    body = load(admin, content)

    assert (body["is_imported"], body["good"], body["failed"]) == (True, 2, 0), body
    joerg = User.objects.get(email="joerg.mueller@example.com")
    assert (joerg.full_name, joerg.phone_number) == ("Jörg Müller", "+49301234567")
    assert sorted(joerg.holds.values_list("role__name", flat=True)) == ["Agent"]
    assert User.objects.get(email="zoe@example.com").first_name == "Zoë"


DIRECTORY = (
    "DistinguishedName,E-Mail,GivenName,Surname,roles,SamAccountName,whenCreated\r\n"
    '"CN=Ada Byron,OU=Staff",ADA@example.com,Ada,Byron,tts:Agent,ABYRON,2019-03-01\r\n'
    '"CN=Suharto,OU=Staff",suharto@example.com,,Suharto,tts:Agent,Suharto,2020-05-04\r\n'
    '"CN=Broken,OU=Staff",not-an-address,Bro,Ken,tts:Agent,Broken,2020-05-04\r\n'
).encode("utf-8-sig")


def test_columns_that_are_not_known_are_ignored_and_named(admin: User) -> None:
    assert load(admin, DIRECTORY, dry_run=True)["ignored_columns"] == ["DistinguishedName", "whenCreated"]


def test_one_bad_row_stops_all_unless_the_admin_chooses_otherwise(admin: User) -> None:
    body = load(admin, DIRECTORY)
    assert (body["is_imported"], body["failed"], User.objects.count()) == (False, 1, 1)

    body = load(admin, DIRECTORY, skip_faulty=True, invite=True)

    assert (body["is_imported"], body["good"], body["failed"]) == (True, 2, 1)
    assert User.objects.get(email="suharto@example.com").full_name == "Suharto"
    assert User.objects.get(email="ada@example.com").username == "abyron"
    assert len(published_messages("notifications.send_email")) == 2


def test_a_fault_names_its_row_and_column(admin: User) -> None:
    (row,) = [row for row in load(admin, DIRECTORY, dry_run=True)["rows"] if row["errors"]]

    (error,) = row["errors"]
    assert (row["row"], row["email"], error["attr"], error["column"]) == (4, "not-an-address", "email", "E-Mail")
    assert error["detail"].startswith("Row 4, column E-Mail: ")


def test_a_number_without_its_country_is_left_out_with_a_word(admin: User) -> None:
    text = HEADER + "zoe@example.com;Zoë;Okafor;(030) 76 54-321;\r\n"

    (row,) = load(admin, text.encode())["rows"]

    assert [(note["code"], note["column"]) for note in row["notes"]] == [("phone_left_out", "Phone")]
    assert User.objects.get(email="zoe@example.com").phone_number == ""


def test_rows_of_one_person_in_two_spellings_are_one(admin: User) -> None:
    text = HEADER + "a@bücher.example;A;B;;\r\na@xn--bcher-kva.example;A;B;;\r\n"

    body = load(admin, text.encode())

    assert [error["code"] for error in body["rows"][1]["errors"]] == ["email_taken"]


@pytest.mark.parametrize(
    "content",
    [
        b'"sep=;"\r\nemail;first_name;last_name;roles\r\nida.ohm@example.com;Ida;Ohm;tts:Agent|tts:IT Support',
        b'email,first_name,last_name,roles\nida.ohm@example.com,Ida,Ohm,"tts:agent\nTTS: it support"\n',
        b'email,first_name,last_name,roles\r\nida.ohm@example.com,Ida,Ohm,"tts:Agent\r\n\r\ntts:IT Support"\r\n',
    ],
    ids=["quoted separator", "roles on lines", "roles on lines with CR"],
)
def test_so_is_what_a_library_or_a_cell_of_lines_writes(admin: User, content: bytes) -> None:
    body = load(admin, content)
    assert (body["is_imported"], body["good"], body["failed"]) == (True, 1, 0), body
    (row,) = client_of(admin).get("/api/v1/users/?search=ida.ohm").json()["results"]
    assert row["roles"] == {"tts": ["Agent", "IT Support"]}
