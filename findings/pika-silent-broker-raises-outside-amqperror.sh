#!/usr/bin/env bash
# pika: a broker that is silent during the handshake raises an exception that is neither AMQPError nor OSError
#
# Expected: whatever keeps `BlockingConnection` from opening is one of pika's documented exceptions, all of them
#   subclasses of `pika.exceptions.AMQPError`, or an OSError. A service that catches both survives a broker that is away.
# Happens: that holds where the port is closed and where the broker hangs up. Where the port accepts and then says
#   nothing (a broker that is starting, frozen or blocked by a full disk, a load balancer without a backend), the caller
#   gets `AMQPConnectorStackTimeout` from `pika.adapters.utils.connection_workflow`, a subclass of plain Exception.
# Why it matters here: health checks, relays and listeners catch AMQPError and OSError and try again. With a silent
#   broker the health check answers 500 instead of "failed", and a listening thread ends and is not started again. It
#   never shows in tests that stop the broker, since a stopped broker refuses the connection.
#
# pika 1.4.4.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check pika==1.4.4 2>/dev/null
cat > silent.py <<'PY'
import logging
import socket
import threading
import time

import pika
from pika.adapters.utils.connection_workflow import AMQPConnectorException

logging.disable(logging.CRITICAL)


def listener(speaks: bool) -> int:
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        held = []
        while True:
            connection, _ = server.accept()
            if speaks:
                connection.close()
            else:
                held.append(connection)

    threading.Thread(target=serve, daemon=True).start()
    return server.getsockname()[1]


def raised(port: int) -> BaseException:
    limits = {"socket_timeout": 1, "stack_timeout": 2, "connection_attempts": 1}
    try:
        pika.BlockingConnection(pika.ConnectionParameters("127.0.0.1", port, **limits))
    except Exception as error:
        return error
    raise SystemExit("a connection was opened")


closed = socket.create_server(("127.0.0.1", 0))
closed_port = closed.getsockname()[1]
closed.close()
print("pika", pika.__version__)
caught = {}
for situation, port in (
    ("nobody listens", closed_port),
    ("hangs up at once", listener(True)),
    ("accepts and is silent", listener(False)),
):
    began = time.monotonic()
    error = raised(port)
    caught[situation] = isinstance(error, (pika.exceptions.AMQPError, OSError))
    seconds = time.monotonic() - began
    print(f"{situation}: {type(error).__name__} after {seconds:.0f} s, AMQPError or OSError: {caught[situation]}")
    if situation == "accepts and is silent":
        assert isinstance(error, AMQPConnectorException), type(error).__mro__
assert caught == {"nobody listens": True, "hangs up at once": True, "accepts and is silent": False}, caught
PY
venv/bin/python silent.py
echo "unchanged: a silent broker must be caught as AMQPConnectorException too"
