"""Write each service's OpenAPI document and the Python client's code for it, or tell where one is out of date."""

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
from native.python_client import client_code, path_of
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


def compare(layout: Layout, written: Path, new: str, *, check: bool) -> bool:
    """Write the text where it differs from what is written, or only say so; return whether that is a failure."""
    name = str(written.relative_to(layout.root))
    old = written.read_text() if written.exists() else ""
    if old == new:
        sys.stdout.write(f"{name}: up to date\n")
        return False
    if not check:
        written.write_text(new)
        sys.stdout.write(f"{name}: written\n")
        return False
    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), name, "as generated now", lineterm="")
    sys.stdout.write(f"{name}: out of date; run scripts/gen-openapi\n")
    sys.stdout.write("\n".join(list(lines)[:SHOWN_LINES]) + "\n")
    return True


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="scripts/gen-openapi", description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; fail when something is out of date")
    asked = parser.parse_args(arguments)
    layout = Layout.discover()
    folder = layout.root / "docs" / "openapi"
    folder.mkdir(parents=True, exist_ok=True)
    failed = False
    with tempfile.TemporaryDirectory() as drafts, ThreadPoolExecutor(max_workers=2) as pool:
        targets = {service: Path(drafts) / f"{service.folder}.yaml" for service in SERVICES}
        problems = dict(zip(SERVICES, pool.map(lambda s: generate(layout, s, targets[s]), SERVICES), strict=True))
        for service, draft in targets.items():
            if problems[service]:
                failed = True
                sys.stdout.write(f"{service.folder}: {problems[service]}\n")
                continue
            failed |= compare(layout, folder / f"{service.folder}.yaml", draft.read_text(), check=asked.check)
            code = client_code(layout, service, draft)
            failed |= compare(layout, path_of(layout, service), code, check=asked.check)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
