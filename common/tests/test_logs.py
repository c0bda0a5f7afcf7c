"""One JSON object a line, with the request's id, and no secret in it."""

from __future__ import annotations

import io
import json
import logging
import logging.config
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from django.test import Client

from ticketing_common import logs
from ticketing_common.context import request_id_var


@pytest.fixture
def lines() -> Iterator[Any]:
    """Configure logging as a service does, and return what it wrote, line by line."""
    stream = io.StringIO()
    config = logs.configure("workflow_api", "INFO", "json")
    config["handlers"]["stdout"]["stream"] = stream
    before, handlers = logging.getLogger().level, list(logging.getLogger().handlers)
    structlog.reset_defaults()
    config = {**logs.configure("workflow_api", "INFO", "json"), "handlers": config["handlers"]}
    logging.config.dictConfig(config)
    yield lambda: stream.getvalue().splitlines()
    logging.getLogger().handlers = handlers
    logging.getLogger().setLevel(before)


def test_a_line_is_one_json_object_with_service_and_request_id(lines: Any) -> None:
    token = request_id_var.set("cause-1")
    logs.logger("fresh.one").info("ticket_received", ticket_number="TX1")
    request_id_var.reset(token)

    [line] = [line for line in map(json.loads, lines()) if line["logger"] == "fresh.one"]
    assert line["event"] == "ticket_received"
    assert (line["service"], line["request_id"], line["level"]) == ("workflow_api", "cause-1", "info")
    assert line["ticket_number"] == "TX1"
    assert line["timestamp"].endswith("Z")


@pytest.mark.parametrize("text", ["a\nb", 'x"}\n{"level": "critical"', "\x1b[31mred", "a\r\nb\u2028c"])
def test_a_text_from_outside_stays_in_its_line(lines: Any, text: str) -> None:
    logs.logger("fresh.two").info("odd", subject=text)
    logging.getLogger("plain").warning("odd %s", text)

    found = lines()
    own = [line for line in map(json.loads, found) if line["logger"] in {"fresh.two", "plain"}]
    assert len(own) == 2
    assert own[0]["subject"] == text
    assert all("\x1b" not in line for line in found)


SECRETS = {
    "password": "hunter2-x",
    "new_password": "hunter3-x",
    "access": "abc-access-x",
    "refresh_token": "abc-refresh-x",
    "Authorization": "Bearer abc-header-x",
    "X-API-Key": "key-x-1",
    "otp": "123456",
    "otp_code": "123457",
    "code": "123458",
    "set-cookie": "cookie-x",
    "nested": {"context": {"otp_code": "123459", "list": [{"token": "token-x"}]}},
    "url": "amqp://admin:broker-pass-x@localhost:5672/",
    "note": "sent Bearer abc-note-x, then eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiI1In0.c2lnbmF0dXJl",
}


def test_secrets_are_masked_wherever_they_stand(lines: Any) -> None:
    logs.logger("fresh.three").info("odd", **SECRETS)
    logging.getLogger("plain").error("connecting to amqp://admin:broker-pass-x@localhost:5672/")
    try:
        raise RuntimeError("bad token eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiI1In0.c2lnbmF0dXJl")
    except RuntimeError:
        logs.logger("fresh.four").exception("failed")

    text = "\n".join(lines())
    for secret in ("hunter2-x", "hunter3-x", "abc-access-x", "abc-refresh-x", "abc-header-x", "key-x-1", "12345"):
        assert secret not in text, secret
    for secret in ("cookie-x", "token-x", "broker-pass-x", "abc-note-x", "eyJhbGciOiJSUzI1NiJ9"):
        assert secret not in text, secret
    assert "RuntimeError" in text


def test_harmless_names_are_left_alone(lines: Any) -> None:
    logs.logger("fresh.five").info("fine", error_code="not_found", routing_key="q", key="ticket:TX1")

    line = json.loads(lines()[0])
    assert (line["error_code"], line["routing_key"], line["key"]) == ("not_found", "q", "ticket:TX1")


def test_celery_does_not_log_the_arguments_of_tasks(lines: Any) -> None:
    logging.getLogger("celery.app.trace").error(
        "Task failed", extra={"data": {"kwargs": "{'context': {'reset_link': 'link-x'}}"}}
    )

    assert "link-x" not in lines()[0]


@pytest.mark.django_db
def test_the_path_of_a_failed_request_is_logged_without_its_token(lines: Any, client: Client) -> None:
    client.raise_request_exception = False
    client.get("/token/AbCdEfGhIjKlMnOp-qrs/")

    assert any(line["event"] == "request_failed" for line in map(json.loads, lines()))
    assert {line["path"] for line in map(json.loads, lines())} == {"/token/***/"}
    assert "AbCdEfGh" not in "\n".join(lines())


def test_values_are_cut_before_they_are_searched(lines: Any) -> None:
    deep = {"a": [{"b": ["x" * 9_000]}]}
    logs.logger("fresh.six").info("long", path="/" + "eyJ" * 20_000, deep=deep, many=[1] * 9_000)
    try:
        raise RuntimeError("y" * 90_000)
    except RuntimeError:
        logs.logger("fresh.seven").exception("failed")

    assert all(len(line) < 20_000 for line in lines())


def test_a_token_that_the_cut_halves_is_masked(lines: Any) -> None:
    token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiI1In0"
    logs.logger("fresh.eight").info("odd", note="x " * 990 + token, url="x" * 1_985 + "://user:hunter2-x@host")

    assert "hbGciOiJSUzI1" not in lines()[0]
    assert "hunter2" not in lines()[0]
