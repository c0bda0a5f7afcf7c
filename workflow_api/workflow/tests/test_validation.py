"""Each rule of validation, and the paths checked against another library's idea of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import networkx
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from workflow.definition_fields import RoleRef
from workflow.findings import Finding
from workflow.graph import Definition, GraphStep, GraphTransition, draft_of, share_of
from workflow.models import Workflow
from workflow.tests import factories as story
from workflow.validation import Members, check, findings_of_keys, validate

SUPPORT, LEAD, COORDINATOR = (
    RoleRef(1, "IT Support", True),
    RoleRef(2, "IT Lead", True),
    RoleRef(3, "Coordinator", True),
)
PEOPLE = Members({1: frozenset({7, 8}), 2: frozenset({9, 10}), 3: frozenset({7, 9})})
SLA = {"urgent": 14400, "high": 28800, "medium": 172800, "low": 432000}


def step(key: int, **given: Any) -> GraphStep:
    values: dict[str, Any] = {
        "name": f"Step {key}",
        "description": "",
        "instruction": "Do it.",
        "kind": "action",
        "role": SUPPORT,
        "escalate_to": None,
        "assignment": "round_robin",
        "weight": Decimal(1),
        "approval": {},
        "is_start": False,
        "is_end": False,
        "end_status": "",
        "return_cap": 5,
        "is_reopen": False,
        "position": {},
        "order": key,
    }
    return GraphStep(id=key, key=key, share=Decimal(0), **(values | given))


def end(key: int, **given: Any) -> GraphStep:
    return step(key, is_end=True, role=None, instruction="", **given)


def edge(key: int, source: int, target: int, outcome: str = "forward", **given: Any) -> GraphTransition:
    values: dict[str, Any] = {
        "name": f"Edge {key}",
        "requires_comment": False,
        "is_automatic": False,
        "condition": None,
        "order": key,
    }
    return GraphTransition(id=key, key=key, from_step_id=source, to_step_id=target, outcome=outcome, **(values | given))


def definition(steps: Iterable[GraphStep], edges: Iterable[GraphTransition], **given: Any) -> Definition:
    values: dict[str, Any] = {
        "name": "IT Support Request",
        "end_logic": "notification",
        "sla_seconds": SLA,
        "at_risk_percent": 75,
        "field_types": {},
        "calendar": None,
        "coordinator": COORDINATOR,
    }
    parts = list(steps)
    total = sum((part.weight for part in parts if not part.is_end), Decimal(0))
    shared = [replace(part, share=share_of(part, total)) for part in parts]
    return Definition(
        steps={part.id: part for part in shared}, transitions={item.id: item for item in edges}, **(values | given)
    )


STEPS = (step(1, is_start=True), step(2, role=LEAD), end(3))
EDGES = (edge(1, 1, 2), edge(2, 2, 3))
GOOD = definition(STEPS, EDGES)


def changed(*, steps: Iterable[GraphStep] = STEPS, edges: Iterable[GraphTransition] = EDGES) -> Definition:
    return definition(steps, edges)


def codes(found: Iterable[Finding], severity: str = "error") -> set[tuple[str, Any]]:
    return {
        (finding.code, finding.step_id or finding.transition_id or finding.field)
        for finding in found
        if finding.severity == severity
    }


def errors(found: Definition) -> set[tuple[str, Any]]:
    return codes(check(found, PEOPLE))


def warnings(found: Definition, members: Members = PEOPLE) -> set[tuple[str, Any]]:
    return codes(check(found, members), "warning")


class TestCheck:
    def test_finds_nothing_in_a_good_definition(self) -> None:
        assert check(GOOD, PEOPLE) == []

    def test_wants_one_start_and_an_end(self) -> None:
        assert ("no_start", None) in errors(changed(steps=(step(1), *STEPS[1:])))
        assert errors(changed(steps=(STEPS[0], step(2, is_start=True, role=LEAD), end(3)))) == {
            ("several_starts", 1),
            ("several_starts", 2),
        }
        assert ("no_end", None) in errors(changed(steps=(*STEPS[:2], step(3))))
        assert ("start_is_end", 1) in errors(definition([end(1, is_start=True)], []))

    def test_names_steps_that_no_path_reaches_or_leaves(self) -> None:
        lonely = changed(steps=(*STEPS, step(4)))
        assert errors(lonely) == {("unreachable_step", 4), ("no_path_to_end", 4)}
        trap = changed(steps=(*STEPS, step(4), step(5)), edges=(*EDGES, edge(3, 2, 4), edge(4, 4, 5)))
        assert errors(trap) == {("no_path_to_end", 4), ("no_path_to_end", 5)}

    def test_wants_an_approval_to_be_grantable_and_refusable_and_never_bypassed(self) -> None:
        approval = step(2, role=LEAD, kind="approval")
        steps = (STEPS[0], approval, end(3))
        bare = changed(steps=steps)
        assert errors(bare) == {
            ("approval_without_approve", 2),
            ("approval_without_refusal", 2),
            ("approval_bypassed", 2),
        }
        whole = (edge(1, 1, 2), edge(2, 2, 3, "approve"), edge(3, 2, 1, "return"))
        assert errors(changed(steps=steps, edges=whole)) == set()
        for approval_data in ({"required": 0}, {"required": 101, "mode": "percent"}, {"required": "all"}):
            odd = replace(approval, approval=approval_data)
            assert errors(changed(steps=(STEPS[0], odd, end(3)), edges=whole)) == {("approval_invalid", 2)}

    def test_names_edges_that_cross_loop_double_or_leave_an_end(self) -> None:
        assert errors(changed(edges=(*EDGES, edge(9, 2, 77)))) == {("edge_across_workflows", 9)}
        assert errors(changed(edges=(*EDGES, edge(9, 2, 2)))) == {("self_loop", 9)}
        assert errors(changed(edges=(*EDGES, edge(9, 1, 2)))) == {("duplicate_edge", 9)}
        assert errors(changed(edges=(*EDGES, edge(9, 1, 2, "reject")))) == set()
        assert errors(changed(edges=(*EDGES, edge(9, 3, 1)))) == {("edge_from_end", 9)}
        assert errors(changed(edges=(*EDGES, edge(9, 2, 3, "return")))) == {("return_to_end", 9)}

    def test_lets_no_refusal_be_automatic_and_no_condition_be_unreadable(self) -> None:
        automatic = edge(9, 2, 1, "return", is_automatic=True)
        assert errors(changed(edges=(*EDGES, automatic))) == {("automatic_refusal", 9)}
        odd = edge(9, 1, 3, condition={"field": "priority", "op": "resembles", "value": "high"})
        assert errors(changed(edges=(*EDGES, odd))) == {("condition_invalid", 9)}

    def test_wants_every_role_known(self) -> None:
        gone = RoleRef(2, "IT Lead", False)
        assert errors(changed(steps=(STEPS[0], step(2, role=gone), end(3)))) == {("role_unknown", 2)}
        assert errors(changed(steps=(STEPS[0], step(2, role=None), end(3)))) == {("role_unknown", 2)}
        named = step(2, escalate_to=RoleRef(None, "Astronaut", False))
        assert errors(changed(steps=(STEPS[0], named, end(3)))) == {("role_unknown", 2)}
        assert errors(replace(GOOD, coordinator=None)) == {("role_unknown", "coordinator_role_id")}

    def test_wants_an_sla_per_priority_stricter_for_what_is_more_urgent(self) -> None:
        for priority in SLA:
            assert errors(replace(GOOD, sla_seconds={**SLA, priority: None})) == {("sla_missing", f"{priority}_sla")}
        assert errors(replace(GOOD, sla_seconds={**SLA, "high": SLA["medium"]})) == {("sla_order", "high_sla")}
        assert errors(replace(GOOD, sla_seconds={**SLA, "urgent": 28801})) == {("sla_order", "urgent_sla")}
        # A gap in between does not hide the order of the rest.
        assert ("sla_order", "urgent_sla") in errors(replace(GOOD, sla_seconds={**SLA, "urgent": 172800, "high": None}))
        assert ("sla_not_positive", "urgent_sla") in errors(replace(GOOD, sla_seconds={**SLA, "urgent": 0}))

    @pytest.mark.parametrize("weight", [Decimal(0), Decimal(-1)])
    def test_wants_positive_weights(self, weight: Decimal) -> None:
        assert errors(changed(steps=(STEPS[0], step(2, weight=weight), end(3)))) == {("weight_not_positive", 2)}

    def test_wants_a_calendar_with_hours(self) -> None:
        closed = {"name": "Never", "time_zone": "UTC", "hours": {}, "holidays": []}
        assert errors(replace(GOOD, calendar=closed)) == {("calendar_invalid", "calendar_id")}
        nowhere = {"name": "Lost", "time_zone": "Mars/Base", "hours": {"0": [["08:00", "16:00"]]}, "holidays": []}
        assert errors(replace(GOOD, calendar=nowhere)) == {("calendar_invalid", "calendar_id")}

    def test_wants_targets_that_the_calendar_reaches(self) -> None:
        week = {"name": "Monday", "time_zone": "UTC", "hours": {"0": [["08:00", "09:00"]]}, "holidays": []}
        assert errors(replace(GOOD, calendar=week)) == set()
        long = {**SLA, "low": 1301 * 3600}  # an hour a week for 25 years are 1300
        assert errors(replace(GOOD, calendar=week, sla_seconds=long)) == {("sla_out_of_reach", "low_sla")}
        assert errors(replace(GOOD, calendar=None, sla_seconds=long)) == set()

    def test_warns_of_missing_instructions_and_short_budgets(self) -> None:
        assert warnings(changed(steps=(step(1, is_start=True, instruction=" "), *STEPS[1:]))) == {
            ("instruction_missing", 1)
        }
        tiny = step(2, weight=Decimal("0.02"))
        assert warnings(changed(steps=(STEPS[0], tiny, end(3)))) == {("budget_short", 2)}

    def test_warns_of_roles_without_people(self) -> None:
        nobody = Members({1: frozenset({7}), 3: frozenset({7})})
        assert warnings(GOOD, nobody) == {("role_without_members", 2)}
        assert warnings(GOOD, Members({1: frozenset({7}), 2: frozenset({9})})) == {
            ("role_without_members", "coordinator_role_id")
        }

    def test_warns_when_the_only_approver_does_the_work_before(self) -> None:
        edges = (edge(1, 1, 2), edge(2, 2, 3, "approve"), edge(3, 2, 1, "return"))
        approval = changed(steps=(STEPS[0], step(2, role=LEAD, kind="approval"), end(3)), edges=edges)
        one = frozenset({7})
        assert warnings(approval, Members({1: one, 2: one, 3: one})) == {("single_approver", 2)}
        assert warnings(approval, Members({1: frozenset({7, 8}), 2: one, 3: one})) == set()
        three = step(2, role=LEAD, kind="approval", approval={"required": 3})
        two = changed(steps=(STEPS[0], three, end(3)), edges=edges)
        assert warnings(two) == {("approvers_too_few", 2)}

    def test_warns_of_a_return_to_what_comes_later_and_of_an_approval_that_is_none(self) -> None:
        later = changed(edges=(*EDGES, edge(9, 1, 2, "return")))
        assert warnings(later) == {("return_forward", 9)}
        assert warnings(changed(edges=(*EDGES, edge(9, 2, 1, "return")))) == set()
        assert warnings(changed(edges=(edge(1, 1, 2, "approve"), edge(2, 2, 3)))) == {("approve_outside_approval", 1)}


class TestPaths:
    @settings(max_examples=300)
    @given(st.data())
    def test_are_those_of_a_graph_library(self, data: st.DataObject) -> None:
        size = data.draw(st.integers(1, 8))
        keys = range(1, size + 1)
        ends = data.draw(st.sets(st.sampled_from(keys), max_size=size))
        start = data.draw(st.sampled_from(keys))
        pairs = data.draw(st.sets(st.tuples(st.sampled_from(keys), st.sampled_from(keys)), max_size=20))
        steps = [(end if key in ends else step)(key, is_start=key == start) for key in keys]
        edges = [edge(number, source, target) for number, (source, target) in enumerate(sorted(pairs), 1)]
        oracle = networkx.DiGraph()
        oracle.add_nodes_from(keys)
        oracle.add_edges_from(pairs)

        found = codes(check(definition(steps, edges), PEOPLE))

        reachable = networkx.descendants(oracle, start) | {start}
        leading = set().union(*(networkx.ancestors(oracle, key) | {key} for key in ends)) if ends else set(keys)
        assert {key for code, key in found if code == "unreachable_step"} == set(keys) - reachable
        assert {key for code, key in found if code == "no_path_to_end"} == set(keys) - leading
        assert {key for code, key in found if code == "self_loop"} == {
            number for number, (source, target) in enumerate(sorted(pairs), 1) if source == target
        }


class TestKeys:
    @pytest.mark.parametrize(
        ("given", "expected"),
        [
            ({"category": "IT"}, None),
            ({"category": "IT", "department": "IT Department"}, None),
            ({"category": "IT", "department": "IT Department", "sub_category": "Access"}, None),
            ({"is_default": True}, None),
            ({"category": "IT", "sub_category": "Access"}, "department_missing"),
            ({"department": "IT Department"}, "category_missing"),
            ({"department": "IT Department", "is_default": True}, "category_missing"),
            ({}, "category_missing"),
        ],
    )
    def test_are_of_a_form_that_matching_knows(self, given: dict[str, Any], expected: str | None) -> None:
        found = [finding.code for finding in findings_of_keys(Workflow(name="Any", **given))]

        assert found == ([expected] if expected else [])


@pytest.mark.django_db
class TestValidate:
    def test_takes_two_statements_however_many_roles(self) -> None:
        story.roles()
        workflow = story.draft(steps=story.APPROVAL_STEPS, edges=story.APPROVAL_EDGES)
        found = draft_of(workflow)

        with CaptureQueriesContext(connection) as queries:
            report = validate(workflow, found)

        assert report.is_valid
        assert len(queries) == 2  # the roles' people, and who serves the same tickets


BUDGET_OVER = {"field": "requested_budget", "op": "gte", "value": 5000}
BUDGET_UNDER = {"field": "requested_budget", "op": "lt", "value": 5000}


def forks(first: Any, second: Any, *more: GraphTransition) -> Definition:
    """Return a definition whose first step has two automatic transitions with these conditions."""
    automatic = (
        edge(1, 1, 2, is_automatic=True, condition=first),
        edge(2, 1, 3, is_automatic=True, condition=second),
    )
    return changed(edges=(*automatic, edge(3, 2, 3), *more))


class TestConditions:
    def test_of_a_value_that_is_not_of_the_field_s_type_are_errors(self) -> None:
        odd = edge(9, 1, 3, condition={"field": "requested_budget", "op": "gte", "value": "5,000"})
        assert errors(changed(edges=(*EDGES, odd))) == {("condition_value", 9)}

    def test_on_a_field_that_no_ticket_has_are_warned_of(self) -> None:
        typo = edge(9, 1, 3, condition={"field": "requested_buget", "op": "gte", "value": 5000})
        found = check(changed(edges=(*EDGES, typo)), PEOPLE)
        assert codes(found, "warning") == {("field_unknown", 9)}
        assert "Is requested_budget meant?" in found[0].message
        for path in ("dynamic_data.anything", "cost_items.0.amount", "employee.department", "attachments.size"):
            known = edge(9, 1, 3, condition={"field": path, "op": "exists"})
            assert warnings(changed(edges=(*EDGES, known))) == set()

    def test_on_every_transition_of_a_step_are_warned_of_while_none_is_the_rest(self) -> None:
        assert warnings(forks(BUDGET_OVER, BUDGET_UNDER)) == {("no_transition_left", 1)}
        assert warnings(forks(BUDGET_OVER, BUDGET_UNDER, edge(4, 1, 2, name="By hand"))) == set()
        back = edge(4, 2, 1, "return")
        assert ("no_transition_left", 1) in warnings(forks(BUDGET_OVER, BUDGET_UNDER, back))

    @pytest.mark.parametrize(
        ("first", "second", "overlaps"),
        [
            (BUDGET_OVER, BUDGET_UNDER, False),
            (BUDGET_OVER, {"field": "requested_budget", "op": "lte", "value": "5000"}, True),
            (BUDGET_OVER, {"field": "requested_budget", "op": "gt", "value": 9000}, True),
            (BUDGET_OVER, {"not": BUDGET_OVER}, False),
            (BUDGET_OVER, {"field": "priority", "op": "eq", "value": "urgent"}, True),
            (
                {"field": "priority", "op": "in", "value": ["high", "urgent"]},
                {"field": "priority", "op": "in", "value": ["low", "medium"]},
                False,
            ),
            (
                {"field": "priority", "op": "ne", "value": "low"},
                {"field": "priority", "op": "ne", "value": "high"},
                True,
            ),
            (
                {"field": "expected_return_date", "op": "lt", "value": "2026-12-24"},
                {"field": "expected_return_date", "op": "gte", "value": "2026-12-24"},
                False,
            ),
            (BUDGET_OVER, None, False),
            (None, BUDGET_OVER, True),
        ],
        ids=str,
    )
    def test_of_automatic_transitions_that_can_hold_at_once_are_warned_of(
        self, first: Any, second: Any, overlaps: bool
    ) -> None:
        found = warnings(forks(first, second))
        assert (("automatic_overlap", 2) in found) is overlaps


class TestEscalation:
    def test_to_a_role_that_nobody_holds_is_warned_of(self) -> None:
        above = step(2, role=LEAD, escalate_to=RoleRef(4, "Head of IT", True))
        assert warnings(changed(steps=(STEPS[0], above, end(3)))) == {("escalation_without_members", 2)}


@pytest.mark.django_db
class TestTakenKey:
    def test_is_warned_of_before_the_deploy_is_refused(self) -> None:
        story.roles()
        story.deployed("Live", category="Ｌaptops", department="IT  Department")
        other = story.draft("New", category=" laptops ", department="it department")

        report = validate(other, draft_of(other))

        assert report.is_valid
        assert codes(report.warnings, "warning") == {("key_taken", "category")}
