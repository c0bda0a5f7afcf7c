"""Structured logs: one JSON object a line, with service, request id, and nothing secret."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from typing import Any

import structlog

from ticketing_common.context import current_request_id

SECRET_WORDS = frozenset({"password", "token", "secret", "authorization", "cookie", "otp", "key", "captcha"})
SECRET_KEYS = frozenset({"access", "refresh", "code", "apikey", "passwd"})
# Names that hold a secret's word and no secret.
HARMLESS_KEYS = frozenset({"key", "token_type", "error_code", "routing_key", "public_key"})
MASK = "***"
CUT = "…"

# What is longer is cut before it is searched for secrets: its length comes from outside.
MAX_VALUE_CHARACTERS = 2_000
MAX_TRACE_CHARACTERS = 8_000
MAX_ITEMS = 100
MAX_DEPTH = 6
MIN_TOKEN_CHARACTERS = 32
UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
# Tracebacks keep their end, which names the error.
TRACES = frozenset({"exception", "exc_info", "stack"})

# A token, a bearer or API key header, the password of a URL and a secret in a query, wherever they stand in a text.
# Each pattern starts at a boundary, so that its time is linear in the text's length (test_patterns.py).
SECRETS_IN_TEXT = (
    (re.compile(r"(?<![\w-])eyJ[\w-]{5,}(?:\.[\w-]*){0,2}"), MASK),
    (re.compile(r"(?i)\b(bearer|x-api-key:?)\s+[^\s\"',]+"), rf"\1 {MASK}"),
    (re.compile(rf"(://[^\s:/@]*):[^\s/@]+(?:@|{CUT}$)"), rf"\1:{MASK}@"),
    (re.compile(r"(?i)([?&](?:access_|refresh_)?(?:token|code|key|secret|password)=)[^\s&#\"']+"), rf"\1{MASK}"),
)


def add_request_id(_logger: Any, _name: str, event: dict[str, Any]) -> dict[str, Any]:
    request_id = current_request_id()
    if request_id:
        event.setdefault("request_id", request_id)
    return event


def mask_secrets(_logger: Any, _name: str, event: dict[str, Any]) -> dict[str, Any]:
    for key, value in event.items():
        if not key.startswith("_"):  # the formatter's own entries
            event[key] = MASK if _is_secret(key) else masked(value, keeps_end=key in TRACES)
    return event


def _is_secret(key: str) -> bool:
    name = key.lower().replace("-", "_")
    if name in HARMLESS_KEYS:
        return False
    return name in SECRET_KEYS or not SECRET_WORDS.isdisjoint(name.split("_"))


def masked(value: Any, *, keeps_end: bool = False, depth: int = 0) -> Any:
    """Return the value without secrets: texts cut and searched, entries under a secret's name replaced."""
    if isinstance(value, str):
        value = _cut(value, keeps_end)
        for pattern, replacement in SECRETS_IN_TEXT:
            value = pattern.sub(replacement, value)
        return value
    if isinstance(value, dict | list | tuple) and depth >= MAX_DEPTH:
        return CUT
    if isinstance(value, dict):
        items = list(value.items())[:MAX_ITEMS]
        return {name: MASK if _is_secret(str(name)) else masked(inner, depth=depth + 1) for name, inner in items}
    if isinstance(value, list | tuple):
        return [masked(inner, depth=depth + 1) for inner in value[:MAX_ITEMS]]
    if value is None or isinstance(value, bool | int | float):
        return value
    return masked(str(value), depth=depth)  # what the JSON renderer would write as its text


def masked_path(path: str, arguments: Mapping[str, Any]) -> str:
    """Return a URL's path without the parts that its route names like a secret, or that look like a token."""
    secrets = {str(value) for name, value in arguments.items() if _is_secret(name)}
    parts = path[:MAX_VALUE_CHARACTERS].split("/")
    return str(masked("/".join(MASK if part in secrets or _looks_like_a_token(part) else part for part in parts)))


def _looks_like_a_token(part: str) -> bool:
    """True for 32 and more characters with letters and digits, UUIDs apart: names and numbers are shorter."""
    if len(part) < MIN_TOKEN_CHARACTERS or UUID.fullmatch(part):
        return False
    return any(character.isdigit() for character in part) and any(character.isalpha() for character in part)


def _cut(text: str, keeps_end: bool) -> str:
    if keeps_end:
        return text if len(text) <= MAX_TRACE_CHARACTERS else f"{CUT}{text[-MAX_TRACE_CHARACTERS:]}"
    return text if len(text) <= MAX_VALUE_CHARACTERS else f"{text[:MAX_VALUE_CHARACTERS]}{CUT}"


def drop_celery_arguments(_logger: Any, _name: str, event: dict[str, Any]) -> dict[str, Any]:
    """Celery adds the arguments of each task to its log lines; they hold codes, links and people's data."""
    if str(event.get("logger", "")).startswith("celery."):
        event.pop("data", None)
    return event


def shorten_django_request(_logger: Any, _name: str, event: dict[str, Any]) -> dict[str, Any]:
    """Django writes the path of a failed request into its message; replace it with a masked one."""
    request = event.pop("request", None)
    if str(event.get("logger", "")).startswith("django.") and hasattr(request, "path"):
        match = getattr(request, "resolver_match", None)
        event["event"] = "request_failed"
        event["path"] = masked_path(request.path, match.kwargs if match else {})
    return event


def add_service(service: str) -> Any:
    def processor(_logger: Any, _name: str, event: dict[str, Any]) -> dict[str, Any]:
        event.setdefault("service", service)
        return event

    return processor


def configure(service: str, level: str, fmt: str) -> dict[str, Any]:
    """Set structlog up and return Django's LOGGING. `fmt` is `json` or `console`."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        drop_celery_arguments,
        shorten_django_request,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        add_service(service),
        add_request_id,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *shared,
            structlog.processors.StackInfoRenderer(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    renderer: Any = (
        structlog.processors.JSONRenderer() if fmt == "json" else structlog.dev.ConsoleRenderer(colors=False)
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "structured": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": shared,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.format_exc_info,
                    mask_secrets,
                    renderer,
                ],
            }
        },
        "handlers": {"stdout": {"class": "logging.StreamHandler", "formatter": "structured"}},
        "root": {"handlers": ["stdout"], "level": level},
        "loggers": {
            "django.server": {"level": "WARNING"},
            "django.request": {"level": "ERROR"},
            "pika": {"level": "WARNING"},
            "amqp": {"level": "WARNING"},
            # The consumers log each message themselves.
            "celery.app.trace": {"level": "WARNING"},
            "celery.worker.strategy": {"level": "WARNING"},
        },
    }


def logger(name: str) -> Any:
    return structlog.get_logger(name)


logging.captureWarnings(True)
