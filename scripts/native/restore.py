"""Put a backup back, or try whether it could be: a drill beside the running copy."""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from native import ports
from native.backup import Backup, count_rows, elapsed_since, program, run, verify
from native.console import Console, StartError
from native.down import down
from native.layout import Layout
from native.manage import command_of
from native.plan import DEVELOPMENT_DATABASE_LOGIN, Options
from native.processes import MARK
from native.servers import postgres_folder, unprivileged_account
from native.services import BY_NAME, SERVICES
from native.state import State
from native.up import up

#: How long before the backup a message may have been published that nobody had consumed at its instant.
REPLAY = timedelta(days=1)


def restore(layout: Layout, folder: Path, console: Console, *, data_only: bool = False) -> None:
    """Replace this copy's data by the backup's, start it, and publish again what may not have been consumed.

    What was here is moved beside: nothing is deleted. With `data_only` nothing is started.
    """
    began = time.monotonic()
    backup = Backup.read(folder)
    console.step(f"Verifying {folder.name}")
    verify(backup)
    down(layout, console)
    put_back(layout, backup, console)
    if data_only:
        return
    up(layout, Options(auto_ports=True), console)
    since = (backup.taken_at - REPLAY).isoformat()
    for service in SERVICES:
        words, where, environment = command_of(layout, service, ("replay_outbox", "--since", since))
        said = run(words, environment, f"{service.folder}: replay_outbox failed.", cwd=where)
        console.step(f"{service.folder}: {said.strip().splitlines()[-1]}")
    console.step(f"Restored to {backup.taken_at:%Y-%m-%d %H:%M:%S} UTC in {elapsed_since(began)}")


def put_back(layout: Layout, backup: Backup, console: Console) -> None:
    """Move this copy's data beside and put the backup's in their place. Nothing may run here."""
    aside = layout.run / f"before-restore-{datetime.now(UTC):%Y%m%dT%H%M%S}"
    aside.mkdir(mode=0o700)
    for name in ("media", "secrets", "rabbitmq", "redis", "beat", "demo.json"):
        if (layout.run / name).exists():
            os.replace(layout.run / name, aside / name)
    if layout.state_file.exists():
        shutil.copy2(layout.state_file, aside)
    account = unprivileged_account()
    data = postgres_folder(layout, account) / "data"
    if data.exists():
        # Beside, and not into `aside`: it may lie on another disk.
        os.replace(data, data.with_name(f"data.{aside.name}"))
    place_database(backup, data)
    for name in ("media", "secrets"):
        unpack(backup.folder / f"{name}.tar", layout.run / name)
    # Ports and the like are this machine's; secrets are the backup's, as its data were made with them.
    state = State.of(layout)
    state.set("secrets", State(backup.folder / "state.json").get("secrets", {}))
    state.set("applied", "")
    if not any(aside.iterdir()):
        aside.rmdir()
        console.step("Put back; nothing was here before")
        return
    console.step(f"Put back; what was here is in {layout.shown(aside)} and beside the database")


def place_database(backup: Backup, data: Path) -> None:
    account = unprivileged_account()
    shutil.copytree(backup.folder / "postgres", data)
    data.chmod(0o700)
    if account is not None:
        for path in (data, *data.rglob("*")):
            os.chown(path, account.pw_uid, account.pw_gid, follow_symlinks=False)


def unpack(archive: Path, folder: Path) -> None:
    """Write the files of an archive below the folder. Links, devices and names that lead elsewhere are refused.

    Python 3.11 as Debian 12 has it lacks the filters of `tarfile`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tarfile.open(archive) as tar:
        for entry in tar:
            place = (folder / entry.name).resolve()
            if not (entry.isfile() or entry.isdir()) or not place.is_relative_to(folder.resolve()):
                raise tarfile.TarError(f"{archive.name}: {entry.name} can't be put below {folder}.")
            tar.extract(entry, folder)


def drill(layout: Layout, folder: Path, console: Console) -> None:
    """Restore into a folder of its own, check what is in it, and remove it. The running copy is not touched."""
    began = time.monotonic()
    backup = Backup.read(folder)
    verify(backup)
    console.step(f"{folder.name} is as it was written")
    with tempfile.TemporaryDirectory(prefix="ticket-tracking-drill-") as place:
        Path(place).chmod(0o755)  # PostgreSQL's own user must get through
        place_database(backup, Path(place) / "data")
        unpack(backup.folder / "media.tar", Path(place) / "media")
        unpack(backup.folder / "secrets.tar", Path(place) / "secrets")
        with database_server(Path(place) / "data") as port:
            base = f"postgres://{DEVELOPMENT_DATABASE_LOGIN}@127.0.0.1:{port}"
            urls = {service.name: f"{base}/{service.database}" for service in SERVICES}
            compare_rows(backup, urls)
            console.step(f"{len(backup.manifest['rows'])} tables hold at least the rows of the backup")
            for service, command in CHECKS:
                words, where, environment = command_of(layout, BY_NAME[service], (command,))
                environment |= {"DATABASE_URL": urls[service]}
                environment |= {"MEDIA_ROOT": str(Path(place) / "media" / BY_NAME[service].folder)}
                said = run(words, environment, f"{service}: {command} failed on the restored data.", cwd=where)
                console.step(f"{service}: {said.strip().splitlines()[-1]}")
    console.step(f"The drill took {elapsed_since(began)}; everything holds")


#: What is asked of restored data, beside their number.
CHECKS = (
    ("workflow", "verify_audit"),
    ("workflow", "verify_clocks"),
    ("messaging", "verify_attachments"),
)


def compare_rows(backup: Backup, urls: dict[str, str]) -> None:
    found = count_rows(urls)
    for table, counted in backup.manifest["rows"].items():
        if found.get(table, 0) < counted:
            raise StartError(f"{table} has {found.get(table, 0)} rows; the backup's manifest counted {counted}.")


@contextmanager
def database_server(data: Path) -> Iterator[int]:
    """Run PostgreSQL on these data at a free port of this machine."""
    account, port = unprivileged_account(), ports.next_free(29000)
    (data / "postmaster.pid").unlink(missing_ok=True)
    identity: dict[str, Any] = {}
    if account is not None:
        identity = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    settings = {"listen_addresses": "127.0.0.1", "unix_socket_directories": "", "shared_buffers": "32MB"}
    options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
    control = [str(program("pg_ctl")), "-D", str(data), "-w", "-t", "120"]
    log = data / "drill.log"
    done = subprocess.run(
        [*control, "-l", str(log), "-o", f"-p {port} {options}", "start"],
        cwd="/",
        env={"LC_ALL": "C.UTF-8", "PATH": os.environ.get("PATH", os.defpath), MARK: str(data)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
        **identity,
    )
    if done.returncode:
        raise StartError("PostgreSQL does not start on the restored data.", log_tail=log.read_text()[-2000:])
    try:
        yield port
    finally:
        run([*control, "-m", "fast", "stop"], {}, "PostgreSQL does not stop.", cwd="/", **identity)
