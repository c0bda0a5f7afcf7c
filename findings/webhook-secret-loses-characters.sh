#!/usr/bin/env bash
# A webhook secret in URL-safe base64 is another key in the Python library, and no key in the JavaScript one
#
# Expected: a secret that holds "-" or "_" (secrets.token_urlsafe gives such ones) is decoded as URL-safe base64, or
#   refused by both sides as not being base64.
# Happens: the Python library decodes leniently and leaves those characters out. Depending on how many there are, the
#   key is some bytes shorter, or an error about padding comes up: which one is up to chance at each new secret. The
#   JavaScript library refuses the secret. So the sender signs without a complaint, and a receiver that was given the
#   bytes themselves finds no signature that fits.
# Why it matters here: secrets for webhooks are made by the service, and typed into receivers of every language. The
#   service makes them in the standard alphabet and takes no other.
#
# standardwebhooks 1.1.0 (PyPI), standardwebhooks 1.1.1 (npm).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check standardwebhooks==1.1.0 2>/dev/null
npm install --silent --no-audit --no-fund --prefix . standardwebhooks@1.1.1 >/dev/null
cat > sign.py <<'PY'
import base64
import json
from datetime import UTC, datetime
from importlib.metadata import version

from standardwebhooks import Webhook

print("standardwebhooks", version("standardwebhooks"))
now = datetime.now(UTC).replace(microsecond=0)
outcomes, secrets = [], []
plain = base64.urlsafe_b64encode(b"a key for this example, padded").decode()
for special in range(5):
    secret = "-" * special + plain[special:]
    key = base64.urlsafe_b64decode(secret)
    try:
        signature = Webhook("whsec_" + secret).sign("msg_1", now, "{}")
        outcome = "same key" if signature == Webhook(key).sign("msg_1", now, "{}") else "another key"
    except ValueError as error:
        outcome = f"error ({error})"
    print(f"{special} special characters, Python: {outcome}")
    outcomes.append(outcome.split(" (")[0])
    secrets.append(secret)
with open("secrets.json", "w") as file:
    json.dump(secrets, file)
if outcomes != ["same key", "another key", "another key", "error", "another key"]:
    raise SystemExit(f"changed: {outcomes}")
PY
venv/bin/python sign.py
cat > sign.mjs <<'JS'
import { readFileSync } from 'node:fs';
import { Webhook } from 'standardwebhooks';
const answers = JSON.parse(readFileSync('secrets.json', 'utf8')).map((secret, special) => {
  let answer = 'taken';
  try {
    new Webhook(`whsec_${secret}`);
  } catch (error) {
    answer = `refused (${error.message})`;
  }
  console.log(`${special} special characters, JavaScript: ${answer}`);
  return answer.split(' ')[0];
});
if (String(answers) !== 'taken,refused,refused,refused,refused') throw new Error(`changed: ${answers}`);
JS
node sign.mjs
