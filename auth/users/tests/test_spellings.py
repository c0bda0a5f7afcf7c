"""One person, one account: addresses, names, telephone numbers and passwords in whatever spelling."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.test import APIClient

from ticketing_testing.clients import assert_problem, published_messages
from users.models import User
from users.tests.factories import a_person, client_of
from users.texts import BadText, ascii_code, clean_address, clean_name, clean_phone, folded, login_name

pytestmark = pytest.mark.django_db

USERS = "/api/v1/users/"


@pytest.fixture
def desk(admin: User) -> APIClient:
    return client_of(admin)


def add(desk: APIClient, **fields: Any) -> Any:
    return desk.post(USERS, {"email": "lena@example.com", "first_name": "Lena", "last_name": "Fischer", **fields})


class TestAddresses:
    @pytest.mark.parametrize("letter", ["\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u202e", "\u3164"])
    @pytest.mark.parametrize("where", ["x{}@example.com", "x@exam{}ple.com", "{}x@example.com"])
    def test_characters_that_do_not_show_are_refused(self, desk: APIClient, letter: str, where: str) -> None:
        assert_problem(add(desk, email=where.format(letter)), 400, attr="email")

    @pytest.mark.parametrize(
        "other",
        ["user@bücher.example", "USER@BÜCHER.example", "user@xn--bcher-kva.example", "user@bu\u0308cher.example"],
    )
    def test_a_domain_and_its_punycode_are_one_account(self, desk: APIClient, other: str) -> None:
        assert add(desk, email="user@bücher.example").status_code == 201

        assert_problem(add(desk, email=other, username="other"), 409, "email_taken")
        assert User.objects.by_login(other).exists()

    def test_sign_in_takes_either_spelling(self) -> None:
        person = a_person("Lena", "Fischer", email="lena@bücher.example")

        for email in ("lena@bücher.example", "Lena@xn--bcher-kva.example"):
            body = {"email": email, "password": "correct horse battery staple"}
            assert APIClient().post("/login/", body, headers={"Origin": "x"}).status_code in {200, 403}
            assert User.objects.by_login(email).get() == person

    def test_domains_that_are_not_one_stay_apart(self) -> None:
        assert clean_address("a@straße.example") != clean_address("a@strasse.example")

    @given(st.text())
    def test_no_text_breaks_a_sign_in_name(self, text: str) -> None:
        assert isinstance(login_name(text), str)
        for clean in (clean_address, clean_name):
            try:
                clean(text)
            except BadText:
                continue


class TestNames:
    def test_are_stored_composed_and_found_without_accents(self, desk: APIClient) -> None:
        add(desk, first_name="Zoe\u0308", last_name="Łuksza-Müller")

        person = User.objects.get(email="lena@example.com")
        assert person.first_name == "Zoë"
        for words in ("zoe", "ZOË", "luksza", "muller", "Zoe\u0308 müller"):
            assert desk.get(USERS, {"search": words}).json()["count"] == 1, words

    @pytest.mark.parametrize("name", ["\u200b", "\u2060\u200d", "\u3164", "\u2800", "\u0301"])
    def test_of_nothing_visible_are_refused(self, desk: APIClient, name: str) -> None:
        assert_problem(add(desk, last_name=name), 400, attr="last_name")

    def test_a_person_may_have_one_name(self, desk: APIClient) -> None:
        assert add(desk, first_name="", last_name="Suharto").json()["full_name"] == "Suharto"

    def test_unknown_fields_of_a_change_are_refused_by_name(self, desk: APIClient, agent: User) -> None:
        assert_problem(desk.patch(f"{USERS}{agent.pk}/", {"nick_name": "x"}), 400, "unknown_field", "nick_name")
        roles = [{"system": "tts", "role": "Agent", "until": "tomorrow"}]
        assert_problem(desk.post(USERS, {"email": "a@example.com", "roles": roles}, format="json"), 400)


class TestPhones:
    @pytest.mark.parametrize(
        ("typed", "stored"),
        [
            ("+49 30 1234567", "+49301234567"),
            ("0049 (30) 123-45.67", "+49301234567"),
            ("+49 (0)30/1234567", "+49301234567"),
            ("+４９ ３０ １２３４５６７", "+49301234567"),
        ],
    )
    def test_are_stored_without_what_only_helps_the_eye(self, desk: APIClient, typed: str, stored: str) -> None:
        assert add(desk, phone_number=typed).json()["phone_number"] == stored
        assert clean_phone(stored) == stored


class TestZone:
    def test_of_the_profile_is_sent_to_those_who_show_times(self, agent: User) -> None:
        answer = client_of(agent).patch("/api/v1/users/me/", {"time_zone": "Europe/Lisbon"})

        assert answer.json()["time_zone"] == "Europe/Lisbon"
        assert [row["time_zone"] for row in published_messages("users.tasks.sync_user")] == ["Europe/Lisbon"] * 2


class TestLanguage:
    def test_of_the_user_interface_is_the_browsers_until_it_is_chosen(self, agent: User) -> None:
        client = client_of(agent)
        assert client.get("/api/v1/users/me/").json()["language"] == ""

        for language in ("de", "en", ""):
            answer = client.patch("/api/v1/users/me/", {"language": language})

            assert answer.status_code == 200
            assert client.get("/api/v1/users/me/").json()["language"] == language

    def test_is_told_to_those_who_write_to_people(self, agent: User) -> None:
        client_of(agent).patch("/api/v1/users/me/", {"language": "de"})

        assert {message["language"] for message in published_messages("users.tasks.sync_user")} == {"de"}

    def test_is_told_with_the_roles_that_the_person_holds(self, agent: User) -> None:
        client_of(agent).patch("/api/v1/users/me/", {"language": "de"})

        holds = published_messages("role.tasks.sync_user_system_role")
        assert {
            hold["user_language"] for hold in holds if hold["user_version"] == max(h["user_version"] for h in holds)
        } == {"de"}

    def test_that_the_user_interface_does_not_have_is_refused(self, agent: User) -> None:
        assert_problem(client_of(agent).patch("/api/v1/users/me/", {"language": "tlh"}), 400, attr="language")
        agent.refresh_from_db()
        assert agent.language == ""


class TestPasswords:
    COMPOSED, DECOMPOSED = "grüße aus dem garten", "gru\u0308ße aus dem garten"

    def test_are_compared_after_normalization(self) -> None:
        person = a_person("Lena", "Fischer", password=self.COMPOSED)

        assert person.check_password(self.DECOMPOSED)
        assert person.check_password(self.COMPOSED)
        assert not person.check_password(self.COMPOSED + "!")

    def test_a_hash_of_before_is_replaced_at_the_next_right_sign_in(self) -> None:
        person = a_person("Lena", "Fischer")
        User.objects.filter(pk=person.pk).update(password=make_password(self.DECOMPOSED))
        person.refresh_from_db()
        assert not person.check_password(self.COMPOSED)

        assert person.check_password(self.DECOMPOSED)

        person.refresh_from_db()
        assert person.check_password(self.COMPOSED)


class TestCodes:
    @pytest.mark.parametrize("typed", ["１２３４５６", "١٢٣٤٥٦", "۱۲۳۴۵۶", "१२३४५६", "123 456", "123\u200b456"])
    def test_digits_of_any_script_are_digits(self, typed: str) -> None:
        assert ascii_code(typed) == "123456"

    def test_folding_knows_letters_without_a_decomposition(self) -> None:
        assert folded("Ærøskøbing ŁÓDŹ STRASSE straße") == "aeroskobing lodz strasse strasse"
