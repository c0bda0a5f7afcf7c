"""How the client calls: credentials, repetition, pages, files, errors."""

from __future__ import annotations

import socket
import time
from pathlib import Path
from typing import Any

import pytest
from server import Server, refusal

from tts_client import ApiError, Client, Retry
from tts_client.transport import Transport

QUICK = Retry(attempts=3, first_pause=0.01, longest_pause=0.02, longest_wait=1)
TICKET: Any = {"subject": "Screen flickers", "category": "IT Support", "department": "IT Department"}


def client_of(server: Server, **options: Any) -> Client:
    return Client(server.url, retry=QUICK, **(options or {"api_key": "k-1"}))


def test_a_key_is_sent_to_the_service_behind_the_address(server: Server) -> None:
    server.answer(201, {"ticket_number": "TX1"})

    assert client_of(server).ticket.tickets_create(TICKET)["ticket_number"] == "TX1"

    (asked,) = server.asked
    assert (asked.method, asked.path) == ("POST", "/api/ticket/tickets/")
    assert asked.headers["X-API-Key"] == "k-1"
    assert asked.document == TICKET


def test_a_service_may_have_an_address_of_its_own(server: Server) -> None:
    server.answer(200, {"ticket_number": "TX1"})
    client = Client("http://127.0.0.1:1", api_key="k-1", services={"ticket": f"{server.url}/"})

    client.ticket.tickets_retrieve("TX1")

    assert server.calls == ["GET /tickets/TX1/"]


def test_a_netrc_file_does_not_take_the_place_of_a_token(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login other password other\n")
    monkeypatch.setenv("NETRC", str(netrc))
    server.answer(200, {"ticket_number": "TX1"})

    client_of(server, token="t-1").ticket.tickets_retrieve("TX1")

    assert server.asked[0].headers["Authorization"] == "Bearer t-1"


@pytest.mark.parametrize("value", ["", ".", "..", "../comments", "a/b", "..\\comments"])
def test_a_value_that_could_lead_to_another_path_is_not_sent(server: Server, value: str) -> None:
    with pytest.raises(ApiError) as caught:
        client_of(server).ticket.tickets_retrieve(value)

    assert (caught.value.status, caught.value.attr) == (404, "ticket_number")
    assert server.asked == []


def test_a_value_is_escaped(server: Server) -> None:
    server.answer(404, refusal("ticket_not_found"))

    with pytest.raises(ApiError):
        client_of(server).ticket.tickets_retrieve("TX1?page=2#é")

    assert server.calls == ["GET /api/ticket/tickets/TX1%3Fpage%3D2%23%C3%A9/"]


class TestRepetition:
    def test_a_read_is_repeated_until_it_is_answered(self, server: Server) -> None:
        server.answer(0)
        server.answer(503, refusal("unavailable"))
        server.answer(200, {"ticket_number": "TX1"})

        assert client_of(server).ticket.tickets_retrieve("TX1")["ticket_number"] == "TX1"

        assert len(server.asked) == 3

    def test_a_write_is_repeated_with_the_same_idempotency_key(self, server: Server) -> None:
        server.answer(0)
        server.answer(502, b"<html>")
        server.answer(201, {"ticket_number": "TX1"})

        client_of(server).ticket.tickets_create(TICKET)

        keys = {asked.headers["Idempotency-Key"] for asked in server.asked}
        assert len(server.asked) == 3
        assert len(keys) == 1
        assert keys != {""}

    def test_a_given_key_is_the_one_that_is_sent(self, server: Server) -> None:
        server.answer(201, {"ticket_number": "TX1"})

        client_of(server).ticket.tickets_create(TICKET, idempotency_key="order-4711")

        assert server.asked[0].headers["Idempotency-Key"] == "order-4711"

    def test_a_write_without_a_key_is_sent_once(self, server: Server) -> None:
        server.answer(503, refusal("unavailable"))

        with pytest.raises(ApiError) as caught:
            client_of(server).ticket.tickets_destroy("TX1")

        assert (caught.value.status, len(server.asked)) == (503, 1)

    def test_a_refusal_is_final(self, server: Server) -> None:
        server.answer(400, refusal("invalid", "Too long.", "subject"))

        with pytest.raises(ApiError) as caught:
            client_of(server).ticket.tickets_create(TICKET)

        assert (caught.value.code, caught.value.detail, caught.value.attr) == ("invalid", "Too long.", "subject")
        assert str(caught.value) == "subject: Too long. (invalid)"

    def test_the_tries_end(self, server: Server) -> None:
        for _ in range(3):
            server.answer(429, refusal("throttled"))

        with pytest.raises(ApiError) as caught:
            client_of(server).ticket.tickets_retrieve("TX1")

        assert (caught.value.status, caught.value.code) == (429, "throttled")

    def test_the_pause_is_what_the_server_asks_for_unless_that_is_too_long(self) -> None:
        retry = Retry(attempts=3, first_pause=1, longest_pause=4, longest_wait=60)

        assert retry.pause(1, "7") == 7
        assert retry.pause(1, "61") is None
        assert 0.5 <= (retry.pause(1, None) or 0) <= 1
        assert 1 <= (retry.pause(2, "Wed, 21 Oct 2026 07:28:00 GMT") or 0) <= 2
        assert retry.pause(3, "1") is None


def test_where_nobody_answers_the_error_says_so() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and nobody listens
        client = Client(f"http://127.0.0.1:{taken.getsockname()[1]}", api_key="k-1", retry=QUICK)

        with pytest.raises(ApiError) as caught:
            client.ticket.tickets_retrieve("TX1")

    assert (caught.value.status, caught.value.code) == (0, "unreachable")
    assert caught.value.detail.endswith("/api/ticket: [Errno 111] Connection refused")


def test_an_answer_has_a_limit_of_time() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        client = Client(
            f"http://127.0.0.1:{silent.getsockname()[1]}", api_key="k-1", timeout=0.2, retry=Retry(attempts=1)
        )
        began = time.monotonic()

        with pytest.raises(ApiError) as caught:
            client.ticket.tickets_retrieve("TX1")

    assert caught.value.code == "unreachable"
    assert time.monotonic() - began < 5


def test_a_redirect_is_not_followed_with_the_key(server: Server) -> None:
    server.answer(302, None, Location="https://elsewhere.example.com/")

    with pytest.raises(ApiError) as caught:
        client_of(server).ticket.tickets_retrieve("TX1")

    assert caught.value.code == "redirected"
    assert "elsewhere.example.com" in caught.value.detail


def test_a_page_of_a_proxy_says_its_status(server: Server) -> None:
    server.answer(404, b"<html>no such site</html>")

    with pytest.raises(ApiError) as caught:
        client_of(server).ticket.tickets_retrieve("TX1")

    assert (caught.value.status, caught.value.code) == (404, "unreadable_answer")


def test_a_list_is_fetched_page_by_page_as_far_as_it_is_read(server: Server) -> None:
    numbers = [f"TX{number}" for number in range(5)]
    for first in (0, 2, 4):
        rows = [{"ticket_number": number} for number in numbers[first : first + 2]]
        server.answer(200, {"count": 5, "next": "more" if first < 4 else None, "previous": None, "results": rows})

    pages = client_of(server).ticket.tickets_list(status=["new", "on_hold"], page_size=2)

    assert server.asked == []
    assert pages.count == 5
    assert [row["ticket_number"] for row in pages] == numbers
    assert server.calls == [f"GET /api/ticket/tickets/?page_size=2&status=new%2Con_hold&page={n}" for n in (1, 2, 3)]


def test_files_go_with_the_fields_of_objects_one_by_one(server: Server, tmp_path: Path) -> None:
    photo = tmp_path / "screen.png"
    photo.write_bytes(b"\x89PNG")
    server.answer(0)
    server.answer(201, {"ticket_number": "TX1"})

    client_of(server).ticket.tickets_create(
        TICKET | {"employee": {"email": "noor@example.com"}, "dynamic_data": {"rooms": [1, 2]}},
        attachments=[photo, ("log.txt", b"lines")],
    )

    first, second = (asked.body.split(b"\r\n", 1)[1] for asked in server.asked)
    for part in (
        b'name="employee.email"\r\n\r\nnoor@example.com',
        b'name="dynamic_data"\r\n\r\n{"rooms": [1, 2]}',
        b'name="attachments"; filename="screen.png"\r\n\r\n\x89PNG',
        b'name="attachments"; filename="log.txt"\r\n\r\nlines',
    ):
        assert part in first
        assert part in second


class TestSignInByPassword:
    def tokens(self, number: int, *, seconds: int = 900) -> dict[str, Any]:
        return {"access": f"a-{number}", "refresh": f"r-{number}", "expires_in": seconds}

    def test_is_done_once_at_the_first_call(self, server: Server) -> None:
        server.answer(200, self.tokens(1))
        server.answer(200, {"id": 1})
        server.answer(200, {"id": 1})
        client = client_of(server, email="noor@example.com", password="Sesam")

        client.workflow.tasks_retrieve(1)
        client.workflow.tasks_retrieve(1)

        assert server.calls == ["POST /api/auth/token/", *["GET /api/workflow/tasks/1/"] * 2]
        assert server.asked[0].document == {"username": "noor@example.com", "password": "Sesam"}
        assert [asked.headers.get("Authorization") for asked in server.asked] == [None, "Bearer a-1", "Bearer a-1"]

    def test_is_renewed_before_the_token_ends(self, server: Server) -> None:
        server.answer(200, self.tokens(1, seconds=10))
        server.answer(200, {"id": 1})
        server.answer(200, self.tokens(2))
        server.answer(200, {"id": 1})
        client = client_of(server, email="noor@example.com", password="Sesam")

        client.workflow.tasks_retrieve(1)
        client.workflow.tasks_retrieve(1)

        assert server.calls[2] == "POST /api/auth/token/refresh/"
        assert server.asked[2].document == {"refresh": "r-1"}
        assert server.asked[3].headers["Authorization"] == "Bearer a-2"

    def test_starts_anew_where_the_session_was_ended(self, server: Server) -> None:
        server.answer(200, self.tokens(1))
        server.answer(401, refusal("token_revoked"))
        server.answer(401, refusal("token_revoked"))
        server.answer(200, self.tokens(2))
        server.answer(200, {"id": 1})
        client = client_of(server, email="noor@example.com", password="Sesam")

        client.workflow.tasks_retrieve(1)

        assert [call.split("/api/")[1] for call in server.calls] == [
            "auth/token/",
            "workflow/tasks/1/",
            "auth/token/refresh/",
            "auth/token/",
            "workflow/tasks/1/",
        ]

    def test_a_wrong_password_is_said_once(self, server: Server) -> None:
        server.answer(401, refusal("invalid_credentials"))

        with pytest.raises(ApiError) as caught:
            client_of(server, email="noor@example.com", password="wrong").workflow.tasks_retrieve(1)

        assert caught.value.code == "invalid_credentials"
        assert len(server.asked) == 1

    def test_signing_out_ends_the_session(self, server: Server) -> None:
        server.answer(200, self.tokens(1))
        server.answer(200, {"id": 1})
        server.answer(204)
        client = client_of(server, email="noor@example.com", password="Sesam")
        client.workflow.tasks_retrieve(1)

        client.sign_out()

        assert server.calls[-1] == "POST /api/auth/logout/"
        assert server.asked[-1].document == {"refresh": "r-1"}


def test_a_refused_key_is_not_tried_twice(server: Server) -> None:
    server.answer(401, refusal("api_key_invalid"))

    with pytest.raises(ApiError) as caught:
        client_of(server).ticket.tickets_retrieve("TX1")

    assert caught.value.code == "api_key_invalid"


@pytest.mark.parametrize("given", [{"api_key": "k", "token": "t"}, {"email": "noor@example.com"}])
def test_credentials_are_one_whole_pair(given: Any) -> None:
    with pytest.raises(ValueError, match=r"one of|together"):
        Client("http://127.0.0.1", **given)


def test_the_address_may_end_with_a_slash() -> None:
    assert Transport("https://tickets.example.com/", user_agent="test").urls["ticket"] == (
        "https://tickets.example.com/api/ticket"
    )
