"""The outbox relay: messages a second from the commit to the last confirm, beside bare publishing.

The real relay process of the workflow API listens; one transaction commits the messages; the clock stops when every row
is marked as published. Then the queue must hold each of them once. The floor publishes the same bodies with pika and
waits for a confirm after each: no database, no order, no marks.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
import uuid
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pika

from bench.rig import ROOT, BenchError, Cpu, Database, Rig, ending_clearly, find_servers, machine, report
from ticketing_common.outbox.publisher import celery_body, celery_headers

WORKFLOW = ROOT / "workflow_api"
QUEUE, TASK = "ticket_status-default", "send_ticket_status"
TARGET = 1000
# Messages of one key leave one after the other; the keys are tickets, and a ticket's life is about this many.
KEYED = {"a key each": 1, "five of each key": 5, "without keys": 0}

INSERT = """
INSERT INTO outbox_messages (exchange, queue, task, kwargs, key, message_id, request_id, created_at, next_attempt_at,
  attempts, last_error)
SELECT '', %s, %s, jsonb_build_object('ticket_number', 'TX' || n, 'new_status', 'in_progress', 'event_id',
    gen_random_uuid(), 'occurred_at', '2026-11-22T12:00:00+00:00', 'note', repeat('As agreed on the phone. ', 8)),
  CASE WHEN %s = 0 THEN NULL ELSE 'ticket:' || (n %% greatest(1, %s / greatest(1, %s))) END,
  gen_random_uuid(), '', now(), now(), 0, ''
FROM generate_series(1, %s) n
"""


class Bench:
    def __init__(self, rig: Rig, logs: Path, messages: int, rounds: int) -> None:
        self.rig, self.logs, self.messages, self.rounds = rig, logs, messages, rounds
        ports = {"postgresql": urlsplit(rig.database_url).port or 5432}
        ports["rabbitmq"] = urlsplit(rig.broker_url).port or 5672
        self.cpu = Cpu(ports)

    def prepare(self) -> None:
        self.rig.manage(WORKFLOW, "migrate", "--noinput")

    def relay(self, *, per_key: int, relays: int) -> dict[str, Any]:
        """Return messages a second and CPU milliseconds a message, the median of the rounds."""
        workers = [
            self.rig.command(WORKFLOW, "relay_outbox", log=self.logs / f"relay{number}.log") for number in range(relays)
        ]
        runs, used = [], []
        with self.rig.database() as database:
            self._send(database, 200, 0)  # connections, caches
            for _ in range(self.rounds):
                self._purge()
                before = self.cpu.read(*(worker.pid for worker in workers))
                runs.append(self.messages / self._send(database, self.messages, per_key))
                used.append((self.cpu.read(*(worker.pid for worker in workers)) - before) / self.messages)
                self._check()
        for worker in workers:
            worker.stop()
        return {"per_second": round(statistics.median(runs)), "runs": [round(run) for run in runs]} | {
            "cpu_ms": round(statistics.median(used), 2)
        }

    def _send(self, database: Database, count: int, per_key: int) -> float:
        """Commit so many messages; return the seconds until the last is marked as published."""
        with database.connection.cursor() as cursor:
            cursor.execute("TRUNCATE outbox_messages")
            cursor.execute(INSERT, (QUEUE, TASK, per_key, count, per_key, count))
            cursor.execute("NOTIFY outbox")
        began = time.perf_counter()
        database.connection.commit()
        left = "SELECT count(*) FROM outbox_messages WHERE published_at IS NULL"
        while database.value(left):
            database.connection.commit()
            if time.perf_counter() - began > 120:
                raise BenchError(f"The relay leaves {database.value(left)} of {count} messages.")
            time.sleep(0.02)
        database.connection.commit()
        return time.perf_counter() - began

    def _purge(self) -> None:
        with pika.BlockingConnection(pika.URLParameters(self.rig.broker_url)) as connection:
            connection.channel().queue_purge(QUEUE)

    def _check(self) -> None:
        """Every message is in the queue, once."""
        with pika.BlockingConnection(pika.URLParameters(self.rig.broker_url)) as connection:
            channel = connection.channel()
            seen = set()
            count = 0
            for method, properties, _body in channel.consume(QUEUE, auto_ack=True, inactivity_timeout=2):
                if method is None:
                    break
                count += 1
                seen.add(properties.message_id)
                if count == self.messages and channel.queue_declare(QUEUE, passive=True).method.message_count == 0:
                    break
        if count != self.messages or len(seen) != self.messages:
            raise BenchError(f"{count} messages arrived, {len(seen)} different ones of {self.messages}.")

    def floor(self, count: int) -> float:
        """Publish with a confirm after each message; return messages a second."""
        kwargs = {"ticket_number": "TX1", "new_status": "in_progress", "event_id": str(uuid.uuid4())}
        kwargs |= {"occurred_at": "2026-11-22T12:00:00+00:00", "note": "As agreed on the phone. " * 8}
        with pika.BlockingConnection(pika.URLParameters(self.rig.broker_url)) as connection:
            channel = connection.channel()
            channel.confirm_delivery()
            began = time.perf_counter()
            for _ in range(count):
                message_id = uuid.uuid4().hex
                headers = celery_headers(task=TASK, message_id=message_id, kwargs=kwargs, request_id="")
                properties = pika.BasicProperties(delivery_mode=2, message_id=message_id, headers=headers)
                channel.basic_publish("", QUEUE, celery_body(kwargs), properties, mandatory=True)
            return count / (time.perf_counter() - began)


def rows_of(result: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    rows = []
    for name, found in result["relay"].items():
        is_met = "yes" if found["per_second"] >= TARGET else "no"
        measured = f"{found['per_second']}/s, {found['cpu_ms']} ms CPU a message"
        rows.append((f"relay, {name}", measured, f"≥ {TARGET}/s, each confirmed", is_met))
    return [*rows, ("bare pika, a confirm after each", f"{result['floor']}/s", "–", "")]


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/bench/relay", description=__doc__)
    parser.add_argument("--messages", type=int, default=10_000, help="messages of one round")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of each kind; the median counts")
    parser.add_argument("--json", type=Path, help="write the result to this file as well")
    asked = parser.parse_args()
    with ending_clearly():
        with tempfile.TemporaryDirectory(prefix="bench-") as logs, Rig(find_servers()) as rig:
            bench = Bench(rig, Path(logs), asked.messages, asked.rounds)
            print("preparing: database, queues", file=sys.stderr)
            result: dict[str, Any] = {"machine": machine(), "relay": {}}
            bench.prepare()
            result["floor"] = round(bench.floor(2000))
            for name, per_key in KEYED.items():
                print(f"{asked.messages} messages, {name}", file=sys.stderr)
                result["relay"][name] = bench.relay(per_key=per_key, relays=1)
            print("two relays", file=sys.stderr)
            result["relay"]["a key each, two relays"] = bench.relay(per_key=1, relays=2)
            result["machine"]["load_after"] = machine()["load_before"]
    report(result, rows_of(result), asked.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
