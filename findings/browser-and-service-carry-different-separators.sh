#!/usr/bin/env bash
# The same locale separates thousands in one way in the browser's Intl and in another in Python's Babel
#
# Expected: Intl.NumberFormat in the browser and Babel in the service both take their number formats from CLDR, so an
#   amount that one of them writes for a locale is read by the other.
# Happens: each carries the edition of CLDR that it was built with. Node.js 26.10 (ICU 78) has CLDR 48, in which Austria
#   separates thousands by a no-break space; Babel 2.19 has CLDR 49, in which it is a point. Babel refuses the
#   browser's "12 345,5" for de_AT. Besides, CLDR asks Spanish, Portuguese and Polish to leave the separator out of
#   four-digit numbers: Intl does ("1234,5"), Babel's default does not ("1.234,5"), so a list made from both differs.
#   Reading is no safer: "1.234" is a thousand for de_AT and one and a bit for de_CH, without an error in either.
# Why it matters here: amounts decide approvals. Numbers travel between browser and service as JSON numbers or plain
#   decimal text; only one side formats what people read, and nothing parses what was formatted for them.
#
# Node.js 26.10.0 (npm package `node`), Babel 2.19.0.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check babel==2.19.0 2>/dev/null
npm install --silent --no-audit --no-fund --prefix . node@26.10.0 >/dev/null
cat > write.mjs <<'JS'
const written = {};
for (const locale of ['de-AT', 'es', 'pt-PT', 'pl', 'de-DE']) {
  const format = new Intl.NumberFormat(locale, { minimumFractionDigits: 1 });
  written[locale] = [format.format(1234.5), format.format(12345.5)];
}
console.log(JSON.stringify({ version: process.version, cldr: process.versions.cldr, written }));
JS
node_modules/.bin/node write.mjs > written.json
cat > read.py <<'PY'
import json
from importlib.metadata import version

from babel.core import get_cldr_version
from babel.numbers import NumberFormatError, format_decimal, parse_decimal

browser = json.load(open("written.json"))
print(f"Node.js {browser['version']} with CLDR {browser['cldr']}, Babel {version('babel')} with CLDR {get_cldr_version()}")


def read(text: str, locale: str) -> str:
    try:
        return str(parse_decimal(text, locale=locale))
    except NumberFormatError:
        return "refused"


differing = {}
for locale, texts in browser["written"].items():
    name = locale.replace("-", "_")
    for text, value in zip(texts, (1234.5, 12345.5)):
        own = format_decimal(value, locale=name)
        understood = read(text, name)
        print(f"{locale:6} browser {text!r:14} Babel {own!r:14} Babel reads the browser's as {understood}")
        if text != own or understood == "refused":
            differing.setdefault(locale, []).append(understood)
ambiguous = {name: read("1.234", name) for name in ("de_AT", "de_CH")}
print(f"Babel reads '1.234' as {ambiguous}")
expected = {"de-AT": ["refused", "refused"], "es": ["1234.5"], "pt-PT": ["1234.5"], "pl": ["1234.5"]}
if differing != expected or ambiguous != {"de_AT": "1234", "de_CH": "1.234"}:
    raise SystemExit(f"changed: {differing}, {ambiguous}")
PY
venv/bin/python read.py
