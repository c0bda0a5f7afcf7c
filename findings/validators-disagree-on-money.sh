#!/usr/bin/env bash
# JSON Schema: three validators disagree on whether 19.99 is a multiple of 0.01
#
# Expected: a form that declares an amount of money as {"type": "number", "multipleOf": 0.01} means the same in the
#   browser (ajv), in a Python service (jsonschema) and in one that chose the fast validator (jsonschema-rs).
# Happens: ajv and jsonschema divide binary floating-point numbers, so 19.99, 0.29, 4.35 and 8.2 are refused while 1.1
#   passes; jsonschema-rs accepts them all. ajv's way out, `multipleOfPrecision`,
#   is off unless set, and the Python package has none.
# Why it matters here: an amount typed into a form would be valid or not depending on which side looks first. Amounts
#   of money are declared as text with a pattern, or checked by code of one's own on decimals, never by `multipleOf`.
#
# ajv 8.20.0, jsonschema 4.26.0, jsonschema-rs 0.60.3.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check jsonschema==4.26.0 jsonschema-rs==0.60.3 2>/dev/null
npm init -y > /dev/null
npm install --silent --no-audit --no-fund ajv@8.20.0
cat > amounts.json <<'J'
[1.1, 0.29, 4.35, 8.2, 19.99]
J
cat > browser.mjs <<'JS'
import { readFileSync } from 'node:fs';
import Ajv from 'ajv';
const schema = { type: 'number', multipleOf: 0.01 };
const verdicts = (options) => {
  const validate = new Ajv(options).compile(schema);
  return JSON.parse(readFileSync('amounts.json', 'utf8')).map((amount) => validate(amount));
};
console.log(JSON.stringify({ ajv: verdicts({}), 'ajv with multipleOfPrecision': verdicts({ multipleOfPrecision: 6 }) }));
JS
node browser.mjs > browser.json
cat > compare.py <<'PY'
import json
from importlib.metadata import version

import jsonschema, jsonschema_rs

schema = {"type": "number", "multipleOf": 0.01}
amounts = json.load(open("amounts.json"))
found = json.load(open("browser.json"))
found["jsonschema"] = [jsonschema.Draft202012Validator(schema).is_valid(amount) for amount in amounts]
found["jsonschema-rs"] = [jsonschema_rs.validator_for(schema).is_valid(amount) for amount in amounts]
print(f"jsonschema {version('jsonschema')}, jsonschema-rs {version('jsonschema-rs')}, ajv 8.20.0")
print(f"{'amount':30}", *amounts, sep="\t")
for name, verdicts in found.items():
    print(f"{name:30}", *("valid" if verdict else "refused" for verdict in verdicts), sep="\t")
assert found["ajv"] == found["jsonschema"] == [True, False, False, False, False], found
assert found["jsonschema-rs"] == found["ajv with multipleOfPrecision"] == [True] * 5, found
PY
venv/bin/python compare.py
echo "unchanged: ajv and jsonschema refuse most amounts with cents, jsonschema-rs accepts them"
