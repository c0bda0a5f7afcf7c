"""The tables of docs/access, which say who may call what, and the routes that they must speak of.

For tests: each service calls every route of its own as everybody in its table, and compares.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.contrib.admindocs.views import simplify_regex
from django.urls import URLPattern, URLResolver, get_resolver
from drf_spectacular.generators import SchemaGenerator

METHODS = frozenset({"get", "post", "put", "patch", "delete"})
ROUTE = re.compile(r"`([A-Za-z]+ /\S*)`")


@dataclass(frozen=True)
class AccessTable:
    """`rows` says for each route, such as `GET /tasks/{id}/`, whom of `columns` it lets in."""

    columns: tuple[str, ...]
    rows: dict[str, dict[str, bool]]

    @classmethod
    def read(cls, path: Path) -> AccessTable:
        """Read the one table of the file. A cell is `yes` or `no`; anything else is an error."""
        lines = [_cells(line) for line in path.read_text().splitlines() if line.startswith("|")]
        columns = tuple(lines[0][1:])
        rows: dict[str, dict[str, bool]] = {}
        for route, *cells in lines[2:]:
            match = ROUTE.fullmatch(route)
            if match is None or match[1] in rows or len(cells) != len(columns) or set(cells) - {"yes", "no"}:
                raise ValueError(f"{path.name}: the row of {route} can't be read, or stands there twice.")
            rows[match[1]] = {who: cell == "yes" for who, cell in zip(columns, cells, strict=True)}
        return cls(columns, rows)

    def lets_in(self, who: str, route: str) -> bool:
        return self.rows[route][who]

    def is_open(self, route: str) -> bool:
        """True when the route lets everybody in, the anonymous too."""
        return all(self.rows[route].values())


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def operations() -> set[str]:
    """Return the routes that the service's schema describes."""
    generator: Any = SchemaGenerator
    paths: dict[str, Any] = generator().get_schema(request=None, public=True)["paths"]
    return {f"{method.upper()} {path}" for path, calls in paths.items() for method in calls if method in METHODS}


def routes() -> set[str]:
    """Return every HTTP route of the service: its operations, and plain ones such as `GET /metrics`."""
    described = operations()
    shapes = {_shape(route.split()[1]) for route in described}
    return described | {f"GET {path}" for path in _paths(get_resolver().url_patterns) if _shape(path) not in shapes}


def _shape(path: str) -> str:
    """The path whatever its parameters are called."""
    return re.sub(r"\{[^{}]*\}", "{}", path)


def _paths(patterns: list[Any], prefix: str = "") -> Iterator[str]:
    for entry in patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _paths(entry.url_patterns, path)
        elif isinstance(entry, URLPattern):
            yield re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", simplify_regex(path))
