"""The examples of docs/help-desk.md, run as they stand there, file tickets that agents work on."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import uuid

import requests
from stack import ROOT, Stack, eventually

EXAMPLES = {"python": [sys.executable, "-c"], "js": ["node", "--input-type=module", "-e"]}


def examples() -> dict[str, str]:
    """Return the code of the section, by its language."""
    section = (ROOT / "docs" / "help-desk.md").read_text().split("## Or over HTTP")[1].split("\n## ")[0]
    return dict(re.findall(r"```(\w+)\n(.*?)```", section, re.DOTALL))


def test_a_service_files_a_ticket_that_becomes_a_task(stack: Stack) -> None:
    admin = stack.admin
    run = uuid.uuid4().hex[:8]
    key = admin.post(f"{stack.auth}/api/v1/api-keys/", {"name": f"shop-{run}", "scopes": ["tickets"]}, status=201)
    environment = os.environ | {"TTS_URL": stack.frontend, "TTS_API_KEY": key["key"]}
    found = examples()
    numbers: dict[str, set[str]] = {}
    assert found.keys() == EXAMPLES.keys()

    for language, code in found.items():
        for _ in range(2):  # sent again with the same Idempotency-Key, it is the same ticket
            done = subprocess.run(
                [*EXAMPLES[language], code.replace("order-4711", f"order-{language}-{run}")],
                env=environment,
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
            assert done.returncode == 0, f"{language}: {done.stderr}"
            numbers.setdefault(language, set()).add(done.stdout.strip())

    headers = {"X-API-Key": key["key"]}
    for (number,) in numbers.values():
        eventually(
            "the ticket at work",
            lambda number=number: (
                requests.get(f"{stack.ticket}/tickets/{number}/", headers=headers, timeout=10).json()["status"]
                == "in_progress"
            ),
            seconds=60,
        )
        (task,) = admin.get(f"{stack.workflow}/tasks/", search=number)["results"]
        assert task["ticket_number"] == number
