"""The task list and the task page: beside a plain Django REST framework list, and as the tables grow.

Real gunicorn, two processes, against PostgreSQL and Redis; tokens are verified as always. F3 is a ModelSerializer with
pagination and count over a plain table of 10 000 rows, without authentication, under the same gunicorn. For growth, one
client asks the servers of three databases in turn, so that whatever else the machine does meets all of them alike.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import redis

from bench.desk import ROLES, WORKFLOW
from bench.growth import NEWCOMER, SIZES, Grown
from bench.rig import Rig, ending_clearly, find_servers, machine, percentile, report
from bench.web import Client, Keys, Server, count_statements, together

BENCH = Path(__file__).resolve().parent
ADMIN, AGENT = 910, 20  # the agent holds the role that most tickets pass
AGENTS = [role * 10 for role in range(1, len(ROLES) + 1)]
FLOOR_ROWS = 10_000
CLIENTS = 8
PAGE = "page_size=50"
# The databases of Redis that the three worlds use; emptied before and after.
REDIS = {1_000: 13, 10_000: 14, 100_000: 15}
TARGETS = {"list": 1.0, "detail": 3.0, "growth": 1.3, "list statements": 4, "detail statements": 8}

FILL_FLOOR = """
INSERT INTO floor_items (number, subject, status, priority, category, department, requester, assignee_id,
  assignee_name, version, due_at, created_at, updated_at)
SELECT 'TX' || n, 'Laptop does not start', 'in_progress', 'medium', 'IT Support', 'IT Department', 'Noor Haddad', 11,
  'Agent 11', 1, now() + n * interval '1 minute', now(), now()
FROM generate_series(1, {rows}) n
"""

# What is looked at as the tables grow: who, and the list's parameters.
LISTS: dict[str, tuple[int, str]] = {
    "mine": (AGENT, f"view=mine&{PAGE}"),
    "team": (AGENT, f"view=team&{PAGE}"),
    "all, administrator": (ADMIN, f"view=all&{PAGE}"),
    "all, busy agent": (AGENT, f"view=all&{PAGE}"),
    "all, newcomer": (NEWCOMER, f"view=all&{PAGE}"),
    "breached, busy agent": (AGENT, f"view=breached&{PAGE}"),
    "done, busy agent": (AGENT, f"view=done&ordering=-closed_at&{PAGE}"),
    "by priority, administrator": (ADMIN, f"view=all&ordering=-priority&{PAGE}"),
    "by priority, busy agent": (AGENT, f"view=all&ordering=-priority&{PAGE}"),
    "newest, busy agent": (AGENT, f"view=all&ordering=-created_at&{PAGE}"),
    "search a word, administrator": (ADMIN, f"search=laptop&{PAGE}"),
    "search a person, busy agent": (AGENT, f"search=haddad&{PAGE}"),
    "search a number, administrator": (ADMIN, "search={number}&" + PAGE),
    "search nothing, busy agent": (AGENT, f"search=zebra&{PAGE}"),
}


class Worlds:
    """A server for each size, and one for the floor."""

    def __init__(self, rig: Rig, logs: Path, grown: Grown) -> None:
        self.rig, self.logs, self.grown = rig, logs, grown
        self.keys = Keys()
        self.tokens = {ADMIN: self.keys.token(ADMIN, "Admin")}
        self.tokens |= {user_id: self.keys.token(user_id, "Agent") for user_id in (*AGENTS, NEWCOMER)}
        self.servers: dict[int, Server] = {}
        self.numbers: dict[int, str] = {}
        self.tasks: dict[int, list[int]] = {}

    def start(self, *sizes: int) -> None:
        for size in sizes:
            self.forget(size)
            environment = {
                "DATABASE_URL": self.grown.url(size),
                "REDIS_URL": self.rig.servers.redis_of(REDIS[size]),
                "DJANGO_AUTH_SERVICE": self.keys.url,
                "API_REQUESTS_PER_MINUTE": "100000000",  # one asks here for many
            }
            log = self.logs / f"web-{size}.log"
            self.servers[size] = Server(
                self.rig,
                WORKFLOW,
                "config.wsgi:application",
                log,
                settings="config.settings",
                environment=environment,
            )
        for size in sizes:
            self.servers[size].wait("/tasks/?page_size=1", self.tokens[ADMIN])
            client = self.client(size, AGENT)
            mine = client.read(f"/tasks/?view=mine&{PAGE}")["results"]
            self.tasks[size] = [row["id"] for row in mine]
            self.numbers[size] = mine[-1]["ticket_number"]
            client.close()

    def client(self, size: int, user_id: int) -> Client:
        return Client(self.servers[size].port, self.tokens[user_id])

    def path(self, size: int, parameters: str) -> str:
        return f"/tasks/?{parameters.format(number=self.numbers[size])}"

    def forget(self, size: int) -> None:
        """Empty the cache: the next list counts anew."""
        redis.Redis.from_url(self.rig.servers.redis_of(REDIS[size])).flushdb()

    def close(self) -> None:
        for size in self.servers:
            self.forget(size)
        self.keys.close()


class Bench:
    def __init__(self, rig: Rig, logs: Path, grown: Grown, *, seconds: float, rounds: int, samples: int) -> None:
        self.rig, self.logs, self.grown = rig, logs, grown
        self.seconds, self.rounds, self.samples = seconds, rounds, samples
        self.worlds = Worlds(rig, logs, grown)

    # Beside the floor

    def start_floor(self) -> Server:
        self.rig.manage(BENCH, "migrate", "--noinput", "--run-syncdb", settings="floor.settings")
        with self.rig.database() as database:
            database.run(FILL_FLOOR.format(rows=FLOOR_ROWS))
            database.run("ANALYZE floor_items")
        server = Server(
            self.rig,
            BENCH,
            "floor.wsgi:application",
            self.logs / "floor.log",
            settings="floor.settings",
            environment={},
        )
        server.wait("/items/?page_size=1")
        return server

    def beside_floor(self) -> dict[str, Any]:
        """Let eight clients ask F3 and the real lists in turn."""
        size = FLOOR_ROWS
        floor = self.start_floor()
        self.worlds.start(size)
        plain = [Client(floor.port) for _ in range(CLIENTS)]
        admins = [self.worlds.client(size, ADMIN) for _ in range(CLIENTS)]
        agents = [self.worlds.client(size, AGENTS[number % len(AGENTS)]) for number in range(CLIENTS)]
        tasks = self.worlds.tasks[size]
        subjects: dict[str, tuple[list[Client], Callable[[int, int], str]]] = {
            "F3": (plain, lambda _number, _turn: "/items/"),
            "list, administrators": (admins, lambda _number, _turn: f"/tasks/?{PAGE}"),
            "list, agents": (agents, lambda _number, _turn: f"/tasks/?{PAGE}"),
        }
        together_found = self._take_turns(subjects, clients=CLIENTS)
        agent = [self.worlds.client(size, AGENT)]
        alone: dict[str, tuple[list[Client], Callable[[int, int], str]]] = {
            "F3, one row": (plain[:1], lambda _number, _turn: "/items/?page_size=1"),
            "detail": (agent, lambda _number, turn: f"/tasks/{tasks[turn % len(tasks)]}/"),
            "timeline": (agent, lambda _number, turn: f"/tasks/{tasks[turn % len(tasks)]}/timeline/"),
        }
        alone_found = self._take_turns(alone, clients=1)
        floor.stop()
        return {"together": together_found, "alone": alone_found}

    def _take_turns(
        self, subjects: dict[str, tuple[list[Client], Callable[[int, int], str]]], *, clients: int
    ) -> dict[str, Any]:
        rates: dict[str, list[float]] = {name: [] for name in subjects}
        times: dict[str, list[float]] = {name: [] for name in subjects}
        for who, paths in subjects.values():  # connections, caches, prepared statements
            together(who, paths, 2.0 if clients > 1 else 0.5)
        for _ in range(self.rounds):
            for name, (who, paths) in subjects.items():
                rate, took = together(who, paths, self.seconds)
                rates[name].append(rate)
                times[name] += took
        return {
            name: {
                "per_second": round(statistics.median(rates[name]), 1),
                "p50_ms": round(percentile(times[name], 0.5), 1),
                "p95_ms": round(percentile(times[name], 0.95), 1),
            }
            for name in subjects
        }

    # Growth

    def growth(self, wanted: str) -> dict[str, Any]:
        """Ask each size in turn; return the median milliseconds by what is looked at and size."""
        self.worlds.start(*SIZES)
        found: dict[str, Any] = {}
        clients = {
            (size, user_id): self.worlds.client(size, user_id) for size in SIZES for user_id in (ADMIN, AGENT, NEWCOMER)
        }
        for name, (user_id, parameters) in LISTS.items():
            if wanted not in name:
                continue
            ask = {size: clients[size, user_id] for size in SIZES}
            found[name] = self._grow_list(ask, parameters)
            rows = found[name]["rows"]
            if 0 < rows[SIZES[0]] < rows[SIZES[-1]]:  # a longer answer takes longer, however long the table
                alike = rows[SIZES[0]]
                found[f"{name}, {alike} rows of each"] = self._grow_list(
                    ask, parameters.replace(PAGE, f"page_size={alike}")
                )
        if wanted in "detail":
            tasks = self.worlds.tasks
            for name, tail in (("detail", ""), ("timeline", "timeline/")):
                found[name] = self._grow(
                    lambda size, turn, tail=tail: clients[size, AGENT].get(
                        f"/tasks/{tasks[size][turn % len(tasks[size])]}/{tail}"
                    )
                )
        return found

    def _grow_list(self, ask: dict[int, Client], parameters: str) -> dict[str, Any]:
        paths = {size: self.worlds.path(size, parameters) for size in SIZES}
        found = self._grow(lambda size, _turn: ask[size].get(paths[size]))
        found["first look"] = self._first_look(ask, paths)
        found["rows"] = {size: len(ask[size].read(paths[size])["results"]) for size in SIZES}
        return found

    def _grow(self, ask: Callable[[int, int], float]) -> dict[str, Any]:
        for turn in range(6):
            for size in SIZES:
                ask(size, turn)
        took: dict[int, list[float]] = {size: [] for size in SIZES}
        for turn in range(self.samples):
            for size in SIZES:
                took[size].append(ask(size, turn) * 1000)
        return {
            "p50_ms": {size: round(statistics.median(times), 1) for size, times in took.items()},
            "p95_ms": {size: round(percentile(times, 0.95), 1) for size, times in took.items()},
            "growth": round(statistics.median(took[SIZES[-1]]) / statistics.median(took[SIZES[0]]), 2),
        }

    def _first_look(self, ask: dict[int, Client], paths: dict[int, str]) -> dict[str, Any]:
        """The same with no count kept from before."""
        took: dict[int, list[float]] = {size: [] for size in SIZES}
        for _ in range(max(5, self.samples // 5)):
            for size in SIZES:
                self.worlds.forget(size)
                took[size].append(ask[size].get(paths[size]) * 1000)
        medians = {size: statistics.median(times) for size, times in took.items()}
        return {
            "p50_ms": {size: round(median, 1) for size, median in medians.items()},
            "growth": round(medians[SIZES[-1]] / medians[SIZES[0]], 2),
        }

    def statements(self) -> dict[str, dict[int, int]]:
        """Return how many SQL statements each request takes, by size."""
        found: dict[str, dict[int, int]] = {}
        for size in SIZES:
            task = self.worlds.tasks[size][0]
            asked = {
                name: (user_id, "Admin" if user_id == ADMIN else "Agent", self.worlds.path(size, parameters))
                for name, (user_id, parameters) in LISTS.items()
            }
            asked["detail"] = (AGENT, "Agent", f"/tasks/{task}/")
            asked["timeline"] = (AGENT, "Agent", f"/tasks/{task}/timeline/")
            # The versions' graphs are read once a process: the second look counts.
            twice = {
                name: [who, {"tts": [role]}, [["GET", path, None]] * 2] for name, (who, role, path) in asked.items()
            }
            counted = count_statements(self.rig, WORKFLOW, self.grown.url(size), twice)
            for name, number in counted.items():
                found.setdefault(name, {})[size] = number
        return found


def rows_of(result: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    """Return the table: what, measured, target, met."""
    rows = []
    if floor := result.get("floor"):
        f3, one = floor["together"]["F3"], floor["alone"]["F3, one row"]
        rows.append(("F3, 8 clients", _rate(f3), "–", ""))
        for name in ("list, administrators", "list, agents"):
            ratio = floor["together"][name]["per_second"] / f3["per_second"]
            rows.append((f"{name}, 8 clients", _rate(floor["together"][name]), "–", ""))
            rows.append((f"{name} / F3", f"{ratio:.2f}", "≥ 1.0", _met(ratio >= TARGETS["list"])))
        rows.append(("F3 with one row, alone", f"p95 {one['p95_ms']} ms", "–", ""))
        for name in ("detail", "timeline"):
            found = floor["alone"][name]
            ratio = found["p95_ms"] / one["p95_ms"]
            measured = f"p50 {found['p50_ms']} ms, p95 {found['p95_ms']} ms: {ratio:.2f} × F3"
            rows.append((f"task {name}, alone", measured, "≤ 3 × F3", _met(ratio <= TARGETS["detail"])))
    for name, found in result.get("growth", {}).items():
        measured = f"{_series(found['p50_ms'])} ms: {found['growth']:.2f} ×"
        shown = found.get("rows", {})
        if len(set(shown.values())) > 1:
            rows.append((f"growth, {name}", f"{measured} ({_series(shown)} rows)", "–", ""))
        else:
            rows.append((f"growth, {name}", measured, "≤ 1.3 ×", _met(found["growth"] <= TARGETS["growth"])))
        if first := found.get("first look"):
            rows.append(("… with no count kept", f"{_series(first['p50_ms'])} ms: {first['growth']:.2f} ×", "–", ""))
    for name, counted in result.get("statements", {}).items():
        most = TARGETS["list statements"] if name in LISTS else TARGETS["detail statements"]
        # A full page is counted besides, where one that is not has all there are: so much may differ.
        is_met = max(counted.values()) <= most and counted[SIZES[-1]] <= counted[SIZES[0]] + 1
        rows.append((f"statements, {name}", _series(counted), f"≤ {most:g}, not growing", _met(is_met)))
    return rows


def _rate(found: dict[str, Any]) -> str:
    return f"{found['per_second']:.0f}/s, p50 {found['p50_ms']} ms, p95 {found['p95_ms']} ms"


def _series(values: dict[int, Any]) -> str:
    return " → ".join(str(value) for value in values.values())


def _met(is_met: bool) -> str:
    return "yes" if is_met else "**no**"


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/bench/lists", description=__doc__)
    parser.add_argument("--part", choices=("floor", "growth", "statements"), help="measure this alone")
    parser.add_argument("--only", default="", help="of growth, the lists whose name contains this")
    parser.add_argument("--seconds", type=float, default=5, help="of one turn beside the floor")
    parser.add_argument("--rounds", type=int, default=3, help="turns of each; the median counts")
    parser.add_argument("--samples", type=int, default=40, help="requests of each kind and size, for growth")
    parser.add_argument("--json", type=Path, help="write the result to this file as well")
    asked = parser.parse_args()
    parts = [asked.part] if asked.part else ["floor", "growth", "statements"]
    with ending_clearly():
        servers = find_servers()
        grown = Grown(servers)
        grown.make(lambda text: print(text, file=sys.stderr))
        with tempfile.TemporaryDirectory(prefix="bench-") as logs, Rig(servers) as rig:
            grown.migrate(rig)
            result: dict[str, Any] = {"machine": machine()}
            bench = Bench(rig, Path(logs), grown, seconds=asked.seconds, rounds=asked.rounds, samples=asked.samples)
            try:
                if "floor" in parts:
                    print("beside F3", file=sys.stderr)
                    result["floor"] = bench.beside_floor()
                if "growth" in parts:
                    print("growth", file=sys.stderr)
                    result["growth"] = bench.growth(asked.only)
                if "statements" in parts:
                    print("counting statements", file=sys.stderr)
                    if not bench.worlds.tasks or set(bench.worlds.tasks) != set(SIZES):
                        bench.worlds.start(*(size for size in SIZES if size not in bench.worlds.tasks))
                    result["statements"] = bench.statements()
            finally:
                bench.worlds.close()
            result["machine"]["load_after"] = machine()["load_before"]
    report(result, rows_of(result), asked.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
