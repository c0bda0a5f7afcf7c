"""Workflows as files by the command of the documents, from the folder in which the files are."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

from stack import ROOT, Stack


def workflow(stack: Stack, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(ROOT / "scripts" / "manage"), "workflow_api", "workflow", *arguments],
        cwd=folder,
        env={**os.environ, "RUN_DIR": str(stack.run)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_a_file_beside_the_person_is_written_checked_and_compared(stack: Stack, tmp_path: Path) -> None:
    name = stack.manage(
        "workflow_api", "shell", "-v0", "-c", "from workflow.models import *; print(Workflow.objects.first().name)"
    ).strip()

    exported = workflow(stack, tmp_path, "export", name, "--output", "flow.json")
    assert exported.returncode == 0, exported.stderr
    document = json.loads((tmp_path / "flow.json").read_text())
    assert document["name"] == name

    same = workflow(stack, tmp_path, "import", "flow.json", "--check")
    assert (same.returncode, same.stderr) == (0, "")
    assert "says the same as the draft" in same.stdout

    document["description"] = "Changed in a file."
    (tmp_path / "flow.json").write_text(json.dumps(document))
    other = workflow(stack, tmp_path, "import", "flow.json", "--check")
    assert other.returncode == 1, other.stderr
    assert '+  "description": "Changed in a file.",' in other.stdout

    missing = workflow(stack, tmp_path, "import", "none.json", "--check")
    assert missing.returncode == 2
    assert "none.json" in missing.stderr
