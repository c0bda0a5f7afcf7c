"""A real IMAP server for tests: Dovecot on a port of its own, with one mailbox in a folder that goes with the test."""

from __future__ import annotations

import getpass
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from imap_tools import BaseMailBox, MailBoxUnencrypted

USER, PASSWORD = "support", "secret of the tests"

CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
{users}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {folder}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/home
}}
first_valid_uid = 1
mail_location = maildir:{folder}/home/Maildir
namespace inbox {{
  inbox = yes
  separator = /
}}
"""


class ImapPeer:
    """Starts, stops and starts again on the same port, with the mails that it had."""

    def __init__(self) -> None:
        program = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
        assert program, "Dovecot is missing: apt-get install dovecot-imapd"
        self.program = program
        self.folder = Path(tempfile.mkdtemp(prefix="imap-"))
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.process: subprocess.Popen[bytes] | None = None
        self._write_config()

    def _write_config(self) -> None:
        is_root = os.geteuid() == 0
        # Dovecot gives no mail to root; what it runs as otherwise are users of its package.
        owner = pwd.getpwnam("nobody") if is_root else pwd.getpwuid(os.geteuid())
        me = getpass.getuser()
        users = (
            ""
            if is_root
            else f"default_internal_user = {me}\ndefault_login_user = {me}\ndefault_internal_group = {owner.pw_gid}"
        )
        (self.folder / "home").mkdir()
        (self.folder / "users").write_text(f"{USER}:{PASSWORD}\n")
        (self.folder / "dovecot.conf").write_text(
            CONFIG.format(folder=self.folder, port=self.port, users=users, uid=owner.pw_uid, gid=owner.pw_gid)
        )
        self.folder.chmod(0o755)
        os.chown(self.folder / "home", owner.pw_uid, owner.pw_gid)
        (self.folder / "users").chmod(0o644)

    def start(self) -> None:
        self.process = subprocess.Popen(
            [self.program, "-F", "-c", str(self.folder / "dovecot.conf")], stderr=subprocess.PIPE
        )
        deadline = time.monotonic() + 60
        while True:
            try:
                self.client().logout()
            except OSError:
                assert time.monotonic() < deadline, self._log()
                assert self.process.poll() is None, self._log()
                time.sleep(0.1)
            else:
                return

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(30)
            self.process = None

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _log(self) -> str:
        log = self.folder / "log"
        return log.read_text() if log.exists() else "no log"

    def client(self) -> BaseMailBox:
        return MailBoxUnencrypted("127.0.0.1", self.port, timeout=30).login(USER, PASSWORD)

    def deliver(self, raw: bytes) -> None:
        box = self.client()
        box.append(raw, "INBOX")
        box.logout()

    def subjects(self, folder: str = "INBOX") -> list[str]:
        box = self.client()
        try:
            if not box.folder.exists(folder):
                return []
            box.folder.set(folder)
            return [mail.subject for mail in box.fetch(mark_seen=False)]
        finally:
            box.logout()
