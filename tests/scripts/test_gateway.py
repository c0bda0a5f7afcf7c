"""The gateway as it runs natively: a real nginx on the template of the container, in front of a service of the test."""

from __future__ import annotations

import gzip
import http.client
import json
import os
import re
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from native import gateway, ports
from native.layout import Layout

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = "console.log('" + "x" * 4000 + "')"
SERVICES = ("auth", "workflow", "messaging", "notification", "ticket")


@dataclass
class Service:
    """What stands behind the gateway; it keeps what it was asked."""

    port: int = 0
    seen: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    def error(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self.body)
        assert self.headers["Content-Type"] == "application/json"
        assert document["type"] == ("server_error" if self.status >= 500 else "client_error")
        (error,) = document["errors"]
        assert set(error) == {"code", "detail", "attr"}
        return error  # type: ignore[no-any-return]


@dataclass
class Gateway:
    port: int

    def ask(
        self, path: str, *, method: str = "GET", headers: dict[str, str] | None = None, body: bytes | None = None
    ) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(method, path, body=body, headers=headers or {})
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    def send(self, request: bytes) -> Answer:
        """Send bytes as they are; a program that is no proper client does that."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as line:
            line.sendall(request)
            answer = http.client.HTTPResponse(line)
            answer.begin()
            return Answer(answer.status, answer.headers, answer.read())


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    made = Service()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            made.seen.append({"path": self.path, "method": self.command, "headers": self.headers, "body": body})
            if self.headers.get("Upgrade"):
                return self.echo()
            if self.path == "/breaks/":
                self.send_response(200)
                self.send_header("Content-Length", "1000")
                self.end_headers()
                self.wfile.write(b"half")
                self.close_connection = True
                return None
            document = json.dumps({"path": self.path, "size": len(body)}).encode()
            self.send_response(422 if self.path == "/refuses/" else 201)
            self.send_header("Set-Cookie", "a=1; HttpOnly")
            self.send_header("Set-Cookie", "b=2; HttpOnly")
            self.send_header("Content-Length", str(len(document)))
            self.end_headers()
            self.wfile.write(document)
            return None

        do_GET = do_POST = do_PUT = do_DELETE = handle_any

        def echo(self) -> None:
            """Accept the handshake of a socket, and send its bytes back."""
            if self.path == "/ws/refused/":
                self.send_error(403)
                return
            self.send_response(101)
            self.send_header("Upgrade", "websocket")
            self.send_header("Connection", "Upgrade")
            self.send_header("Sec-WebSocket-Protocol", "tts.v1")
            self.end_headers()
            while data := self.connection.recv(1024):
                self.connection.sendall(data)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    made.port = server.server_port
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield made
    server.shutdown()


@contextmanager
def running(folder: Path, *, access_log: str = "off", **environment: str) -> Iterator[Gateway]:
    program = gateway.nginx()
    assert program is not None
    layout = Layout(root=ROOT, run=folder / "a run; directory")
    port = ports.take_next(29200)
    root = folder / "di st"
    (root / "assets").mkdir(parents=True, exist_ok=True)
    (root / "index.html").write_text("<!doctype html><title>app</title>")
    (root / "assets" / "index-abc.js").write_text(SCRIPT)
    gateway.write_config(layout, environment, listen=f"127.0.0.1:{port}", root=root, log=access_log)
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(gateway.command(program, layout), stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + 30
        while ports.is_free(port):
            assert process.poll() is None, (folder / "log").read_text()
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield Gateway(port)
    finally:
        process.terminate()
        process.wait(timeout=20)


@pytest.fixture(scope="module")
def addresses(service: Service) -> dict[str, str]:
    here = f"http://localhost:{service.port}"
    return {**dict.fromkeys(gateway.UPSTREAMS.values(), here), "DJANGO_TICKET_SERVICE": "http://127.0.0.1:9"}


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory, addresses: dict[str, str]) -> Iterator[Gateway]:
    with running(tmp_path_factory.mktemp("gateway"), **addresses) as made:
        yield made


class TestFiles:
    @pytest.mark.parametrize("path", ["/", "/inbox?view=team", "/tickets/TX1", "/reset/a.b-c"])
    def test_any_address_of_the_application_is_its_page_never_cached_blindly(self, front: Gateway, path: str) -> None:
        answer = front.ask(path)

        assert answer.status == 200
        assert b"<title>app" in answer.body
        assert answer.headers["Cache-Control"] == "no-cache"

    def test_assets_are_immutable_and_compressed_as_asked(self, front: Gateway) -> None:
        plain = front.ask("/assets/index-abc.js")
        packed = front.ask("/assets/index-abc.js", headers={"Accept-Encoding": "gzip"})

        assert plain.headers["Content-Encoding"] is None
        assert packed.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.body) == plain.body == SCRIPT.encode()
        assert "immutable" in plain.headers["Cache-Control"]
        assert plain.headers["X-Content-Type-Options"] == "nosniff"

    def test_an_unchanged_file_is_answered_with_304(self, front: Gateway) -> None:
        etag = front.ask("/").headers["ETag"]

        assert front.ask("/", headers={"If-None-Match": etag}).status == 304

    @pytest.mark.parametrize("path", ["/assets/gone-1.js", "/api/nothing/x/", "/api/"])
    def test_a_missing_asset_or_service_is_a_404_and_not_the_page(self, front: Gateway, path: str) -> None:
        answer = front.ask(path)

        assert answer.status == 404
        assert answer.error()["code"] == "not_found"

    @pytest.mark.parametrize("path", ["/../log", "/..%2flog", "/assets/../../log", "/assets../../log"])
    def test_no_path_leaves_the_build(self, front: Gateway, path: str) -> None:
        answer = front.send(f"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())

        assert answer.status in (400, 404) or b"<title>app" in answer.body

    def test_every_page_carries_the_security_headers(self, front: Gateway) -> None:
        headers = front.ask("/", headers={"Host": "desk.example:1000"}).headers
        policy = headers["Content-Security-Policy"]

        assert "script-src 'self';" in policy
        assert "frame-ancestors 'none'" in policy
        assert "frame-src blob:;" in policy, "PDF files are shown from memory; no page frames an address"
        assert "connect-src 'self' ws://desk.example:1000 wss://desk.example:1000;" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "same-origin"
        assert "camera=()" in headers["Permissions-Policy"]
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["Strict-Transport-Security"] is None, "plain HTTP in development pins no browser to HTTPS"

    @pytest.mark.parametrize("host", ["a; script-src *", "a 'unsafe-inline'", "a,b"])
    def test_only_a_plain_host_name_gets_into_the_policy(self, front: Gateway, host: str) -> None:
        answer = front.ask("/", headers={"Host": host})

        assert answer.status == 400 or "connect-src 'self';" in answer.headers["Content-Security-Policy"]

    @pytest.mark.parametrize(("switch", "pinned"), [("true", True), ("", True), ("false", False), ("0", False)])
    def test_production_pins_browsers_to_https_unless_that_is_switched_off(
        self, tmp_path: Path, addresses: dict[str, str], switch: str, pinned: bool
    ) -> None:
        with running(tmp_path, **addresses, DJANGO_ENV="production", HTTPS_ONLY=switch) as made:
            said = made.ask("/").headers["Strict-Transport-Security"]

        assert said == ("max-age=31536000; includeSubDomains" if pinned else None)

    def test_writing_to_a_file_is_refused(self, front: Gateway) -> None:
        answer = front.ask("/", method="POST", body=b"x")

        assert answer.status == 405
        assert answer.error()["code"] == "method_not_allowed"

    def test_health_answers_200(self, front: Gateway) -> None:
        assert front.ask("/health/").status == 200


class TestServices:
    def test_the_prefix_is_stripped_and_method_query_body_status_and_cookies_pass(
        self, front: Gateway, service: Service
    ) -> None:
        answer = front.ask("/api/auth/login/?x=1&y=%2F", method="POST", body=b"12345", headers={"X-Request-ID": "r-7"})

        assert answer.status == 201
        assert json.loads(answer.body) == {"path": "/login/?x=1&y=%2F", "size": 5}
        assert answer.headers.get_all("Set-Cookie") == ["a=1; HttpOnly", "b=2; HttpOnly"]
        assert service.seen[-1]["method"] == "POST"
        assert service.seen[-1]["headers"]["X-Request-ID"] == "r-7"

    @pytest.mark.parametrize(("switch", "scheme"), [("true", "https"), ("", "https"), ("false", "http"), ("0", "http")])
    def test_production_says_https_also_where_something_before_it_ended_tls(
        self, tmp_path: Path, addresses: dict[str, str], service: Service, switch: str, scheme: str
    ) -> None:
        with running(tmp_path, **addresses, DJANGO_ENV="production", HTTPS_ONLY=switch) as made:
            made.ask("/api/auth/x/")

        assert service.seen[-1]["headers"].get_all("X-Forwarded-Proto") == [scheme]

    @pytest.mark.parametrize("name", [name for name in SERVICES if name != "ticket"])
    def test_every_service_has_its_prefix(self, front: Gateway, name: str) -> None:
        assert json.loads(front.ask(f"/api/{name}/x/").body)["path"] == "/x/"

    def test_directories_reach_scim_below_its_own_path(self, front: Gateway, service: Service) -> None:
        asked = "/scim/v2/Users?filter=userName%20eq%20%22a%22"
        answer = front.ask(asked, headers={"Authorization": "Bearer k", "X-Forwarded-Prefix": "/api/elsewhere"})

        assert json.loads(answer.body)["path"] == asked
        assert service.seen[-1]["headers"]["Authorization"] == "Bearer k"
        assert service.seen[-1]["headers"]["X-Forwarded-Prefix"] is None

    def test_an_answer_of_a_service_passes_unchanged_also_when_it_refuses(self, front: Gateway) -> None:
        answer = front.ask("/api/auth/refuses/")

        assert answer.status == 422
        assert json.loads(answer.body)["path"] == "/refuses/"

    @pytest.mark.parametrize("name", ["auth", "workflow", "messaging", "notification"])
    def test_the_service_learns_the_prefix_for_its_links_whatever_the_client_says(
        self, front: Gateway, service: Service, name: str
    ) -> None:
        front.ask(f"/api/{name}/tasks/", headers={"X-Forwarded-Prefix": "/elsewhere"})

        assert service.seen[-1]["headers"].get_all("X-Forwarded-Prefix") == [f"/api/{name}"]
        assert service.seen[-1]["headers"]["X-Forwarded-Proto"] == "http", "the other headers are still there"

    def test_the_service_learns_who_asked_and_at_which_address(self, front: Gateway, service: Service) -> None:
        front.ask("/api/auth/x/", headers={"X-Forwarded-Proto": "https", "Host": "desk.example"})
        headers = service.seen[-1]["headers"]

        assert headers["X-Forwarded-For"] == "127.0.0.1"
        assert headers["X-Forwarded-Proto"] == "http"
        assert headers["X-Forwarded-Host"] == headers["Host"] == "desk.example"

    def test_a_large_upload_arrives_whole_and_with_its_length(self, front: Gateway, service: Service) -> None:
        answer = front.ask("/api/auth/upload/", method="POST", body=b"a" * 3 * 2**20)

        assert json.loads(answer.body)["size"] == 3 * 2**20
        assert service.seen[-1]["headers"]["Content-Length"] == str(3 * 2**20)

    def test_an_answer_that_breaks_off_is_not_passed_as_complete(self, front: Gateway) -> None:
        with pytest.raises(http.client.IncompleteRead):
            front.ask("/api/auth/breaks/")

    @pytest.mark.parametrize("path", ["metrics", "metrics/", "/metrics", "metrics?x=1", "%6detrics"])
    def test_metrics_stay_inside_however_they_are_spelled(self, front: Gateway, service: Service, path: str) -> None:
        before = len(service.seen)

        assert front.ask(f"/api/auth/{path}").status == 404
        assert len(service.seen) == before

    def test_a_path_that_merely_begins_like_metrics_passes(self, front: Gateway) -> None:
        assert front.ask("/api/auth/metrics-of-mine/").status == 201


class TestCalendarLinks:
    """Whoever has the link may read the calendar, so no log may hold it, also of what fails."""

    TOKEN = "4a975f282ed2e831338b24d3ee8cb4b18d4290147075ca73"

    def test_leads_to_the_workflow_api_as_it_is(self, front: Gateway, service: Service) -> None:
        answer = front.ask(f"/calendar/{self.TOKEN}.ics", headers={"If-None-Match": '"a"'})

        assert json.loads(answer.body)["path"] == f"/calendar/{self.TOKEN}.ics"
        assert service.seen[-1]["headers"]["X-Forwarded-For"] == "127.0.0.1"
        assert service.seen[-1]["headers"]["If-None-Match"] == '"a"'

    def test_has_one_address(self, front: Gateway, service: Service) -> None:
        before = len(service.seen)

        assert front.ask(f"/api/workflow/calendar/{self.TOKEN}.ics").status == 404
        assert len(service.seen) == before
        assert json.loads(front.ask("/api/workflow/calendar-feeds/").body)["path"] == "/calendar-feeds/"

    def test_no_log_holds_one_whatever_becomes_of_the_request(self, tmp_path: Path, addresses: dict[str, str]) -> None:
        log = tmp_path / "access.log"
        away = {**addresses, "DJANGO_WORKFLOW_API": "http://127.0.0.1:9"}
        for upstreams in (addresses, away):
            with running(tmp_path, access_log=f"{log} gateway", **upstreams) as made:
                for path in (
                    f"/calendar/{self.TOKEN}.ics",
                    f"/calendar/{self.TOKEN}",
                    f"//calendar//{self.TOKEN}.ics?x=1",
                    f"/%63alendar/{self.TOKEN}.ics",
                    f"/api/workflow/calendar/{self.TOKEN}.ics",
                    f"/elsewhere/{self.TOKEN}.ics",
                ):
                    made.ask(path)
                made.ask(f"/calendar/{self.TOKEN}.ics", method="POST", body=b"x" * 31 * 2**20)
                made.send(f"GET /calendar/{self.TOKEN}.ics HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n".encode())
                made.ask("/inbox?view=team")
            errors = (tmp_path / "log").read_text()
            assert self.TOKEN[:16] not in errors, errors
        lines = log.read_text().splitlines()
        assert self.TOKEN[:16] not in log.read_text()
        assert sum('"GET /calendar/*** HTTP/1.1" 201' in line for line in lines) == 2
        assert sum('"GET /calendar/*** HTTP/1.1" 502' in line for line in lines) == 2
        assert sum('"GET /inbox?view=team HTTP/1.1" 200' in line for line in lines) == 2

    def test_the_gateway_of_production_logs_in_the_same_form_wherever_it_answers(self) -> None:
        folder = ROOT / "Docker" / "nginx"
        servers = [part for name in ("default", "tls") for part in _servers(folder / f"{name}.conf.template")]

        assert len(servers) == 2
        assert all("access_log ${GATEWAY_LOG};" in server for server in servers)
        assert 'GATEWAY_LOG="/var/log/nginx/access.log gateway"' in (ROOT / "Docker/frontend.Dockerfile").read_text()
        format_ = re.search(r"log_format gateway '(.*)';", (folder / "default.conf.template").read_text())
        assert format_ is not None
        assert not {"$request", "$request_uri", "$uri"} & set(re.findall(r"\$\w+", format_[1]))

    def test_a_calendar_is_compressed(self) -> None:
        template = (ROOT / "Docker" / "nginx" / "default.conf.template").read_text()

        assert re.search(r"gzip_types [^;]*\btext/calendar\b", template)


def _servers(template: Path) -> list[str]:
    return template.read_text().split("\nserver {")[1:]


class TestOwnAnswers:
    """What the gateway refuses itself has the error form of the services."""

    def test_a_service_that_is_away_is_a_502(self, front: Gateway) -> None:
        answer = front.ask("/api/ticket/tickets/")

        assert answer.status == 502
        assert answer.error()["code"] == "service_unavailable"

    def test_a_request_that_is_none_is_a_400(self, front: Gateway) -> None:
        answer = front.send(b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")

        assert answer.status == 400
        assert answer.error()["code"] == "bad_request"

    def test_an_address_that_is_too_long_is_a_414(self, front: Gateway) -> None:
        answer = front.ask("/api/auth/?" + "x" * 40_000)

        assert answer.status == 414
        assert answer.error()["code"] == "uri_too_long"

    def test_headers_that_are_too_large_are_a_431(self, front: Gateway) -> None:
        answer = front.ask("/api/auth/", headers={"X-Large": "x" * 40_000})

        assert answer.status == 431
        assert answer.error()["code"] == "headers_too_large"

    def test_a_body_that_is_too_large_is_a_413(self, front: Gateway) -> None:
        answer = front.send(b"POST /api/auth/ HTTP/1.1\r\nHost: a\r\nContent-Length: 40000000\r\n\r\n")

        assert answer.status == 413
        assert answer.error()["code"] == "request_too_large"

    def test_every_failure_that_the_template_names_has_an_answer_in_that_form(self) -> None:
        template = (ROOT / "Docker" / "nginx" / "default.conf.template").read_text()
        named = set(re.findall(r"error_page [\d =]+(/_gateway/\w+);", template))
        bodies = dict(re.findall(r"location = (/_gateway/\w+) \{.*?return \d+ '(.*)'; \}", template))

        assert named == set(bodies)
        for body in bodies.values():
            assert set(json.loads(body)) == {"type", "errors"}
        for status in (400, 413, 414, 494, 502, 504):
            assert re.search(rf"error_page [\d ]*\b{status}\b", template), status


class TestSlowClients:
    def test_a_service_sees_no_request_before_all_of_it_has_arrived(self, front: Gateway, service: Service) -> None:
        before = len(service.seen)
        with socket.create_connection(("127.0.0.1", front.port), timeout=10) as line:
            line.sendall(b"POST /api/auth/slow/ HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n12345")
            assert front.ask("/api/auth/quick/").status == 201
            assert [each["path"] for each in service.seen[before:]] == ["/quick/"]

            line.sendall(b"67890")
            answer = http.client.HTTPResponse(line)
            answer.begin()
            assert json.loads(answer.read()) == {"path": "/slow/", "size": 10}

    def test_one_address_may_not_take_every_connection(self) -> None:
        template = (ROOT / "Docker" / "nginx" / "default.conf.template").read_text()

        assert re.search(r"limit_conn addresses \d+;", template)
        assert re.search(r"client_header_timeout \d+s;", template)
        assert re.search(r"client_body_timeout \d+s;", template)


class TestSockets:
    def upgrade(self, front: Gateway, path: str) -> socket.socket:
        line = socket.create_connection(("127.0.0.1", front.port), timeout=10)
        line.sendall(
            f"GET {path} HTTP/1.1\r\nHost: desk.example\r\nOrigin: http://desk.example\r\nConnection: Upgrade\r\n"
            "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            "Sec-WebSocket-Protocol: tts.v1, token\r\n\r\n".encode()
        )
        return line

    def test_a_handshake_reaches_messaging_and_bytes_flow_both_ways(self, front: Gateway, service: Service) -> None:
        with self.upgrade(front, "/ws/comments/TX1/") as line:
            head = line.recv(4096).decode()
            assert head.startswith("HTTP/1.1 101 ")
            assert "Sec-WebSocket-Protocol: tts.v1" in head
            line.sendall(b"hello")
            assert line.recv(100) == b"hello"
        request = service.seen[-1]
        assert request["path"] == "/ws/comments/TX1/"
        assert request["headers"]["Sec-WebSocket-Protocol"] == "tts.v1, token"
        assert request["headers"]["Origin"] == "http://desk.example"

    def test_a_refusal_of_the_service_is_passed_on(self, front: Gateway) -> None:
        with self.upgrade(front, "/ws/refused/") as line:
            assert line.recv(4096).startswith(b"HTTP/1.1 403 ")


def test_the_container_gives_the_template_every_value_it_asks_for() -> None:
    asked = set(re.findall(r"\$\{([A-Z_]+)\}", (ROOT / "Docker" / "nginx" / "default.conf.template").read_text()))
    compose = yaml.safe_load((ROOT / "Docker" / "docker-compose.yml").read_text())["services"]["frontend"]
    recipe = (ROOT / "Docker" / "frontend.Dockerfile").read_text()
    given = set(compose["environment"]) | set(re.findall(r"\b(GATEWAY_[A-Z]+)=", recipe))

    assert asked - given == {"NGINX_LOCAL_RESOLVERS"}, "nginx's image finds the resolvers itself"
    assert os.fspath(ROOT / "Docker" / "nginx" / "error.headers").split("/")[-1] in recipe


def test_every_location_of_a_service_tells_its_own_prefix() -> None:
    template = (ROOT / "Docker" / "nginx" / "default.conf.template").read_text()
    found = re.findall(r"location /api/(\w+)/ .*X-Forwarded-Prefix /api/(\w+);", template)

    assert [name for name, _ in found] == ["auth", "workflow", "messaging", "notification", "ticket"]
    assert all(name == told for name, told in found)


def test_a_service_address_with_a_path_is_refused(layout: Layout, addresses: dict[str, str]) -> None:
    with pytest.raises(gateway.StartError, match="not to http://host/base"):
        gateway.write_config(
            layout, {**addresses, "DJANGO_AUTH_SERVICE": "http://host/base"}, listen="1", root=layout.run
        )
