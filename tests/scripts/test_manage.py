"""`scripts/manage` runs a service's commands as its processes run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from native.__main__ import parser
from native.console import StartError
from native.layout import Layout
from native.manage import SERVICES_BY_ANY_NAME, manage
from native.services import SERVICES, Service


def test_says_what_to_do_where_nothing_was_started(layout: Layout) -> None:
    with pytest.raises(StartError, match="scripts/up"):
        manage(layout, "auth", ["check"])


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_takes_the_name_of_a_service_and_of_its_folder(service: Service) -> None:
    assert SERVICES_BY_ANY_NAME[service.name] is SERVICES_BY_ANY_NAME[service.folder] is service


def test_the_command_line_takes_them_too() -> None:
    for name in ("workflow", "workflow_api", "notification_service"):
        assert parser().parse_args(["manage", name, "check"]).service == name
    with pytest.raises(SystemExit):
        parser().parse_args(["manage", "no_service", "check"])


def test_the_documents_call_services_by_names_that_it_takes() -> None:
    root = Path(__file__).parents[2]
    documents = [root / "README.md", root / "CHANGELOG.md", *(root / "docs").rglob("*.md")]
    named = {name for path in documents for name in re.findall(r"scripts/manage ([a-z][\w-]*)", path.read_text())}
    assert {"workflow_api"} <= named <= set(SERVICES_BY_ANY_NAME)
