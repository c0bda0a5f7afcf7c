"""What the broker lets each service do: read its own queues, and publish to those that `queues.toml` gives it.

On RabbitMQ's default exchange a publisher reaches every queue. So each publisher has a direct exchange of its own,
bound to the queues that it may fill, and its login may write to that one alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ticketing_common.contracts.registry import exchanges, publishing_exchange, queues, queues_consumed_by


def parties() -> set[str]:
    """Return everybody who publishes or consumes, `external` included."""
    found = {queue.consumer for queue in queues().values()}
    found.update(*(queue.producers for queue in queues().values()))
    return found.union(*(exchange.producers for exchange in exchanges().values()))


def reachable_queues(service: str) -> list[str]:
    """Return the queues that the service may fill: those it produces for, and its own dead letters."""
    produced = [queue.name for queue in queues().values() if service in queue.producers]
    return produced + [queue.dead_name for queue in queues_consumed_by(service)]


def permissions(service: str) -> dict[str, str]:
    """Return RabbitMQ's three patterns of names for the login of the service."""
    own = [name for queue in queues_consumed_by(service) for name in (queue.name, queue.dead_name)]
    heard = list(exchanges())
    spoken = [exchange.name for exchange in exchanges().values() if service in exchange.producers]
    # A listener of a fan-out has an exclusive queue whose name the broker makes.
    listener = r"amq\.gen-.*"
    return {
        "configure": _pattern([], listener),
        "write": _pattern([publishing_exchange(service), *spoken], listener),
        "read": _pattern([*own, *heard], listener),
    }


def _pattern(names: Iterable[str], also: str) -> str:
    return f"^({'|'.join([*map(re.escape, names), also])})$"
