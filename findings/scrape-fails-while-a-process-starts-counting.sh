#!/usr/bin/env bash
# A Prometheus scrape of several processes fails as a whole when one of them starts to count at that moment
#
# Expected: prometheus_client's files for several processes are made to be read while they are written, so a process
#   that starts costs a scrape nothing: what it has counted is in this answer or in the next.
# Happens: a file is made empty and given its size a moment later. A collector that reads it in between raises
#   struct.error ("unpack_from requires a buffer of at least 4 bytes"), and no metric of any process is returned;
#   behind the usual WSGI application the scrape is answered with 500. Two parents that start a short child each, one
#   after the other, hit it about once in two hundred scrapes.
# Why it matters here: web servers replace their processes after so many requests and pools theirs after so many
#   tasks, so it comes every day; the target counts as down for one interval, and an alert on `up` without `for` rings.
#   `ticketing_common.metrics.ProcessFiles` reads the files once more.
#
# prometheus_client 0.26.0.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check prometheus_client==0.26.0 2>/dev/null
mkdir counts
cat > start_children.py <<'PY'
import os

from prometheus_client import Counter

done = Counter("done", "What the children have done.")
for _ in range(1500):
    child = os.fork()
    if child == 0:
        done.inc()
        os._exit(0)
    os.waitpid(child, 0)
PY
cat > scrape.py <<'PY'
import subprocess
import sys
from collections import Counter
from importlib.metadata import version

from prometheus_client import CollectorRegistry, generate_latest, multiprocess

parents = [subprocess.Popen([sys.executable, "start_children.py"]) for _ in range(2)]
outcomes = Counter()
while any(parent.poll() is None for parent in parents):
    registry = CollectorRegistry()
    try:
        multiprocess.MultiProcessCollector(registry)
        generate_latest(registry)
        outcomes["answered"] += 1
    except Exception as error:
        outcomes[f"{type(error).__name__}: {error}"] += 1
registry = CollectorRegistry()
multiprocess.MultiProcessCollector(registry)
total = next(line for line in generate_latest(registry).decode().splitlines() if line.startswith("done_total"))
print(f"prometheus_client {version('prometheus_client')}, two parents, 3000 children one after the other")
for outcome, times in outcomes.most_common():
    print(f"{times:6} scrapes: {outcome}")
print(f"afterwards, when all have started: {total}")
failed = sum(times for outcome, times in outcomes.items() if outcome.startswith("error: unpack_from requires"))
if not failed or len(outcomes) != 2 or total != "done_total 3000.0":
    sys.exit("This has changed.")
PY
PROMETHEUS_MULTIPROC_DIR=counts venv/bin/python scrape.py
