"""A backup on real servers: everything comes back, and what was touched is refused."""

from __future__ import annotations

import io
import json
import subprocess
import tarfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg2
import pytest

from native.backup import STAMP, Backup, expired, verify
from native.console import StartError
from native.plan import read_env_file
from native.restore import unpack

ROOT = Path(__file__).resolve().parents[2]


class Copy:
    """The servers of a run directory, with two databases and a file."""

    def __init__(self, run: Path, environment: dict[str, str]) -> None:
        self.run, self.environment = run, environment

    def script(self, name: str, *arguments: str, code: int = 0) -> str:
        command = [str(ROOT / "scripts" / name), *arguments]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=240, check=False)
        assert done.returncode == code, f"{name}: {done.returncode}: {done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    def up(self) -> None:
        self.script("up", "--servers-only", "--fast-disk")

    def sql(self, database: str, statement: str) -> list[tuple[object, ...]]:
        url = read_env_file(self.run / "env")["AUTH_DATABASE_URL"].rpartition("/")[0]
        with closing(psycopg2.connect(f"{url}/{database}")) as plain:
            plain.autocommit = True
            with plain.cursor() as cursor:
                cursor.execute(statement)
                return cursor.fetchall() if cursor.description else []


@pytest.fixture
def copy(tmp_path: Path, own_servers: Callable[[Path, int], dict[str, str]]) -> Iterator[Copy]:
    run = tmp_path / "run"
    found = Copy(run, own_servers(run, 31000))
    yield found
    found.script("down", "--wipe")


def test_what_was_backed_up_is_there_again_after_everything_is_gone(copy: Copy, tmp_path: Path) -> None:
    copy.up()
    for name, table in (("authservice", "users"), ("messagingservice", "comments")):
        copy.sql("postgres", f"CREATE DATABASE {name}")
        copy.sql(name, f"CREATE TABLE {table} AS SELECT generate_series(1, 500) AS id")
    (copy.run / "media" / "messaging").mkdir(parents=True)
    (copy.run / "media" / "messaging" / "file").write_bytes(b"an attachment")
    (copy.run / "secrets" / "jwt.pem").write_text("a key")
    secrets = json.loads((copy.run / "state.json").read_text())["secrets"]
    node = json.loads((copy.run / "state.json").read_text())["rabbitmq_node"]

    said = copy.script("backup", str(tmp_path / "backups"))

    (folder,) = (tmp_path / "backups").iterdir()
    assert str(folder) in said
    assert (folder.stat().st_mode & 0o077) == 0, "it holds keys"
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["rows"] == {"authservice.users": 500, "messagingservice.comments": 500}
    assert {user["name"] for user in json.loads((folder / "rabbitmq-definitions.json").read_text())["users"]} == {
        "admin"
    }

    # Another copy: nothing of the first is left, and its name at the broker is its own.
    copy.script("down", "--wipe")
    copy.run = tmp_path / "elsewhere"
    copy.environment["RUN_DIR"] = str(copy.run)
    copy.script("restore", str(folder), "--data-only")
    copy.up()

    assert copy.sql("authservice", "SELECT count(*), max(id) FROM users") == [(500, 500)]
    assert copy.sql("messagingservice", "SELECT count(*), max(id) FROM comments") == [(500, 500)]
    assert (copy.run / "media" / "messaging" / "file").read_bytes() == b"an attachment"
    assert (copy.run / "secrets" / "jwt.pem").read_text() == "a key"
    state = json.loads((copy.run / "state.json").read_text())
    assert state["secrets"].items() >= secrets.items()
    assert state["rabbitmq_node"] != node

    # And over what has changed since: that is kept beside.
    copy.sql("authservice", "DELETE FROM users")
    (copy.run / "media" / "messaging" / "file").write_bytes(b"changed")
    copy.script("restore", str(folder), "--data-only")
    assert (copy.run / "media" / "messaging" / "file").read_bytes() == b"an attachment"
    (aside,) = copy.run.glob("before-restore-*")
    assert (aside / "media" / "messaging" / "file").read_bytes() == b"changed"


def make(folder: Path, name: str = "x") -> Backup:
    """Write something that looks like a backup, without a database."""
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(
        json.dumps({"taken_at": "2026-03-01T00:00:00+00:00", "rows": {}, "files": {"media.tar": name}})
    )
    (folder / "media.tar").write_bytes(b"")
    return Backup.read(folder)


def test_a_touched_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(StartError, match=r"media\.tar is missing or not as it was written"):
        verify(make(tmp_path / "backup"))


def test_a_folder_that_is_no_backup_is_refused_and_nothing_is_moved(tmp_path: Path, copy: Copy) -> None:
    (copy.run / "media").mkdir(parents=True)
    (copy.run / "media" / "file").write_text("mine")

    assert "is no backup" in copy.script("restore", str(tmp_path), "--data-only", code=1)
    make(tmp_path / "backup")
    assert "can't be trusted" in copy.script("restore", str(tmp_path / "backup"), "--data-only", code=1)

    assert (copy.run / "media" / "file").read_text() == "mine"


def test_nothing_is_backed_up_where_nothing_runs(copy: Copy, tmp_path: Path) -> None:
    assert "scripts/up" in copy.script("backup", str(tmp_path / "backups"), code=1)
    assert not (tmp_path / "backups").exists()


def test_old_backups_go_and_the_newest_stays_however_old(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    old, older = (tmp_path / f"{now - timedelta(days=days):{STAMP}}" for days in (40, 50))
    for folder in (old, older, tmp_path / "notes"):
        folder.mkdir()

    assert expired(tmp_path, now - timedelta(days=30)) == [older]
    young = tmp_path / f"{now:{STAMP}}"
    young.mkdir()
    assert expired(tmp_path, now - timedelta(days=30)) == [older, old]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("../outside", tarfile.REGTYPE),
        ("/outside", tarfile.REGTYPE),
        ("link", tarfile.SYMTYPE),
        ("pipe", tarfile.FIFOTYPE),
    ],
)
def test_a_file_of_a_backup_can_leave_its_folder_nowhere(tmp_path: Path, name: str, kind: bytes) -> None:
    """An archive is read as data: names that lead elsewhere and what is no file are refused."""
    with tarfile.open(tmp_path / "bad.tar", "w") as tar:
        entry = tarfile.TarInfo(name)
        entry.type, entry.linkname = kind, ".."
        entry.size = 1 if kind == tarfile.REGTYPE else 0
        tar.addfile(entry, io.BytesIO(b"x"))
    with pytest.raises(tarfile.TarError):
        unpack(tmp_path / "bad.tar", tmp_path / "inside")
    assert not (tmp_path / "outside").exists()
