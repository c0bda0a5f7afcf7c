#!/usr/bin/env bash
# Cron schedules in a time zone with summer time: three libraries do three things in the night the clocks go back
#
# Expected: `0 * * * *` (hourly) has no wall-clock time that could be missing or doubled, so in Europe/Berlin it runs
#   once in every hour of the year; `30 2 * * *` (daily) runs once in each night.
# Happens on 25 October 2026, when 02:00 to 02:59 comes twice: Celery's crontab computes the next run on the wall
#   clock, so the hourly job does not run in the second of these hours: two hours lie between two of its runs. croniter
#   runs the daily job twice, one hour apart. cronsim, which follows Debian's cron, runs the hourly job every hour and
#   the daily job once. In spring Celery runs the daily job at 03:30, half an hour after the other two (03:00).
# Why it matters here: an hourly sweep of deadlines in local time is late by an hour once a year, and a nightly digest
#   or backup can be made twice. Timers in a zone with summer time are intervals, or their cron lines are in UTC; who
#   shows "next run" with another library than the one that runs it shows another time in that night.
#
# Celery 5.7.0, croniter 7.0.0, cronsim 2.8, tzdata 2026.6. The clock of Celery's schedule is passed in (`nowfun`), as its tests do.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check celery==5.7.0 croniter==7.0.0 cronsim==2.8 tzdata==2026.6 2>/dev/null
cat > night.py <<'PY'
from datetime import datetime, timedelta, timezone
from importlib.metadata import version
from zoneinfo import ZoneInfo

from celery import Celery
from celery.schedules import crontab
from croniter import croniter
from cronsim import CronSim

ZONE = ZoneInfo("Europe/Berlin")
app = Celery(set_as_current=False)
app.conf.timezone = "Europe/Berlin"


def by_celery(line, start, end):
    minute, hour, *_ = line.split()
    now = last = start
    schedule = crontab(minute=minute, hour=hour, app=app, nowfun=lambda: now.astimezone(ZONE))
    while now < end:
        if schedule.is_due(last).is_due:
            last = now
            yield now
        now += timedelta(seconds=30)


def by_croniter(line, start, end):
    times = croniter(line, start.astimezone(ZONE))
    while (now := times.get_next(datetime).astimezone(timezone.utc)) < end:
        yield now


def by_cronsim(line, start, end):
    times = CronSim(line, start.astimezone(ZONE))
    while (now := next(times).astimezone(timezone.utc)) < end:
        yield now


# The runs in UTC, in the night of the change.
CASES = [
    ("back", "0 * * * *", (2026, 10, 24, 23, 30), 3, {
        "celery": ["00:00", "02:00"], "croniter": ["00:00", "01:00", "02:00"], "cronsim": ["00:00", "01:00", "02:00"],
    }),
    ("back", "30 2 * * *", (2026, 10, 24, 20, 0), 12, {
        "celery": ["00:30"], "croniter": ["00:30", "01:30"], "cronsim": ["00:30"],
    }),
    ("forward", "30 2 * * *", (2026, 3, 28, 20, 0), 12, {
        "celery": ["01:30"], "croniter": ["01:00"], "cronsim": ["01:00"],
    }),
]
print(", ".join(f"{name} {version(name)}" for name in ("celery", "croniter", "cronsim")))
for clocks, line, start, hours, expected in CASES:
    begin = datetime(*start, tzinfo=timezone.utc)
    for name, runs in (("celery", by_celery), ("croniter", by_croniter), ("cronsim", by_cronsim)):
        seen = [f"{now:%H:%M}" for now in runs(line, begin, begin + timedelta(hours=hours))]
        print(f"clocks go {clocks:8} {line:11} {name:9} runs at {', '.join(seen)} UTC")
        if seen != expected[name]:
            raise SystemExit(f"changed: {expected[name]} was seen before")
PY
venv/bin/python night.py
