"""Which workflow a ticket gets."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from workflow import archiving, services
from workflow.matching import Match, NoMatch, match
from workflow.models import Workflow
from workflow.tests import factories as story
from workflow.tests.factories import ADMIN, NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _roles() -> None:
    story.roles()


def found(category: str, sub_category: str = "", department: str = "IT Department") -> tuple[str, str]:
    result = match(category=category, sub_category=sub_category, department=department)
    assert isinstance(result, Match), result
    workflow = Workflow.objects.get(pk=result.workflow_id)
    assert result.version_id == workflow.current_version_id
    return workflow.name, result.rule


def not_found(category: str, sub_category: str = "", department: str = "IT Department") -> NoMatch:
    result = match(category=category, sub_category=sub_category, department=department)
    assert isinstance(result, NoMatch), result
    return result


class TestMatch:
    def test_takes_the_most_specific_first(self) -> None:
        story.deployed("Anything else", category="", department="", is_default=True)
        assert found("IT Support", "Access Request") == ("Anything else", "default")

        story.deployed("All IT", category="IT Support", department="")
        assert found("IT Support", "Access Request") == ("All IT", "category")

        story.deployed("IT of the department", category="IT Support")
        assert found("IT Support", "Access Request") == ("IT of the department", "category+department")

        story.deployed("Access", category="IT Support", sub_category="Access Request")
        assert found("IT Support", "Access Request") == ("Access", "category+sub_category+department")

        assert found("IT Support", "Access Request", "HR")[0] == "All IT"
        assert found("IT Support", "Printing")[0] == "IT of the department"
        assert found("Catering")[0] == "Anything else"

    def test_lets_a_default_workflow_serve_its_own_tickets_too(self) -> None:
        story.deployed("Installation", category="Software Installation", is_default=True)

        assert found("Software Installation") == ("Installation", "category+department")
        assert found("Catering") == ("Installation", "default")

    def test_does_not_mind_case_and_blanks(self) -> None:
        story.deployed("Access", category="IT Support", sub_category="Access Request")

        assert found("  it SUPPORT", "access request ", " it department")[0] == "Access"

    def test_does_not_mind_compatible_characters_and_inner_blanks(self) -> None:
        story.deployed("Access", category="IT Support", sub_category="Straße")

        assert found("ＩＴ\u00a0 Support", "STRASSE", "IT  Department")[0] == "Access"

    def test_never_takes_a_draft_or_an_archived_one(self) -> None:
        workflow = story.deployed()
        services.pause(workflow_id=workflow.pk, actor=ADMIN, now=NOW)
        archiving.archive(workflow_id=workflow.pk, actor=ADMIN, now=NOW)
        story.draft("Draft", category="IT Support")

        result = not_found("IT Support")

        assert result.reason == "no_workflow"
        assert [candidate["name"] for candidate in result.candidates] == ["Draft"]

    def test_waits_for_a_paused_workflow_and_does_not_fall_through(self) -> None:
        story.deployed("Anything else", category="", department="", is_default=True)
        workflow = story.deployed()
        services.pause(workflow_id=workflow.pk, actor=ADMIN, now=NOW)

        result = not_found("IT Support")
        assert result.reason == "workflow_paused"
        assert result.candidates[0] == {
            "workflow_id": workflow.pk,
            "name": "IT Support Request",
            "status": "paused",
            "why": "It serves this ticket, but it is paused.",
        }

        services.resume(workflow_id=workflow.pk, actor=ADMIN, now=NOW)
        assert found("IT Support")[0] == "IT Support Request"

    def test_prefers_the_deployed_one_where_a_paused_one_serves_the_same(self) -> None:
        old = story.deployed("Old")
        services.pause(workflow_id=old.pk, actor=ADMIN, now=NOW)
        story.deployed("New")

        assert found("IT Support")[0] == "New"

    def test_names_the_nearest_and_what_they_lack(self) -> None:
        story.deployed("Other department", category="IT Support", department="HR")
        story.deployed("Other category", category="Payroll", department="IT Department")
        story.deployed("Nothing in common", category="Catering", department="Kitchen")

        result = not_found("IT Support", "Access Request")

        assert [(c["name"], c["why"]) for c in result.candidates] == [
            ("Other department", "Another department."),
            ("Other category", "Another category."),
        ]

    def test_names_all_that_differs_and_what_is_not_deployed(self) -> None:
        story.deployed("Two differ", category="IT Support", department="HR", sub_category="Access Request")
        story.draft("Not deployed", category="IT Support", department="HR")
        paused = story.deployed("Paused elsewhere", category="IT Support", department="HR")
        services.pause(workflow_id=paused.pk, actor=ADMIN, now=NOW)

        result = not_found("IT Support", "Printing")

        assert {c["name"]: c["why"] for c in result.candidates} == {
            "Two differ": "Another sub-category and department.",
            "Not deployed": "Another department, not deployed.",
            "Paused elsewhere": "Another department.",
        }

    def test_says_what_is_not_deployed_where_nothing_differs(self) -> None:
        story.draft("Of the department", category="", department="IT Department")

        result = not_found("IT Support", "Printing")

        assert [c["why"] for c in result.candidates] == ["Not deployed."]

    def test_takes_one_statement(self) -> None:
        story.deployed()
        for category in ("IT Support", "Catering"):
            with CaptureQueriesContext(connection) as queries:
                match(category=category, sub_category="", department="IT Department")
            assert len(queries) == 1
