"""The queue registry and the messages, with what the services' sources say about them."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

from sources import SERVICES, service_sources  # noqa: E402

from ticketing_common.contracts.messages import ALL, Message  # noqa: E402
from ticketing_common.contracts.registry import exchanges, queues  # noqa: E402

__all__ = ["ALL", "ROOT", "SERVICES", "Message", "built_in", "consumed_by", "exchanges", "queues", "timers_of"]

BY_NAME = {kind.__name__: kind for kind in ALL}
#: The decorators of handlers (ticketing_common.inbox.consume).
CONSUMERS = {"consumes", "consumes_batches"}


def _calls(service: str) -> list[ast.Call]:
    return [
        node
        for source in service_sources(service)
        if not source.is_test
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call)
    ]


def built_in(service: str) -> set[type[Message]]:
    """Return the messages whose class the service calls: what it publishes."""
    names = {call.func.id for call in _calls(service) if isinstance(call.func, ast.Name)}
    names |= {call.func.attr for call in _calls(service) if isinstance(call.func, ast.Attribute)}
    # A class may also be handed over, as in `kind(**values) for kind in (SyncUser, SyncUserForMessaging)`.
    for source in service_sources(service):
        if not source.is_test:
            for node in ast.walk(source.tree):
                if isinstance(node, ast.Tuple | ast.List):
                    names |= {item.id for item in node.elts if isinstance(item, ast.Name)}
    return {BY_NAME[name] for name in names & BY_NAME.keys()}


def consumed_by(service: str) -> set[type[Message]]:
    """Return the messages that the service has a handler for."""
    found = set()
    for call in _calls(service):
        if isinstance(call.func, ast.Name) and call.func.id in CONSUMERS and isinstance(call.args[0], ast.Name):
            found.add(BY_NAME[call.args[0].id])
    return found


def timers_of(service: str) -> set[str]:
    """Return the names of the service's plain tasks, which its beat queues."""
    found = set()
    for call in _calls(service):
        if isinstance(call.func, ast.Name) and call.func.id == "shared_task":
            found |= {str(ast.literal_eval(word.value)) for word in call.keywords if word.arg == "name"}
    return found
