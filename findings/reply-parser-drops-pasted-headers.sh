#!/usr/bin/env bash
# mail-parser-reply: lines like "From: / To: / Subject:" in the middle of an answer end it
#
# Expected: the header block that Outlook puts above the quoted mail is recognised by being one (a date line, an
#   address, nothing but quoted text below), so that what a person wrote themselves is kept.
# Happens: any three lines of that shape are taken for the start of an older mail. In an answer that quotes a log or
#   an alert, everything from there to the end, the person's own question included, is missing from `parse_reply`.
#   `read` shows the rest as a second reply, so nothing is lost there, but the text alone gives no hint.
# Why it matters here: agents and requesters paste alerts and mail headers into answers all day. The comment made from
#   a mail keeps the whole text within reach (as a file or behind "show more"), and the cut part is never discarded.
#
# mail-parser-reply 1.36.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check mail-parser-reply==1.36 2>/dev/null
cat > read.py <<'PY'
from importlib.metadata import version

from mailparser_reply import EmailReplyParser

ANSWER = """The controller says:

From: sensor 12
To: controller
Subject: overload

and then it stops. Shall I restart it?
"""
print(f"mail-parser-reply {version('mail-parser-reply')}")
parser = EmailReplyParser(languages=["en", "de"])
kept, parts = parser.parse_reply(text=ANSWER), parser.read(text=ANSWER).replies
print(f"kept: {kept!r}")
print(f"parts: {[part.body for part in parts]!r}")
assert kept == "The controller says:", kept
assert len(parts) == 2 and "Shall I restart it?" in parts[1].body, parts
PY
venv/bin/python read.py
echo "unchanged: the question below the pasted lines is not part of the reply"
