"""What is measured, each through the interfaces that people and other systems use: HTTP, queues, sockets.

Every function takes a build and returns milliseconds by name, or a rate by a name that ends in `/s`.
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from bench.build import ROOT, BenchError, Build, tickets
from bench.multiply import multiply
from bench.sockets import listen
from native.layout import Layout
from native.supervision import Supervisor

Samples = dict[str, list[float]]
COUNT_TASKS = "SELECT count(*) FROM tasks WHERE ticket_number LIKE %s || '%%'"
COUNT_TICKETS = "SELECT count(*) FROM tickets WHERE ticket_number LIKE %s || '%%'"
COUNT_ROWS = "SELECT count(*) FROM bench_floor"
FLOOR_QUEUE = "bench-floor"
BURST = 30  # tickets of a burst for each sample
STREAM_RATE = 20
FOLLOWS_SECONDS = 1800
RELAYED = 4000
SOCKETS, COMMENTS = 200, 30
COPIES = 50
ONWARD = ("forward", "approve")


def intake(build: Build, samples: int) -> Samples:
    """The time of a ticket alone, and of each of a steady stream; tickets a second of a short burst."""
    alone = []
    for _ in range(samples // 2):
        prefix, one = tickets(1)
        began = time.perf_counter()
        build.publish(one)
        build.wait("a ticket taken in", COUNT_TASKS, 1, prefix)
        alone.append((time.perf_counter() - began) * 1000)
    steady = stream(build, samples)
    prefix, several = tickets(samples * 4)
    return {
        "intake/s": [len(several) / _take_in(build, prefix, several)],
        "intake, one": alone,
        f"intake at {STREAM_RATE}/s": steady,
    }


def burst(build: Build, samples: int) -> Samples:
    """Tickets a second of a long burst, first publish to last commit.

    Beside it the processor time of all processes of the stack: until the last commit, and until messaging has heard
    of every ticket.
    """
    prefix, many = tickets(samples * BURST)
    cpu_before = build.cpu_seconds()
    seconds = _take_in(build, prefix, many)
    cpu = build.cpu_seconds() - cpu_before
    # What follows would disturb the next measure.
    build.wait("tickets heard of", COUNT_TICKETS, len(many), prefix, service="MESSAGING", seconds=FOLLOWS_SECONDS)
    left = "SELECT -count(*) FROM outbox_messages WHERE published_at IS NULL"
    build.wait("messages relayed", left, 0, seconds=FOLLOWS_SECONDS)
    cpu_after = build.cpu_seconds() - cpu_before
    return {
        "intake, long burst/s": [len(many) / seconds],
        "intake, CPU a ticket": [cpu * 1000 / len(many)],
        "intake, CPU a ticket, with what follows": [cpu_after * 1000 / len(many)],
    }


def _take_in(build: Build, prefix: str, several: list[dict[str, Any]]) -> float:
    """Return the seconds from the first publish to the last commit."""
    began = time.perf_counter()
    build.publish(several)
    build.wait("tickets taken in", COUNT_TASKS, len(several), prefix)
    return time.perf_counter() - began


def stream(build: Build, samples: int) -> list[float]:
    """Return the time of each ticket of a steady stream, from its publishing until its task is seen."""
    prefix, each = tickets(samples)
    published: dict[str, float] = {}
    took: dict[str, float] = {}
    with build.cursor() as cursor:
        began = time.perf_counter()
        while len(took) < len(each):
            if len(published) < len(each) and time.perf_counter() - began >= len(published) / STREAM_RATE:
                ticket = each[len(published)]
                build.publish([ticket])
                published[ticket["ticket_number"]] = time.perf_counter()
            cursor.execute("SELECT ticket_number FROM tasks WHERE ticket_number LIKE %s || '%%'", (prefix,))
            seen = time.perf_counter()
            for (number,) in cursor.fetchall():
                took.setdefault(number, (seen - published[number]) * 1000)
            if seen - began > 300:
                raise BenchError(f"{build.name}: {len(took)} of {len(each)} tickets of a stream after 300 s")
            time.sleep(0.002)
    return list(took.values())


def floor(build: Build, samples: int) -> Samples:
    """Tasks a second of a plain Celery task that reads one row and inserts four by the ORM (`bench.floor`)."""
    environment = {
        **os.environ,
        "DATABASE_URL": build.env["WORKFLOW_DATABASE_URL"],
        "RABBITMQ_URL": build.env["RABBITMQ_URL"],
        "PYTHONPATH": str(ROOT / "scripts"),
    }
    subprocess.run([sys.executable, "-m", "bench.floor"], env=environment, check=True)
    count = samples * BURST
    worker = (sys.executable, "-m", "celery", "-A", "bench.floor", "worker", "-Q", FLOOR_QUEUE, "-c", "2")
    options = ("--without-gossip", "--without-mingle", "--loglevel", "WARNING")
    build.declare(FLOOR_QUEUE)
    process = subprocess.Popen([*worker, *options], env=environment, stderr=subprocess.DEVNULL)
    try:
        build.publish(tickets(1)[1], queue=FLOOR_QUEUE, task="bench.floor.take_in")
        build.wait("the floor's worker", COUNT_ROWS, 4)
        began = time.perf_counter()
        build.publish(tickets(count)[1], queue=FLOOR_QUEUE, task="bench.floor.take_in")
        build.wait("the floor's rows", COUNT_ROWS, 4 * (count + 1))
        return {"a plain Celery task/s": [count / (time.perf_counter() - began)]}
    finally:
        process.terminate()
        process.wait(30)
        build.declare(FLOOR_QUEUE, is_wanted=False)
        with build.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS bench_floor")


def transition(build: Build, samples: int) -> Samples:
    """Tasks moved on by their assignees; the answer holds the task as it is then."""
    workflow, took = build.url("workflow"), []
    with build.cursor() as cursor:
        cursor.execute(
            "SELECT id, assignee_id FROM tasks WHERE status = 'in_progress' AND assignee_id IS NOT NULL"
            " ORDER BY id DESC LIMIT %s",
            (samples * 3,),
        )
        rows = cursor.fetchall()
    for task_id, user_id in rows:
        task = build.call(user_id, "GET", f"{workflow}/tasks/{task_id}/")[1].json()
        way = next((each for each in task["available_transitions"] if each["outcome"] in ONWARD), None)
        if way is None:
            continue
        document = {
            "task_id": task_id,
            "transition_id": way["id"],
            "comment": "Done.",
            "expected_version": task["version"],
        }
        took.append(build.call(user_id, "POST", f"{workflow}/transitions/", document)[0])
        if len(took) == samples:
            break
    return {"transition": took}


def create(build: Build, samples: int) -> Samples:
    document = {key: value for key, value in tickets(1)[1][0].items() if key not in ("ticket_number", "employee")}
    url = f"{build.url('ticket')}/tickets/"
    return {"create a ticket": [build.call(build.admin_id, "POST", url, document)[0] for _ in range(samples)]}


def comment(build: Build, samples: int) -> Samples:
    document = {"ticket_id": known_ticket(build), "text": "The supplier is slow.", "visibility": "internal"}
    url = f"{build.url('messaging')}/comments/"
    return {"comment": [build.call(build.admin_id, "POST", url, document)[0] for _ in range(samples)]}


def known_ticket(build: Build) -> str:
    """Return the number of a ticket that messaging has heard of."""
    prefix, one = tickets(1)
    build.publish(one)
    build.wait(
        "a ticket heard of in messaging",
        "SELECT count(*) FROM tickets WHERE ticket_number LIKE %s || '%%'",
        1,
        prefix,
        service="MESSAGING",
    )
    return str(one[0]["ticket_number"])


def reads(build: Build, samples: int) -> Samples:
    """Lists, a task, its timeline, as an administrator and as the agent who has most."""
    workflow = build.url("workflow")
    with build.cursor() as cursor:
        cursor.execute(
            "SELECT assignee_id, max(id) FROM tasks WHERE status = 'in_progress' AND assignee_id IS NOT NULL"
            " GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
        )
        agent, task = cursor.fetchone()
    asked = {
        "list, all, administrator": (build.admin_id, "/tasks/?page_size=50"),
        "list, all, agent": (agent, "/tasks/?page_size=50"),
        "list, mine": (agent, "/tasks/?view=mine&page_size=50"),
        "list, team": (agent, "/tasks/?view=team&page_size=50"),
        "list, search": (build.admin_id, "/tasks/?search=laptop&page_size=50"),
        "detail": (agent, f"/tasks/{task}/"),
        "timeline": (agent, f"/tasks/{task}/timeline/"),
    }
    found: Samples = {name: [] for name in asked}
    for turn in range(samples + 3):
        for name, (user_id, path) in asked.items():
            took = build.call(user_id, "GET", workflow + path)[0]
            if turn >= 3:  # connections, caches, prepared statements
                found[name].append(took)
    return found


def reports(build: Build, samples: int) -> Samples:
    now = datetime.now(UTC)
    period = f"from={(now - timedelta(days=300)).date()}&to={now.date()}"
    found: Samples = {}
    for name in ("overview", "sla", "agents", "workflows", "steps"):
        url = f"{build.url('workflow')}/analytics/{name}/?{period}"
        found[f"report, {name}"] = [build.call(build.admin_id, "GET", url)[0] for _ in range(max(3, samples // 10))]
    url = f"{build.url('workflow')}/audit/export/"
    found["audit export"] = [build.call(build.admin_id, "GET", url)[0]]
    return found


def fan_out(build: Build, samples: int) -> Samples:
    """From the sending of a comment on a socket to its arrival on each of the others on the ticket."""
    number = known_ticket(build)
    port = urlsplit(build.url("messaging")).port or 80
    token = build.token(build.admin_id)

    async def run() -> list[float]:
        listeners = await listen([port], [f"/ws/comments/{number}/"] * SOCKETS, [token])
        while time.perf_counter() - max(listener.last_at for listener in listeners) < 1:
            await asyncio.sleep(0.1)
        sent = {}
        for mark in range(COMMENTS):
            sent[mark] = time.perf_counter()
            listeners[0].send(json.dumps({"type": "comment_create", "text": f"mark-{mark:06d} " + "x" * 120}))
            await asyncio.sleep(0.3)
        await asyncio.sleep(2)
        delays = [
            (listener.arrived[mark] - at) * 1000
            for mark, at in sent.items()
            for listener in listeners
            if mark in listener.arrived
        ]
        for listener in listeners:
            if listener.transport is not None:
                listener.transport.close()
        if len(delays) < COMMENTS * SOCKETS:
            raise BenchError(
                f"{build.name}: {COMMENTS * SOCKETS - len(delays)} of {COMMENTS * SOCKETS} frames are missing"
            )
        return delays

    return {f"fan-out to {SOCKETS} sockets": asyncio.run(run())}


def relay(build: Build, samples: int) -> Samples:
    """Messages a second that one relay publishes, each confirmed."""
    supervisor = Supervisor(Layout(root=build.root, run=build.run))
    supervisor.stop_together(["workflow-relay", "workflow-relay-2", "ticket-worker"])
    with build.cursor() as cursor:
        cursor.execute(
            "INSERT INTO outbox_messages (message_id, exchange, queue, task, kwargs, key, request_id, created_at,"
            " next_attempt_at, attempts, last_error) SELECT gen_random_uuid(), exchange, queue, task, kwargs,"
            " 'bench-' || n, request_id, now(), now(), 0, '' FROM generate_series(1, %s) n, (SELECT * FROM"
            " outbox_messages WHERE queue = 'ticket_status-default' ORDER BY id DESC LIMIT 1) row",
            (RELAYED,),
        )
    left = "SELECT -count(*) FROM outbox_messages WHERE published_at IS NULL"
    supervisor.start("workflow-relay")
    build.wait("the first messages relayed", left, 1 - RELAYED)
    already, began = -int(build.value(left)), time.perf_counter()
    build.wait("messages relayed", left, 0)
    rate = already / (time.perf_counter() - began)
    for name in ("workflow-relay-2", "ticket-worker"):
        supervisor.start(name)
    return {"relay/s": [rate]}


def growth(build: Build, samples: int) -> Samples:
    """The reads again when there are fifty times as many tasks."""
    before = int(build.value("SELECT count(*) FROM tasks"))
    with build.cursor() as cursor:
        multiply(cursor, COPIES - 1)
    after = int(build.value("SELECT count(*) FROM tasks"))
    print(f"{build.name}: {before} tasks, now {after}", flush=True)
    found = {**reads(build, samples), **reports(build, samples)}
    return {f"{name}, {COPIES} × the tasks": values for name, values in found.items()}


#: In the order in which they run: what changes the database for the others comes last.
MEASURES: dict[str, Callable[[Build, int], Samples]] = {
    "intake": intake,
    "transition": transition,
    "create": create,
    "comment": comment,
    "reads": reads,
    "reports": reports,
    "fan_out": fan_out,
    "relay": relay,
    "growth": growth,
    "burst": burst,
    "floor": floor,
}
#: Those that can be repeated in turns.
REPEATED = ("intake", "burst", "floor", "transition", "create", "comment", "reads", "fan_out")


def summary(name: str, values: list[float]) -> tuple[float, str]:
    """Return the figure that counts, the median, and how it is shown."""
    if not values:
        raise BenchError(f"nothing was measured of {name}")
    middle = statistics.median(values)
    if name.endswith("/s"):
        return middle, f"{middle:.0f}"
    p95 = sorted(values)[min(len(values) - 1, round(0.95 * (len(values) - 1)))]
    return middle, f"{middle:.1f} / {p95:.1f} ms"
