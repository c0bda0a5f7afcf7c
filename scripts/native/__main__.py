"""The commands behind scripts/up, scripts/down, scripts/status and scripts/logs."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path
from types import FrameType

from native.backup import back_up
from native.checks import GROUPS, run_checks
from native.console import Console, StartError
from native.doctor import doctor
from native.down import down
from native.layout import Layout
from native.manage import SERVICES_BY_ANY_NAME, manage
from native.plan import Options
from native.provision import Needs, provision
from native.report import banner, logs, status
from native.restore import drill, restore
from native.up import up

INTERRUPTED = 130


def parser() -> argparse.ArgumentParser:
    commands = argparse.ArgumentParser(prog="scripts/native")
    subs = commands.add_subparsers(dest="command", required=True)

    start = subs.add_parser("up", prog="scripts/up", description="Start the whole system on this machine.")
    start.add_argument("--no-frontend", action="store_true", help="leave the user interface out (no Node.js needed)")
    start.add_argument("--auto-ports", action="store_true", help="take the next free port where one is taken")
    start.add_argument("--seed-only", action="store_true", help="migrate and seed the databases, then stop again")
    start.add_argument(
        "--production-like", action="store_true", help="several processes for each web service and worker"
    )
    start.add_argument("--servers-only", action="store_true", help="start PostgreSQL, RabbitMQ and Redis alone")
    start.add_argument(
        "--fast-disk", action="store_true", help="do not wait for the disk: for tests, a power cut loses the data"
    )

    stop = subs.add_parser("down", prog="scripts/down", description="Stop everything; the data stays.")
    stop.add_argument("--wipe", action="store_true", help="remove the data, the logs and the mail as well")

    show = subs.add_parser("status", prog="scripts/status", description="Show every supervised process.")
    show.add_argument("--json", action="store_true", help="as a JSON list")

    read = subs.add_parser("logs", prog="scripts/logs", description="Show the end of the logs.")
    read.add_argument("names", nargs="*", metavar="process", help="a process (auth-web) or a service (auth)")
    read.add_argument("-f", "--follow", action="store_true", help="go on as lines come in")
    read.add_argument("-n", "--lines", type=int, default=40)

    run = subs.add_parser("manage", prog="scripts/manage", description="Run a management command of a service.")
    run.add_argument("service", choices=sorted(SERVICES_BY_ANY_NAME), metavar="service")
    run.add_argument("arguments", nargs=argparse.REMAINDER, metavar="command", help="as manage.py takes it")

    look = subs.add_parser("doctor", prog="scripts/doctor", description="Say what is wrong, and what to do about it.")
    look.add_argument("--json", action="store_true", help="as a JSON list")
    look.add_argument("--docker", action="store_true", help="in the containers of compose.yaml")

    save = subs.add_parser("backup", prog="scripts/backup", description="Back up what runs here, and verify it.")
    save.add_argument("folder", nargs="?", help="where backups are kept (backups/)")
    save.add_argument("--keep-days", type=int, default=30, help="remove older ones (30; 0: none)")

    back = subs.add_parser("restore", prog="scripts/restore", description="Put a backup back in place of what is here.")
    back.add_argument("folder", help="one backup: a folder that scripts/backup has made")
    how = back.add_mutually_exclusive_group()
    how.add_argument("--drill", action="store_true", help="only try whether it could be, beside what runs")
    how.add_argument("--data-only", action="store_true", help="start nothing afterwards")

    only = subs.add_parser("packages", description="Install the Python packages alone.")
    only.add_argument("--development", action="store_true", help="those of tests and benchmarks as well")

    check = subs.add_parser("test", prog="scripts/test", description="Run every check and test of the repository.")
    check.add_argument("--only", action="append", choices=GROUPS, help="one group; may be given several times")
    check.add_argument("--keep", action="store_true", help="leave the test stack running afterwards")
    return commands


def main(arguments: list[str]) -> int:
    asked = parser().parse_args(arguments)
    layout, console = Layout.discover(), Console()
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        if asked.command == "up":
            options = Options(
                frontend=not asked.no_frontend,
                auto_ports=asked.auto_ports,
                seed_only=asked.seed_only,
                production_like=asked.production_like,
                servers_only=asked.servers_only,
                fast_disk=asked.fast_disk,
            )
            plan = up(layout, options, console)
            if not options.servers_only and not options.seed_only:
                console.step("Everything runs")
                banner(plan, console)
            return 0
        if asked.command == "down":
            down(layout, console, wipe=asked.wipe)
            return 0
        if asked.command == "status":
            return status(layout, console, as_json=asked.json)
        if asked.command == "backup":
            into = Path(asked.folder or layout.root / "backups").resolve()
            console.line(str(back_up(layout, console, into=into, keep_days=asked.keep_days).folder))
            return 0
        if asked.command == "restore":
            folder = Path(asked.folder).resolve()
            if asked.drill:
                drill(layout, folder, console)
            else:
                restore(layout, folder, console, data_only=asked.data_only)
            return 0
        if asked.command == "doctor":
            return doctor(layout, console, as_json=asked.json, docker=asked.docker)
        if asked.command == "manage":
            return manage(layout, asked.service, asked.arguments)
        if asked.command == "packages":
            needs = Needs(servers=frozenset(), frontend=False, development=asked.development)
            provision(layout, needs, console)
            return 0
        if asked.command == "test":
            return run_checks(layout, console, frozenset(asked.only or ()), keep=asked.keep)
        return logs(layout, asked.names, follow=asked.follow, lines=asked.lines)
    except StartError as error:
        console.error(error)
        return error.exit_code
    except PermissionError as error:
        message = f"{error.filename}: this user may not write or read it; another user's start may have made it."
        console.error(StartError(message))
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("\ninterrupted\n")
        return INTERRUPTED


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
