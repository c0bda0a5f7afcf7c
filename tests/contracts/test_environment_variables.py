"""`.env.example`, the services, the compose file and the reference of the documentation name the same variables."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from native.configuration import readers, reads, render, sections
from native.services import BY_NAME

ROOT = Path(__file__).resolve().parents[2]

DEVELOPMENT_FILE = (ROOT / "Docker" / "docker-compose.yml").read_text()
#: What differs in production, too.
COMPOSE_FILE = DEVELOPMENT_FILE + (ROOT / "Docker" / "production.yml").read_text()
CONTAINERS = yaml.safe_load(DEVELOPMENT_FILE)["services"]
INTERPOLATED = re.compile(r"\$\{([A-Z_]+)")
#: What only a native start knows: where it listens. Compose publishes ports of its own and no Redis.
NATIVE_ONLY = {"BIND_HOST", "REDIS_PORT"}
#: What the image sets, or whoever runs a single service or command.
NOT_FROM_COMPOSE = {"MEDIA_ROOT", "PULSE_FILE", "ADMIN_PASSWORD"}
#: Compose's own.
COMPOSE_S = {"COMPOSE_PROFILES"}
#: Not for people: both starts set it where several processes add up what they count; `scripts/manage` sets the other.
INTERNAL = {"PROMETHEUS_MULTIPROC_DIR", "CALLED_FROM"}


def documented() -> set[str]:
    return {variable.name for section in sections(ROOT) for variable in section.variables}


def passed_on(container: str) -> set[str]:
    return set(CONTAINERS[container].get("environment", {}))


def settable() -> set[str]:
    """Return what compose takes from the environment or `.env`: in a value, or passed on as it stands there."""
    bare = {
        name for each in CONTAINERS.values() for name, value in each.get("environment", {}).items() if value is None
    }
    return set(INTERPOLATED.findall(COMPOSE_FILE)) | bare


def test_every_variable_of_the_services_is_documented() -> None:
    read = set().union(*readers(ROOT).values())

    assert len(read) > 60, "the services' settings were not found"
    assert read - documented() == INTERNAL


def test_every_variable_of_the_compose_file_is_documented() -> None:
    assert {name for name in settable() - documented() if not name.endswith("_FILE")} == set()


def test_a_file_is_named_for_variables_that_there_are() -> None:
    files = {name.removesuffix("_FILE") for name in settable() if name.endswith("_FILE") and name not in documented()}

    assert len(files) > 15
    assert files <= documented()


def test_every_documented_variable_can_be_set_through_compose() -> None:
    # What compose itself makes of the addresses and passwords that people set.
    derived = {"DATABASE_SERVER_URL", *(name for name in documented() if name.endswith("_URL_PASSWORD"))}

    assert documented() - settable() == NATIVE_ONLY | NOT_FROM_COMPOSE | COMPOSE_S | derived


@pytest.mark.parametrize("container", [name for name in CONTAINERS if re.split("[-_]", name)[0] in BY_NAME])
def test_every_container_of_a_service_gets_all_that_the_service_reads(container: str) -> None:
    service = BY_NAME[re.split("[-_]", container)[0]]
    read = readers(ROOT)[service.folder]

    assert read - passed_on(container) - NOT_FROM_COMPOSE - INTERNAL == set()


def test_the_reference_is_what_the_sources_say() -> None:
    assert (ROOT / "docs" / "configuration.md").read_text() == render(ROOT), "run scripts/gen-configuration"


def test_variables_are_found_however_they_are_read(tmp_path: Path) -> None:
    (tmp_path / "settings.py").write_text(
        'A = env.text("ONE_NAME")\nB = env.integer(\n    "TWO_NAME", 1)\nC = os.environ["SIX_NAME"]\n'
        'D = os.environ.get("TEN_NAME")\nE = f"a{env.secret(\'KEY_NAME\')}"\nF = env.url_with_secret("URL", "")\n'
    )

    assert reads(tmp_path) == {"ONE_NAME", "TWO_NAME", "SIX_NAME", "TEN_NAME", "KEY_NAME", "URL", "URL_PASSWORD"}
