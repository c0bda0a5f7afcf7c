"""Write each service's OpenAPI document to docs/openapi, or tell where the written one is out of date."""

from __future__ import annotations

import argparse
import difflib
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from native.layout import Layout
from native.services import SERVICES, Service

SHOWN_LINES = 40


def generate(layout: Layout, service: Service, target: Path) -> str:
    """Let the service describe itself; return what went wrong, or nothing."""
    done = subprocess.run(
        [str(layout.python), "manage.py", "spectacular", "--validate", "--fail-on-warn", "--file", str(target)],
        cwd=layout.root / service.folder,
        env={**os.environ, "LOG_LEVEL": "ERROR"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    return "" if done.returncode == 0 else f"{done.stdout}{done.stderr}".strip()


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="scripts/gen-openapi", description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; fail when a document is out of date")
    asked = parser.parse_args(arguments)
    layout = Layout.discover()
    folder = layout.root / "docs" / "openapi"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as drafts, ThreadPoolExecutor(max_workers=2) as pool:
        targets = {service: Path(drafts) / f"{service.folder}.yaml" for service in SERVICES}
        problems = dict(zip(SERVICES, pool.map(lambda s: generate(layout, s, targets[s]), SERVICES), strict=True))
        failed = False
        for service, draft in targets.items():
            if problems[service]:
                failed = True
                sys.stdout.write(f"{service.folder}: {problems[service]}\n")
                continue
            written = folder / f"{service.folder}.yaml"
            old = written.read_text() if written.exists() else ""
            new = draft.read_text()
            if old == new:
                sys.stdout.write(f"{service.folder}: up to date\n")
            elif asked.check:
                failed = True
                lines = difflib.unified_diff(
                    old.splitlines(), new.splitlines(), f"docs/openapi/{written.name}", "as generated now", lineterm=""
                )
                sys.stdout.write(f"{service.folder}: out of date; run scripts/gen-openapi\n")
                sys.stdout.write("\n".join(list(lines)[:SHOWN_LINES]) + "\n")
            else:
                written.write_text(new)
                sys.stdout.write(f"{service.folder}: written\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
