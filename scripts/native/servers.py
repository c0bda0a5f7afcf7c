"""Private PostgreSQL, RabbitMQ and Redis: prepare their folders, say how they run, know when they answer."""

from __future__ import annotations

import base64
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable
from pathlib import Path
from urllib.parse import urlsplit

from native.console import StartError
from native.gateway import nginx
from native.layout import Layout, tail
from native.plan import DEVELOPMENT_BROKER_LOGIN, DEVELOPMENT_DATABASE_LOGIN, Plan, database_login
from native.processes import MARK, Process
from native.services import SERVICES
from native.state import State, write_private
from native.supervision import Supervisor

POSTGRES_MAJOR = 15
RABBITMQ_SCRIPTS = ("/usr/lib/rabbitmq/bin", "/opt/homebrew/sbin", "/usr/local/sbin", "/usr/sbin")
AMQP_GREETING = b"AMQP\x00\x00\x09\x01"


# Finding the programs


def postgres_bin() -> Path | None:
    """Return the folder of PostgreSQL's server programs: version 15 if it is there, else the next newer one."""
    found: dict[int, Path] = {}
    for pattern in ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin"):
        for folder in Path("/").glob(pattern.lstrip("/")):
            digits = "".join(c for c in folder.parent.name if c.isdigit())
            if digits and (folder / "initdb").exists() and (folder / "postgres").exists():
                found[int(digits)] = folder
    for major in sorted(found):
        if major >= POSTGRES_MAJOR:
            return found[major]
    on_path = shutil.which("initdb")
    if on_path and _major_of(Path(on_path).with_name("postgres")) >= POSTGRES_MAJOR:
        return Path(on_path).parent
    return None


def _major_of(postgres: Path) -> int:
    try:
        words = subprocess.run([postgres, "--version"], capture_output=True, text=True, check=True).stdout.split()
        return int(words[2].split(".")[0])
    except (OSError, subprocess.CalledProcessError, IndexError, ValueError):
        return 0


def rabbitmq_server() -> Path | None:
    """Return RabbitMQ's own start script; Debian's /usr/sbin one insists on the system's user and folders."""
    for folder in RABBITMQ_SCRIPTS:
        script = Path(folder) / "rabbitmq-server"
        if script.exists() and (folder != "/usr/sbin" or not Path(RABBITMQ_SCRIPTS[0]).exists()):
            return script
    on_path = shutil.which("rabbitmq-server")
    return Path(on_path) if on_path else None


def epmd() -> Path | None:
    """Return Erlang's port mapper."""
    for candidate in (shutil.which("epmd"), "/usr/lib/erlang/bin/epmd", "/opt/homebrew/lib/erlang/bin/epmd"):
        if candidate and Path(candidate).exists():
            return Path(candidate)
    return None


def redis_server() -> Path | None:
    on_path = shutil.which("redis-server") or shutil.which("valkey-server")
    return Path(on_path) if on_path else None


def missing_servers(private: Iterable[str]) -> list[str]:
    """Return those of the named programs that are not installed: servers, and what the tests need besides."""
    present: dict[str, Callable[[], object]] = {
        "postgresql": postgres_bin,
        "rabbitmq": lambda: rabbitmq_server() and epmd(),
        "redis": redis_server,
        "nginx": nginx,
        "pgbouncer": lambda: shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin:/opt/homebrew/bin"),
        "promtool": lambda: shutil.which("promtool"),
        "dovecot": lambda: shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin"),
    }
    return [name for name in present if name in private and not present[name]()]


# Preparing them


def server_processes(plan: Plan, state: State) -> list[Process]:
    """Return the supervised servers, with their folders made ready."""
    processes = []
    if "postgresql" in plan.private:
        processes.append(_postgresql(plan, state))
    if "redis" in plan.private:
        processes.append(_redis(plan))
    if "rabbitmq" in plan.private:
        processes += _rabbitmq(plan, state)
    return processes


def _postgresql(plan: Plan, state: State) -> Process:
    layout = plan.layout
    programs = postgres_bin()
    if programs is None:
        raise StartError("PostgreSQL is not installed.")
    account = unprivileged_account()
    folder = postgres_folder(layout, account)
    data = folder / "data"
    if not (data / "PG_VERSION").exists():
        _init_postgres(programs, folder, account, layout.log_of("postgresql-init"))
    major = int((data / "PG_VERSION").read_text().split(".")[0])
    if not (programs / "postgres").exists() or _major_of(programs / "postgres") != major:
        newer = Path(f"/usr/lib/postgresql/{major}/bin")
        if not (newer / "postgres").exists():
            raise StartError(
                f"{layout.shown(layout.run / 'postgres')} was made by PostgreSQL {major}, which is not installed. "
                "Install it, or begin anew with scripts/down --wipe."
            )
        programs = newer
    settings = {
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "max_connections": "200",
        "shared_buffers": "128MB",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_min_messages": "warning",
    }
    if plan.options.fast_disk:
        settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    return Process(
        name="postgresql",
        command=(str(programs / "postgres"), "-D", str(data), "-p", str(plan.ports["POSTGRES_PORT"]), *options),
        directory=folder,
        environment={"LC_ALL": "C.UTF-8", "HOME": str(folder), MARK: str(layout.run)},
        user=account.pw_name if account else "",
        stop_signal="INT",
        stop_seconds=30,
    )


def unprivileged_account() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root; any other user runs it as themselves."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise StartError("PostgreSQL does not run as root, and there is neither a user 'postgres' nor 'nobody'.")


def postgres_folder(layout: Layout, account: pwd.struct_passwd | None) -> Path:
    """Return a folder that the server's user can reach: under the run directory, or under /var/lib behind a link."""
    usual = layout.run / "postgres"
    if usual.exists() or usual.is_symlink():
        real = usual.resolve()
        real.mkdir(parents=True, exist_ok=True)
    elif account is None or _may_traverse(layout.run, account):
        usual.mkdir(parents=True)
        real = usual
    else:
        real = Path("/var/lib") / f"ticket-tracking-{secrets.token_hex(4)}" / "postgres"
        real.mkdir(parents=True)
        usual.symlink_to(real)
    if account is not None:
        os.chown(real, account.pw_uid, account.pw_gid)
        real.chmod(0o700)
    return real


def _may_traverse(folder: Path, account: pwd.struct_passwd) -> bool:
    """Ask the system itself, as that user: permissions, access lists and mounts all count."""
    answer = subprocess.run(
        ["/usr/bin/env", "test", "-x", str(folder)],
        user=account.pw_uid,
        group=account.pw_gid,
        extra_groups=[],
        cwd="/",
        capture_output=True,
        check=False,
    )
    return answer.returncode == 0


def _init_postgres(programs: Path, folder: Path, account: pwd.struct_passwd | None, log: Path) -> None:
    user, _, password = DEVELOPMENT_DATABASE_LOGIN.partition(":")
    data, draft, password_file = folder / "data", folder / "data.new", folder / "password"
    shutil.rmtree(draft, ignore_errors=True)
    write_private(password_file, password)
    if account is not None:
        os.chown(password_file, account.pw_uid, account.pw_gid)
    command = [
        str(programs / "initdb"),
        *("-D", str(draft), "-U", user, "--pwfile", str(password_file)),
        *("--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"),
    ]
    with log.open("wb") as output:
        done = subprocess.run(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
            extra_groups=[] if account else None,
        )
    password_file.unlink()
    if done.returncode:
        raise StartError("PostgreSQL's initdb failed.", log_tail=tail(log))
    os.replace(draft, data)


def create_logins(plan: Plan, state: State) -> None:
    """Give each service a login with rights on the rows of its own database only."""
    programs = postgres_bin()
    for service in SERVICES:
        login = database_login(plan, state, service)
        if login is None or programs is None:
            continue
        files = [f"--file={plan.layout.root}/Docker/database/{name}" for name in ("logins.sql", "rights.sql")]
        done = subprocess.run(
            [str(programs / "psql"), "--quiet", "--no-psqlrc", *files, plan.databases[service.name]],
            env={**os.environ, "SERVICE_LOGIN": login[0], "SERVICE_PASSWORD": login[1]},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise StartError(f"The login of {service.name} could not be made.", log_tail=done.stderr)


def _redis(plan: Plan) -> Process:
    program = redis_server()
    if program is None:
        raise StartError("Redis is not installed.")
    folder = plan.layout.run / "redis"
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "redis.conf"
    write_private(config, f"requirepass {urlsplit(plan.redis).password}\n")
    return Process(
        name="redis",
        command=(
            *(str(program), str(config), "--port", str(plan.ports["REDIS_PORT"]), "--bind", "127.0.0.1"),
            *("--dir", str(folder), "--save", "60 1", "--appendonly", "no", "--daemonize", "no"),
            # With a process title Redis would write over its environment, by which it is known as ours.
            *("--set-proc-title", "no"),
        ),
        directory=folder,
        environment={MARK: str(plan.layout.run)},
    )


def _rabbitmq(plan: Plan, state: State) -> list[Process]:
    server, mapper = rabbitmq_server(), epmd()
    if server is None or mapper is None:
        raise StartError("RabbitMQ is not installed.")
    layout = plan.layout
    home = layout.run / "rabbitmq"
    home.mkdir(parents=True, exist_ok=True)
    cookie = home / ".erlang.cookie"
    if not cookie.exists():
        write_private(cookie, secrets.token_hex(20), mode=0o400)
    user, _, password = DEVELOPMENT_BROKER_LOGIN.partition(":")
    write_private(
        home / "rabbitmq.conf",
        "\n".join(
            [
                f"listeners.tcp.1 = 127.0.0.1:{plan.ports['RABBITMQ_PORT']}",
                "management.tcp.ip = 127.0.0.1",
                f"management.tcp.port = {plan.ports['RABBITMQ_MANAGEMENT_PORT']}",
                f"default_user = {user}",
                f"default_pass = {password}",
                "default_vhost = /",
                "disk_free_limit.absolute = 100MB",
                "log.console = true",
                "log.console.level = warning",
                "log.file = false",
                "",
            ]
        ),
    )
    write_private(home / "enabled_plugins", "[rabbitmq_management].\n")
    # The node's name is part of where it keeps its data, so it must survive a move of the folder.
    node = state.get("rabbitmq_node") or f"ticket_tracking_{layout.fingerprint}@localhost"
    state.set("rabbitmq_node", node)
    environment = {
        "HOME": str(home),
        MARK: str(layout.run),
        "LC_ALL": "C.UTF-8",
        "ERL_EPMD_PORT": str(plan.ports["EPMD_PORT"]),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "ERL_CRASH_DUMP": str(home / "erl_crash.dump"),
        "RABBITMQ_NODENAME": node,
        "RABBITMQ_DIST_PORT": str(plan.ports["RABBITMQ_DIST_PORT"]),
        "RABBITMQ_CONF_ENV_FILE": str(home / "none-rabbitmq-env.conf"),
        "RABBITMQ_CONFIG_FILE": str(home / "rabbitmq.conf"),
        "RABBITMQ_CONFIG_FILES": str(home / "none-conf.d"),
        "RABBITMQ_ADVANCED_CONFIG_FILE": str(home / "none-advanced.config"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(home / "enabled_plugins"),
        "RABBITMQ_MNESIA_BASE": str(home / "data"),
        "RABBITMQ_LOG_BASE": str(home / "log"),
        "RABBITMQ_GENERATED_CONFIG_DIR": str(home / "generated"),
        "RABBITMQ_SCHEMA_DIR": str(home / "schema"),
        "RABBITMQ_PID_FILE": str(home / "pid"),
        "RABBITMQ_LOGS": "-",
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": ("+S 2:2 -start_epmd false -kernel inet_dist_use_interface {127,0,0,1}"),
        # The script then becomes the server instead of its parent, so the supervised process is the broker itself.
        "RUNNING_UNDER_SYSTEMD": "true",
    }
    return [
        Process(
            name="epmd",
            command=(str(mapper), "-port", str(plan.ports["EPMD_PORT"]), "-address", "127.0.0.1"),
            directory=home,
            environment={MARK: str(layout.run), "HOME": str(home)},
            # It keeps nothing, and may take its time to notice a polite signal.
            stop_signal="KILL",
        ),
        Process(
            name="rabbitmq",
            command=(str(server),),
            directory=home,
            environment=environment,
            # Where stopping drags on, cutting it short is safe: quorum queues are made for that.
            stop_seconds=12,
            start_seconds=2,
        ),
    ]


# Waiting for them


def postgres_answers(port: int) -> bool:
    """Ask for an encrypted connection; a server that is ready answers with one letter."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
            connection.sendall(b"\x00\x00\x00\x08\x04\xd2\x16\x2f")
            return connection.recv(1) in (b"N", b"S")
    except OSError:
        return False


def redis_answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(7).startswith((b"+PONG", b"-NOAUTH"))
    except OSError:
        return False


def broker_answers(host: str, port: int) -> bool:
    """Begin an AMQP conversation; a broker that is ready sends its first frame."""
    try:
        with socket.create_connection((host, port), timeout=2) as connection:
            connection.sendall(AMQP_GREETING)
            return connection.recv(1) == b"\x01"
    except OSError:
        return False


def management_answers(url: str) -> bool:
    """Ask the management interface for the broker's overview, with the log-in of the URL."""
    parts = urlsplit(url)
    login = base64.b64encode(f"{parts.username}:{parts.password}".encode()).decode()
    request = urllib.request.Request(
        f"{parts.scheme}://{parts.hostname}:{parts.port}/api/overview", headers={"Authorization": f"Basic {login}"}
    )
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def wait_for_server(plan: Plan, supervisor: Supervisor, name: str, *, seconds: float = 90) -> None:
    """Wait until a private server answers; stop early when it keeps dying."""
    answers: dict[str, Callable[[], bool]] = {
        "postgresql": lambda: postgres_answers(plan.ports["POSTGRES_PORT"]),
        "redis": lambda: redis_answers(plan.ports["REDIS_PORT"]),
        "rabbitmq": lambda: (
            broker_answers("127.0.0.1", plan.ports["RABBITMQ_PORT"]) and management_answers(plan.broker_management)
        ),
    }
    deadline = time.monotonic() + seconds
    while not answers[name]():
        status = next(status for status in supervisor.statuses() if status.name == name)
        if status.state in ("BACKOFF", "FATAL", "EXITED") or time.monotonic() > deadline:
            raise StartError(
                f"{name} does not start ({status.state.lower()}: {status.description}).",
                log_tail=tail(plan.layout.log_of(name)),
            )
        time.sleep(0.2)
