"""The alert rules, their tests and runbooks, what Prometheus asks, and what the board shows, speak of what there is."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from typing import Any

import pytest
import yaml
from registry import ROOT
from test_documents import broken_links

MONITORING = ROOT / "Docker" / "monitoring"
CONTAINERS = yaml.safe_load((ROOT / "Docker" / "docker-compose.yml").read_text())["services"]
RULES: list[dict[str, Any]] = [
    rule for group in yaml.safe_load((MONITORING / "alerts.yml").read_text())["groups"] for rule in group["rules"]
]
#: Metrics of others: Prometheus's own, the library's, RabbitMQ's.
FOREIGN = re.compile(r"^(up|process_\w+|rabbitmq_\w+)$")


def promtool(*arguments: str) -> str:
    program = shutil.which("promtool")
    assert program, "promtool is missing: apt-get install prometheus"
    done = subprocess.run([program, *arguments], cwd=MONITORING, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_prometheus_takes_the_configuration_and_the_rules_do_what_their_tests_say() -> None:
    promtool("check", "config", "prometheus.yml")
    promtool("test", "rules", "alerts.test.yml")


def test_every_alert_is_shown_to_fire() -> None:
    tests = yaml.safe_load((MONITORING / "alerts.test.yml").read_text())["tests"]
    fired = {each["alertname"] for test in tests for each in test["alert_rule_test"] if each["exp_alerts"]}

    assert len(RULES) > 12
    assert fired == {rule["alert"] for rule in RULES}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule["alert"]))
def test_every_alert_says_how_bad_it_is_and_what_to_do(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in {"critical", "warning"}
    page, _, anchor = rule["annotations"]["runbook"].partition("#")
    text = (ROOT / page).read_text()
    headings = {
        re.sub(r"[^\w\- ]", "", line.lstrip("# ")).lower().replace(" ", "-")
        for line in text.splitlines()
        if line.startswith("#")
    }
    assert not anchor or anchor in headings
    assert f"`{rule['alert']}`" in (ROOT / "docs" / "operations" / "monitoring.md").read_text()


def known_metrics() -> set[str]:
    """Return what the services register, with the suffixes of histograms."""
    found: set[str] = set()
    for folder in ("common/src", "auth", "workflow_api", "messaging", "notification_service"):
        for path in (ROOT / folder).rglob("*.py"):
            if "tests" not in path.parts:
                found |= set(re.findall(r'(?:gauge|Histogram|Counter)\(\s*"(\w+)"', path.read_text()))
    return found | {f"{name}_{part}" for name in found for part in ("bucket", "count", "sum")}


def metrics_in(expression: str) -> set[str]:
    plain = re.sub(r'"[^"]*"', "", expression)
    plain = re.sub(r"\b(?:by|on|ignoring|without)\s*\([^)]*\)|\{[^}]*\}|\[[^\]]*\]", " ", plain)
    words = set(re.findall(r"[a-z_:]{2,}", plain))
    return words - {
        *("sum", "max", "min", "count", "rate", "increase", "absent", "histogram_quantile", "and", "or", "unless"),
    }


def test_rules_and_board_ask_for_metrics_that_there_are() -> None:
    board = json.loads((MONITORING / "grafana" / "dashboards" / "ticket-tracking.json").read_text())
    asked = {name for rule in RULES for name in metrics_in(rule["expr"])}
    asked |= {name for panel in board["panels"] for target in panel["targets"] for name in metrics_in(target["expr"])}

    assert len(asked) > 12
    assert {name for name in asked if not FOREIGN.match(name)} <= known_metrics()
    documented = (ROOT / "docs" / "operations" / "monitoring.md").read_text()
    assert [
        name
        for name in known_metrics()
        if f"`{name}`" not in documented and not re.search("_(bucket|count|sum)$", name)
    ] == []


def test_prometheus_asks_every_process_of_the_core() -> None:
    jobs = yaml.safe_load((MONITORING / "prometheus.yml").read_text())["scrape_configs"]
    asked = {name: place["port"] for job in jobs for place in job.get("dns_sd_configs", []) for name in place["names"]}
    ours = {
        name
        for name, container in CONTAINERS.items()
        if container["image"].startswith("ticket-tracking/") and container.get("restart") != "no"
    }

    assert set(asked) == {name for name in ours if not name.startswith("ticket-")} - {"frontend"}
    for name, port in asked.items():
        assert CONTAINERS[name]["environment"]["METRICS_ADDRESS"] == f"${{METRICS_ADDRESS:-0.0.0.0:{port}}}"


def test_the_links_of_the_page_lead_somewhere() -> None:
    assert broken_links(ROOT / "docs" / "operations" / "monitoring.md") == []
