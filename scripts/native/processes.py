"""The table of processes: what runs, with which command, and how each one is stopped."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from native import gateway
from native.console import StartError
from native.layout import Layout
from native.plan import Plan, own_environment, service_environment
from native.services import BY_NAME
from native.state import State

#: The variable by which a process is known as one of this run directory.
MARK = "TICKETING_RUN_DIR"
#: Which service's queues each worker reads.
WORKERS = {
    "auth-worker": "auth",
    "workflow-worker": "workflow_api",
    "messaging-worker": "messaging",
    "notification-worker": "notification_service",
    "ticket-worker": "ticket_service",
}


def queues_of(layout: Layout, consumer: str) -> list[str]:
    """Return the queues of one service, from the one list that declares them."""
    contracts = layout.root / "common" / "src" / "ticketing_common" / "contracts"
    declared = tomllib.loads((contracts / "queues.toml").read_text())["queues"]
    return [name for name, queue in declared.items() if queue["consumer"] == consumer]


@dataclass(frozen=True)
class Process:
    """One supervised program."""

    name: str
    command: tuple[str, ...]
    directory: Path
    environment: dict[str, str] = field(default_factory=dict)
    user: str = ""
    stop_signal: str = "TERM"
    stop_seconds: int = 15
    start_seconds: int = 1
    health_url: str = ""


def application_processes(plan: Plan, state: State) -> list[Process]:
    """Return the processes of the five services, the frontend and the mail sink, in order of start."""
    processes = [
        *_web(plan, state),
        *_workers(plan, state),
        *_beats(plan, state),
        *_relays(plan, state),
        _django(plan, state, "notification-mailer", ("manage.py", "send_mail", "--skip-checks")),
        _django(plan, state, "notification-webhooks", ("manage.py", "send_webhooks", "--skip-checks"), stop_seconds=30),
        *_mailbox(plan, state),
        _mail_sink(plan),
    ]
    if plan.options.frontend:
        processes.append(_frontend(plan, state))
    return [*processes, _watchdog(plan, processes)]


def _mailbox(plan: Plan, state: State) -> list[Process]:
    if not plan.given.get("MAILBOX_HOST"):
        return []
    return [
        _django(plan, state, "notification-mailbox", ("manage.py", "read_mailbox", "--skip-checks"), stop_seconds=60)
    ]


def _environment(plan: Plan, state: State, service: str) -> dict[str, str]:
    return service_environment(plan, state) | own_environment(plan, state, BY_NAME[service])


def _django(plan: Plan, state: State, name: str, arguments: tuple[str, ...], *, stop_seconds: int = 15) -> Process:
    service = BY_NAME[name.split("-")[0]]
    return Process(
        name=name,
        command=(str(plan.layout.python), *arguments),
        directory=plan.layout.root / service.folder,
        environment=_environment(plan, state, service.name) | {"PULSE_FILE": str(plan.layout.run / "pulse" / name)},
        stop_seconds=stop_seconds,
        health_url=f"http://127.0.0.1:{plan.ports[service.port_variable]}/health/" if name.endswith("-web") else "",
    )


def _web(plan: Plan, state: State) -> list[Process]:
    config = gunicorn_config(plan.layout)
    processes = []
    for service in BY_NAME.values():
        listen = f"{plan.given.get('BIND_HOST') or '0.0.0.0'}:{plan.ports[service.port_variable]}"  # noqa: S104
        asgi = service.name == "messaging"
        arguments = (
            "-m",
            "gunicorn",
            "config.asgi:application" if asgi else "config.wsgi:application",
            "-c",
            str(config),
            "--bind",
            listen,
            *(("-k", "sockets.server.SocketWorker") if asgi else ()),
        )
        process = _django(plan, state, f"{service.name}-web", arguments)
        if plan.options.production_like:
            process.environment["PROMETHEUS_MULTIPROC_DIR"] = str(plan.layout.run / "metrics" / service.name)
        processes.append(process)
    return processes


def _workers(plan: Plan, state: State) -> list[Process]:
    return [
        _django(
            plan,
            state,
            name,
            (
                *("-m", "celery", "-A", "config", "worker", "-Q", ",".join(queues_of(plan.layout, consumer))),
                *("-c", _concurrency(plan, name), "--without-mingle", "--without-gossip"),
                *("--loglevel", plan.given.get("LOG_LEVEL") or "INFO"),
            ),
            stop_seconds=40,
        )
        for name, consumer in WORKERS.items()
    ]


def _concurrency(plan: Plan, name: str) -> str:
    """Intake is where the load is; the other workers get a second process where it is production-like."""
    return "2" if name == "workflow-worker" or plan.options.production_like else "1"


def _beats(plan: Plan, state: State) -> list[Process]:
    return [
        _django(plan, state, name, ("-m", "celery", "-A", "config", "beat", "-s", str(plan.layout.run / "beat" / name)))
        for name in ("workflow-beat", "notification-beat")
    ]


def _relays(plan: Plan, state: State) -> list[Process]:
    names = [f"{service.name}-relay" for service in BY_NAME.values()]
    names.insert(names.index("workflow-relay") + 1, "workflow-relay-2")
    return [_django(plan, state, name, ("manage.py", "relay_outbox", "--skip-checks")) for name in names]


def _mail_sink(plan: Plan) -> Process:
    return Process(
        name="mail-sink",
        command=(
            str(plan.layout.python),
            "-m",
            "native.mail_sink",
            *("--smtp", f"127.0.0.1:{plan.ports['SMTP_PORT']}"),
            *("--http", f"127.0.0.1:{plan.ports['MAIL_PORT']}"),
            *("--folder", str(plan.layout.mail)),
        ),
        directory=plan.layout.root / "scripts",
        environment={MARK: str(plan.layout.run), "PYTHONUNBUFFERED": "1"},
        health_url=f"http://127.0.0.1:{plan.ports['MAIL_PORT']}/health/",
    )


def _frontend(plan: Plan, state: State) -> Process:
    """The gateway in front of everything: nginx with the built user interface."""
    layout, port = plan.layout, plan.ports["FRONTEND_PORT"]
    program = gateway.nginx()
    if program is None:
        raise StartError("nginx is not installed.")
    environment = service_environment(plan, state) | {"HTTPS_ONLY": plan.given.get("HTTPS_ONLY") or "true"}
    host = plan.given.get("BIND_HOST")
    gateway.write_config(
        layout, environment, listen=f"{host}:{port}" if host else str(port), root=layout.root / "frontend" / "dist"
    )
    return Process(
        name="frontend",
        command=gateway.command(program, layout),
        directory=layout.run / "nginx",
        environment={MARK: str(layout.run)},
        health_url=f"http://127.0.0.1:{port}/health/",
    )


def _watchdog(plan: Plan, processes: list[Process]) -> Process:
    """One for all: it ends what shows no sign of life, and supervisor starts that again."""
    watched = []
    for process in processes:
        if pulse := process.environment.get("PULSE_FILE"):
            address = process.health_url.removesuffix("/health/")
            watched.append(f"{process.name}={pulse}.life" + (f"@{address}" if address else ""))
    return Process(
        name="watchdog",
        command=(str(plan.layout.python), "-m", "ticketing_common.watchdog", "watch", *watched),
        directory=plan.layout.root / "scripts",
        environment={
            MARK: str(plan.layout.run),
            "PYTHONUNBUFFERED": "1",
            "WATCHDOG_SECONDS": plan.given.get("WATCHDOG_SECONDS") or "",
        },
    )


def gunicorn_config(layout: Layout) -> Path:
    """Return the one configuration that containers use as well."""
    return layout.root / "common" / "src" / "ticketing_common" / "gunicorn_conf.py"
