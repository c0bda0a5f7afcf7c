"""Decide, from the environment and the options, what runs where. Nothing is started here."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

from native import ports
from native.console import StartError
from native.layout import Layout
from native.services import SERVICES, Service
from native.state import State

DEVELOPMENT_DATABASE_LOGIN = "postgres:postgrespass"
DEVELOPMENT_BROKER_LOGIN = "admin:admin"


@dataclass(frozen=True)
class Options:
    """What was asked for on the command line."""

    frontend: bool = True
    auto_ports: bool = False
    seed_only: bool = False
    production_like: bool = False
    servers_only: bool = False
    fast_disk: bool = False


@dataclass
class Plan:
    """Every port, URL and variable of one running copy.

    `databases` are the URLs of the administrator, who migrates; the processes of a service whose name is in
    `own_databases` sign in with a login of that service instead.
    """

    layout: Layout
    options: Options
    ports: dict[str, int]
    databases: dict[str, str]
    broker: str
    broker_management: str
    redis: str
    private: frozenset[str]
    own_databases: frozenset[str]
    given: Mapping[str, str]
    notes: list[str] = field(default_factory=list)

    def url(self, service: Service) -> str:
        return f"http://localhost:{self.ports[service.port_variable]}"

    @property
    def frontend_url(self) -> str:
        return f"http://localhost:{self.ports['FRONTEND_PORT']}"

    @property
    def mail_url(self) -> str:
        return f"http://localhost:{self.ports['MAIL_PORT']}"

    def urls(self) -> dict[str, str]:
        """Return what a client needs to talk to this copy."""
        return {
            **{service.url_variable: self.url(service) for service in SERVICES},
            **{service.database_variable: self.databases[service.name] for service in SERVICES},
            "FRONTEND_URL": self.frontend_url,
            "MAIL_URL": self.mail_url,
            "RABBITMQ_URL": self.broker,
            "RABBITMQ_MANAGEMENT_URL": self.broker_management,
            "REDIS_URL": self.redis,
        }


def read_env_file(path: Path) -> dict[str, str]:
    """Read `NAME=value` lines; a missing file is an empty one."""
    try:
        lines = path.read_text().splitlines()
    except FileNotFoundError:
        return {}
    values = {}
    for line in lines:
        name, separator, value = line.strip().partition("=")
        if separator and not name.startswith("#"):
            values[name.strip()] = _value(value.strip())
    return values


def _value(text: str) -> str:
    """Take the quotes off, or the comment that follows after a blank, as compose and the services do."""
    quoted = re.match(r"""(['"])(.*?)\1(\s+#.*)?$""", text)
    return quoted[2] if quoted else re.sub(r"(^|\s+)#.*$", "", text)


def given_values(layout: Layout) -> dict[str, str]:
    """Return what a person has set: the environment first, then the repository's `.env`."""
    file = Path(os.environ.get("ENV_FILE") or layout.root / ".env")
    return {**read_env_file(file), **os.environ}


def make_plan(layout: Layout, options: Options, state: State, *, in_use: frozenset[int] = frozenset()) -> Plan:
    """Choose servers and ports. `in_use` are the ports that this very copy already holds."""
    given = given_values(layout)
    databases = _given_databases(given)
    broker, redis = given.get("RABBITMQ_URL", ""), given.get("REDIS_URL", "")
    private = frozenset(
        name
        for name, needed in {
            "postgresql": len(databases) < len(SERVICES),
            "rabbitmq": not broker,
            "redis": not redis,
        }.items()
        if needed
    )
    notes: list[str] = []
    chosen = _choose_ports(given, options, state, private, in_use, notes)
    own_databases = frozenset(service.name for service in SERVICES if service.name not in databases)
    for service in SERVICES:
        databases.setdefault(
            service.name,
            f"postgres://{DEVELOPMENT_DATABASE_LOGIN}@127.0.0.1:{chosen['POSTGRES_PORT']}/{service.database}",
        )
    management = given.get("RABBITMQ_MANAGEMENT_URL", "")
    if not broker:
        broker = f"amqp://{DEVELOPMENT_BROKER_LOGIN}@127.0.0.1:{chosen['RABBITMQ_PORT']}/%2F"
        management = f"http://{DEVELOPMENT_BROKER_LOGIN}@127.0.0.1:{chosen['RABBITMQ_MANAGEMENT_PORT']}"
    elif not management:
        parts = urlsplit(broker)
        login = parts.netloc.rpartition("@")[0]
        management = f"http://{login}@{parts.hostname}:{chosen['RABBITMQ_MANAGEMENT_PORT']}"
    return Plan(
        layout=layout,
        options=options,
        ports=chosen,
        databases=databases,
        broker=broker,
        broker_management=management,
        redis=redis or f"redis://:{state.secret('REDIS_PASSWORD')}@127.0.0.1:{chosen['REDIS_PORT']}/0",
        private=private,
        own_databases=own_databases,
        given=given,
        notes=notes,
    )


def _given_databases(given: Mapping[str, str]) -> dict[str, str]:
    """Return the databases a person has named: one server for all, or one URL for a service."""
    databases = {}
    base = given.get("DATABASE_URL", "")
    for service in SERVICES:
        if own := given.get(service.database_variable, ""):
            databases[service.name] = own
        elif base:
            parts = urlsplit(base)
            databases[service.name] = urlunsplit(parts._replace(path="/" + quote(service.database)))
    return databases


def _needed_ports(options: Options, private: frozenset[str]) -> list[str]:
    servers = {
        "POSTGRES_PORT": "postgresql",
        "RABBITMQ_PORT": "rabbitmq",
        "RABBITMQ_MANAGEMENT_PORT": "rabbitmq",
        "EPMD_PORT": "rabbitmq",
        "RABBITMQ_DIST_PORT": "rabbitmq",
        "REDIS_PORT": "redis",
    }
    needed = []
    for name in (*ports.DEFAULT_PORTS, *ports.HIDDEN_PORTS):
        if name in servers:
            wanted = servers[name] in private
        elif name == "FRONTEND_PORT":
            wanted = options.frontend and not options.servers_only
        else:
            wanted = not options.servers_only
        if wanted:
            needed.append(name)
    return needed


def _choose_ports(
    given: Mapping[str, str],
    options: Options,
    state: State,
    private: frozenset[str],
    in_use: frozenset[int],
    notes: list[str],
) -> dict[str, int]:
    kept: dict[str, int] = state.get("ports", {})
    chosen: dict[str, int] = {}
    explicit: set[str] = set()
    for name, default in {**ports.DEFAULT_PORTS, **ports.HIDDEN_PORTS}.items():
        text = given.get(name, "")
        if text:
            if not text.isdigit() or not 0 < int(text) < 65536:
                raise StartError(f"{name} must be a port number, not {text!r}.")
            chosen[name] = int(text)
            explicit.add(name)
        else:
            chosen[name] = kept.get(name, default)

    lowest = ports.lowest_unprivileged_port()
    if options.frontend and not options.servers_only and chosen["FRONTEND_PORT"] < lowest:
        wanted = chosen["FRONTEND_PORT"]
        if "FRONTEND_PORT" in explicit:
            raise StartError(
                f"FRONTEND_PORT={wanted}: only root may open ports below {lowest} here. Choose a higher one."
            )
        chosen["FRONTEND_PORT"] = ports.UNPRIVILEGED_FRONTEND_PORT
        notes.append(
            f"Port {wanted} is for root only here, so the user interface is on "
            f"{ports.UNPRIVILEGED_FRONTEND_PORT} (FRONTEND_PORT changes it)."
        )

    problems = []
    settled: set[int] = set()
    for name in sorted(_needed_ports(options, private), key=lambda name: name not in explicit):
        port = chosen[name]
        twice = port in settled
        if twice or not (port in in_use or (ports.is_free(port) and ports.reserve(port))):
            if options.auto_ports or name in ports.HIDDEN_PORTS:
                chosen[name] = ports.take_next(port + 1, taken={*settled, *chosen.values()})
                if name not in ports.HIDDEN_PORTS:
                    notes.append(f"Port {port} is taken, so {name} is {chosen[name]}.")
            else:
                who = _holder(port, named_twice=twice)
                problems.append(f"  {name}={port}: {who}")
        settled.add(chosen[name])
    if problems:
        free = ports.next_free(20000)
        example = problems[0].strip().split("=")[0]
        raise StartError(
            "These ports are taken:\n" + "\n".join(problems) + "\n"
            f"Stop what holds them, choose others ({example}={free} scripts/up), or let them be chosen: "
            "scripts/up --auto-ports"
        )
    return chosen


def _holder(port: int, *, named_twice: bool) -> str:
    if named_twice:
        return "another variable names it too"
    if ports.is_free(port):
        return "another start that is under way has chosen it"
    return f"{ports.holder(port)} listens there"


def service_environment(plan: Plan, state: State) -> dict[str, str]:
    """Return the variables that every process gets."""
    hosts = ["localhost", "127.0.0.1", "[::1]", socket.gethostname()]
    origin = plan.ports["FRONTEND_PORT"]
    key = plan.given.get("NOTIFICATION_API_KEY") or state.secret("NOTIFICATION_API_KEY")
    defaults = {
        "DJANGO_ENV": "development",
        "DJANGO_ALLOWED_HOSTS": ",".join(hosts),
        "CORS_ALLOWED_ORIGINS": f"http://localhost:{origin},http://127.0.0.1:{origin}",
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(plan.ports["SMTP_PORT"]),
        "EMAIL_HOST_USER": "",
        "EMAIL_HOST_PASSWORD": "",
        "EMAIL_USE_TLS": "false",
        "DEFAULT_FROM_EMAIL": "Ticket Tracking <tickets@example.com>",
        "NOTIFICATION_API_KEY": key,
        "SERVICE_API_KEYS": f"services:{key}",
        "LOG_LEVEL": "INFO",
        "LOG_FORMAT": "json",
        "FRONTEND_URL": plan.frontend_url,
        "WEB_CONCURRENCY": "2" if plan.options.production_like else "1",
        **{service.url_variable: plan.url(service) for service in SERVICES},
    }
    chosen = {name: plan.given.get(name) or value for name, value in defaults.items()}
    return {
        **chosen,
        "REDIS_URL": plan.redis,
        "RUN_DIR": str(plan.layout.run),
        "TICKETING_RUN_DIR": str(plan.layout.run),
        # The services call each other on this machine; a proxy of the environment is for the world outside.
        "NO_PROXY": ",".join(filter(None, ["localhost,127.0.0.1,::1", os.environ.get("NO_PROXY", "")])),
        "PYTHONUNBUFFERED": "1",
    }


def database_login(plan: Plan, state: State, service: Service) -> tuple[str, str] | None:
    """Return name and password of the service's own login, or nothing where the database is another's to manage."""
    if service.name not in plan.own_databases:
        return None
    return service.database, state.secret(f"{service.name}:DATABASE_PASSWORD")


def broker_login(plan: Plan, state: State, service: Service) -> tuple[str, str] | None:
    """Return name and password of the service's own login at the broker, as queues.toml names the service."""
    if "rabbitmq" not in plan.private:
        return None
    return service.folder, state.secret(f"{service.name}:RABBITMQ_PASSWORD")


def as_login(url: str, login: tuple[str, str] | None) -> str:
    """Return the URL with another login; with the one that it has where there is none."""
    if login is None:
        return url
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=f"{':'.join(login)}@{parts.hostname}:{parts.port}"))


def own_environment(plan: Plan, state: State, service: Service, *, as_owner: bool = False) -> dict[str, str]:
    """Return the variables that belong to one service alone.

    `as_owner` is for commands that lay out tables or queues: they get the administrator's logins.
    """
    values = {
        "DATABASE_URL": plan.databases[service.name],
        "RABBITMQ_URL": plan.broker,
        "RABBITMQ_MANAGEMENT_URL": plan.broker_management,
        "DJANGO_SECRET_KEY": plan.given.get("DJANGO_SECRET_KEY") or state.secret(f"{service.name}:DJANGO_SECRET_KEY"),
        "MEDIA_ROOT": str(plan.layout.run / "media" / service.folder),
    }
    if service.name == "auth":
        key_file = plan.given.get("AUTH_JWT_PRIVATE_KEY_FILE") or str(plan.layout.run / "secrets" / "jwt.pem")
        values["AUTH_JWT_PRIVATE_KEY_FILE"] = key_file
        values["DEMO_PASSWORD"] = plan.given.get("DEMO_PASSWORD") or state.secret("DEMO_PASSWORD", length=9)
    if as_owner:
        # Empty where the broker is another's to manage: what `.env` says for compose must not reach it.
        for each in SERVICES:
            values[f"{each.name.upper()}_RABBITMQ_PASSWORD"] = (broker_login(plan, state, each) or ("", ""))[1]
    else:
        login = broker_login(plan, state, service)
        values["DATABASE_URL"] = as_login(values["DATABASE_URL"], database_login(plan, state, service))
        values["RABBITMQ_URL"] = as_login(values["RABBITMQ_URL"], login)
        values["RABBITMQ_MANAGEMENT_URL"] = as_login(values["RABBITMQ_MANAGEMENT_URL"], login)
    return values
