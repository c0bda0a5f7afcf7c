"""The service is compliant as scim2-tester understands the standard, over HTTP against a running server."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_tester import CheckResult, Status, check_server

from roles.tests.workflow_double import WorkflowDouble
from scim.tests.conftest import a_key

# Of the attributes that every person always has, and where the service's own word is the last one.
ALWAYS_THERE = {("check_remove_attribute", "displayName"), ("check_remove_attribute", "active")}


def is_by_design(result: CheckResult) -> bool:
    """Whether the finding is one of those that docs/scim.md explains."""
    if (result.status, result.title) == (Status.SKIPPED, "search_with_attributes"):
        return True  # one search over people and groups is answered by 501
    data: Any = result.data if isinstance(result.data, dict) else {}
    attribute = str(data.get("urn", "")).rpartition(":")[2]
    if (result.title, attribute) == ("check_replace_attribute", "emails"):
        return [email.primary for email in data["expected"]] == [False]  # the only address is the primary one
    return (result.title, attribute) in ALWAYS_THERE


@pytest.mark.django_db(transaction=True)
def test_the_tester_finds_nothing(systems: None, live_server: Any, workflow_api: WorkflowDouble) -> None:
    headers = {"Authorization": f"Bearer {a_key()}"}
    with httpx2.Client(base_url=f"{live_server.url}/scim/v2", headers=headers) as http:
        results = check_server(SyncSCIMClient(http))

    wrong = [result for result in results if result.status is not Status.SUCCESS and not is_by_design(result)]
    assert [f"{result.status.name} {result.title} {result.resource_type}: {result.reason}" for result in wrong] == []
    assert len(results) > 50
