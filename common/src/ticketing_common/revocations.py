"""Sessions that ended before their access tokens expire: heard from auth, known in every process within moments.

Set `JWT_REVOCATION_CHECK = "ticketing_common.revocations.check"`. The first token that a process verifies starts its
listener: a thread with a queue of its own on the fan-out exchange `tts.revocations`. What it hears it also leaves in
the cache, where a process that starts later finds it; what was said while nobody listened, auth tells when asked.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pika
import requests
from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError

from ticketing_common.broker import blocking_connection
from ticketing_common.contracts.messages import InvalidMessage
from ticketing_common.contracts.messages import check as check_message
from ticketing_common.jwt import Identity, InvalidToken
from ticketing_common.logs import logger

log = logger(__name__)

EXCHANGE = "tts.revocations"
RECENT_PATH = "/.well-known/revocations.json"
CACHE_KEY = "revocations.v1"
# Longer than any access token lives; afterwards its own expiry refuses it.
KEEP_SECONDS = 3600.0
# While the exchange can't be heard, auth is asked this often.
RETRY_SECONDS = 1.0


@dataclass(frozen=True)
class Revocation:
    """One session (`sid`), or every token of the person with a smaller version than `min_version`."""

    user_id: int
    sid: str | None
    min_version: int
    heard_at: float = field(compare=False)

    def covers(self, identity: Identity) -> bool:
        if identity.user_id != self.user_id:
            return False
        is_this_session = self.sid is not None and self.sid in (identity.sid, digest(identity.sid))
        return is_this_session or identity.ver < self.min_version


def digest(sid: str) -> str:
    """Return the form in which auth shows a session's id to everybody."""
    return f"sha256:{hashlib.sha256(sid.encode()).hexdigest()}"


Subscriber = Callable[[Revocation], None]


class Revocations:
    """What this process has heard."""

    def __init__(self) -> None:
        self._by_person: dict[int, tuple[Revocation, ...]] = {}
        self._subscribers: list[Subscriber] = []
        self._lock = threading.Lock()

    def covers(self, identity: Identity) -> bool:
        return any(entry.covers(identity) for entry in self._by_person.get(identity.user_id, ()))

    def subscribe(self, subscriber: Subscriber) -> None:
        """Call the function, on the listener's thread, for whatever is heard from now on."""
        self._subscribers.append(subscriber)

    def hear(self, message: dict[str, Any]) -> Revocation:
        entry = Revocation(
            user_id=int(message["user_id"]),
            sid=message.get("sid") or None,
            min_version=int(message["min_version"]),
            heard_at=time.time(),
        )
        with self._lock:
            self._add(entry)
            self._forget_old()
            self._save()
        for subscriber in self._subscribers:
            subscriber(entry)
        return entry

    def load(self) -> None:
        """Take over what other processes of the service left in the cache, and what auth said lately."""
        self._load_from_cache()
        self._load_from_auth()

    def _load_from_auth(self) -> None:
        """Ask auth: it may have spoken while no process of this service listened."""
        try:
            answer = requests.get(f"{settings.AUTH_SERVICE_URL}{RECENT_PATH}", timeout=(1, 2), allow_redirects=False)
            answer.raise_for_status()
            rows = [
                Revocation(int(row["user_id"]), row["sid"], int(row["min_version"]), time.time())
                for row in answer.json()["revocations"]
            ]
        except (requests.RequestException, ValueError, KeyError, TypeError) as error:
            log.warning("revocations_not_asked", error=type(error).__name__)
            return
        with self._lock:
            fresh = [row for row in rows if self._add(row)]
        for row in fresh:
            for subscriber in self._subscribers:
                subscriber(row)

    def _load_from_cache(self) -> None:
        try:
            rows = cache.get(CACHE_KEY) or ()
        except (RedisError, OSError) as error:
            log.warning("revocations_not_loaded", error=type(error).__name__)
            return
        with self._lock:
            for row in rows:
                self._add(Revocation(*row))

    def _save(self) -> None:
        """Leave the picture for processes to come. All hear everything, so whichever writes last leaves it whole."""
        try:
            cache.set(CACHE_KEY, self._snapshot(), timeout=int(KEEP_SECONDS))
        except (RedisError, OSError) as error:
            log.warning("revocations_not_saved", error=type(error).__name__)

    def _add(self, entry: Revocation) -> bool:
        """Keep the entry; False when it was known."""
        known = self._by_person.get(entry.user_id, ())
        if entry in known:
            return False
        self._by_person[entry.user_id] = (*known, entry)
        return True

    def _forget_old(self) -> None:
        oldest = time.time() - KEEP_SECONDS
        for user_id, entries in tuple(self._by_person.items()):
            kept = tuple(entry for entry in entries if entry.heard_at > oldest)
            if kept:
                self._by_person[user_id] = kept
            else:
                del self._by_person[user_id]

    def _snapshot(self) -> list[tuple[int, str | None, int, float]]:
        return [
            (entry.user_id, entry.sid, entry.min_version, entry.heard_at)
            for entries in self._by_person.values()
            for entry in entries
        ]


class Listener:
    """Hears the exchange on a thread of its own, for ever; one a process, also after a fork."""

    def __init__(self, known: Revocations) -> None:
        self.known = known
        self._lock = threading.Lock()
        self._pid = 0
        self.is_listening = threading.Event()

    def ensure_running(self) -> None:
        if self._pid == os.getpid():
            return
        with self._lock:
            if self._pid != os.getpid():
                self.known.load()
                self._pid = os.getpid()
                self.is_listening.clear()
                threading.Thread(target=self._run, name="revocations", daemon=True).start()

    def _run(self) -> None:
        is_news = True
        while True:
            try:
                self._listen()
            except (pika.exceptions.AMQPError, OSError) as error:
                if is_news or self.is_listening.is_set():
                    log.warning("revocations_not_heard", error=type(error).__name__)
                is_news = False
                self.is_listening.clear()
                # A broker that is away must not keep an ended session alive.
                self.known.load()
                time.sleep(RETRY_SECONDS)

    def _listen(self) -> None:
        name = f"revocations-{settings.SERVICE_NAME}"
        with blocking_connection(settings.RABBITMQ_URL, name=name) as connection:
            channel = connection.channel()
            queue = channel.queue_declare("", exclusive=True, auto_delete=True).method.queue
            channel.queue_bind(queue, EXCHANGE)
            # What was said while nobody listened here, another process may have heard.
            self.known.load()
            self.is_listening.set()
            for _method, _properties, body in channel.consume(queue, auto_ack=True):
                self._take(body)

    def _take(self, body: bytes) -> None:
        try:
            message = json.loads(body)
            check_message(EXCHANGE, message)
        except (ValueError, InvalidMessage) as error:
            log.error("revocation_not_readable", error=f"{type(error).__name__}: {error}"[:300])
            return
        self.known.hear(message)
        log.info("revocation", user_id=message["user_id"], sid=message.get("sid"), reason=message["reason"])


known = Revocations()
listener = Listener(known)


def check(identity: Identity) -> None:
    """Refuse a token whose session has ended. For `JWT_REVOCATION_CHECK`."""
    listener.ensure_running()
    if known.covers(identity):
        raise InvalidToken("token_revoked", "The session has ended. Sign in again.")
