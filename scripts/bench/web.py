"""Web processes under load: gunicorn as the services run it, the keys of their tokens, clients that cost little."""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import jwt
import requests
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from bench.rig import ROOT, BenchError, Rig, Worker
from ticketing_common.jwt import ALGORITHM, AUDIENCE, ISSUER

BENCH = Path(__file__).resolve().parent
KEY = "bench"
GUNICORN = ROOT / "common" / "src" / "ticketing_common" / "gunicorn_conf.py"
PROCESSES = 2


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_for_port(port: int) -> None:
    """Return when somebody listens on it."""
    deadline = time.monotonic() + 40
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        if time.monotonic() > deadline:
            raise BenchError(f"Nobody listens on {port}.")
        time.sleep(0.2)


class Keys:
    """Stands where auth is: publishes the key that the benchmark signs its tokens with, and no revocation."""

    def __init__(self) -> None:
        self._private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        entry = RSAAlgorithm.to_jwk(self._private.public_key(), as_dict=True)
        answers = {
            "/.well-known/jwks.json": {"keys": [entry | {"kid": KEY, "use": "sig", "alg": ALGORITHM}]},
            "/.well-known/revocations.json": {"revocations": []},
        }

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = json.dumps(answers.get(self.path, {})).encode()
                self.send_response(200 if self.path in answers else 404)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def token(self, user_id: int, *roles: str) -> str:
        now = int(time.time())
        claims = {
            "sub": str(user_id),
            "user_id": user_id,
            "username": f"agent.{user_id}",
            "email": f"agent.{user_id}@example.com",
            "full_name": f"Agent {user_id}",
            "roles": {"tts": list(roles)},
            "sid": uuid.uuid4().hex,
            "ver": 1,
            "iss": ISSUER,
            "aud": AUDIENCE,
            "iat": now,
            "exp": now + 3600,
            "jti": uuid.uuid4().hex,
            "token_type": "access",
        }
        return jwt.encode(claims, self._private, algorithm=ALGORITHM, headers={"kid": KEY})

    def close(self) -> None:
        self._server.shutdown()


class Server:
    """Gunicorn with the configuration of the services, two processes."""

    def __init__(
        self,
        rig: Rig,
        folder: Path,
        application: str,
        log: Path,
        *,
        settings: str,
        environment: dict[str, str],
        worker: str = "",
    ) -> None:
        self.port = free_port()
        self._log = log
        self._worker: Worker = rig.run(
            [
                *("-m", "gunicorn", application, "-c", str(GUNICORN), "--bind", f"127.0.0.1:{self.port}"),
                *(("-k", worker) if worker else ()),
            ],
            folder,
            log,
            {"DJANGO_SETTINGS_MODULE": settings, "WEB_CONCURRENCY": str(PROCESSES), "LOG_LEVEL": "INFO", **environment},
        )

    @property
    def pid(self) -> int:
        return self._worker.pid

    def wait(self, path: str, token: str | None = None) -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        deadline = time.monotonic() + 40
        while True:
            try:
                answer = requests.get(f"http://127.0.0.1:{self.port}{path}", headers=headers, timeout=10)
                if answer.status_code == 200:
                    return
                said = f"{answer.status_code} {answer.text[:300]}"
            except requests.ConnectionError as error:
                said = str(error)
            if time.monotonic() > deadline:
                raise BenchError(f"{path} does not answer: {said}\n{self._log.read_text()[-2000:]}")
            time.sleep(0.2)

    def stop(self) -> None:
        self._worker.stop()


class Client:
    """One kept connection; a request is bytes that are ready, an answer is read to its end and not looked into."""

    def __init__(self, port: int, token: str | None = None, **headers: str) -> None:
        headers |= {"Authorization": f"Bearer {token}"} if token else {}
        self._head = f"Host: localhost:{port}\r\nAccept: application/json\r\n"
        self._head += "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
        self._port = port
        self._socket: socket.socket | None = None

    def get(self, path: str) -> float:
        """Return the seconds from the request's first byte to the answer's last."""
        return self._ask(f"GET {path} HTTP/1.1\r\n{self._head}\r\n".encode())[0]

    def post(self, path: str, document: Any) -> tuple[float, Any]:
        body = json.dumps(document).encode()
        head = f"POST {path} HTTP/1.1\r\n{self._head}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        took, answer = self._ask(f"{head}\r\n".encode() + body)
        return took, json.loads(answer)

    def read(self, path: str) -> Any:
        return json.loads(self._ask(f"GET {path} HTTP/1.1\r\n{self._head}\r\n".encode())[1])

    def _ask(self, request: bytes) -> tuple[float, bytes]:
        try:
            return self._try(request)
        except ConnectionError:  # it was idle for longer than the server keeps a connection
            self.close()
            return self._try(request)

    def _try(self, request: bytes) -> tuple[float, bytes]:
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self._port), timeout=60)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        began = time.perf_counter()
        self._socket.sendall(request)
        buffer = self._receive()
        while b"\r\n\r\n" not in buffer:
            buffer += self._receive()
        head, _, body = buffer.partition(b"\r\n\r\n")
        lines = head.lower().split(b"\r\n")
        length = next(int(line.split(b":")[1]) for line in lines if line.startswith(b"content-length"))
        parts, got = [body], len(body)
        while got < length:
            part = self._receive()
            parts.append(part)
            got += len(part)
        took = time.perf_counter() - began
        if not lines[0].startswith((b"http/1.1 200", b"http/1.1 201")):
            raise BenchError(f"{request.splitlines()[0].decode()}: {head.decode()}\n{b''.join(parts)[:500].decode()}")
        if b"connection: close" in lines:
            self.close()
        return took, b"".join(parts)

    def _receive(self) -> bytes:
        assert self._socket is not None
        part = self._socket.recv(1 << 18)
        if not part:
            raise ConnectionResetError("The server closed the connection.")
        return part

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None


def together(clients: Sequence[Client], paths: Callable[[int, int], str], seconds: float) -> tuple[float, list[float]]:
    """Let the clients ask without a pause; return requests a second and the milliseconds of each.

    `paths` gives the path of a client's nth request.
    """
    took: list[list[float]] = [[] for _ in clients]
    failed: list[BaseException] = []
    end = time.perf_counter() + seconds

    def ask(number: int) -> None:
        turn = 0
        try:
            while time.perf_counter() < end:
                took[number].append(clients[number].get(paths(number, turn)) * 1000)
                turn += 1
        except (BenchError, OSError) as error:
            failed.append(error)

    began = time.perf_counter()
    threads = [threading.Thread(target=ask, args=(number,)) for number in range(len(clients))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise BenchError(str(failed[0]))
    times = [one for each in took for one in each]
    return len(times) / (time.perf_counter() - began), times


def count_statements(rig: Rig, folder: Path, database_url: str, asked: dict[str, Any]) -> dict[str, int]:
    """Return the SQL statements of each request, as `count_requests` takes and counts them."""
    counted = subprocess.run(
        [sys.executable, str(BENCH / "count_requests.py")],
        cwd=folder,
        env={
            **rig.environment,
            "DATABASE_URL": database_url,
            "DJANGO_ENV": "test",
            "DJANGO_SETTINGS_MODULE": "config.settings_test",
            "PYTHONPATH": str(folder),
        },
        input=json.dumps(asked),
        capture_output=True,
        text=True,
    )
    if counted.returncode:
        raise BenchError(f"Counting statements failed:\n{counted.stderr[-2000:]}")
    found: dict[str, int] = json.loads(counted.stdout.splitlines()[-1])
    return found
