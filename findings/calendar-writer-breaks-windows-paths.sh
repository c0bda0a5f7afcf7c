#!/usr/bin/env bash
# iCalendar: icalendar writes a backslash before a capital N as a line break, so a Windows path loses a letter for every reader
#
# Expected: RFC 5545 (3.3.11) says that a backslash in a text is written as two. "Cannot open \\FILES\Notes" comes back
#   from every reader as it was; escaping is undone when reading, and nothing is undone when writing.
# Happens: Python's icalendar takes \N in the value itself, a plain Python text, for an escaped line break: it writes
#   C:\nordic for C:\Nordic. The backslash and the N are gone, and vobject, ical.js and icalendar itself read "C:", a
#   line break and "ordic". C:\new passes, as only the capital is replaced, so an ordinary test with \n or \t finds
#   nothing. ical.js writes the same text right: it goes from JavaScript to Python whole, and not the other way.
# Why it matters here: subjects of tickets are full of paths (\\server\Network, C:\Notes). A feed that is read back with
#   the library that wrote it shows no error. The feed escapes its texts itself (workflow_api, feed_document.py).
#
# icalendar 7.3.0, vobject 0.9.9 (PyPI), ical.js 2.2.1 (npm).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check icalendar==7.3.0 vobject==0.9.9 2>/dev/null
npm init -y > /dev/null
npm install --silent --no-audit --no-fund ical.js@2.2.1
cat > texts.json <<'JSON'
["C:\\new\\table", "C:\\Nordic", "Cannot open \\\\FILES\\Notes"]
JSON
cat > write.py <<'PY'
import json
from datetime import UTC, datetime
from pathlib import Path

from icalendar import Calendar, Event

calendar = Calendar()
calendar.add("prodid", "-//Example//Paths//EN")
calendar.add("version", "2.0")
for number, text in enumerate(json.loads(Path("texts.json").read_text())):
    event = Event()
    event.add("uid", str(number))
    event.add("dtstamp", datetime(2026, 1, 1, tzinfo=UTC))
    event.add("dtstart", datetime(2026, 1, 1, tzinfo=UTC))
    event.add("summary", text)
    calendar.add_component(event)
Path("python.ics").write_bytes(calendar.to_ical())
PY
cat > write.mjs <<'JS'
import { readFileSync, writeFileSync } from 'node:fs';
import ICAL from 'ical.js';
const calendar = new ICAL.Component('vcalendar');
calendar.updatePropertyWithValue('prodid', '-//Example//Paths//EN');
calendar.updatePropertyWithValue('version', '2.0');
for (const [number, text] of JSON.parse(readFileSync('texts.json', 'utf8')).entries()) {
  const event = new ICAL.Component('vevent');
  event.updatePropertyWithValue('uid', String(number));
  event.updatePropertyWithValue('summary', text);
  calendar.addSubcomponent(event);
}
writeFileSync('javascript.ics', `${calendar}\r\n`);
JS
cat > read.py <<'PY'
import json
import sys
from pathlib import Path

import icalendar
import vobject

texts = json.loads(Path("texts.json").read_text())
name = sys.argv[1]
content = Path(f"{name}.ics").read_bytes()
read = {
    "icalendar": [str(event["summary"]) for event in icalendar.Calendar.from_ical(content).walk("VEVENT")],
    "vobject": [event.summary.value for event in vobject.readOne(content.decode()).vevent_list],
}
for reader, found in read.items():
    for text, seen in zip(texts, found, strict=True):
        print(f"{name}, {reader}: {json.dumps(text)} {'is whole' if seen == text else f'is {json.dumps(seen)}'}")
PY
cat > read.mjs <<'JS'
import { readFileSync } from 'node:fs';
import ICAL from 'ical.js';
const texts = JSON.parse(readFileSync('texts.json', 'utf8'));
for (const name of ['python', 'javascript']) {
  const calendar = new ICAL.Component(ICAL.parse(readFileSync(`${name}.ics`, 'utf8')));
  calendar.getAllSubcomponents('vevent').forEach((event, number) => {
    const seen = event.getFirstPropertyValue('summary');
    const fate = seen === texts[number] ? 'is whole' : `is ${JSON.stringify(seen)}`;
    console.log(`${name}, ical.js: ${JSON.stringify(texts[number])} ${fate}`);
  });
}
JS
venv/bin/python write.py
node write.mjs
{
  grep --text SUMMARY python.ics | tr -d '\r'
  venv/bin/python read.py python
  venv/bin/python read.py javascript
  node read.mjs
} | tee seen.txt
diff - seen.txt <<'SEEN'
SUMMARY:C:\\new\\table
SUMMARY:C:\nordic
SUMMARY:Cannot open \\\\FILES\notes
python, icalendar: "C:\\new\\table" is whole
python, icalendar: "C:\\Nordic" is "C:\nordic"
python, icalendar: "Cannot open \\\\FILES\\Notes" is "Cannot open \\\\FILES\notes"
python, vobject: "C:\\new\\table" is whole
python, vobject: "C:\\Nordic" is "C:\nordic"
python, vobject: "Cannot open \\\\FILES\\Notes" is "Cannot open \\\\FILES\notes"
javascript, icalendar: "C:\\new\\table" is whole
javascript, icalendar: "C:\\Nordic" is whole
javascript, icalendar: "Cannot open \\\\FILES\\Notes" is whole
javascript, vobject: "C:\\new\\table" is whole
javascript, vobject: "C:\\Nordic" is whole
javascript, vobject: "Cannot open \\\\FILES\\Notes" is whole
python, ical.js: "C:\\new\\table" is whole
python, ical.js: "C:\\Nordic" is "C:\nordic"
python, ical.js: "Cannot open \\\\FILES\\Notes" is "Cannot open \\\\FILES\notes"
javascript, ical.js: "C:\\new\\table" is whole
javascript, ical.js: "C:\\Nordic" is whole
javascript, ical.js: "Cannot open \\\\FILES\\Notes" is whole
SEEN
echo "unchanged: icalendar writes a line break where a path has a backslash and a capital N"
