"""The server of WSGI services: gunicorn's threads, with all waiting for clients done by its main loop.

gunicorn's own threaded worker reads requests and writes answers in its threads, so as many clients as it has threads
stop it by sending or reading slowly. Here a thread gets a request that has arrived whole, and is done with an answer
that has been handed over whole; only the main loop waits, and no longer than the limits below.
"""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Callable
from concurrent.futures import Future
from http import HTTPStatus
from tempfile import SpooledTemporaryFile
from typing import Any

from gunicorn.http import errors
from gunicorn.http.parser import RequestParser
from gunicorn.workers.gthread import TConn, ThreadWorker

from .incoming import MAX_MEMORY_BYTES, STALL_SECONDS, Incoming, Spool, refusal

#: Seconds for a closing client to hang up.
LINGER_SECONDS = 2.0
#: Bytes of an answer that waits.
MAX_UNSENT_BYTES = 256 * 2**20
CHUNK_BYTES = 64 * 1024

STATUSES: dict[type[Exception], HTTPStatus] = {
    errors.LimitRequestLine: HTTPStatus.REQUEST_URI_TOO_LONG,
    errors.LimitRequestHeaders: HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    errors.ExpectationFailed: HTTPStatus.EXPECTATION_FAILED,
    errors.UnsupportedTransferCoding: HTTPStatus.NOT_IMPLEMENTED,
}


class ClientSocket(socket.socket):
    """A connection that keeps, in memory or on disk, what its client is too slow to take."""

    def __init__(self, connection: socket.socket) -> None:
        super().__init__(fileno=connection.detach())
        super().setblocking(False)
        self._unsent = SpooledTemporaryFile[bytes](max_size=MAX_MEMORY_BYTES)
        self._written = self._sent = 0

    def setblocking(self, flag: bool, /) -> None:
        """Stay as it is: gunicorn asks for a blocking socket in its threads."""

    @property
    def has_unsent(self) -> bool:
        return self._sent < self._written

    def sendall(self, data: Any, flags: int = 0, /) -> None:
        """Send now what the client takes now, and keep the rest for `flush`."""
        view = memoryview(data).cast("B")
        if not self.has_unsent:
            view = view[self._send_now(view) :]
        if view:
            self._unsent.seek(self._written)
            self._unsent.write(view)
            self._written += len(view)
            self.flush()
        while self._written - self._sent > MAX_UNSENT_BYTES:
            self._wait_and_flush()

    def flush(self) -> None:
        """Send of the rest what the client takes now."""
        while self.has_unsent:
            self._unsent.seek(self._sent)
            chunk = self._unsent.read(CHUNK_BYTES)
            sent = self._send_now(memoryview(chunk))
            self._sent += sent
            if sent < len(chunk):
                return
        if self._written:
            self._unsent.seek(0)
            self._unsent.truncate()
            self._written = self._sent = 0

    def _send_now(self, view: memoryview) -> int:
        try:
            return super().send(view)
        except BlockingIOError:
            return 0

    def _wait_and_flush(self) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self, selectors.EVENT_WRITE)
            if not selector.select(STALL_SECONDS):
                raise TimeoutError("the client does not read its answer")
        self.flush()


class Client(TConn):  # type: ignore[misc]
    """One connection, and what the main loop waits for on it."""

    sock: ClientSocket

    def __init__(self, cfg: Any, connection: socket.socket, address: Any, server: Any) -> None:
        super().__init__(cfg, ClientSocket(connection), address, server)
        self.initialized = True  # its parser is made here, for each request anew
        self.incoming: Incoming | None = None
        self.deadline = 0.0
        self.at_deadline: Callable[[Client], None] = lambda client: None

    def take_rest(self) -> bytes:
        """Return what arrived behind the last request."""
        if self.parser is None or self.incoming is None:
            return b""
        return bytes(self.parser.unreader.take_buffered()) + self.incoming.recv(-1)

    def drop_request(self) -> None:
        if self.incoming is not None:
            self.incoming.close()
            self.incoming = None


class Worker(ThreadWorker):  # type: ignore[misc]
    """gunicorn's threaded worker, whose threads wait for no client."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._waiting: set[Client] = set()
        self._looked_at = 0.0
        self._spool = Spool()

    def accept(self, listener: Any) -> None:
        try:
            connection, address = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        self.nr_conns += 1
        self.enqueue_req(Client(self.cfg, connection, address, listener.getsockname()))

    def enqueue_req(self, client: Client) -> None:
        """Begin to receive the next request of a connection."""
        self._begin(client, client.take_rest())

    def _begin(self, client: Client, rest: bytes) -> None:
        client.drop_request()
        client.incoming = Incoming(self._spool)
        if rest:
            client.incoming.feed(rest)
        self._receive(client)

    def _receive(self, client: Client) -> None:
        incoming = client.incoming
        assert incoming is not None
        while not incoming.complete and not incoming.refused:
            try:
                data = client.sock.recv(CHUNK_BYTES)
            except BlockingIOError:
                break
            except OSError:
                data = b""
            if not data:
                self._close(client)
                return
            incoming.feed(data)
        if incoming.refused:
            self._refuse(client, incoming.refused)
        elif incoming.complete:
            self._unwatch(client)
            client.parser = RequestParser(self.cfg, incoming, client.client)
            super().enqueue_req(client)
        else:
            if incoming.expects_continue:
                incoming.expects_continue = False
                client.sock.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
            self._watch(client, selectors.EVENT_READ, self._receive, incoming.deadline(), self._receive_no_more)

    def _receive_no_more(self, client: Client) -> None:
        if client.incoming is not None and client.incoming.size:
            self._refuse(client, HTTPStatus.REQUEST_TIMEOUT)
        else:
            self._close(client)

    def _refuse(self, client: Client, status: HTTPStatus) -> None:
        try:
            client.sock.sendall(refusal(status))
        except OSError:
            self._close(client)
        else:
            self._linger(client)

    def finish_request(self, client: Client, done: Future[Any]) -> None:
        """Go on with a connection when its answer has been made: send its rest, then wait for the next request."""
        try:
            client.sock.flush()
        except OSError:
            self._close(client)
            return
        keep = not done.cancelled() and done.exception() is None and bool(done.result())
        if client.sock.has_unsent:
            self._watch(
                client,
                selectors.EVENT_WRITE,
                lambda each: self.finish_request(each, done),
                time.monotonic() + STALL_SECONDS,
                self._close,
            )
            return
        self._unwatch(client)
        if not keep:
            self._linger(client)
        elif rest := client.take_rest():
            self._begin(client, rest)
        else:
            client.drop_request()
            super().finish_request(client, done)

    def _linger(self, client: Client) -> None:
        """Close a connection when its client has had time to read: closed at once, the answer could be lost."""
        client.drop_request()
        try:
            client.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self._close(client)
            return
        self._watch(client, selectors.EVENT_READ, self._discard, time.monotonic() + LINGER_SECONDS, self._close)

    def _discard(self, client: Client) -> None:
        try:
            if not client.sock.recv(CHUNK_BYTES):
                self._close(client)
        except BlockingIOError:
            return
        except OSError:
            self._close(client)

    def _watch(
        self,
        client: Client,
        event: int,
        then: Callable[[Client], None],
        deadline: float,
        at_deadline: Callable[[Client], None],
    ) -> None:
        """Call `then` when the connection is ready, or `at_deadline` when it was not in time."""
        client.deadline, client.at_deadline = deadline, at_deadline
        change = self.poller.modify if client in self._waiting else self.poller.register
        self._waiting.add(client)
        change(client.sock, event, lambda _: then(client))

    def _unwatch(self, client: Client) -> None:
        if client in self._waiting:
            self._waiting.remove(client)
            self.poller.unregister(client.sock)

    def _close(self, client: Client) -> None:
        self._unwatch(client)
        self.nr_conns -= 1
        client.drop_request()
        client.close()

    def murder_pending(self) -> None:
        """End, once a second, what has waited too long; the base class calls this in every round of its loop."""
        now = time.monotonic()
        if now - self._looked_at < 1:
            return
        self._looked_at = now
        for client in list(self._waiting):
            is_idle = not self.alive and client.incoming is not None and not client.incoming.size
            if client.deadline <= now or is_idle:
                client.at_deadline(client)

    def handle_error(self, request: Any, sock: ClientSocket, address: Any, error: Exception) -> None:
        """Answer what gunicorn refuses, or what failed outside the application, in the services' error form."""
        if isinstance(error, errors.ParseException) and not isinstance(
            error, errors.InvalidResponseHeader | errors.InvalidResponseHeaderName | errors.ConfigurationProblem
        ):
            status = STATUSES.get(type(error), HTTPStatus.BAD_REQUEST)
            self.log.warning("Refused a request of %s: %s", address[0] if address else "?", type(error).__name__)
        else:
            status = HTTPStatus.INTERNAL_SERVER_ERROR
            self.log.exception("Error handling a request")
        try:
            sock.sendall(refusal(status))
        except OSError:
            self.log.debug("The client is gone.")
