#!/usr/bin/env bash
# A long Message-ID in In-Reply-To is written by Python as encoded words, which an IMAP library hands out as they are
#
# Expected: `EmailMessage` writes `In-Reply-To: <id@host>` as given; where a line is too long it is folded at a blank,
#   and any library that reads the mail finds the id again.
# Happens: an id without a blank that does not fit into 78 characters, as large hosters make them, is turned into
#   RFC 2047 encoded words ("=?utf-8?q?=3C..."), which are not allowed in this header. The header Message-ID itself is
#   spared, In-Reply-To, References and List-Unsubscribe are not. mailparser (Node.js) decodes the words and finds the
#   id; imap-tools (Python) returns the raw words, so a lookup by id finds nothing. Django 5.2's EmailMessage, which
#   builds on the older policy, folds correctly; code moved to `email.message.EmailMessage` changes without a warning.
# Why it matters here: answers to a notification are matched to their ticket by these headers; the thread breaks only
#   for senders with long ids. Write such mails with a policy of `max_line_length=998` (None, documented as "no
#   wrapping", makes `set_content` raise a TypeError in Python 3.11).
#
# Python's own email package (3.11 and newer), imap-tools 1.16.0, mailparser 3.14.2.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check imap-tools==1.16.0 2>/dev/null
npm init -y > /dev/null
npm install --silent --no-audit --no-fund mailparser@3.14.2
cat > write.py <<'PY'
import sys
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

IDENTIFIER = "<" + "a" * 30 + "." + "b" * 40 + "@mail.outbound.example.com>"
for name, policy in (("usual", default), ("unfolded", default.clone(max_line_length=998))):
    message = EmailMessage(policy=policy)
    message["Message-ID"] = message["In-Reply-To"] = IDENTIFIER
    message.set_content("Yes, please.")
    Path(f"{name}.eml").write_bytes(message.as_bytes())
print(f"Python {sys.version_info.major}.{sys.version_info.minor} or newer, imap-tools 1.16.0, mailparser 3.14.2")
PY
cat > read.mjs <<'JS'
import { readFileSync } from 'node:fs';
import { simpleParser } from 'mailparser';
for (const name of ['usual', 'unfolded']) {
  const mail = await simpleParser(readFileSync(`${name}.eml`));
  console.log(`mailparser, ${name}: same id as written: ${mail.inReplyTo === mail.messageId}`);
}
JS
cat > read.py <<'PY'
from pathlib import Path

from imap_tools import MailMessage

for name in ("usual", "unfolded"):
    mail = MailMessage.from_bytes(Path(f"{name}.eml").read_bytes())
    answer, own = mail.headers["in-reply-to"][0], mail.headers["message-id"][0]
    print(f"imap-tools, {name}: same id as written: {answer.strip() == own.strip()}, starts {answer.strip()[:12]!r}")
PY
venv/bin/python write.py
{ venv/bin/python read.py; node read.mjs; } | tee seen.txt
diff - seen.txt <<'SEEN'
imap-tools, usual: same id as written: False, starts '=?utf-8?q?=3'
imap-tools, unfolded: same id as written: True, starts '<aaaaaaaaaaa'
mailparser, usual: same id as written: true
mailparser, unfolded: same id as written: true
SEEN
echo "unchanged: long ids in In-Reply-To are written as encoded words"
