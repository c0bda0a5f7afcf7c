#!/usr/bin/env bash
# JSON Schema: `format: date-time` and `format: duration` mean something else in the browser and in the service
#
# Expected: with formats switched on, ajv-formats in the browser and jsonschema in Python accept the same texts, since
#   both name RFC 3339 and ISO 8601 as their source.
# Happens: ajv-formats takes a blank instead of the T and an offset without its colon, which jsonschema and
#   jsonschema-rs refuse; jsonschema takes the fraction in "PT0.5H" and the sign in "-P1D", which the others refuse.
#   All three agree on the common forms, so a test with one good and one bad value does not notice.
# Why it matters here: a deadline that the form accepts ends as a dead letter of the service, or a negative SLA passes
#   the service's schema. Where browser and service check the same field, one list of examples is run through both,
#   and the service's own parser has the last word.
#
# ajv 8.20.0 with ajv-formats 3.0.1, jsonschema 4.26.0 with its extra `format-nongpl`, jsonschema-rs 0.60.3.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check 'jsonschema[format-nongpl]==4.26.0' jsonschema-rs==0.60.3 2>/dev/null
npm init -y > /dev/null
npm install --silent --no-audit --no-fund ajv@8.20.0 ajv-formats@3.0.1
cat > values.json <<'J'
[["date-time", "2026-12-01T10:00:00Z"], ["date-time", "2026-12-01 10:00:00Z"], ["date-time", "2026-12-01T10:00:00+0100"],
 ["date-time", "2026-12-01T10:00:00"], ["duration", "PT4H"], ["duration", "PT0.5H"], ["duration", "-P1D"]]
J
cat > browser.mjs <<'JS'
import { readFileSync } from 'node:fs';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';
const ajv = addFormats(new Ajv());
const values = JSON.parse(readFileSync('values.json', 'utf8'));
console.log(JSON.stringify(values.map(([format, value]) => ajv.validate({ type: 'string', format }, value))));
JS
node browser.mjs > browser.json
cat > compare.py <<'PY'
import json
from importlib.metadata import version

import jsonschema, jsonschema_rs

checker = jsonschema.FormatChecker()
print(f"ajv 8.20.0 / ajv-formats 3.0.1, jsonschema {version('jsonschema')}, jsonschema-rs {version('jsonschema-rs')}")
rows = {}
for (name, value), in_browser in zip(json.load(open("values.json")), json.load(open("browser.json")), strict=True):
    schema = {"type": "string", "format": name}
    plain = jsonschema.Draft202012Validator(schema, format_checker=checker).is_valid(value)
    fast = jsonschema_rs.validator_for(schema, validate_formats=True).is_valid(value)
    rows[value] = (in_browser, plain, fast)
    print(f"{name:10} {value:26} ajv {in_browser!s:5}  jsonschema {plain!s:5}  jsonschema-rs {fast!s:5}")
assert rows == {
    "2026-12-01T10:00:00Z": (True, True, True),
    "2026-12-01 10:00:00Z": (True, False, False),
    "2026-12-01T10:00:00+0100": (True, False, False),
    "2026-12-01T10:00:00": (False, False, False),
    "PT4H": (True, True, True),
    "PT0.5H": (False, True, False),
    "-P1D": (False, True, False),
}, rows
PY
venv/bin/python compare.py
echo "unchanged: the validators accept different date-times and durations"
