"""Keys for services: shown once, stored hashed, scoped, rotated, revoked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from keys import api_keys
from keys.models import ApiKey
from security.models import SecurityEvent
from ticketing_common import api_keys as remote
from ticketing_testing.clients import assert_problem
from users.models import User
from users.tests.factories import at_once, client_of, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(admin: User) -> APIClient:
    return client_of(admin)


def make(desk: APIClient, name: str = "ams", scopes: list[str] | None = None, **given: Any) -> Any:
    return desk.post("/api/v1/api-keys/", {"name": name, "scopes": scopes or ["ams"], **given})


def check(key: str) -> Any:
    return APIClient().post("/api/v1/api-keys/verify/", {"key": key})


class TestApiKeys:
    def test_is_shown_once_and_stored_hashed(self, desk: APIClient, admin: User) -> None:
        made = make(desk)
        body = made.json()

        assert made.status_code == 201
        assert len(body["key"]) == 41
        assert body["key"] not in str(ApiKey.objects.values().get())
        shown = desk.get(f"/api/v1/api-keys/{body['id']}/").json()
        assert "key" not in shown
        assert (shown["prefix"], shown["is_live"], shown["created_by_id"]) == (body["key"][:8], True, admin.pk)
        event = SecurityEvent.objects.get(kind="api_key_created")
        assert body["key"] not in str(event.details)

    def test_fits_the_shape_that_other_services_expect(self, desk: APIClient) -> None:
        assert remote.SHAPE.fullmatch(make(desk).json()["key"])

    def test_who_holds_it_learns_its_scopes(self, desk: APIClient) -> None:
        key = make(desk, scopes=["bms", "ams"]).json()["key"]

        assert check(key).json() == {"name": "ams", "scopes": ["ams", "bms"], "expires_at": None}
        assert ApiKey.objects.get().last_used_at is not None

    @pytest.mark.parametrize("change", ["cut", "other", "empty prefix"])
    def test_any_other_text_is_refused(self, desk: APIClient, change: str) -> None:
        key = make(desk).json()["key"]
        wrong = {"cut": key[:-1], "other": key[:9] + "A" * 32, "empty prefix": "." + key[9:]}[change]

        assert_problem(check(wrong), 401, "api_key_invalid")

    def test_two_of_a_name_are_valid_at_once_and_not_three(self, desk: APIClient) -> None:
        assert {make(desk).status_code for _ in range(2)} == {201}
        assert_problem(make(desk), 409, "too_many_keys", attr="name")
        assert make(desk, name="bms").status_code == 201

    @pytest.mark.django_db(transaction=True)
    def test_of_many_at_once_two_are_made(self, admin: User) -> None:
        access = signed_in(admin).access

        def one(_: int) -> int:
            client = APIClient()
            client.credentials(HTTP_AUTHORIZATION=f"Bearer {access}")
            return int(make(client).status_code)

        assert sorted(at_once(one, 8, threads=8)) == [201] * 2 + [409] * 6

    def test_rotation_leaves_both_valid_for_the_overlap(self, desk: APIClient) -> None:
        old = make(desk).json()
        new = desk.post(f"/api/v1/api-keys/{old['id']}/rotate/", {"overlap_hours": 2}).json()

        assert check(old["key"]).status_code == check(new["key"]).status_code == 200
        row = ApiKey.objects.get(pk=old["id"])
        assert row.expires_at is not None
        assert timedelta(minutes=119) < row.expires_at - timezone.now() <= timedelta(hours=2)
        ApiKey.objects.filter(pk=old["id"]).update(expires_at=timezone.now() - timedelta(seconds=1))
        assert_problem(check(old["key"]), 401, "api_key_invalid")
        assert check(new["key"]).status_code == 200

    def test_revocation_is_immediate_and_for_ever(self, desk: APIClient) -> None:
        made = make(desk).json()

        assert desk.post(f"/api/v1/api-keys/{made['id']}/revoke/").json()["is_live"] is False

        assert_problem(check(made["key"]), 401, "api_key_invalid")
        assert_problem(desk.post(f"/api/v1/api-keys/{made['id']}/revoke/"), 404)
        assert_problem(desk.post(f"/api/v1/api-keys/{made['id']}/rotate/", {}), 404)

    def test_notes_the_last_use_at_most_once_a_minute(self, desk: APIClient) -> None:
        key = make(desk).json()["key"]
        now = timezone.now()
        for seconds in (0, 30, 61):
            api_keys.check_key(plain=key, address=None, now=now + timedelta(seconds=seconds))

        assert ApiKey.objects.get().last_used_at == now + timedelta(seconds=61)

    def test_a_good_key_stays_good_however_many_wrong_ones_came_from_its_address(self, desk: APIClient) -> None:
        key = make(desk).json()["key"]
        for _ in range(api_keys.WRONG_KEYS.count + 2):
            last = check("abcdefgh." + "x" * 32)

        assert last.status_code == 429
        assert check(key).status_code == 200

    def test_wrong_keys_at_auth_itself_shut_no_good_one_out(self, desk: APIClient) -> None:
        key = make(desk, scopes=["employees"]).json()["key"]
        answers = {
            APIClient().post("/api/v1/hdts/sync/", {}, HTTP_X_API_KEY="abcdefgh." + "x" * 32).status_code
            for _ in range(api_keys.WRONG_KEYS.count + 2)
        }

        assert answers == {401}
        assert_problem(APIClient().post("/api/v1/hdts/sync/", {}, HTTP_X_API_KEY=key), 400)

    def test_guesses_are_limited_for_each_address(self, db: None) -> None:
        answers = [check("abcdefgh." + "x" * 32).status_code for _ in range(62)]

        assert answers == [401] * 60 + [429] * 2

    @pytest.mark.parametrize(
        "given", [{"scopes": []}, {"scopes": ["root"]}, {"name": ""}, {"expires_at": "2020-01-01T00:00:00Z"}]
    )
    def test_refuses_nonsense(self, desk: APIClient, given: dict[str, Any]) -> None:
        body = {"name": "ams", "scopes": ["ams"]} | given

        assert_problem(desk.post("/api/v1/api-keys/", body), 400)

    def test_only_admins(self, agent: User) -> None:
        assert_problem(make(client_of(agent)), 403)
        assert_problem(client_of(agent).get("/api/v1/api-keys/"), 403)


@pytest.mark.django_db(transaction=True)
def test_another_service_accepts_and_forgets_the_key(
    desk: APIClient, live_server: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.AUTH_SERVICE_URL = live_server.url
    monkeypatch.setattr(remote, "_answers", {})
    made = make(desk, scopes=["notifications"]).json()

    service = remote.known_key(made["key"])
    assert service is not None
    assert (service.name, service.may("notifications"), service.may("ams")) == ("ams", True, False)

    desk.post(f"/api/v1/api-keys/{made['id']}/revoke/")
    monkeypatch.setattr(remote, "FRESH_SECONDS", 0)
    assert remote.known_key(made["key"]) is None
