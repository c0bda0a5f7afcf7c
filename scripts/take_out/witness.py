"""A pytest plugin that writes down how each test ended: `-p take_out.witness`, the file in TAKE_OUT_REPORT.

One JSON object a line: {"test": node id, "when": setup, call or teardown, "outcome": passed, failed or skipped,
"errors": [{"kind": class of the exception, "file": where it was raised}], "message": its first line}. With the edited
files in TAKE_OUT_STOP, as a JSON list, the run ends at the first test that fails by what it asserts.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
from hypothesis import Phase, settings

#: A program that was broken, not a rule that was taken out.
BROKEN = {"SyntaxError", "IndentationError", "ImportError", "ModuleNotFoundError", "NameError", "UnboundLocalError"}
#: The same, where the edited file itself raises them.
BROKEN_IN_PLACE = {"TypeError", "AttributeError"}


def is_broken(errors: Sequence[Mapping[str, str]], edited: Sequence[str]) -> bool:
    """Return whether an error says that the edit broke the program rather than that a rule is missing."""
    return any(
        error["kind"] in BROKEN
        or (error["kind"] in BROKEN_IN_PLACE and any(error["file"].endswith(f"/{file}") for file in edited))
        for error in errors
    )


def is_noticed(line: Mapping[str, Any], edited: Sequence[str]) -> bool:
    """Return whether a line of the report is of a test that failed by what it, or its setup, asserts."""
    if line["outcome"] != "failed" or is_broken(line["errors"], edited):
        return False
    is_asserted = all(error["kind"] == "AssertionError" for error in line["errors"])
    return line["when"] == "call" or (line["when"] == "setup" and is_asserted)


def _leaves(error: BaseException) -> Iterator[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from _leaves(inner)
    else:
        yield error


def _described(error: BaseException) -> dict[str, str]:
    trace, file = error.__traceback__, ""
    while trace is not None:
        file, trace = trace.tb_frame.f_code.co_filename, trace.tb_next
    return {"kind": type(error).__name__, "file": file}


def pytest_configure() -> None:
    """Let generated tests try the same examples every time and stop at the first that fails: nobody will read it."""
    settings.register_profile("take-out", derandomize=True, phases=[Phase.explicit, Phase.generate])
    settings.load_profile("take-out")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[Any]) -> Iterator[None]:
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]
    error = call.excinfo.value if call.excinfo and report.failed else None
    errors = [_described(leaf) for leaf in _leaves(error)] if error else []
    line = {
        "test": report.nodeid,
        "when": report.when,
        "outcome": report.outcome,
        "errors": errors,
        "message": str(error).strip().split("\n", 1)[0][:200] if error else "",
    }
    with open(os.environ["TAKE_OUT_REPORT"], "a") as file:
        file.write(json.dumps(line) + "\n")
    edited = json.loads(os.environ.get("TAKE_OUT_STOP") or "null")
    if edited is not None and is_noticed(line, edited):
        item.session.shouldstop = "noticed"
