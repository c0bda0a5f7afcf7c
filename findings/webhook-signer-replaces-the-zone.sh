#!/usr/bin/env bash
# The Python signer of Standard Webhooks signs another moment for a time that carries a zone other than UTC
#
# Expected: Webhook.sign(msg_id, timestamp, data) takes a datetime, so an aware one means one moment whatever its zone,
#   and the signature fits the header webhook-timestamp with that moment's seconds.
# Happens: the zone is replaced by UTC, not converted. For 12:00 in Berlin the signature covers 12:00 UTC, while the
#   header, written from datetime.timestamp() as usual, says 11:00 UTC. No error is raised; the same library's verify
#   and the JavaScript one refuse the message as not signed with the secret. A local time without a zone goes wrong in
#   the same way. Beside a server that runs in UTC every test passes.
# Why it matters here: Django gives aware times in the active zone to whoever calls timezone.localtime(), and deliveries
#   are signed again at each retry. The delivery takes whole seconds of UTC once, signs these and sends these.
#
# standardwebhooks 1.1.0 (PyPI), standardwebhooks 1.1.1 (npm).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check standardwebhooks==1.1.0 tzdata 2>/dev/null
npm install --silent --no-audit --no-fund --prefix . standardwebhooks@1.1.1 >/dev/null
cat > sign.py <<'PY'
import json
from datetime import UTC, datetime
from importlib.metadata import version
from zoneinfo import ZoneInfo

from standardwebhooks import Webhook, WebhookVerificationError

hook = Webhook("whsec_" + "c2VjcmV0IG9mIHRoaXMgZXhhbXBsZSwgMzIgYnl0ZXM=")
moment = datetime.now(UTC).replace(microsecond=0)
seconds = str(int(moment.timestamp()))
signed = {}
print("standardwebhooks", version("standardwebhooks"))
for zone in ("UTC", "Europe/Berlin", "America/Lima"):
    same = moment.astimezone(ZoneInfo(zone))
    headers = {"webhook-id": "msg_1", "webhook-timestamp": seconds, "webhook-signature": hook.sign("msg_1", same, "{}")}
    try:
        hook.verify("{}", headers)
        answer = "accepted"
    except WebhookVerificationError as error:
        answer = str(error)
    print(f"{zone:15} Python: {answer}")
    signed[zone] = {"headers": headers, "python": answer}
with open("signed.json", "w") as file:
    json.dump(signed, file)
if [each["python"] == "accepted" for each in signed.values()] != [True, False, False]:
    raise SystemExit(f"changed: {signed}")
PY
venv/bin/python sign.py
cat > verify.mjs <<'JS'
import { readFileSync } from 'node:fs';
import { Webhook } from 'standardwebhooks';
const hook = new Webhook('whsec_c2VjcmV0IG9mIHRoaXMgZXhhbXBsZSwgMzIgYnl0ZXM=');
const answers = Object.entries(JSON.parse(readFileSync('signed.json', 'utf8'))).map(([zone, { headers }]) => {
  let answer = 'accepted';
  try {
    hook.verify('{}', headers);
  } catch (error) {
    answer = error.message;
  }
  console.log(`${zone.padEnd(15)} JavaScript: ${answer}`);
  return answer === 'accepted';
});
if (String(answers) !== 'true,false,false') throw new Error(`changed: ${answers}`);
JS
node verify.mjs
