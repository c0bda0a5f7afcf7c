"""The queue registry: `queues.toml` as objects."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

# How often a message is delivered again when its worker dies before it answers.
DELIVERY_LIMIT = 20


@dataclass(frozen=True)
class PlainJson:
    """What a plain JSON body on the queue stands for."""

    task: str
    argument: str


@dataclass(frozen=True)
class QueueSpec:
    name: str
    description: str
    producers: tuple[str, ...]
    consumer: str
    tasks: tuple[str, ...]
    plain_json: PlainJson | None
    # The queue carries ticks of a beat: its tasks take no arguments.
    is_timer: bool = False
    # Payloads hold codes and links: no log, dead letter or reason quotes them.
    is_secret: bool = False

    @property
    def dead_name(self) -> str:
        return f"{self.name}.dead"


@dataclass(frozen=True)
class ExchangeSpec:
    name: str
    description: str
    type: str
    producers: tuple[str, ...]


@cache
def _document() -> dict[str, dict[str, dict[str, object]]]:
    return tomllib.loads(files(__package__).joinpath("queues.toml").read_text())


@cache
def queues() -> dict[str, QueueSpec]:
    found = {}
    for name, entry in _document()["queues"].items():
        plain = entry.get("plain_json")
        found[name] = QueueSpec(
            name=name,
            description=str(entry["description"]),
            producers=tuple(entry["producers"]),  # type: ignore[arg-type]
            consumer=str(entry["consumer"]),
            tasks=tuple(entry["tasks"]),  # type: ignore[arg-type]
            plain_json=PlainJson(**plain) if isinstance(plain, dict) else None,
            is_timer=bool(entry.get("timer")),
            is_secret=bool(entry.get("secret")),
        )
    return found


@cache
def exchanges() -> dict[str, ExchangeSpec]:
    return {
        name: ExchangeSpec(
            name=name,
            description=str(entry["description"]),
            type=str(entry["type"]),
            producers=tuple(entry["producers"]),  # type: ignore[arg-type]
        )
        for name, entry in _document()["exchanges"].items()
    }


def queues_consumed_by(service: str) -> list[QueueSpec]:
    return [queue for queue in queues().values() if queue.consumer == service]


def publishing_exchange(service: str) -> str:
    """Return the exchange that the service publishes to, with the queue's name as the routing key."""
    return f"from.{service}"


def task_routes(service: str) -> dict[str, dict[str, str]]:
    """Return Celery's routes for what the service publishes or consumes."""
    exchange = publishing_exchange(service)
    return {
        task: {"queue": queue.name, "exchange": exchange, "routing_key": queue.name}
        for queue in queues().values()
        if service in queue.producers or queue.consumer == service
        for task in queue.tasks
    }
