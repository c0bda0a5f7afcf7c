#!/usr/bin/env bash
# iCalendar: an event of DURATION:PT8H across a clock change is seven hours long in two libraries and eight in a third
#
# Expected: RFC 5545 (3.3.6) says that hours of a duration are exact time: a night shift that starts at 22:00 on the
#   night the clocks go forward and lasts PT8H ends at 07:00, eight hours later.
# Happens: Python's icalendar and JavaScript's ical.js add the duration to the wall clock: 06:00, seven hours later.
#   node-ical ends at 07:00. The same file shows another end in a service and in a browser.
# Why it matters here: business hours imported from a shift calendar lose (or, in autumn, gain) an hour of SLA time
#   once a year. An importer computes the end of a DURATION event itself, in UTC.
#
# icalendar 7.3.0, ical.js 2.2.1, node-ical 0.26.1.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check icalendar==7.3.0 2>/dev/null
npm init -y > /dev/null
npm install --silent --no-audit --no-fund ical.js@2.2.1 node-ical@0.26.1
cat > shift.txt <<'ICS'
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Example//Shifts//EN
BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:STANDARD
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19700329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
END:VTIMEZONE
BEGIN:VEVENT
UID:night-shift
DTSTAMP:20260101T000000Z
DTSTART;TZID=Europe/Berlin:20260328T220000
DURATION:PT8H
SUMMARY:Night shift
END:VEVENT
END:VCALENDAR
ICS
sed 's/$/\r/' shift.txt > shift.ics
cat > read.mjs <<'JS'
import { readFileSync } from 'node:fs';
import ICAL from 'ical.js';
import nodeIcal from 'node-ical';
const text = readFileSync('shift.ics', 'utf8');
const calendar = new ICAL.Component(ICAL.parse(text));
for (const zone of calendar.getAllSubcomponents('vtimezone')) ICAL.TimezoneService.register(zone);
const event = new ICAL.Event(calendar.getFirstSubcomponent('vevent'));
const other = Object.values(nodeIcal.sync.parseICS(text)).find((item) => item.type === 'VEVENT');
const hours = (start, end) => (end - start) / 3600000;
console.log(`ical.js 2.2.1: ${hours(event.startDate.toJSDate(), event.endDate.toJSDate())} hours`);
console.log(`node-ical 0.26.1: ${hours(other.start, other.end)} hours`);
JS
cat > read.py <<'PY'
from datetime import UTC
from importlib.metadata import version
from pathlib import Path

import icalendar

(event,) = icalendar.Calendar.from_ical(Path("shift.ics").read_bytes()).walk("VEVENT")
length = event.end.astimezone(UTC) - event.start.astimezone(UTC)
print(f"icalendar {version('icalendar')}: {length.total_seconds() / 3600:g} hours")
PY
{ venv/bin/python read.py; node read.mjs; } | tee seen.txt
diff - seen.txt <<'SEEN'
icalendar 7.3.0: 7 hours
ical.js 2.2.1: 7 hours
node-ical 0.26.1: 8 hours
SEEN
echo "unchanged: two of three libraries add an exact duration to the wall clock"
