"""The Python sources of the services, read as text and syntax trees: nothing is imported."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ("auth", "workflow_api", "messaging", "notification_service", "ticket_service")
COMMON = ROOT / "common" / "src" / "ticketing_common"
CLIENT_OPERATIONS = ROOT / "scripts" / "client" / "src" / "tts_client" / "api"


@dataclass(frozen=True)
class Source:
    path: Path

    @property
    def name(self) -> str:
        return str(self.path.relative_to(ROOT))

    @property
    def is_test(self) -> bool:
        return "tests" in self.path.parts or self.path.name in {"conftest.py", "settings_test.py"}

    @property
    def is_generated(self) -> bool:
        return "migrations" in self.path.parts or self.path.parent == CLIENT_OPERATIONS

    @property
    def text(self) -> str:
        return self.path.read_text()

    @property
    def tree(self) -> ast.Module:
        return _parse(self.path)

    def imports(self) -> Iterator[tuple[str, int]]:
        """Yield every imported module by its full name, with the line; also those inside functions."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield alias.name, node.lineno
            elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
                yield node.module, node.lineno
                for alias in node.names:
                    yield f"{node.module}.{alias.name}", node.lineno


@cache
def _parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), filename=str(path))


@cache
def sources_of(folder: Path) -> tuple[Source, ...]:
    return tuple(
        Source(path)
        for path in sorted(folder.rglob("*.py"))
        if not {"node_modules", ".venv", "build", "staticfiles"} & set(path.parts)
    )


def service_sources(service: str) -> tuple[Source, ...]:
    found = sources_of(ROOT / service)
    assert found, f"{service} has no sources"
    return found


def apps_of(service: str) -> set[str]:
    """Return the Django apps of a service: the packages beside `config`."""
    return {path.parent.name for path in (ROOT / service).glob("*/__init__.py")} - {"config"}


def product_sources() -> list[Source]:
    """Return what ships: no tests, no migrations."""
    return [
        source
        for service in SERVICES
        for source in service_sources(service)
        if not source.is_test and not source.is_generated
    ] + [source for source in sources_of(COMMON) if not source.is_generated]
