"""What the command prints: tables for people, JSON for programs."""

from __future__ import annotations

import json
import re
import shutil
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import click

#: The fraction of a second in a time, which people don't need.
FRACTION = re.compile(r"(?<=:\d\d)\.\d+(?=Z$)")
#: The narrowest that a column of a table becomes on a small terminal.
LEAST_WIDTH = 12


def print_json(document: Any) -> None:
    click.echo(json.dumps(document, indent=2, ensure_ascii=False))


def print_table(rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str]) -> None:
    """Print the rows under the headings of `columns`, which are by key.

    On a terminal the widest column is cut so that a row is a line; elsewhere everything is printed.
    """
    cells = [[plain(row.get(key)) for key in columns] for row in rows]
    table = [list(columns.values()), *cells]
    widths = [max(width_of(row[index]) for row in table) for index in range(len(columns))]
    if sys.stdout.isatty():
        widths = fitted(widths, shutil.get_terminal_size().columns)
    for row in table:
        line = "  ".join(_cell(text, width) for text, width in zip(row, widths, strict=True))
        click.echo(line.rstrip())


def print_fields(fields: Iterable[tuple[str, Any]]) -> None:
    """Print one field a line, those without a value left out; a text of several lines starts below its name."""
    shown = [(name, plain(value, lines=True)) for name, value in fields if value not in (None, "", [], {})]
    width = max((len(name) for name, _ in shown), default=0)
    for name, text in shown:
        body = text.replace("\n", "\n" + " " * (width + 2))
        click.echo(f"{name:<{width}}  {body}")


def plain(value: Any, *, lines: bool = False) -> str:
    """Return a value as text that can't drive the terminal: control characters are taken out."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict | list):
        value = json.dumps(value, ensure_ascii=False)
    kept = "\n" if lines else ""
    value = FRACTION.sub("", str(value))
    text = value.replace("\r\n", "\n") if lines else " ".join(value.split())
    return "".join(each for each in text if each in kept or unicodedata.category(each) not in {"Cc", "Cf"})


def width_of(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    return sum(
        0 if unicodedata.combining(each) else 2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text
    )


def fitted(widths: Sequence[int], columns: int) -> list[int]:
    """Return widths whose sum, with two blanks between, fits: the widest gives way first."""
    fitting = list(widths)
    while (over := sum(fitting) + 2 * (len(fitting) - 1) - columns) > 0:
        widest = fitting.index(max(fitting))
        if fitting[widest] <= LEAST_WIDTH:
            break
        second = max((width for index, width in enumerate(fitting) if index != widest), default=0)
        fitting[widest] = max(LEAST_WIDTH, fitting[widest] - max(1, min(over, fitting[widest] - second)))
    return fitting


def _cell(text: str, width: int) -> str:
    if width_of(text) > width:
        while width_of(text) > width - 1:
            text = text[:-1]
        text += "…"
    return text + " " * (width - width_of(text))
