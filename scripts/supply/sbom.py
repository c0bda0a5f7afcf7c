"""Write what the product is made of as CycloneDX: python.cdx.json and frontend.cdx.json. Ends with 2 where it can't."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from supply.tools import FRONTEND, ROOT, ToolMissing, run, tool

LOCKS = ("requirements.lock", "requirements-s3.lock")


def python_sbom(target: Path) -> int:
    """Write the components of the services' lock files; return how many."""
    with tool("cyclonedx-bom", "cyclonedx-py") as command:
        locked = target.with_suffix(".requirements")
        locked.write_text("".join((ROOT / name).read_text() for name in LOCKS))
        try:
            done = run(str(command), "requirements", str(locked), "--of", "JSON", "--output-file", str(target))
        finally:
            locked.unlink()
    if done.returncode:
        raise ToolMissing(f"cyclonedx-py: {done.stderr.strip()[-1000:]}")
    return components(target)


def npm_sbom(target: Path) -> int:
    """Write the components of the user interface's lock file, without tools of development; return how many."""
    options = ("--sbom-format", "cyclonedx", "--package-lock-only", "--omit", "dev")
    done = run("npm", "sbom", *options, cwd=FRONTEND)
    if done.returncode:
        raise ToolMissing(f"npm sbom: {done.stderr.strip()[-1000:]}")
    target.write_text(done.stdout)
    return components(target)


def components(path: Path) -> int:
    document = json.loads(path.read_text())
    if document["bomFormat"] != "CycloneDX" or not document.get("components"):
        raise ToolMissing(f"{path} is no list of components.")
    return len(document["components"])


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/sbom", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / ".run" / "sbom", help="where to (.run/sbom)")
    folder: Path = parser.parse_args().folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        for name, write in (("python.cdx.json", python_sbom), ("frontend.cdx.json", npm_sbom)):
            print(f"{folder / name}: {write(folder / name)} components")
    except ToolMissing as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
