"""Render the overlays of Docker/kubernetes for the tests, and write the alert rules in Prometheus' operator's form.

The renders are kept, so that tests need no Kustomize. Each names the digest of all that it was made from: where a
source has changed since, the tests say so, with Kustomize or without.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
MANIFESTS = ROOT / "Docker" / "kubernetes"
RULES = MANIFESTS / "monitoring" / "rules.yaml"
RENDERS = ROOT / "tests" / "contracts" / "kubernetes"
#: Each render: its overlays, in the order in which they are applied.
OVERLAYS = {
    "production": ("production/servers", "production/setup", "production"),
    "small": ("small/servers", "small/setup", "small"),
    "restore": ("production/restore",),
}
#: Folders beside the manifests whose files become ConfigMaps.
BESIDE = ("database", "nginx", "redis")
WRITTEN = "# Written by scripts/gen-kubernetes.\n"


class _Plain(yaml.CSafeLoader):
    """Takes a moment for the string that Kubernetes takes it for."""

    yaml_implicit_resolvers = {
        first: [found for found in resolvers if found[0] != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
    }


def sources() -> list[Path]:
    """Return every file that the renders are made from."""
    found = [path for path in MANIFESTS.rglob("*") if path.is_file() and path.suffix != ".sh"]
    for name in BESIDE:
        kustomization = ROOT / "Docker" / name / "kustomization.yaml"
        generators = yaml.safe_load(kustomization.read_text())["configMapGenerator"]
        found += [kustomization, *(kustomization.parent / file for each in generators for file in each["files"])]
    return sorted(found)


def digest() -> str:
    """Return the SHA-256 of the sources, their names included."""
    total = hashlib.sha256()
    for path in sources():
        total.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes() + b"\0")
    return total.hexdigest()


def rules() -> str:
    """Return the PrometheusRule with the groups of Docker/monitoring/alerts.yml."""
    groups = yaml.safe_load((ROOT / "Docker" / "monitoring" / "alerts.yml").read_text())
    rule = {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {"name": "ticket-tracking"},
        "spec": groups,
    }
    return WRITTEN + _text(rule)


def kustomize() -> tuple[str, ...]:
    """Return the command that renders a folder, or nothing where this machine has none."""
    if program := shutil.which("kustomize"):
        return (program, "build")
    if program := shutil.which("kubectl"):
        return (program, "kustomize")
    return ()


def objects(overlay: str) -> list[dict[str, Any]]:
    """Render one overlay. Raises `RuntimeError` with what Kustomize says."""
    done = subprocess.run(
        [*kustomize(), str(MANIFESTS / "overlays" / overlay)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{overlay}: {done.stderr}")
    return [found for found in yaml.load_all(done.stdout, Loader=_Plain) if found]


def render(name: str) -> str:
    """Return the render of this name as it is kept."""
    kept: list[dict[str, Any]] = []
    for overlay in OVERLAYS[name]:
        # Set-up and processes share their settings.
        kept += [found for found in objects(overlay) if found not in kept]
    return f"{WRITTEN}# sources: {digest()}\n" + "---\n".join(map(_text, kept))


def _text(found: dict[str, Any]) -> str:
    text: str = yaml.dump(
        found, Dumper=yaml.CSafeDumper, default_flow_style=None, width=120, sort_keys=False, allow_unicode=True
    )
    return text


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/gen-kubernetes", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; end with 1 where something differs")
    check = parser.parse_args().check
    if not kustomize():
        sys.stderr.write("error: kubectl or kustomize is needed.\n")
        return 3
    differing = []
    for path, make in (
        (RULES, rules),
        *((RENDERS / f"{name}.yaml", lambda name=name: render(name)) for name in OVERLAYS),
    ):
        text = make()
        if path.exists() and path.read_text() == text:
            continue
        differing.append(str(path.relative_to(ROOT)))
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    for name in differing:
        sys.stdout.write(f"{'differs' if check else 'written'}: {name}\n")
    return 1 if check and differing else 0


if __name__ == "__main__":
    sys.exit(main())
