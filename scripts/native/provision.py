"""Install what is missing: system packages (as root on Debian or Ubuntu), the virtual environment, the frontend."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from native.console import Console, StartError
from native.layout import Layout, tail
from native.servers import missing_servers

LEAST_NODE = (20, 19)
SERVER_PACKAGES = {
    "postgresql": "postgresql-15",
    "rabbitmq": "rabbitmq-server",
    "redis": "redis-server",
    "nginx": "nginx-light",
    "pgbouncer": "pgbouncer",
    "promtool": "prometheus",
    "dovecot": "dovecot-imapd",
}
SERVER_NAMES = {
    "postgresql": "PostgreSQL 15",
    "rabbitmq": "RabbitMQ",
    "redis": "Redis",
    "nginx": "nginx",
    "pgbouncer": "PgBouncer",
    "promtool": "Prometheus' promtool",
    "dovecot": "Dovecot",
}
SERVER_UNITS = {
    "postgresql-15": "postgresql.service",
    "rabbitmq-server": "rabbitmq-server.service",
    "redis-server": "redis-server.service",
    "nginx-light": "nginx.service",
    "pgbouncer": "pgbouncer.service",
    "prometheus": "prometheus.service",
    "dovecot-imapd": "dovecot.service",
}
UNITS_AT_BOOT = {
    "postgresql": ("postgresql.service",),
    "postgresql-15": ("postgresql.service",),
    "rabbitmq-server": ("rabbitmq-server.service", "epmd.service", "epmd.socket"),
    "redis-server": ("redis-server.service",),
    "nginx-light": ("nginx.service",),
    "pgbouncer": ("pgbouncer.service",),
    "prometheus": ("prometheus.service",),
    "dovecot-imapd": ("dovecot.service", "dovecot.socket"),
}
POLICY = Path("/usr/sbin/policy-rc.d")
CLUSTER_CONFIG = Path("/etc/postgresql-common/createcluster.conf")
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

#: What runs the examples of the documents, by the program that is looked for.
EXAMPLE_PACKAGES = {
    "curl": ("curl",),
    "javac": ("default-jdk-headless",),
    "mcs": ("mono-mcs", "libmono-system-net-http4.0-cil", "libmono-system-core4.0-cil"),
    "mono": ("mono-runtime",),
}


@dataclass(frozen=True)
class Needs:
    """What a command needs of the machine."""

    servers: frozenset[str]
    frontend: bool = True
    built: bool = True
    development: bool = False
    browser: bool = False
    examples: bool = False


def provision(layout: Layout, needs: Needs, console: Console) -> None:
    """Make the machine ready, doing only what is missing; refuse at once, in one message, what cannot be done."""
    layout.logs.mkdir(parents=True, exist_ok=True)
    packages = missing_packages(layout, needs)
    if packages and not can_install():
        raise StartError(instructions(packages), exit_code=3)
    if needs.frontend:
        check_node()
    with ThreadPoolExecutor(max_workers=3) as pool:
        system = pool.submit(install_packages, layout, packages, console) if packages else None
        if system and "python3-venv" in packages:
            system.result()
        jobs: list[Future[None]] = [pool.submit(ensure_venv, layout, console, development=needs.development)]
        if needs.frontend:
            jobs.append(pool.submit(ensure_frontend, layout, console, development=needs.development, built=needs.built))
        if needs.development:
            jobs.append(pool.submit(ensure_openid_provider, layout))
        for job in (*jobs, *([system] if system else [])):
            job.result()


# System packages


def missing_packages(layout: Layout, needs: Needs) -> list[str]:
    """Return the system's packages that are missing, by their names on Debian."""
    servers = needs.servers | ({"nginx"} if needs.frontend else set())
    packages = [SERVER_PACKAGES[name] for name in missing_servers(servers)]
    if not layout.python.exists() and not _has_venv():
        packages.append("python3-venv")
    if needs.browser and not browser():
        packages.append("chromium")
    if needs.examples:
        packages += [each for program, names in EXAMPLE_PACKAGES.items() if not shutil.which(program) for each in names]
    return packages


def _has_venv() -> bool:
    done = subprocess.run([sys.executable, "-c", "import venv, ensurepip"], capture_output=True, check=False)
    return done.returncode == 0


def browser() -> str:
    """Return the path of an installed Chromium, or nothing."""
    given = os.environ.get("CHROMIUM_PATH", "")
    return given or next((path for name in CHROMIUM if (path := shutil.which(name))), "")


def can_install() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def instructions(packages: Iterable[str]) -> str:
    """Say in one message what is missing and the three ways on."""
    packages = list(packages)
    servers = {package: name for name, package in SERVER_PACKAGES.items() if package in packages}
    missing = ", ".join(SERVER_NAMES[servers[p]] if p in servers else p for p in packages)
    install = f"Install it (Debian, Ubuntu), then start again:\n      sudo apt-get install {' '.join(packages)}"
    if servers:
        units = " ".join(SERVER_UNITS[package].removesuffix(".service") for package in servers)
        install += (
            f"\n      sudo systemctl disable --now {units}"
            "\n     (the second line because only the programs are needed: they run privately, under .run/)"
        )
    ways = [install]
    if servers:
        variables = {"postgresql": "DATABASE_URL", "rabbitmq": "RABBITMQ_URL", "redis": "REDIS_URL"}
        if wanted := ", ".join(variables[name] for name in servers.values() if name in variables):
            ways.append(f"Use servers that you already have: set {wanted} (see .env.example).")
        if "nginx" in servers.values():
            ways.append("Start without the user interface, which nginx serves: scripts/up --no-frontend")
        ways.append("Use Docker instead:\n      docker compose up -d --build")
    lines = [f"Not installed here: {missing}. Only root may install system packages. What you can do:"]
    return "\n".join([*lines, *(f"  {number}. {way}" for number, way in enumerate(ways, 1))])


def install_packages(layout: Layout, packages: list[str], console: Console) -> None:
    """Install with apt; whatever would start by itself, now or at the next boot, stays off."""
    log = layout.log_of("install-packages")
    console.step(f"Installing system packages: {' '.join(packages)}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "NEEDRESTART_MODE": "l"}
    log.unlink(missing_ok=True)
    with _nothing_starts():
        _run(["apt-get", "update", "-q"], log, env=environment, what="apt-get update")
        if "postgresql-15" in packages and not _apt_knows("postgresql-15"):
            packages = ["postgresql" if package == "postgresql-15" else package for package in packages]
        if any(package.startswith("postgresql") for package in packages):
            install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", "postgresql-common"]
            _run(install, log, env=environment, what="apt-get install")
            _create_no_cluster()
        install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages]
        _run(install, log, env=environment, what="apt-get install")
        for package in packages:
            for unit in UNITS_AT_BOOT.get(package, ()):
                _stay_off_at_boot(unit, log)
    console.step("System packages installed; none of them starts by itself")


def _apt_knows(package: str) -> bool:
    done = subprocess.run(["apt-cache", "show", package], capture_output=True, check=False)
    return done.returncode == 0 and bool(done.stdout)


@contextmanager
def _nothing_starts() -> Iterator[None]:
    """Debian asks this policy before a package's scripts start a service."""
    if POLICY.exists():
        yield
        return
    POLICY.write_text("#!/bin/sh\nexit 101\n")
    POLICY.chmod(0o755)
    try:
        yield
    finally:
        POLICY.unlink(missing_ok=True)


def _create_no_cluster() -> None:
    """Keep the packages from making a system-wide database."""
    lines = CLUSTER_CONFIG.read_text().splitlines() if CLUSTER_CONFIG.exists() else []
    if not any(line.split("=")[0].strip() == "create_main_cluster" for line in lines):
        CLUSTER_CONFIG.parent.mkdir(parents=True, exist_ok=True)
        CLUSTER_CONFIG.write_text("\n".join([*lines, "create_main_cluster = false", ""]))


def _stay_off_at_boot(unit: str, log: Path) -> None:
    for command in (
        ["deb-systemd-helper", "disable", unit],
        ["update-rc.d", unit.removesuffix(".service"), "disable"],
    ):
        if shutil.which(command[0]):
            with log.open("ab") as output:
                subprocess.run(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, check=False)


# Python


def ensure_venv(layout: Layout, console: Console, *, development: bool) -> None:
    """Install the locked Python packages; skip it when the lock is the one that was installed."""
    kind = "requirements-dev" if development else "requirements"
    lock = layout.root / f"{kind}.lock"
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    stamp = layout.venv / f".{kind}.installed"
    log = layout.log_of("install-python")
    if not layout.python.exists():
        console.step("Making the virtual environment .venv")
        log.unlink(missing_ok=True)
        _run([sys.executable, "-m", "venv", str(layout.venv)], log, what="python3 -m venv")
    _link_common(layout)
    if stamp.exists() and stamp.read_text() == wanted:
        return
    console.step(f"Installing Python packages from {lock.name}")
    command = [
        *(str(layout.python), "-m", "pip", "install", "--require-hashes", "--no-deps", "--no-input"),
        *("--disable-pip-version-check", "--prefer-binary", "--progress-bar", "off", "-r", str(lock)),
    ]
    _run(command, log, what="pip install")
    stamp.write_text(wanted)
    if development:  # its lock holds everything of the other one
        runtime = hashlib.sha256((layout.root / "requirements.lock").read_bytes()).hexdigest()
        (layout.venv / ".requirements.installed").write_text(runtime)
    console.step("Python packages installed")


def _link_common(layout: Layout) -> None:
    """Make the shared packages importable from their sources, so that an edit counts without an installation."""
    source = "\n".join(str(layout.root / "common" / folder) for folder in ("src", "testing"))
    for packages in layout.venv.glob("lib/python3*/site-packages"):
        link = packages / "ticketing_common_source.pth"
        if not link.exists() or link.read_text().strip() != source:
            link.write_text(source + "\n")


# The frontend


def check_node() -> None:
    """Refuse a machine without a recent enough Node.js."""
    least = ".".join(str(part) for part in LEAST_NODE)
    program = shutil.which("node")
    version = ""
    if program and shutil.which("npm"):
        done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
        version = done.stdout.strip().lstrip("v")
        numbers = tuple(int(part) for part in version.split(".")[:2] if part.isdigit())
        if numbers >= LEAST_NODE:
            return
    found = f"this machine has {version}" if version else "it is not installed here"
    raise StartError(
        f"The user interface needs Node.js {least} or newer with npm; {found}. What you can do:\n"
        "  1. Install it from https://nodejs.org/ or your system's packages, then start again.\n"
        "  2. Start without the user interface: scripts/up --no-frontend\n"
        "  3. Use Docker instead:\n      docker compose up -d --build",
        exit_code=3,
    )


def ensure_frontend(layout: Layout, console: Console, *, development: bool, built: bool) -> None:
    """Install the locked npm packages and build the user interface; skip what is unchanged or not needed."""
    folder = layout.root / "frontend"
    packages, installed = _npm_packages(folder)
    log = layout.log_of("install-frontend")
    source = _digest(sorted(path for path in _frontend_sources(folder))) + packages
    mark = folder / "dist" / ".built-from"
    is_built = not built or (mark.exists() and mark.read_text() == source)
    is_installed = installed.exists() and installed.read_text() == packages
    if is_built and (is_installed or not development):
        return
    if not is_installed:
        console.step("Installing npm packages")
        _install_npm(folder, log)
    if not is_built:
        console.step("Building the user interface")
        _run(["npm", "run", "build"], log, cwd=folder, what="npm run build")
        mark.write_text(source)
        console.step("User interface built")


def ensure_openid_provider(layout: Layout) -> None:
    """Install the OpenID provider at which tests sign in."""
    folder = layout.root / "tests" / "oidc_provider"
    packages, installed = _npm_packages(folder)
    if not installed.exists() or installed.read_text() != packages:
        _install_npm(folder, layout.log_of("install-oidc-provider"))


def _npm_packages(folder: Path) -> tuple[str, Path]:
    """Return what the packages of the folder should be, and the file that says which are installed."""
    wanted = _digest([folder / "package.json", folder / "package-lock.json", folder / ".npmrc"])
    return wanted, folder / "node_modules" / ".installed"


def _install_npm(folder: Path, log: Path) -> None:
    _run(["npm", "ci", "--no-audit", "--no-fund"], log, cwd=folder, what="npm ci")
    wanted, installed = _npm_packages(folder)
    installed.write_text(wanted)


def _frontend_sources(folder: Path) -> Iterator[Path]:
    for name in ("index.html", "vite.config.ts", "tsconfig.json"):
        yield folder / name
    for tree in ("src", "public"):
        yield from (path for path in (folder / tree).rglob("*") if path.is_file())


def _digest(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        if path.exists():
            digest.update(str(path).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _run(
    command: list[str], log: Path, *, what: str, cwd: Path | None = None, env: dict[str, str] | None = None
) -> None:
    with log.open("ab") as output:
        done = subprocess.run(
            command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, check=False
        )
    if done.returncode:
        raise StartError(f"{what} failed ({log}):", log_tail=tail(log))
