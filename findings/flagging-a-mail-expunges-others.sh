#!/usr/bin/env bash
# imap-tools: setting a flag, and moving on a server that can move, expunge what others have marked as deleted
#
# Expected: `flag` sets a flag on the named mails and touches no other; `move` uses MOVE (RFC 6851) where the server
#   has it, which removes the moved mails only.
# Happens: `flag` sends EXPUNGE after each STORE, so every mail of the folder that anybody has marked as deleted is gone.
#   `move` looks for MOVE among the capabilities that the server named before the login; Dovecot names it after the
#   login only, so the mail is copied, marked as deleted, and the folder is expunged, with the same loss.
# Why it matters here: the mailbox may be one that people look into, and mail programs keep what a person deleted
#   marked until they leave the folder. Ask for the capabilities again after the login, then `move` moves; mark by
#   `client.uid("STORE", …)`.
#
# imap-tools 1.16.0, Dovecot 2.3.19 (Debian 12, dovecot-imapd; run as root).
set -euo pipefail
folder=$(mktemp -d)
trap 'test ! -s "$folder/run/master.pid" || kill "$(cat "$folder/run/master.pid")" 2>/dev/null || true; sleep 1; rm -rf "$folder"' EXIT
cd "$folder"
chmod 755 .
command -v dovecot > /dev/null || PATH=$PATH:/usr/sbin
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check imap-tools==1.16.0 2>/dev/null
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
mkdir home && chown nobody home && echo "support:secret" > users && chmod 644 users
cat > dovecot.conf <<CONF
base_dir = $folder/run
state_dir = $folder/state
log_path = $folder/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
service anvil {
  chroot =
}
service imap-login {
  chroot =
  inet_listener imap {
    port = $port
  }
  inet_listener imaps {
    port = 0
  }
}
passdb {
  driver = passwd-file
  args = scheme=PLAIN $folder/users
}
userdb {
  driver = static
  args = uid=nobody gid=nogroup home=$folder/home
}
first_valid_uid = 1
mail_location = maildir:$folder/home/Maildir
CONF
dovecot -c dovecot.conf
cat > run.py <<'PY'
import sys
import time

from imap_tools import MailBoxUnencrypted

port = int(sys.argv[1])
print("imap-tools 1.16.0")


def login():
    for _ in range(100):
        try:
            return MailBoxUnencrypted("127.0.0.1", port, timeout=20).login("support", "secret")
        except OSError:
            time.sleep(0.1)
    raise SystemExit("Dovecot does not answer")


def fresh():
    """Return a folder with one mail that somebody has marked as deleted, and one that is ours."""
    box = login()
    box.delete(box.uids("ALL"))
    for subject in ("theirs", "ours"):
        box.append(f"Subject: {subject}\r\n\r\nHello".encode(), "INBOX")
    theirs, ours = box.uids("ALL")
    box.client.uid("STORE", theirs, "+FLAGS", r"(\Deleted)")
    return box, ours


def left(box):
    return [mail.subject for mail in box.fetch(mark_seen=False)]


box, ours = fresh()
box.folder.create("Done")
box.flag([ours], r"\Flagged", True)
print(f"after flag: {left(box)}")
box, ours = fresh()
box.move([ours], "Done")
print(f"after move, MOVE known: {'MOVE' in box.client.capabilities}: {left(box)}")
box, ours = fresh()
_, answer = box.client.capability()
box.client.capabilities = tuple(answer[-1].decode().upper().split())
box.move([ours], "Done")
print(f"after move, MOVE known: {'MOVE' in box.client.capabilities}: {left(box)}")
PY
venv/bin/python run.py "$port" | tee seen.txt
diff - seen.txt <<'SEEN'
imap-tools 1.16.0
after flag: ['ours']
after move, MOVE known: False: []
after move, MOVE known: True: ['theirs']
SEEN
echo "unchanged: flagging and moving expunge what others have marked as deleted"
