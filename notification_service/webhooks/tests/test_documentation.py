"""The receiver of docs/webhooks.md is run as it stands, and takes what is sent."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from webhooks import services
from webhooks.models import EventType, WebhookDelivery, WebhookEndpoint
from webhooks.signing import encrypt, new_secret
from webhooks.tests.factories import EXAMPLE, deliver_all, endpoint, happens

pytestmark = pytest.mark.django_db

PAGE = (Path(__file__).parents[3] / "docs" / "webhooks.md").read_text()


def block(language: str) -> str:
    return PAGE.split(f"```{language}\n")[1].split("```")[0]


@dataclass
class Example:
    process: subprocess.Popen[str]
    url: str
    endpoint: WebhookEndpoint

    def printed(self) -> str:
        self.process.kill()
        return self.process.communicate(timeout=10)[0]


@pytest.fixture
def example(settings: Settings) -> Iterator[Example]:
    settings.WEBHOOKS_ALLOW_PRIVATE = True
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}/"
    made, secret = endpoint(url)
    environment = {**os.environ, "WEBHOOK_SECRET": secret, "PORT": str(port)}
    process = subprocess.Popen([sys.executable, "-c", block("python")], env=environment, stdout=-1, text=True)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.05)
    yield Example(process, url, made)
    process.kill()
    process.wait(10)


def test_the_receiver_takes_an_event_once_also_during_a_rotation(example: Example) -> None:
    services.rotate_secret(endpoint_id=example.endpoint.pk, now=timezone.now())
    happens("e1", number="TX1", now=timezone.now())
    deliver_all(timezone.now())
    (row,) = WebhookDelivery.objects.all()
    assert row.response_status == 204
    services.replay(endpoint_id=example.endpoint.pk, delivery_id=row.pk, now=timezone.now())
    deliver_all(timezone.now())
    row.refresh_from_db()
    assert row.response_status == 200
    assert example.printed() == "ticket.transitioned TX1\n"


def test_the_receiver_refuses_another_secret_and_an_old_timestamp(example: Example) -> None:
    moment = timezone.now() - timedelta(minutes=6)
    happens("old", number="TX1", now=moment)
    deliver_all(moment)
    example.endpoint.secrets.update(encrypted=encrypt(new_secret()))
    happens("forged", number="TX2", now=moment)
    deliver_all(timezone.now())
    assert set(WebhookDelivery.objects.values_list("event_id", "response_status")) == {("old", 401), ("forged", 401)}
    assert example.printed() == ""


def test_the_example_is_an_event_as_it_is_sent(example: Example) -> None:
    happens(EXAMPLE["event_id"], number=EXAMPLE["ticket_number"], sequence=EXAMPLE["sequence"])
    assert json.loads(WebhookDelivery.objects.get().body) == json.loads(block("json"))


def test_every_type_is_described() -> None:
    assert [name for name in EventType.values if f"`{name}`" not in PAGE] == []
