"""PgBouncer in transaction mode before the database of the tests."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

CONFIG = """\
[databases]
* = host={host} port={port} user={login}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {listen}
unix_socket_dir =
auth_type = plain
auth_file = {users}
pool_mode = transaction
; Each transaction gets the session that rested longest: whoever counts on having the last one again fails at once.
server_round_robin = 1
min_pool_size = 3
default_pool_size = 20
max_client_conn = 200
"""


@contextmanager
def pooled(url: str) -> Iterator[str]:
    """Run PgBouncer before the server of the URL and yield the URL through it. Needs the program of Debian's package.

    Each client signs in as the URL's user; startup options are refused, as upstream does by default.
    """
    program = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    assert program, "PgBouncer is missing: apt-get install pgbouncer"
    parts = urlsplit(url)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        listen = probe.getsockname()[1]
    login, password = unquote(parts.username or ""), unquote(parts.password or "")
    with tempfile.TemporaryDirectory(prefix="pooler-") as place:
        folder = Path(place)
        users, config, log = folder / "users.txt", folder / "pgbouncer.ini", folder / "pgbouncer.log"
        users.write_text(f'"{login}" "{password}"\n')
        config.write_text(
            CONFIG.format(host=parts.hostname, port=parts.port or 5432, login=login, listen=listen, users=users)
        )
        command = [program, str(config)]
        if os.geteuid() == 0:  # it refuses to run as root
            for path in (folder, users, config):
                shutil.chown(path, "nobody")
            command = [program, "-u", "nobody", str(config)]
        with log.open("wb") as output:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output)  # noqa: S603
        try:
            _await(listen, process, log)
            yield urlunsplit(parts._replace(netloc=f"{parts.netloc.rpartition('@')[0]}@127.0.0.1:{listen}"))
        finally:
            process.terminate()
            process.wait(timeout=10)


def _await(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 10
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)
        else:
            return
