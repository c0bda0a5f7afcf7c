"""Ask the advisory databases of PyPI and npm about every locked dependency.

Ends with 0 where nothing is known, 1 where something is, 2 where a database could not be asked about everything: then
nobody knows.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field
from typing import Any

from supply.tools import FRONTEND, ToolMissing, run, tool

CLEAN, FOUND, UNKNOWN = 0, 1, 2
# It holds the dependencies of the services as well.
LOCK = "requirements-dev.lock"


@dataclass
class Answer:
    """What a database said. `unknown` says what it was not asked about, and why; empty if about everything."""

    of: str
    asked: int = 0
    findings: list[str] = field(default_factory=list)
    unknown: str = ""


def ask_pypi() -> Answer:
    with tool("pip-audit") as command:
        options = ("--require-hashes", "--disable-pip", "--format", "json", "--progress-spinner", "off")
        done = run(str(command), "--requirement", LOCK, *options)
    return of_pip_audit(done.stdout, done.stderr)


def of_pip_audit(output: str, errors: str = "") -> Answer:
    """Read pip-audit's JSON. What it skips it calls clean, so a package that it skipped counts as not asked about."""
    answer = Answer("PyPI")
    try:
        rows: list[dict[str, Any]] = json.loads(output)["dependencies"]
    except (ValueError, KeyError):
        answer.unknown = _last_line(errors) or "pip-audit gave no answer"
        return answer
    skipped = [row for row in rows if "skip_reason" in row]
    answer.asked = len(rows) - len(skipped)
    answer.findings = [
        f"{row['name']} {row['version']}: {found['id']}, fixed in {', '.join(found['fix_versions']) or 'no version'}"
        for row in rows
        for found in row.get("vulns", [])
    ]
    if skipped:
        answer.unknown = f"{len(skipped)} of {len(rows)} packages, such as: {skipped[0]['skip_reason']}"
    elif not rows:
        answer.unknown = "pip-audit named no package"
    return answer


def ask_npm() -> Answer:
    done = run("npm", "audit", "--json", "--package-lock-only", cwd=FRONTEND)
    return of_npm_audit(done.stdout, done.stderr)


def of_npm_audit(output: str, errors: str = "") -> Answer:
    """Read npm's JSON; where the registry could not be asked, it is an error's."""
    answer = Answer("npm")
    try:
        document = json.loads(output)
        answer.asked = int(document["metadata"]["dependencies"]["total"])
        rows = document["vulnerabilities"].values()
    except (ValueError, KeyError, TypeError, AttributeError):
        answer.unknown = _message(output) or _last_line(errors) or "npm audit gave no answer"
        return answer
    answer.findings = [f"{row['name']} {row['range']}: {row['severity']}" for row in rows]
    return answer


def _message(output: str) -> str:
    try:
        document = json.loads(output)
        said = document.get("message") or document.get("error", {}).get("summary") or ""
    except (ValueError, AttributeError):
        return ""
    # The address of the registry is nobody's business but the machine's.
    return str(said).partition(" - ")[0]


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else ""


def verdict(answers: list[Answer]) -> int:
    if any(answer.findings for answer in answers):
        return FOUND
    return UNKNOWN if any(answer.unknown for answer in answers) else CLEAN


def report(answers: list[Answer]) -> list[str]:
    lines: list[str] = []
    for answer in answers:
        lines.append(f"{answer.of}: asked about {answer.asked} packages, {len(answer.findings)} known vulnerabilities")
        lines += [f"  {finding}" for finding in answer.findings]
        if answer.unknown:
            lines.append(f"  NOT ASKED: {answer.unknown}")
    if any(answer.unknown for answer in answers):
        lines.append("An advisory database could not be asked: run this where it can be reached. This is no all-clear.")
    return lines


def main() -> int:
    answers = []
    for name, ask in (("PyPI", ask_pypi), ("npm", ask_npm)):
        try:
            answers.append(ask())
        except ToolMissing as error:
            answers.append(Answer(name, unknown=str(error)))
    print("\n".join(report(answers)))
    return verdict(answers)


if __name__ == "__main__":
    sys.exit(main())
