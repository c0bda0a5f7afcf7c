"""Structured logs: one JSON object a line, with service, request id, and nothing secret."""

from __future__ import annotations

import logging
import re
from typing import Any

import structlog

from ticketing_common.context import current_request_id

SECRET_WORDS = frozenset({"password", "token", "secret", "authorization", "cookie", "otp", "key", "captcha"})
SECRET_KEYS = frozenset({"access", "refresh", "code", "apikey", "passwd"})
# Names that hold a secret's word and no secret.
HARMLESS_KEYS = frozenset({"key", "token_type", "error_code", "routing_key", "public_key"})
MASK = "***"

# A token, a bearer or API key header, and the password of a URL, wherever they stand in a text.
_SECRETS_IN_TEXT = (
    (re.compile(r"eyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]*"), MASK),
    (re.compile(r"(?i)\b(bearer|x-api-key:?)\s+[^\s\"',]+"), rf"\1 {MASK}"),
    (re.compile(r"(://[^\s:/@]*):[^\s/@]+@"), rf"\1:{MASK}@"),
)


def add_request_id(_logger: Any, _name: str, event: dict[str, Any]) -> dict[str, Any]:
    request_id = current_request_id()
    if request_id:
        event.setdefault("request_id", request_id)
    return event


def mask_secrets(_logger: Any, _name: str, event: dict[str, Any]) -> dict[str, Any]:
    for key, value in event.items():
        if not key.startswith("_"):  # the formatter's own entries
            event[key] = MASK if _is_secret(key) else _masked(value)
    return event


def _is_secret(key: str) -> bool:
    name = key.lower().replace("-", "_")
    if name in HARMLESS_KEYS:
        return False
    return name in SECRET_KEYS or not SECRET_WORDS.isdisjoint(name.split("_"))


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        for pattern, replacement in _SECRETS_IN_TEXT:
            value = pattern.sub(replacement, value)
        return value
    if isinstance(value, dict):
        return {name: MASK if _is_secret(str(name)) else _masked(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(inner) for inner in value]
    return value


def drop_celery_arguments(_logger: Any, _name: str, event: dict[str, Any]) -> dict[str, Any]:
    """Celery adds the arguments of each task to its log lines; they hold codes, links and people's data."""
    if str(event.get("logger", "")).startswith("celery."):
        event.pop("data", None)
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
