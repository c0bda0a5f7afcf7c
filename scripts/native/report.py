"""Tell people what runs: the banner after a start, the table of processes, the logs."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

from native.console import Console, StartError
from native.layout import Layout
from native.plan import Plan
from native.services import BY_NAME, SERVICES
from native.supervision import Supervisor


def banner(plan: Plan, console: Console) -> None:
    """Print where everything is and how to sign in."""
    accounts = json.loads(plan.layout.demo_file.read_text())
    docs = {"workflow": "/docs/"}
    rows = []
    if plan.options.frontend:
        rows.append(("User interface", plan.frontend_url))
    rows += [
        (f"{service.name} API", f"{plan.url(service)}{docs.get(service.name, '/api/docs/')}") for service in SERVICES
    ]
    rows += [("Mail sent", plan.mail_url), ("RabbitMQ", _without_login(plan.broker_management))]
    console.line()
    for name, url in rows:
        console.line(f"  {name:<17} {url}")
    console.line()
    console.line("  Sign in with")
    admin = accounts["admin"]
    console.line(f"    {admin['email']:<34} {admin['password']:<18} Admin")
    for user in accounts["users"]:
        roles = ", ".join(role for role in user.get("roles", {}).get("tts", []) if role != "Agent")
        console.line(f"    {user['email']:<34} {user['password']:<18} {roles or 'Agent'}")
    shown = plan.layout.shown
    console.line()
    console.line(f"  All log-ins: {shown(plan.layout.demo_file)}   All URLs: {shown(plan.layout.env_file)}")
    console.line("  scripts/status · scripts/logs [process] [-f] · scripts/down [--wipe]")


def _without_login(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}"


def status(layout: Layout, console: Console, *, as_json: bool) -> int:
    """Print every supervised process; the exit code tells whether all of them run."""
    supervisor = Supervisor(layout)
    rows = supervisor.statuses() if supervisor.is_alive() else []
    if as_json:
        console.line(
            json.dumps(
                [
                    {"name": row.name, "pid": row.pid or None, "state": row.state, "restarts": row.restarts}
                    for row in rows
                ]
            )
        )
    elif not rows:
        console.line("Nothing runs here. Start it with scripts/up")
    else:
        console.line(f"{'process':<20} {'state':<10} {'pid':>8} {'restarts':>9}  since")
        for row in rows:
            console.line(f"{row.name:<20} {row.state:<10} {row.pid or '-':>8} {row.restarts:>9}  {row.description}")
    return 0 if rows and all(row.is_up for row in rows) else 1


def logs(layout: Layout, names: list[str], *, follow: bool, lines: int) -> int:
    """Show the end of one process's log, of all logs of a service, or of all."""
    known = sorted(path.stem for path in layout.logs.glob("*.log")) if layout.logs.exists() else []
    chosen: list[Path] = []
    for name in names:
        matching = [stem for stem in known if stem == name] or [stem for stem in known if stem.startswith(f"{name}-")]
        if not matching:
            raise StartError(f"There is no log of {name!r}. There are: {', '.join(known) or 'none yet'}")
        chosen += [layout.log_of(stem) for stem in matching]
    if not names:
        services = tuple(f"{service}-" for service in BY_NAME)
        chosen = [layout.log_of(stem) for stem in known if stem.startswith(services) or stem == "frontend"]
    if not chosen:
        raise StartError("There are no logs yet. Start the system with scripts/up")
    program = shutil.which("tail")
    if program is None:
        raise StartError("The program 'tail' is missing.")
    command = [program, "-n", str(lines), *(["-F"] if follow else []), *(str(path) for path in chosen)]
    sys.stdout.flush()
    return subprocess.run(command, check=False).returncode
