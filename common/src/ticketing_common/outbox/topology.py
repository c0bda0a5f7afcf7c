"""Create what `queues.toml` names: quorum queues, their dead-letter queues, policies, exchanges.

Queue arguments hold the type alone, because they can't be changed later; all that may change stands in policies.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import pika
import requests

from ticketing_common.broker import blocking_connection
from ticketing_common.contracts.registry import DELIVERY_LIMIT, QueueSpec, exchanges, publishing_exchange, queues
from ticketing_common.env import split_urls
from ticketing_common.outbox.rights import parties, permissions, reachable_queues

QUORUM = {"x-queue-type": "quorum"}
# RabbitMQ 4 gives every quorum queue a delivery limit of 20, and drops what passes it where nothing else is said:
# somebody who looks at a dead letter twenty times must not lose it.
KEEP_DEAD_LETTERS = {
    "pattern": r"^.+\.dead$",
    "apply-to": "queues",
    "priority": 10,
    "definition": {"delivery-limit": 1_000_000},
}


class TopologyError(Exception):
    """The broker does not allow or does not answer; the text says what to do."""


def policy_of(queue: QueueSpec) -> dict[str, Any]:
    """Return the policy that dead-letters the queue: no message is dropped, none is delivered for ever."""
    return {
        "pattern": f"^{re.escape(queue.name)}$",
        "apply-to": "queues",
        "priority": 10,
        "definition": {
            "dead-letter-exchange": "",
            "dead-letter-routing-key": queue.dead_name,
            "dead-letter-strategy": "at-least-once",
            "overflow": "reject-publish",
            "delivery-limit": DELIVERY_LIMIT,
        },
    }


def declare(amqp_url: str) -> list[str]:
    """Declare all queues and exchanges and return their names."""
    declared = []
    try:
        with blocking_connection(amqp_url) as connection:
            channel = connection.channel()
            for queue in queues().values():
                for name in (queue.name, queue.dead_name):
                    channel.queue_declare(name, durable=True, arguments=QUORUM)
                    declared.append(name)
            for exchange in exchanges().values():
                channel.exchange_declare(exchange.name, exchange_type=exchange.type, durable=True)
                declared.append(exchange.name)
            for service in sorted(parties()):
                name = publishing_exchange(service)
                channel.exchange_declare(name, exchange_type="direct", durable=True)
                for reachable in reachable_queues(service):
                    channel.queue_bind(reachable, name, routing_key=reachable)
                declared.append(name)
    except pika.exceptions.ChannelClosedByBroker as error:
        raise TopologyError(
            f"RabbitMQ refuses: {error.reply_text}. A queue of this name exists with another type; "
            "empty and delete it, then run this command again."
        ) from error
    except pika.exceptions.AMQPError as error:
        raise TopologyError(f"RabbitMQ does not answer at {_host(amqp_url)}: {type(error).__name__}.") from error
    return declared


class Management:
    """RabbitMQ's management API."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._base = f"{parts.scheme}://{parts.hostname}:{parts.port or 15672}/api"
        self._auth = (unquote(parts.username or "guest"), unquote(parts.password or "guest"))

    def call(self, method: str, *path: str, body: Any = None) -> Any:
        """Return the answer's JSON, or raise `TopologyError`. Names in the path are escaped here."""
        address = "/".join([self._base, *(quote(part, safe="") for part in path)])
        try:
            answer = requests.request(method, address, json=body, auth=self._auth, timeout=(3, 10))
        except requests.RequestException as error:
            raise TopologyError(
                f"RabbitMQ's management API does not answer at {self._base}: {type(error).__name__}. "
                "Set RABBITMQ_MANAGEMENT_URL."
            ) from error
        if answer.status_code >= 400:
            raise TopologyError(f"RabbitMQ refuses {method} {'/'.join(path)}: {answer.status_code} {answer.text[:200]}")
        return answer.json() if answer.content else None


def set_policies(management_url: str, vhost: str) -> list[str]:
    """Set one policy a queue and one for all dead-letter queues; return the policies' names."""
    management = Management(management_url)
    policies = {f"dead-letter {queue.name}": policy_of(queue) for queue in queues().values()}
    policies["keep dead letters"] = KEEP_DEAD_LETTERS
    for name, policy in policies.items():
        management.call("PUT", "policies", vhost, name, body=policy)
    return list(policies)


def set_logins(management_url: str, vhost: str, passwords: Mapping[str, str]) -> list[str]:
    """Make a login for each named service with the rights of `rights.permissions`; return their names."""
    management = Management(management_url)
    if unknown := passwords.keys() - parties():
        raise TopologyError(f"There are passwords for {', '.join(sorted(unknown))}, which queues.toml does not know.")
    for service, password in passwords.items():
        management.call("PUT", "users", service, body={"password": password, "tags": ""})
        management.call("PUT", "permissions", vhost, service, body=permissions(service))
    return list(passwords)


def prefer_quorum_queues(management_url: str, vhost: str) -> bool:
    """Make quorum the virtual host's default type, and return whether it is.

    A help desk that calls Celery's plain `send_task` declares the queue without a type. RabbitMQ refuses that for a
    quorum queue unless quorum is the default. Old versions take the default only when they create the virtual host,
    so one that holds no queue yet is made anew, with the permissions that it had.
    """
    management = Management(management_url)

    def is_default() -> bool:
        return bool(management.call("GET", "vhosts", vhost).get("default_queue_type") == "quorum")

    # The field has another name before RabbitMQ 3.11; each version ignores the one that it does not know.
    wanted = {"default_queue_type": "quorum", "defaultqueuetype": "quorum"}
    if is_default():
        return True
    management.call("PUT", "vhosts", vhost, body=wanted)
    if is_default():
        return True
    if management.call("GET", "queues", vhost):
        return False
    permissions = management.call("GET", "vhosts", vhost, "permissions")
    management.call("DELETE", "vhosts", vhost)
    management.call("PUT", "vhosts", vhost, body=wanted)
    for entry in permissions:
        rights = {right: entry[right] for right in ("configure", "write", "read")}
        management.call("PUT", "permissions", vhost, entry["user"], body=rights)
    return is_default()


def vhost_of(amqp_url: str) -> str:
    path = urlsplit(split_urls(amqp_url)[0]).path
    return unquote(path[1:]) if len(path) > 1 else "/"


def set_up(
    *, amqp_url: str, management_url: str, passwords: Mapping[str, str] | None = None, wait_seconds: float = 0
) -> tuple[int, int]:
    """Create everything; try again until it works or the time is over. Returns (queues and exchanges, policies).

    `passwords` are those of the services' logins, by the services' names in queues.toml.
    """
    deadline = time.monotonic() + wait_seconds
    while True:
        try:
            prefer_quorum_queues(management_url, vhost_of(amqp_url))
            # Policies first: a queue must never exist without its dead-letter rule.
            policies = set_policies(management_url, vhost_of(amqp_url))
            declared = declare(amqp_url)
            set_logins(management_url, vhost_of(amqp_url), passwords or {})
            return len(declared), len(policies)
        except TopologyError:
            if time.monotonic() > deadline:
                raise
            time.sleep(1)


def _host(url: str) -> str:
    hosts = [urlsplit(address) for address in split_urls(url)]
    return ", ".join(f"{parts.hostname}:{parts.port or 5672}" for parts in hosts)
