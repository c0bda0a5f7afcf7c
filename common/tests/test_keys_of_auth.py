"""What services ask auth over HTTP: whether an API key is good, and what was revoked while they were away."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.core.cache import cache
from rest_framework.test import APIClient
from support import wait_until

from ticketing_common import api_keys
from ticketing_common.jwt import Identity, verify
from ticketing_common.revocations import Listener, Revocation, Revocations, digest
from ticketing_testing.clients import assert_problem, token_for

GOOD = "abcdefgh." + "k" * 32
OTHER = "abcdefgh." + "x" * 32


class Auth:
    """Answers as auth does. `keys` and `revocations` may be changed at any time."""

    def __init__(self) -> None:
        self.keys: dict[str, dict[str, Any]] = {GOOD: {"name": "ams", "scopes": ["ams"], "expires_at": None}}
        self.revocations: Any = []
        self.refusal = 401
        self.asked = 0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                outer.asked += 1
                given = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                found = outer.keys.get(given["key"])
                self.answer(200 if found else outer.refusal, found or {"type": "client_error", "errors": []})

            def do_GET(self) -> None:
                self.answer(200, {"revocations": outer.revocations})

            def answer(self, status: int, document: Any) -> None:
                body = json.dumps(document).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def auth(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Auth]:
    monkeypatch.setattr(api_keys, "_answers", {})
    cache.clear()
    started = Auth()
    settings.AUTH_SERVICE_URL = started.url
    yield started
    started.stop()


def call(key: str = GOOD) -> Any:
    return APIClient().get("/service/", HTTP_X_API_KEY=key)


def pass_time(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    now = api_keys.time.monotonic()
    monkeypatch.setattr(api_keys.time, "monotonic", lambda: now + seconds)


class TestApiKeys:
    def test_a_key_of_auth_opens_the_services_of_its_scope(self, auth: Auth) -> None:
        assert call().json() == {"service": "ams"}

    def test_a_key_of_another_scope_is_known_and_not_enough(self, auth: Auth) -> None:
        auth.keys[GOOD]["scopes"] = ["notifications"]

        assert_problem(call(), 403, "permission_denied")

    @pytest.mark.parametrize("key", [OTHER, "", "short", GOOD + "x", "a" * 300])
    def test_refuses_others(self, auth: Auth, key: str) -> None:
        assert_problem(call(key), 401, "api_key_invalid")

    def test_what_does_not_look_like_a_key_is_not_even_asked_about(self, auth: Auth) -> None:
        call("first guess")

        assert auth.asked == 0

    def test_asks_once_for_a_burst_of_calls(self, auth: Auth) -> None:
        for _ in range(5):
            call()

        assert auth.asked == 1

    def test_a_revoked_key_is_refused_within_five_seconds(self, auth: Auth, monkeypatch: pytest.MonkeyPatch) -> None:
        call()
        auth.keys.clear()
        pass_time(monkeypatch, 5)

        assert_problem(call(), 401, "api_key_invalid")

    def test_while_auth_is_away_a_good_key_stays_good_for_a_while(
        self, auth: Auth, monkeypatch: pytest.MonkeyPatch, settings: Any
    ) -> None:
        call()
        settings.AUTH_SERVICE_URL = "http://127.0.0.1:9"
        pass_time(monkeypatch, 60)
        assert call().status_code == 200

        pass_time(monkeypatch, api_keys.STALE_SECONDS)
        assert_problem(call(), 503, "unavailable")

    def test_while_auth_is_away_an_unknown_key_can_not_be_judged(self, auth: Auth, settings: Any) -> None:
        settings.AUTH_SERVICE_URL = "http://127.0.0.1:9"

        assert_problem(call(OTHER), 503, "unavailable")

    def test_a_wrong_key_of_many_is_refused_like_the_first(self, auth: Auth) -> None:
        auth.refusal = 429

        assert_problem(call(OTHER), 401, "api_key_invalid")

    def test_a_flood_of_wrong_keys_does_not_make_it_forget_a_good_one(
        self, auth: Auth, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(api_keys, "MAX_REMEMBERED", 5)
        call()
        for number in range(12):
            call(f"abcdefgh.{number:032d}")
        asked = auth.asked

        assert call().status_code == 200
        assert auth.asked == asked

    def test_keys_of_our_own_settings_need_nobody(self, auth: Auth) -> None:
        assert call("first-key").json() == {"service": "ticket_service"}
        assert auth.asked == 0


class TestRevocationsWhileAway:
    @pytest.fixture
    def amara(self) -> Identity:
        return verify(token_for(7, sid="s-1", ver=3))

    @pytest.mark.parametrize(
        ("row", "is_covered"),
        [
            ({"user_id": 7, "sid": digest("s-1"), "min_version": 0}, True),
            ({"user_id": 7, "sid": digest("s-2"), "min_version": 0}, False),
            ({"user_id": 7, "sid": None, "min_version": 4}, True),
            ({"user_id": 7, "sid": None, "min_version": 3}, False),
        ],
    )
    def test_a_process_that_starts_asks_auth(
        self, auth: Auth, amara: Identity, row: dict[str, Any], is_covered: bool
    ) -> None:
        auth.revocations = [row]
        known = Revocations()

        known.load()

        assert known.covers(amara) is is_covered

    def test_asks_auth_again_and_again_while_the_broker_is_away(
        self, auth: Auth, amara: Identity, settings: Any
    ) -> None:
        settings.RABBITMQ_URL = "amqp://nobody:x@127.0.0.1:9/%2F"
        known = Revocations()
        Listener(known).ensure_running()
        assert not known.covers(amara)

        auth.revocations = [{"user_id": 7, "sid": digest("s-1"), "min_version": 0}]

        wait_until(lambda: known.covers(amara), what="auth is asked again", seconds=15)

    def test_tells_what_is_new_to_open_sockets_once(self, auth: Auth) -> None:
        auth.revocations = [{"user_id": 7, "sid": digest("s-1"), "min_version": 0}]
        known, heard = Revocations(), list[Revocation]()
        known.subscribe(heard.append)

        known.load()
        known.load()

        assert [entry.user_id for entry in heard] == [7]

    @pytest.mark.parametrize("rows", [None, [{}], [{"user_id": "x", "sid": None, "min_version": 0}], "x"])
    def test_a_malformed_answer_harms_nobody(self, auth: Auth, amara: Identity, rows: Any) -> None:
        auth.revocations = rows
        known = Revocations()

        known.load()

        assert not known.covers(amara)
