"""Start everything, in order, and wait until it works."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from native import servers
from native.console import Console, StartError
from native.layout import Layout, tail
from native.manage import needs_owner
from native.plan import Options, Plan, make_plan, own_environment, service_environment
from native.processes import Process, application_processes
from native.provision import Needs, provision
from native.readiness import wait_for_health, wait_for_seeds
from native.services import BY_NAME, SERVICES, Service
from native.state import State, write_private
from native.supervision import Supervisor, end_leftovers

#: The service that owns the broker's topology command run, and the one that owns people and roles.
TOPOLOGY_SERVICE, SEED_SERVICE = BY_NAME["workflow"], BY_NAME["auth"]
DEMO_COMMAND = ("manage.py", "demo_accounts", "--json")


@contextmanager
def only_one(layout: Layout) -> Iterator[None]:
    """Keep two commands from starting or stopping the same copy at once."""
    layout.run.mkdir(parents=True, exist_ok=True)
    with layout.lock_file.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StartError("Another scripts/up or scripts/down is at work here; wait until it has ended.") from None
        yield


def up(layout: Layout, options: Options, console: Console) -> Plan:
    """Start what is not running; at the end every health check is green and the seeds have arrived."""
    with only_one(layout):
        supervisor = Supervisor(layout)
        was_running = supervisor.is_alive()
        try:
            return _up(layout, options, console, supervisor)
        except (KeyboardInterrupt, StartError) as failure:
            if was_running or not supervisor.is_alive():
                raise
            if isinstance(failure, StartError):
                console.error(failure)
            supervisor.end_in_order(console)
            end_leftovers(layout)
            if isinstance(failure, KeyboardInterrupt):
                raise
            logs = layout.shown(layout.logs)
            raise StartError(
                f"the start failed, for the reason above. Everything is stopped again; logs: {logs}"
            ) from None


def _up(layout: Layout, options: Options, console: Console, supervisor: Supervisor) -> Plan:
    layout.logs.mkdir(parents=True, exist_ok=True)
    state = State.of(layout)
    alive = supervisor.is_alive()
    if not alive and (left := end_leftovers(layout)):
        console.step(f"Ended {left} processes that an earlier run had left")
    in_use = frozenset(state.get("ports_in_use", {}).values()) if alive else frozenset()
    plan = make_plan(layout, options, state, in_use=in_use)
    with_frontend = options.frontend and not options.servers_only
    provision(layout, Needs(servers=plan.private, frontend=with_frontend), console)
    remember_ports(plan, state)
    for note in plan.notes:
        console.step(note)

    for folder in (
        layout.mail,
        layout.run / "beat",
        layout.run / "secrets",
        layout.run / "media",
        layout.run / "pulse",
    ):
        folder.mkdir(parents=True, exist_ok=True)
    private = servers.server_processes(plan, state)
    applications = [] if options.servers_only else application_processes(plan, state)
    supervisor.apply([*private, *applications])
    supervisor.count_from_now()
    write_environment(plan)
    start_servers(plan, supervisor, private, console, wait_for_broker=options.servers_only)
    if options.servers_only:
        return plan

    prepare(plan, state, supervisor, console)
    start_all(plan, supervisor, applications, console)
    wait_for_health(plan, supervisor, applications, console)
    wait_for_seeds(plan, supervisor, console)
    state.set("applied", source_fingerprint(layout))
    if options.seed_only and not alive:
        console.step("Seeded; stopping again")
        supervisor.end_in_order(console)
    return plan


def remember_ports(plan: Plan, state: State) -> None:
    """Keep chosen ports for the next start; what the environment names is not ours to keep."""
    state.set("ports_in_use", plan.ports)
    state.set("ports", {name: port for name, port in plan.ports.items() if not plan.given.get(name)})


def write_environment(plan: Plan) -> None:
    values = {**plan.urls(), **{name: str(port) for name, port in plan.ports.items()}}
    values |= {"RUN_DIR": str(plan.layout.run), "MAIL_DIR": str(plan.layout.mail)}
    values["NOTIFICATION_API_KEY"] = service_environment(plan, State.of(plan.layout))["NOTIFICATION_API_KEY"]
    write_private(plan.layout.env_file, "".join(f"{name}={value}\n" for name, value in values.items()))


def start_servers(
    plan: Plan, supervisor: Supervisor, private: list[Process], console: Console, *, wait_for_broker: bool
) -> None:
    """Start the private servers; RabbitMQ takes longest, so others go on while it boots."""
    running = {status.name for status in supervisor.statuses() if status.is_up}
    started = [process.name for process in private if process.name not in running]
    if started:
        console.step(f"Starting {', '.join(name for name in started if name != 'epmd')}")
    for name in started:
        supervisor.start(name)
    for process in private:
        if process.name == "epmd" or (process.name == "rabbitmq" and not wait_for_broker):
            continue
        servers.wait_for_server(plan, supervisor, process.name)
        if process.name in started:
            console.step(f"{process.name} is ready")


def prepare(plan: Plan, state: State, supervisor: Supervisor, console: Console) -> None:
    """Create and migrate the databases and lay out the broker, unless this very code did so before."""
    urls = json.dumps([plan.databases[service.name] for service in SERVICES])
    run_python(plan, "create-databases", ("-m", "native.create_databases"), plan.layout.root / "scripts", stdin=urls)
    servers.create_logins(plan, state)
    is_ours = {"postgresql", "rabbitmq"} <= plan.private and plan.layout.demo_file.exists()
    unchanged = is_ours and state.get("applied") == source_fingerprint(plan.layout)
    if unchanged and not plan.options.seed_only:
        console.step("Databases and queues are up to date")
        _wait_for_broker(plan, supervisor, console)
        return
    console.step("Migrating five databases")
    with ThreadPoolExecutor(max_workers=max(2, (os.cpu_count() or 2) - 1)) as pool:
        jobs = [pool.submit(manage, plan, state, service, "migrate", "--noinput") for service in SERVICES]
        for job in jobs:
            job.result()
    console.step("Databases migrated; seeding systems, roles and people")
    with ThreadPoolExecutor(max_workers=1) as pool:
        seeding = pool.submit(seed, plan, state)
        _wait_for_broker(plan, supervisor, console)
        manage(plan, state, TOPOLOGY_SERVICE, "broker_setup")
        console.step("Queues and policies are in place")
        seeding.result()
    console.step("Seeded; the relays will carry it to the other services")


def _wait_for_broker(plan: Plan, supervisor: Supervisor, console: Console) -> None:
    if "rabbitmq" in plan.private:
        servers.wait_for_server(plan, supervisor, "rabbitmq")
        console.step("rabbitmq is ready")
        return
    parts = urlsplit(plan.broker)
    if not servers.broker_answers(parts.hostname or "localhost", parts.port or 5672):
        raise StartError(f"RABBITMQ_URL: nothing answers at {parts.hostname}:{parts.port or 5672}.")


def start_all(plan: Plan, supervisor: Supervisor, applications: list[Process], console: Console) -> None:
    """Start the applications; those that run old code are started again."""
    running = {status.name for status in supervisor.statuses() if status.is_up}
    state = State.of(plan.layout)
    current = {"running_code": source_fingerprint(plan.layout), "running_frontend": frontend_fingerprint(plan.layout)}
    changed = {key for key, fingerprint in current.items() if state.get(key) != fingerprint}
    names = [process.name for process in applications]
    stale = [
        name
        for name in names
        if name in running and ("running_frontend" if name == "frontend" else "running_code") in changed
    ]
    if stale:
        what = "the user interface" if stale == ["frontend"] else "the services"
        console.step(f"The code has changed: restarting {what}")
        supervisor.stop_together(stale)
        running -= set(stale)
    waiting = [name for name in names if name not in running]
    if waiting:
        console.step(f"Starting {len(waiting)} processes")
    for name in waiting:
        supervisor.start(name)
    for key, fingerprint in current.items():
        state.set(key, fingerprint)


def seed(plan: Plan, state: State) -> None:
    """Make systems, roles and people, and write down the demo log-ins. Messages to others wait in auth's outbox."""
    layout = plan.layout
    manage(plan, state, SEED_SERVICE, "seed")
    accounts = run_python(
        plan,
        "demo_accounts",
        DEMO_COMMAND,
        layout.root / SEED_SERVICE.folder,
        environment=service_environment(plan, state) | own_environment(plan, state, SEED_SERVICE),
        separate_errors=True,
    )
    try:
        json.loads(accounts)
    except json.JSONDecodeError:
        raise StartError("auth's demo_accounts did not print JSON.", log_tail=accounts[-2000:]) from None
    write_private(layout.demo_file, accounts)


def manage(plan: Plan, state: State, service: Service, *arguments: str) -> str:
    """Run one of a service's management commands."""
    return run_python(
        plan,
        f"{service.name}-{arguments[0]}",
        ("manage.py", *arguments),
        plan.layout.root / service.folder,
        environment=service_environment(plan, state)
        | own_environment(plan, state, service, as_owner=needs_owner(arguments)),
    )


def run_python(
    plan: Plan,
    name: str,
    arguments: tuple[str, ...],
    folder: Path,
    *,
    environment: dict[str, str] | None = None,
    stdin: str = "",
    separate_errors: bool = False,
) -> str:
    """Run a short program in the virtual environment, keep its log, and return what it printed."""
    log = plan.layout.log_of(name)
    own = {key: value for key, value in os.environ.items() if key not in {"PYTHONPATH", "DJANGO_SETTINGS_MODULE"}}
    for attempt in (1, 2, 3):
        done = subprocess.run(
            [str(plan.layout.python), *arguments],
            cwd=folder,
            env=own | (environment or {}),
            input=stdin,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE if separate_errors else subprocess.STDOUT,
            check=False,
        )
        # What is printed for the caller alone, such as the demo accounts, is no business of the log.
        log.write_text(done.stderr if separate_errors else done.stdout)
        if done.returncode == 0:
            return done.stdout
        if attempt < 3 and "starting up" in log.read_text():
            time.sleep(1)
            continue
        break
    what = f"{folder.name}: {' '.join(arguments[:2])} failed." if "manage.py" in arguments else f"{name} failed."
    raise StartError(what, log_tail=tail(log))


def frontend_fingerprint(layout: Layout) -> str:
    """Return a hash of the gateway's configuration; nginx reads the built files anew for each request."""
    digest = hashlib.sha256()
    for path in sorted((layout.run / "nginx").glob("*.conf")):
        if path.exists():
            digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


KINDS = {".py", ".toml", ".json", ".html", ".txt"}


def source_fingerprint(layout: Layout) -> str:
    """Tell one state of the services' code from another."""
    digest = hashlib.sha256()
    folders = [layout.root / service.folder for service in SERVICES] + [layout.root / "common" / "src"]
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            parts = path.relative_to(folder).parts
            # Caches of tools, in hidden folders, and tests run nowhere.
            if path.suffix in KINDS and not any(part == "tests" or part.startswith(".") for part in parts):
                digest.update(str(path.relative_to(layout.root)).encode() + b"\0" + path.read_bytes() + b"\0")
    for lock in ("requirements.lock",):
        digest.update((layout.root / lock).read_bytes())
    return digest.hexdigest()
