"""Creating a ticket, commenting and transitions over HTTP, beside the plainest writes of Django REST framework.

Real gunicorn with two processes each, PostgreSQL and Redis; tokens are verified as always, messages go to the outbox.
One client asks all of them in turn, so that whatever else the machine does meets all alike. Floors: a viewset's own
POST of one row; a plain change of a status with lock, update and history row (F4); F3, for comparing machines. With
`--helpdesk`, django-helpdesk's REST API is asked as well, as its manual installs it, with as many processes.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bench.desk import WORKFLOW
from bench.ears import Ear, listen
from bench.growth import Grown
from bench.lists import AGENTS, CLIENTS, FILL_FLOOR, FLOOR_ROWS
from bench.rig import ROOT, BenchError, Rig, ending_clearly, find_servers, machine, percentile, report
from bench.web import Client, Keys, Server, count_statements, free_port, together, wait_for_port

BENCH = Path(__file__).resolve().parent
SIZE = 10_000
REDIS = 12
TICKET, PEOPLE = "TX20261129000001", list(range(10, 16))
EARS = 5  # sockets that hear the comments
WARM = 20  # of each, before it counts
MOST_STATEMENTS = {"create": 8, "comment": 8, "transition": 20}
# What django-helpdesk takes for the same on a machine where F3 makes so many requests a second (p95 in ms), and how
# much of it is allowed. Times are compared after scaling them by F3.
PEER_F3 = 187
PEER = {"create": (28, 0.6), "comment": (21, 0.7), "transition": (20, 1.0)}
FLOOR_OF = {"create": "POST of a row", "comment": "POST of a row", "transition": "F4"}
ITEM = {
    "number": "TX1",
    "subject": "Laptop does not start",
    "due_at": "2026-12-01T09:00:00Z",
    "created_at": "2026-11-29T09:00:00Z",
    "updated_at": "2026-11-29T09:00:00Z",
}
NEW_TICKET = {
    "subject": "Laptop does not start",
    "category": "IT Support",
    "sub_category": "Technical Assistance",
    "department": "IT Department",
    "description": "It beeps three times and stays dark. " * 8,
    "priority": "High",
    "employee": {"id": 7, "name": "Noor Haddad", "email": "noor.haddad@example.com", "department": "Finance"},
}
MAKE_TICKET = """
import sys, django
django.setup()
from tests.factories import make_ticket
make_ticket(sys.argv[1], people=[int(user_id) for user_id in sys.argv[2:]])
"""


class Bench:
    def __init__(self, stack: contextlib.ExitStack, servers: Any, logs: Path, samples: int, helpdesk: str) -> None:
        self.stack, self.servers, self.logs, self.samples = stack, servers, logs, samples
        self.keys = Keys()
        stack.callback(self.keys.close)
        self.floor_rig, self.desk_rig, self.talk_rig = (stack.enter_context(Rig(servers)) for _ in range(3))
        self.database = self._copy_of_tasks()
        self.floor = self._start_floor()
        self.desk = self._start(self.desk_rig, ROOT / "ticket_service", "desk", self.desk_rig.database_url)
        self.talk = self._start_talk()
        self.work = self._start(self.floor_rig, WORKFLOW, "work", self.database, migrate=False)
        self.helpdesk = self._start_helpdesk(helpdesk) if helpdesk else {}

    def _copy_of_tasks(self) -> str:
        grown = Grown(self.servers)
        grown.make(lambda text: print(text, file=sys.stderr))
        grown.migrate(self.floor_rig)
        return self.stack.enter_context(grown.copied(SIZE))

    def _start_floor(self) -> Server:
        self.floor_rig.manage(BENCH, "migrate", "--noinput", "--run-syncdb", settings="floor.settings")
        with self.floor_rig.database() as database:
            database.run(FILL_FLOOR.format(rows=FLOOR_ROWS))
            database.run("ANALYZE floor_items")
        log = self.logs / "floor.log"
        return Server(self.floor_rig, BENCH, "floor.wsgi:application", log, settings="floor.settings", environment={})

    def _start(
        self, rig: Rig, folder: Path, name: str, database: str, *, migrate: bool = True, is_asgi: bool = False
    ) -> Server:
        environment = {
            "DATABASE_URL": database,
            "REDIS_URL": self.servers.redis_of(REDIS),
            "CHANNEL_PREFIX": rig.name,
            "DJANGO_AUTH_SERVICE": self.keys.url,
            "API_REQUESTS_PER_MINUTE": "100000000",  # one asks here for many
            "COMMENTS_PER_MINUTE": "100000000",
        }
        if migrate:
            rig.manage(folder, "migrate", "--noinput", environment=environment)
        return Server(
            rig,
            folder,
            "config.asgi:application" if is_asgi else "config.wsgi:application",
            self.logs / f"{name}.log",
            settings="config.settings",
            environment=environment,
            worker="ticketing_common.asgi.SocketWorker" if is_asgi else "",
        )

    def _start_talk(self) -> Server:
        folder = ROOT / "messaging"
        server = self._start(self.talk_rig, folder, "talk", self.talk_rig.database_url, is_asgi=True)
        subprocess.run(
            [sys.executable, "-c", MAKE_TICKET, TICKET, *map(str, PEOPLE)],
            cwd=folder,
            env={**self.talk_rig.environment, "DJANGO_SETTINGS_MODULE": "config.settings_test", "DJANGO_ENV": "test"},
            check=True,
        )
        return server

    def _start_helpdesk(self, python: str) -> dict[str, Callable[[int], float]]:
        """Start django-helpdesk and return how it does the same three things."""
        rig, folder, port = self.stack.enter_context(Rig(self.servers)), BENCH / "helpdesk", free_port()
        environment = {"DATABASE_URL": rig.database_url, "PYTHONPATH": "", "DJANGO_SETTINGS_MODULE": "settings"}
        done = subprocess.run(
            [python, "prepare.py", str(WARM + self.samples)],
            cwd=folder,
            env={**rig.environment, **environment},
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise BenchError(f"django-helpdesk does not start:\n{done.stderr[-2000:]}")
        made = json.loads(done.stdout.splitlines()[-1])
        gunicorn = ["-m", "gunicorn", "wsgi:application", "--bind", f"127.0.0.1:{port}", "--keep-alive", "60"]
        log = self.logs / "helpdesk.log"
        rig.run([*gunicorn, "--workers", "2", "--threads", "4"], folder, log, environment, python=python)
        wait_for_port(port)
        token = "c" * 32
        client = Client(port, Cookie=f"sessionid={made['session']}; csrftoken={token}", X_CSRFToken=token)
        new = {"queue": made["queue"], "title": NEW_TICKET["subject"], "description": NEW_TICKET["description"]}
        new |= {"submitter_email": "noor.haddad@example.com", "priority": 2}
        said = {"user": made["agent"], "public": True, "comment": "Tried another charger, the same."}

        def follow_up(turn: int, **more: Any) -> float:
            return client.post("/api/followups/", {**said, "ticket": made["ticket"] + turn, **more})[0]

        return {
            "create": lambda _: client.post("/api/tickets/", new)[0],
            "comment": follow_up,
            "transition": lambda turn: follow_up(turn, new_status=3),
        }

    # What is asked

    def ways(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """Give transitions that their holder may perform: who, and what to post. Each once."""
        for user_id in (role + member for role in AGENTS for member in range(3)):
            client = Client(self.work.port, self.keys.token(user_id, "Agent"))
            for row in client.read("/tasks/?view=mine&page_size=100")["results"]:
                task = client.read(f"/tasks/{row['id']}/")
                forward = [way for way in task["available_transitions"] if way["outcome"] in ("forward", "approve")]
                if forward:
                    body = {"task_id": task["id"], "transition_id": forward[0]["id"], "comment": "Looked into it."}
                    yield user_id, body | {"expected_version": task["version"]}
            client.close()

    def run(self) -> dict[str, Any]:
        person = self.keys.token(7, "User")
        for server, path, token in (
            (self.floor, "/items/?page_size=1", None),
            (self.desk, "/tickets/", person),
            (self.talk, f"/comments/?ticket_id={TICKET}", self.keys.token(PEOPLE[0], "Agent")),
            (self.work, "/tasks/?page_size=1", self.keys.token(AGENTS[0], "Agent")),
        ):
            server.wait(path, token)
        rate, _ = together([Client(self.floor.port) for _ in range(CLIENTS)], lambda *_: "/items/", 4.0)
        ways = list(self.ways())
        workers = {user_id: Client(self.work.port, self.keys.token(user_id, "Agent")) for user_id, _ in ways}
        spare, ways = ways[:3], ways[3 : 3 + WARM + self.samples]
        plain = Client(self.floor.port)
        desk, talk = Client(self.desk.port, person), Client(self.talk.port, self.keys.token(PEOPLE[0], "Agent"))

        def comment(turn: int) -> float:
            said = {"ticket_id": TICKET, "text": f"mark-{turn:06d} Tried another charger, the same."}
            return talk.post("/comments/", said)[0]

        subjects: dict[str, Callable[[int], float]] = {
            "F3, one row": lambda _: plain.get("/items/?page_size=1"),
            "POST of a row": lambda _: plain.post("/items/", ITEM)[0],
            "F4": lambda turn: plain.post(f"/items/{turn + 1}/status/", {"status": "in_progress"})[0],
            "create": lambda _: desk.post("/tickets/", NEW_TICKET)[0],
            "comment": comment,
            "transition": lambda turn: workers[ways[turn][0]].post("/transitions/", ways[turn][1])[0],
        }
        subjects |= {f"django-helpdesk, {name}": ask for name, ask in self.helpdesk.items()}
        took: dict[str, list[float]] = {name: [] for name in subjects}
        with Audience(self.talk.port, [self.keys.token(user_id, "Agent") for user_id in PEOPLE[1:]]) as audience:
            for turn in range(len(ways)):
                for name, ask in subjects.items():
                    took[name].append(ask(turn) * 1000)
        heard = audience.heard(len(ways))
        found: dict[str, Any] = {
            "F3 a second": round(rate),
            "heard": f"{heard} of {len(ways) * EARS}",
            "samples": len(ways) - WARM,
        }
        for name, times in took.items():
            times = times[WARM:]
            found[name] = {
                "p50_ms": round(statistics.median(times), 2),
                "p95_ms": round(percentile(times, 0.95), 2),
            }
        found["statements"] = self._statements(spare)
        return found

    def _statements(self, ways: list[tuple[int, dict[str, Any]]]) -> dict[str, int]:
        create = ["POST", "/tickets/", NEW_TICKET]
        say = [["POST", "/comments/", {"ticket_id": TICKET, "text": f"Said {turn} times."}] for turn in range(3)]
        counted = {}
        for rig, folder, database, asked in (
            (self.desk_rig, "ticket_service", self.desk_rig.database_url, {"create": [7, {}, [create] * 3]}),
            (self.talk_rig, "messaging", self.talk_rig.database_url, {"comment": [PEOPLE[0], None, say]}),
        ):
            counted |= count_statements(rig, ROOT / folder, database, asked)
        each = {str(turn): [who, None, [["POST", "/transitions/", way]]] for turn, (who, way) in enumerate(ways)}
        counted["transition"] = list(count_statements(self.floor_rig, WORKFLOW, self.database, each).values())[-1]
        return counted


class Audience:
    """Sockets that hear the comments, in a thread of their own."""

    def __init__(self, port: int, tokens: list[str]) -> None:
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        paths = [f"/ws/comments/{TICKET}/"] * EARS
        self._ears: list[Ear] = self._do(listen([port], paths, tokens))

    def _do(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    def __enter__(self) -> Audience:
        return self

    def __exit__(self, *_: object) -> None:
        self._do(asyncio.sleep(1))  # the last one is on its way
        for ear in self._ears:
            if ear.transport is not None:
                self._loop.call_soon_threadsafe(ear.transport.abort)
        self._loop.call_soon_threadsafe(self._loop.stop)

    def heard(self, comments: int) -> int:
        """Return how many of the comments reached a socket, each socket counted."""
        return sum(len(set(ear.heard) & set(range(comments))) for ear in self._ears)


def rows_of(found: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    scale = PEER_F3 / found["F3 a second"]
    rows = [("F3, 8 clients", f"{found['F3 a second']}/s", "–", "")]
    for name in ("F3, one row", "POST of a row", "F4"):
        rows.append((f"{name}, alone", _times(found[name]), "–", ""))
    for name, (peer, share) in PEER.items():
        floor = found[FLOOR_OF[name]]
        ratio = found[name]["p95_ms"] / floor["p95_ms"]
        rows.append((f"{name}, alone", f"{_times(found[name])}: {ratio:.2f} × {FLOOR_OF[name]}", "–", ""))
        if (there := found.get(f"django-helpdesk, {name}")) is not None:
            direct = found[name]["p95_ms"] / there["p95_ms"]
            measured = f"{direct:.2f} × ({_times(there)})"
            rows.append((f"{name}, p95 beside django-helpdesk's", measured, f"≤ {share}", _met(direct <= share)))
        scaled = peer * scale
        beside = found[name]["p95_ms"] / scaled
        measured = f"{beside:.2f} × ({peer} ms there, {scaled:.1f} ms scaled)"
        rows.append(
            (f"{name}, p95 beside django-helpdesk, scaled by F3", measured, f"≤ {share}", _met(beside <= share))
        )
        statements, most = found["statements"][name], MOST_STATEMENTS[name]
        rows.append((f"{name}, statements", str(statements), f"≤ {most}", _met(statements <= most)))
    rows.append(("comments heard by sockets", found["heard"], "all", _met(len(set(found["heard"].split(" of "))) == 1)))
    return rows


def _times(times: dict[str, float]) -> str:
    return f"p50 {times['p50_ms']:.1f} ms, p95 {times['p95_ms']:.1f} ms"


def _met(is_met: bool) -> str:
    return "yes" if is_met else "**no**"


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/bench/http_writes", description=__doc__)
    parser.add_argument("--samples", type=int, default=200, help="requests of each kind, as far as tasks go round")
    parser.add_argument("--helpdesk", default="", metavar="PYTHON", help="has django-helpdesk and gunicorn; measure it")
    parser.add_argument("--json", type=Path, help="write the result to this file as well")
    asked = parser.parse_args()
    with ending_clearly():
        with tempfile.TemporaryDirectory(prefix="bench-") as logs, contextlib.ExitStack() as stack:
            result: dict[str, Any] = {"machine": machine()}
            result |= Bench(stack, find_servers(), Path(logs), asked.samples, asked.helpdesk).run()
            result["machine"]["load_after"] = machine()["load_before"]
    report(result, rows_of(result), asked.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
