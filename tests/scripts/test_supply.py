"""What the commands about dependencies make of the answers of their tools, and what the update robot looks at."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from supply.audit import CLEAN, FOUND, UNKNOWN, Answer, of_npm_audit, of_pip_audit, report, verdict
from supply.licences import AllowList, of_npm, of_python
from supply.tools import VERSIONS
from supply.versions import NOT_TO_BE_HAD, Outcome, environment_of, split
from supply.versions import verdict as verdict_of_versions

ROOT = Path(__file__).resolve().parents[2]


def pip_audit(*rows: dict[str, Any]) -> str:
    return json.dumps({"dependencies": list(rows), "fixes": []})


DJANGO = {"name": "django", "version": "5.2.19", "vulns": []}
HOLE = {"name": "pillow", "version": "9.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["9.1"], "aliases": []}]}
SKIPPED = {"name": "pika", "skip_reason": "Dependency not found on PyPI and could not be audited: pika (1.4.4)"}


def npm_audit(**vulnerabilities: dict[str, str]) -> str:
    return json.dumps({"vulnerabilities": vulnerabilities, "metadata": {"dependencies": {"total": 300}}})


class TestAudit:
    def test_nothing_known_of_anything_is_clean(self) -> None:
        answers = [of_pip_audit(pip_audit(DJANGO)), of_npm_audit(npm_audit())]
        assert verdict(answers) == CLEAN
        assert [(answer.asked, answer.findings, answer.unknown) for answer in answers] == [(1, [], ""), (300, [], "")]

    def test_findings_are_named(self) -> None:
        axios = {"name": "axios", "range": "<1", "severity": "high"}
        answers = [of_pip_audit(pip_audit(DJANGO, HOLE)), of_npm_audit(npm_audit(axios=axios))]
        assert verdict(answers) == FOUND
        assert "pillow 9.0: PYSEC-1, fixed in 9.1" in "\n".join(report(answers))
        assert "axios <1: high" in "\n".join(report(answers))

    @pytest.mark.parametrize(
        "answer",
        [
            of_pip_audit(pip_audit(DJANGO, SKIPPED)),
            of_pip_audit(pip_audit()),
            of_pip_audit("", "ERROR: could not connect"),
            of_npm_audit('{"message": "405 Method Not Allowed - POST https://registry/x", "error": {"summary": ""}}'),
            of_npm_audit('{"error": {"code": "ENOLOCK", "summary": "no lockfile"}}'),
            of_npm_audit("", "npm error network"),
            of_npm_audit("[]"),
        ],
        ids=lambda answer: answer.unknown[:40],
    )
    def test_what_could_not_be_asked_is_no_all_clear(self, answer: Answer) -> None:
        clean = of_pip_audit(pip_audit(DJANGO))
        assert verdict([clean, answer]) == UNKNOWN
        text = "\n".join(report([clean, answer]))
        assert "NOT ASKED" in text
        assert "no all-clear" in text
        assert "https://" not in text

    def test_a_finding_counts_though_something_else_could_not_be_asked(self) -> None:
        assert verdict([of_pip_audit(pip_audit(HOLE, SKIPPED))]) == FOUND


class TestLicences:
    ALLOW = AllowList.read()

    @pytest.mark.parametrize("licence", ["MIT", "MIT License", "Apache-2.0 OR BSD-3-Clause", "MPL-2.0 AND (MIT)"])
    def test_listed_ones_are_allowed_however_they_are_written(self, licence: str) -> None:
        assert self.ALLOW.allows(licence)

    @pytest.mark.parametrize("licence", ["GPL-3.0-only", "AGPL-3.0", "MIT AND SSPL-1.0", "UNKNOWN", "", "none named"])
    def test_others_are_not(self, licence: str) -> None:
        assert not self.ALLOW.allows(licence)

    def test_only_what_is_shipped_is_looked_at(self) -> None:
        rows = [
            {"Name": "Django_Rest.Framework", "Version": "1", "License": "BSD"},
            {"Name": "pytest", "Version": "9", "License": "MIT"},
        ]
        lock = "django-rest-framework==1 \\\n    --hash=sha256:00\n"
        assert [package.name for package in of_python(rows, [lock])] == ["Django_Rest.Framework"]
        packages = {
            "": {"name": "frontend"},
            "node_modules/a": {"version": "1", "license": "MIT"},
            "node_modules/b": {"version": "2", "license": "MIT", "dev": True},
            "node_modules/a/node_modules/@c/d": {"version": "3"},
        }
        found = [(package.name, package.licence) for package in of_npm({"packages": packages})]
        assert found == [("a", "MIT"), ("@c/d", "none named")]


class TestVersions:
    def test_the_other_server_stands_in_for_the_standard_one_alone(self) -> None:
        standard = {"AUTH_DATABASE_URL": "a", "WORKFLOW_DATABASE_URL": "w", "RABBITMQ_URL": "r", "REDIS_URL": "x"}
        told = environment_of("workflow_api", standard, {"RABBITMQ_URL": "four"})
        assert (told["DATABASE_URL"], told["RABBITMQ_URL"], told["REDIS_URL"]) == ("w", "four", "x")
        assert environment_of("common", standard, {"DATABASE_URL": "17"})["DATABASE_URL"] == "17"

    def test_what_stands_after_two_dashes_is_for_the_test_runner(self) -> None:
        assert split(["--only", "node-24", "--", "-k", "x"]) == (["--only", "node-24"], ["-k", "x"])
        assert split(["--only", "node-24"]) == (["--only", "node-24"], [])

    def test_it_fails_with_a_test_and_says_when_nothing_could_be_tried(self) -> None:
        passed, failed = Outcome("node-24", "frontend", "passed"), Outcome("node-24", "frontend", "failed (1)")
        nothing = Outcome("rabbitmq-4", "–", NOT_TO_BE_HAD)
        assert verdict_of_versions([passed, nothing]) == 0
        assert verdict_of_versions([passed, failed]) == 1
        assert verdict_of_versions([nothing]) == 2


class TestUpdates:
    RULES = json.loads((ROOT / "renovate.json").read_text())

    def test_every_lock_file_of_python_is_looked_at(self) -> None:
        [pattern] = self.RULES["pip-compile"]["managerFilePatterns"]
        locks = {path.name for path in ROOT.glob("*.lock")}
        assert locks == {name for name in locks if re.search(pattern.strip("/"), name)}
        assert {"npm", "docker-compose", "dockerfile"} <= set(self.RULES["enabledManagers"])

    def test_the_tools_that_scripts_install_are_looked_at(self) -> None:
        [manager] = self.RULES["customManagers"]
        [pattern] = [text.replace("(?<", "(?P<") for text in manager["matchStrings"]]
        source = (ROOT / "scripts" / "supply" / "tools.py").read_text()
        assert {found["depName"]: found["currentValue"] for found in re.finditer(pattern, source)} == VERSIONS

    def test_prescribed_versions_are_held(self) -> None:
        held = {
            name
            for rule in self.RULES["packageRules"]
            if "allowedVersions" in rule
            for name in rule["matchPackageNames"]
        }
        assert {"postgres", "rabbitmq", "redis", "django", "react"} <= held
