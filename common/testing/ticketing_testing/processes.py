"""What the services need around them when tests run them as processes of their own: a broker and auth's keys."""

from __future__ import annotations

import base64
import json
import os
import threading
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import pika
import requests
from django.db import connection

from ticketing_common.outbox.topology import set_up
from ticketing_testing.clients import TEST_KID, test_keys


class Broker:
    """A virtual host of RabbitMQ that only one test uses, set up as in production."""

    def __init__(self) -> None:
        url, management = urlsplit(os.environ["RABBITMQ_URL"]), urlsplit(os.environ["RABBITMQ_MANAGEMENT_URL"])
        self.vhost = f"tests-{uuid.uuid4().hex[:12]}"
        self.url = urlunsplit((url.scheme, url.netloc, f"/{self.vhost}", "", ""))
        self.management_url = os.environ["RABBITMQ_MANAGEMENT_URL"]
        self._api = f"http://{management.hostname}:{management.port}/api"
        self._auth = (unquote(management.username or ""), unquote(management.password or ""))

    def __enter__(self) -> Self:
        self._call("PUT", f"vhosts/{self.vhost}", {})
        everything = {"configure": ".*", "write": ".*", "read": ".*"}
        self._call("PUT", f"permissions/{self.vhost}/{quote(self._auth[0], safe='')}", everything)
        set_up(amqp_url=self.url, management_url=self.management_url, wait_seconds=60)
        return self

    def __exit__(self, *_error: object) -> None:
        self._call("DELETE", f"vhosts/{self.vhost}", None)

    def _call(self, method: str, path: str, body: Any) -> None:
        requests.request(method, f"{self._api}/{path}", json=body, auth=self._auth, timeout=60).raise_for_status()

    def publish(self, queue: str, bodies: Iterable[bytes]) -> None:
        """Publish as a foreign client does: plain JSON, with confirms."""
        with pika.BlockingConnection(pika.URLParameters(self.url)) as client:
            channel = client.channel()
            channel.confirm_delivery()
            properties = pika.BasicProperties(content_type="application/json", delivery_mode=2)
            for body in bodies:
                channel.basic_publish("", queue, body, properties)

    def count(self, queue: str) -> int:
        """Return how many messages wait in the queue."""
        with pika.BlockingConnection(pika.URLParameters(self.url)) as client:
            return int(client.channel().queue_declare(queue, passive=True).method.message_count)


class _Keys(BaseHTTPRequestHandler):
    """What the auth service publishes: here, the public key of the tests' tokens."""

    def do_GET(self) -> None:
        numbers = test_keys.key(TEST_KID).public_numbers()

        def encoded(number: int) -> str:
            raw = number.to_bytes((number.bit_length() + 7) // 8, "big")
            return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()

        key = {"kty": "RSA", "alg": "RS256", "use": "sig", "kid": TEST_KID}
        key |= {"n": encoded(numbers.n), "e": encoded(numbers.e)}
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps({"keys": [key]}).encode())

    def log_message(self, *_: object) -> None:
        """Say nothing: nobody reads it."""


@contextmanager
def auth_service() -> Iterator[str]:
    """Serve the public key of the tests' tokens; give the address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Keys)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def database_url() -> str:
    """Return the URL of the tests' database, for a process that is started beside them."""
    values = connection.settings_dict
    return f"postgres://{values['USER']}:{values['PASSWORD']}@{values['HOST']}:{values['PORT']}/{values['NAME']}"
