"""Back up the running copy: the five databases at one instant, files, keys, the broker's definitions; verified.

A backup is a folder. `postgres` is a base backup of the private server, which holds all five databases: they are as
they were at one and the same instant, whatever was written meanwhile. Files come after it, so that each file that a
database names is there. Messages are not backed up: a restore publishes them again from the outboxes.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import subprocess
import tarfile
import time
import urllib.request
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from native.console import Console, StartError
from native.layout import Layout
from native.plan import Options, Plan, make_plan
from native.servers import postgres_bin
from native.services import SERVICES
from native.state import State, write_private
from native.supervision import Supervisor

MANIFEST = "manifest.json"
STAMP = "%Y-%m-%dT%H-%M-%SZ"
#: Tables that only grow. Their rows are counted before a backup: its data must hold at least as many.
COUNTED = {
    "authservice": ("users", "roles"),
    "workflowmanagement": ("tasks", "tickets", "audit_logs", "sla_clocks"),
    "messagingservice": ("comments",),
    "notificationservice": ("people",),
    "ticketmanagement": ("tickets",),
}


@dataclass(frozen=True)
class Backup:
    """A complete backup and what its manifest says."""

    folder: Path
    manifest: dict[str, Any]

    @classmethod
    def read(cls, folder: Path) -> Backup:
        try:
            return cls(folder, json.loads((folder / MANIFEST).read_text()))
        except (OSError, ValueError):
            raise StartError(f"{folder} is no backup, or not a complete one: it has no readable {MANIFEST}.") from None

    @property
    def taken_at(self) -> datetime:
        return datetime.fromisoformat(self.manifest["taken_at"])


def running_plan(layout: Layout) -> Plan:
    """Return the plan of the copy that runs here. Raises `StartError` where none does or its database is elsewhere."""
    state = State.of(layout)
    ports_in_use = state.get("ports_in_use", {})
    if not ports_in_use or not Supervisor(layout).is_alive():
        raise StartError("Nothing runs here: start it with scripts/up (--servers-only is enough).")
    plan = make_plan(layout, Options(), state, in_use=frozenset(ports_in_use.values()))
    if "postgresql" not in plan.private:
        raise StartError(
            "DATABASE_URL names a server of your own: back it up with its own means (pgBackRest, or what its operator "
            "offers), then the folder of MEDIA_ROOT. docs/operations/backup.md."
        )
    return plan


def back_up(layout: Layout, console: Console, *, into: Path, keep_days: int = 30) -> Backup:
    """Write a new backup under `into`, verify it, and remove those that are older than `keep_days` (0: none)."""
    plan = running_plan(layout)
    began = datetime.now(UTC)
    into.mkdir(parents=True, exist_ok=True)
    draft, final = into / f"{began:{STAMP}}.new", into / f"{began:{STAMP}}"
    if final.exists():
        raise StartError(f"{final} is there already: two backups within one second.")
    draft.mkdir(mode=0o700)
    try:
        console.step("Backing up the databases")
        rows = count_rows(plan.databases)
        taken_at = base_backup(plan, draft / "postgres")
        console.step("Backing up files, keys and the broker's definitions")
        pack(layout.run / "media", draft / "media.tar")
        pack(layout.run / "secrets", draft / "secrets.tar")
        write_private(draft / "state.json", layout.state_file.read_text())
        if "rabbitmq" in plan.private:
            write_private(draft / "rabbitmq-definitions.json", json.dumps(definitions(plan.broker_management)))
        manifest = {
            "taken_at": taken_at.isoformat(),
            "postgres_major": int((draft / "postgres" / "PG_VERSION").read_text()),
            "rows": rows,
            "files": {name: checksum(draft / name) for name in sorted(names_in(draft))},
        }
        write_private(draft / MANIFEST, json.dumps(manifest, indent=2))
        verify(Backup.read(draft))
        os.replace(draft, final)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    note(plan.databases["auth"], console)
    console.step(f"Verified: {final} ({size_of(final) / 2**20:.0f} MiB)")
    if keep_days:
        for old in expired(into, datetime.now(UTC) - timedelta(days=keep_days)):
            shutil.rmtree(old)
            console.step(f"Removed {old.name}, older than {keep_days} days")
    return Backup.read(final)


def base_backup(plan: Plan, folder: Path) -> datetime:
    """Copy the server's data with the WAL that makes them consistent; return the instant they stand for."""
    parts = urlsplit(plan.databases["auth"])
    command = [
        *(str(program("pg_basebackup")), "--pgdata", str(folder), "--format", "plain", "--wal-method", "stream"),
        *("--checkpoint", "fast", "--manifest-checksums", "SHA256", "--no-password"),
        *("--host", str(parts.hostname), "--port", str(parts.port), "--username", str(parts.username)),
    ]
    run(command, {"PGPASSWORD": str(parts.password)}, "pg_basebackup failed.")
    folder.chmod(0o700)
    # The data are those of the end of the copying.
    return datetime.now(UTC)


def definitions(management_url: str) -> Any:
    """Return RabbitMQ's users, rights, queues and policies, as its management API exports them."""
    parts = urlsplit(management_url)
    login = base64.b64encode(f"{parts.username}:{parts.password}".encode()).decode()
    request = urllib.request.Request(
        f"{parts.scheme}://{parts.hostname}:{parts.port}/api/definitions", headers={"Authorization": f"Basic {login}"}
    )
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=20) as answer:
            return json.load(answer)
    except (OSError, ValueError) as error:
        raise StartError(f"RabbitMQ's definitions could not be read: {error}") from error


def pack(folder: Path, archive: Path) -> None:
    """Put a folder into a tar file, whatever appears or disappears in it meanwhile."""
    with tarfile.open(archive, "w") as tar:
        for path in sorted(folder.rglob("*")) if folder.exists() else ():
            try:
                tar.add(path, arcname=str(path.relative_to(folder)), recursive=False)
            except FileNotFoundError:
                continue  # deleted since it was listed
    archive.chmod(0o600)


def verify(backup: Backup) -> None:
    """Read everything again. Raises `StartError` naming what is not as it was written."""
    for name, expected in backup.manifest["files"].items():
        file = backup.folder / name
        if not file.exists() or checksum(file) != expected:
            raise StartError(f"{file} is missing or not as it was written: this backup can't be trusted.")
    command = [str(program("pg_verifybackup")), "--quiet", str(backup.folder / "postgres")]
    run(command, {}, f"{backup.folder / 'postgres'} is not as it was written: this backup can't be trusted.")


def count_rows(databases: dict[str, str]) -> dict[str, int]:
    """Count what a restore counts again; tables that are not there are left out."""
    found = {}
    for service in SERVICES:
        for table in COUNTED[service.database]:
            url = databases[service.name]
            answer = subprocess.run(
                [str(program("psql")), "--no-psqlrc", "-qAt", "-c", f"SELECT count(*) FROM {table}", url],  # noqa: S608
                capture_output=True,
                text=True,
                check=False,
            )
            if answer.returncode == 0:
                found[f"{service.database}.{table}"] = int(answer.stdout)
    return found


def note(url: str, console: Console) -> None:
    """Let auth know, as its `note_backup` does: the metric of the backup's age counts from it."""
    statement = (
        "INSERT INTO outbox_ticks (name, taken_at) VALUES ('backup', clock_timestamp())"
        " ON CONFLICT (name) DO UPDATE SET taken_at = excluded.taken_at"
    )
    try:
        run([str(program("psql")), "--no-psqlrc", "-qc", statement, url], {}, "")
    except StartError:
        console.step("The backup could not be noted in auth's database, so its age is not watched")


def expired(into: Path, before: datetime) -> list[Path]:
    """Return the backups older than that, but never the newest."""
    dated = []
    for folder in into.iterdir():
        try:
            dated.append((datetime.strptime(folder.name, STAMP).replace(tzinfo=UTC), folder))
        except ValueError:
            continue
    return [folder for moment, folder in sorted(dated)[:-1] if moment < before]


def names_in(folder: Path) -> list[str]:
    """Return our own files of a backup; PostgreSQL's have a manifest of their own."""
    return [path.name for path in folder.iterdir() if path.is_file()] + ["postgres/backup_manifest"]


def checksum(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while part := stream.read(2**20):
            digest.update(part)
    return digest.hexdigest()


def size_of(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def program(name: str) -> Path:
    """Return one of PostgreSQL's programs."""
    folder = postgres_bin()
    if folder is None or not (folder / name).exists():
        raise StartError(f"PostgreSQL's {name} is not installed.")
    return folder / name


def run(command: list[str], environment: dict[str, str], failure: str, **where: Any) -> str:
    done: subprocess.CompletedProcess[str] = subprocess.run(
        command,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        **where,
    )
    if done.returncode:
        raise StartError(failure, log_tail=(done.stderr or done.stdout)[-2000:])
    output: str = done.stdout
    return output


def elapsed_since(began: float) -> str:
    return f"{time.monotonic() - began:.0f} s"
