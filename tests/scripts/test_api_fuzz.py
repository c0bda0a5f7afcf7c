"""What generated requests are counted as, and what the command makes of it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from api_fuzz.__main__ import table, told
from api_fuzz.requests_of import Tally


def case(label: str = "GET /tasks/") -> Any:
    return SimpleNamespace(operation=SimpleNamespace(label=label), as_curl_command=lambda: f"curl {label}")


@pytest.mark.parametrize(
    ("status", "documented", "kind"),
    [
        (200, {"200"}, "none"),
        (404, {"200", "4XX"}, "none"),
        (418, {"default"}, "none"),
        (418, {"200", "404"}, "undocumented"),
        (500, {"500"}, "server_errors"),
        (503, {"default"}, "server_errors"),
        (0, {"default"}, "server_errors"),
    ],
)
def test_answers_are_told_apart(status: int, documented: set[str], kind: str) -> None:
    tally = Tally("workflow", "agent", operations=2)
    tally.note(case(), status, documented)
    tally.note(case(), status, documented)
    found = {name: [each.times for each in getattr(tally, name).values()] for name in ("server_errors", "undocumented")}
    assert found == {name: ([2] if name == kind else []) for name in found}
    assert tally.requests == 2


def test_the_table_has_a_row_for_each_service_and_identity_and_findings_show_a_request() -> None:
    tally = Tally("workflow", "agent", operations=110)
    tally.note(case(), 200, {"200"})
    tally.note(case("POST /tasks/"), 500, set())
    assert table([tally])[-1] == "| workflow | agent | 2 of 110 | 2 | 1 | 0 | 1 | 0 |"
    [line] = told("server error", tally, tally.server_errors)
    assert "POST /tasks/: 500, 1 times" in line
    assert "curl POST /tasks/" in line
