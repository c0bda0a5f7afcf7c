"""The way to RabbitMQ: one address or several of a cluster, none of which may hold a process up.

`RABBITMQ_URL` holds them, separated by commas. They are tried in the order given; whoever loses the connection tries
them again from the first.
"""

from __future__ import annotations

import pika
from pika.adapters.utils.connection_workflow import AMQPConnectorException

from ticketing_common.env import split_urls

CONNECT_SECONDS = 5.0
HEARTBEAT_SECONDS = 10


def broker_parameters(
    url: str, *, name: str = "", seconds: float = CONNECT_SECONDS, heartbeat: int | None = HEARTBEAT_SECONDS
) -> list[pika.URLParameters]:
    """Return what pika needs for each address, with limits of time in seconds.

    `name` is what the broker shows of the connection. A heartbeat of None takes the broker's own.
    """
    found = []
    for address in split_urls(url):
        parameters = pika.URLParameters(address)
        parameters.heartbeat = heartbeat
        parameters.socket_timeout = parameters.blocked_connection_timeout = seconds
        parameters.stack_timeout = 1.6 * seconds
        parameters.connection_attempts = 1
        if name:
            parameters.client_properties = {"connection_name": name}
        found.append(parameters)
    return found


def blocking_connection(url: str, *, name: str = "", seconds: float = CONNECT_SECONDS) -> pika.BlockingConnection:
    """Open a connection to the first address that answers. Raises pika's `AMQPError` or `OSError` where none does."""
    try:
        return pika.BlockingConnection(broker_parameters(url, name=name, seconds=seconds))
    except AMQPConnectorException as error:
        # A broker that is silent during the handshake: pika raises what is none of its own `AMQPError`.
        raise pika.exceptions.AMQPConnectionError(f"{type(error).__name__}: {error}") from error
