"""`.env.example` names every variable that a service reads."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ("auth", "workflow_api", "messaging", "notification_service", "ticket_service", "common/src")
READ = re.compile(r"env\.[a-z_]+\(\s*\"([A-Z_]+)\"")
COMPOSE = re.compile(r"\$\{([A-Z_]+)")


def documented() -> set[str]:
    return set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))


def test_every_variable_of_the_services_is_documented() -> None:
    files = [file for folder in SERVICES for file in (ROOT / folder).rglob("*.py") if "tests" not in file.parts]
    read = {name for file in files for name in READ.findall(file.read_text())}

    assert len(read) > 30, "the services' settings were not found"
    assert read - documented() == set()


def test_every_variable_of_the_compose_file_is_documented() -> None:
    used = set(COMPOSE.findall((ROOT / "Docker" / "docker-compose.yml").read_text()))

    assert used - documented() == set()
