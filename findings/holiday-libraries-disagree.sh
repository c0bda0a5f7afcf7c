#!/usr/bin/env bash
# Two kept libraries of public holidays name different days off for the same region and year
#
# Expected: `holidays` and `workalendar`, asked for the public holidays of one region, name the same days, apart from
#   how they treat days that fall on a weekend.
# Happens: on working days alone they differ in most regions tried. Examples for 2026: workalendar gives Midsummer
#   Eve, Christmas Eve and New Year's Eve to all of Sweden and Liberation Day to the Netherlands each year, `holidays`
#   does not; `holidays` knows Poland's Christmas Eve (a day off since 2025), Juneteenth, Japan's substitute days and
#   the Irish St Brigid's Day, workalendar, which has had no release since January 2023, does not. France agrees.
# Why it matters here: a deadline moves by a working day depending on the library. A calendar taken from a library is
#   shown to a person before it counts, with the library's name and version beside it, and single days can be switched.
#
# holidays 0.108, workalendar 17.0.0; weekdays only.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check holidays==0.108 workalendar==17.0.0 2>/dev/null
cat > compare.py <<'PY'
from importlib.metadata import version

import holidays
from workalendar.registry import registry

YEAR = 2026
EXPECTED = {
    "FR": ([], []),
    "SE": ([], ["2026-06-19", "2026-12-24", "2026-12-31"]),
    "NL": ([], ["2026-05-05"]),
    "PL": (["2026-12-24"], []),
    "JP": (["2026-05-06", "2026-09-22"], []),
    "IE": (["2026-02-02"], ["2026-12-28"]),
    "US": (["2026-06-19"], []),
}
print(f"holidays {version('holidays')}, workalendar {version('workalendar')}, {YEAR}")
for code, expected in EXPECTED.items():
    first = {day for day in holidays.country_holidays(code, years=YEAR) if day.weekday() < 5}
    second = {day for day, _ in registry.get(code)().holidays(YEAR) if day.weekday() < 5}
    seen = sorted(map(str, first - second)), sorted(map(str, second - first))
    print(f"{code}: only holidays {seen[0]}, only workalendar {seen[1]}")
    assert seen == expected, (code, seen)
PY
venv/bin/python compare.py
echo "unchanged: the libraries disagree on working days"
