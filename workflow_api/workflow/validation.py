"""What is wrong with a definition, or looks wrong. Each finding names the step or edge, so the editor can go there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from typing import Any

from role.models import RoleMember
from workflow.business_time import MAX_YEARS_OF_A_TARGET, Calendar, is_too_long, problem_with_calendar
from workflow.condition_findings import of_conditions
from workflow.definition_fields import RoleRef
from workflow.findings import Finding, Report, error, warning
from workflow.graph import Definition, GraphStep, GraphTransition
from workflow.matching import key_of
from workflow.models import Workflow

MIN_BUDGET_SECONDS = 300
SECOND_ROLE = "second_escalation_role_id"
REFUSALS = ("reject", "return")
# From the shortest target to the longest.
STRICTEST_FIRST = ("urgent", "high", "medium", "low")


@dataclass(frozen=True)
class Members:
    """Who actively holds which role."""

    by_role: Mapping[int, frozenset[int]] = field(default_factory=dict)

    def of(self, role: RoleRef | None) -> frozenset[int]:
        return self.by_role.get(role.id, frozenset()) if role and role.id is not None else frozenset()


def validate(workflow: Workflow, definition: Definition) -> Report:
    """Return every finding of the workflow's definition, with one statement for the roles' members."""
    findings = [*findings_of_keys(workflow), *_of_taken_key(workflow), *check(definition, members_of(definition))]
    return Report(
        errors=tuple(finding for finding in findings if finding.severity == "error"),
        warnings=tuple(finding for finding in findings if finding.severity == "warning"),
    )


def check(definition: Definition, members: Members) -> list[Finding]:
    """Return the findings of a definition; a pure function."""
    return [
        *_of_shape(definition),
        *_of_paths(definition),
        *_of_edges(definition),
        *of_conditions(definition),
        *_of_approvals(definition),
        *_of_roles(definition),
        *_of_times(definition),
        *_of_escalation(definition),
        *_of_people(definition, members),
    ]


def members_of(definition: Definition) -> Members:
    refs = [step.role for step in definition.steps.values()] + [step.escalate_to for step in definition.steps.values()]
    own = [definition.coordinator, definition.escalation.second_role]
    ids = {ref.id for ref in [*refs, *own] if ref is not None and ref.id is not None}
    by_role: dict[int, set[int]] = {}
    for role_id, person_id in RoleMember.objects.active().filter(role_id__in=ids).values_list("role_id", "person_id"):
        by_role.setdefault(role_id, set()).add(person_id)
    return Members({role_id: frozenset(people) for role_id, people in by_role.items()})


def findings_of_keys(workflow: Workflow) -> Iterator[Finding]:
    """A workflow serves category + sub-category + department, category + department, or category; or is default."""
    category, sub_category = workflow.category.strip(), workflow.sub_category.strip()
    department = workflow.department.strip()
    if not category and (sub_category or department or not workflow.is_default):
        yield error("category_missing", "Say which category of tickets this workflow serves.", field="category")
    elif sub_category and not department:
        yield error(
            "department_missing", "A workflow for a sub-category must name the department too.", field="department"
        )


def other_with_key(workflow: Workflow) -> Workflow | None:
    """Return another deployed workflow that serves the same tickets."""
    others = Workflow.objects.deployed().filter(is_archived=False).exclude(pk=workflow.pk).order_by("id")
    key = key_of(workflow)
    if key.category:
        found = next((other for other in others if key_of(other) == key), None)
        if found is not None:
            return found
    return next((other for other in others if other.is_default), None) if workflow.is_default else None


def _of_taken_key(workflow: Workflow) -> Iterator[Finding]:
    other = other_with_key(workflow)
    if other is not None:
        field = "category" if key_of(other) == key_of(workflow) and workflow.category.strip() else "is_default"
        yield warning(
            "key_taken", f"{other.name} serves the same tickets: it can't be deployed beside it.", field=field
        )


def _of_shape(definition: Definition) -> Iterator[Finding]:
    starts = [step for step in definition.steps.values() if step.is_start]
    if not starts:
        yield error("no_start", "No step is the start.")
    if len(starts) > 1:
        for step in starts:
            yield error("several_starts", f"{step.name} is one of {len(starts)} starts.", step_id=step.key)
    if not any(step.is_end for step in definition.steps.values()):
        yield error("no_end", "No step is an end.")
    for step in definition.steps.values():
        if step.is_start and step.is_end:
            yield error("start_is_end", f"{step.name} can't be both start and end.", step_id=step.key)
        if not step.name.strip():
            yield error("name_missing", "A step has no name.", step_id=step.key)
        if not step.is_end and not step.instruction.strip():
            yield warning("instruction_missing", f"{step.name} has no instruction for its people.", step_id=step.key)


def _reach(starts: Iterable[int], neighbours: Mapping[int, list[int]]) -> set[int]:
    seen, waiting = set(starts), list(starts)
    while waiting:
        for target in neighbours.get(waiting.pop(), ()):
            if target not in seen:
                seen.add(target)
                waiting.append(target)
    return seen


def _neighbours(definition: Definition, *, backwards: bool = False, without: str = "") -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for edge in definition.transitions.values():
        if edge.outcome != without:
            source, target = (edge.to_step_id, edge.from_step_id) if backwards else (edge.from_step_id, edge.to_step_id)
            found.setdefault(source, []).append(target)
    return found


def _of_paths(definition: Definition) -> Iterator[Finding]:
    starts = [step.id for step in definition.steps.values() if step.is_start]
    ends = [step.id for step in definition.steps.values() if step.is_end]
    from_start = _reach(starts, _neighbours(definition))
    to_end = _reach(ends, _neighbours(definition, backwards=True))
    for step in definition.steps.values():
        if starts and step.id not in from_start:
            yield error("unreachable_step", f"No path leads from the start to {step.name}.", step_id=step.key)
        if ends and step.id not in to_end:
            yield error("no_path_to_end", f"No path leads from {step.name} to an end.", step_id=step.key)


def _of_edges(definition: Definition) -> Iterator[Finding]:
    steps = definition.steps
    seen: dict[tuple[int, int, str], GraphTransition] = {}
    forward = _neighbours(definition, without="return")
    for edge in definition.transitions.values():
        source, target = steps.get(edge.from_step_id), steps.get(edge.to_step_id)
        if source is None or target is None:
            yield error(
                "edge_across_workflows",
                f"{edge.name} leads to or from a step of another workflow.",
                transition_id=edge.key,
            )
            continue
        if edge.from_step_id == edge.to_step_id:
            yield error("self_loop", f"{edge.name} leads back to its own step.", transition_id=edge.key)
        twin = seen.setdefault((edge.from_step_id, edge.to_step_id, edge.outcome), edge)
        if twin is not edge:
            yield error(
                "duplicate_edge",
                f"{edge.name} doubles {twin.name}: from {source.name} to {target.name}, {edge.outcome}.",
                transition_id=edge.key,
            )
        if source.is_end:
            yield error("edge_from_end", f"{edge.name} leaves the end {source.name}.", transition_id=edge.key)
        if edge.is_automatic and edge.outcome in REFUSALS:
            yield error(
                "automatic_refusal",
                f"{edge.name} can't be automatic: somebody must say why.",
                transition_id=edge.key,
            )
        if edge.outcome == "return" and target.is_end:
            yield error("return_to_end", f"{edge.name} returns to an end.", transition_id=edge.key)
        elif edge.outcome == "return" and edge.from_step_id not in _reach([edge.to_step_id], forward):
            yield warning(
                "return_forward", f"{target.name} does not come before {source.name}.", transition_id=edge.key
            )


def _of_approvals(definition: Definition) -> Iterator[Finding]:
    for step in definition.steps.values():
        outgoing = [edge for edge in definition.transitions.values() if edge.from_step_id == step.id]
        if step.kind != "approval" or step.is_end:
            for edge in outgoing:
                if edge.outcome == "approve" and not step.is_end:
                    yield warning(
                        "approve_outside_approval",
                        f"{edge.name} approves, but {step.name} is no approval step: one person is enough.",
                        transition_id=edge.key,
                    )
            continue
        outcomes = Counter(edge.outcome for edge in outgoing)
        if not outcomes["approve"]:
            yield error("approval_without_approve", f"{step.name} can't be approved.", step_id=step.key)
        if not any(outcomes[outcome] for outcome in REFUSALS):
            yield error("approval_without_refusal", f"{step.name} can't be refused.", step_id=step.key)
        for edge in outgoing:
            if edge.outcome == "forward":
                yield error(
                    "approval_bypassed", f"{edge.name} leaves {step.name} without a decision.", transition_id=edge.key
                )
        required, mode = step.approval.get("required", 1), step.approval.get("mode", "count")
        is_number = isinstance(required, int) and not isinstance(required, bool)
        if mode not in ("count", "percent") or not is_number or required < 1 or (mode == "percent" and required > 100):
            yield error(
                "approval_invalid",
                f"{step.name} needs a number of approvals, or a percentage up to 100.",
                step_id=step.key,
            )


def _of_roles(definition: Definition) -> Iterator[Finding]:
    for step in definition.steps.values():
        if step.is_end:
            continue
        if step.role is None or not step.role.is_known:
            named = f" {step.role.name}" if step.role else ""
            yield error("role_unknown", f"The role{named} of {step.name} is not known.", step_id=step.key)
        if step.escalate_to is not None and not step.escalate_to.is_known:
            yield error(
                "role_unknown",
                f"The role {step.escalate_to.name}, to which {step.name} escalates, is not known.",
                step_id=step.key,
            )
    if definition.coordinator is None or not definition.coordinator.is_known:
        yield error("role_unknown", "The coordinators' role is not known.", field="coordinator_role_id")


def _of_times(definition: Definition) -> Iterator[Finding]:
    targets = definition.sla_seconds
    for priority in STRICTEST_FIRST:
        seconds = targets.get(priority)
        if seconds is None:
            yield error("sla_missing", f"There is no SLA for priority {priority}.", field=f"{priority}_sla")
        elif seconds <= 0:
            yield error("sla_not_positive", f"The SLA for {priority} must be longer.", field=f"{priority}_sla")
    known = [(priority, seconds) for priority in STRICTEST_FIRST if (seconds := targets.get(priority)) is not None]
    for (stricter, shorter), (milder, longer) in pairwise(known):
        if shorter >= longer:
            yield error(
                "sla_order", f"The SLA for {stricter} must be shorter than that for {milder}.", field=f"{stricter}_sla"
            )
    for step in definition.steps.values():
        if not step.is_end and step.weight <= 0:
            yield error("weight_not_positive", f"The weight of {step.name} must be above 0.", step_id=step.key)
    if definition.calendar is not None:
        if problem := problem_with_calendar(definition.calendar):
            yield error("calendar_invalid", problem.detail, field="calendar_id")
        else:
            yield from _of_reach(definition.calendar, known)
    budgets = [seconds for _, seconds in known if seconds > 0]
    if budgets:
        for step in definition.steps.values():
            if not step.is_end and step.weight > 0 and step.share * min(budgets) < MIN_BUDGET_SECONDS:
                yield warning(
                    "budget_short", f"{step.name} has less than five minutes at the strictest SLA.", step_id=step.key
                )


def _of_escalation(definition: Definition) -> Iterator[Finding]:
    """The second escalation of the workflow: a known role, and a time after which it comes."""
    second, seconds = definition.escalation.second_role, definition.escalation.second_seconds
    if second is None and seconds is not None:
        yield error("second_escalation_incomplete", "Say to which role the second escalation goes.", field=SECOND_ROLE)
    if second is None:
        return
    if not second.is_known:
        yield error("role_unknown", f"The role {second.name} of the second escalation is not known.", field=SECOND_ROLE)
    if seconds is None:
        yield error(
            "second_escalation_incomplete",
            f"Say after which time a step is escalated to {second.name}.",
            field="second_escalation_after",
        )
    for step in definition.steps.values():
        if not step.is_end and second.id is not None and second.id in (step.role_id, step.escalate_to_id):
            yield warning(
                "second_escalation_is_first",
                f"{second.name} has {step.name} already when the second escalation comes.",
                step_id=step.key,
            )


def _of_reach(calendar: Mapping[str, Any], targets: Iterable[tuple[str, int]]) -> Iterator[Finding]:
    hours = Calendar.from_snapshot(calendar)
    for priority, seconds in targets:
        if is_too_long(hours, timedelta(seconds=seconds)):
            yield error(
                "sla_out_of_reach",
                f"With this calendar, the SLA for {priority} takes more than {MAX_YEARS_OF_A_TARGET} years.",
                field=f"{priority}_sla",
            )


def _of_people(definition: Definition, members: Members) -> Iterator[Finding]:
    for step in definition.steps.values():
        escalation = step.escalate_to
        if not step.is_end and escalation is not None and escalation.is_known and not members.of(escalation):
            yield warning(
                "escalation_without_members",
                f"Nobody holds {escalation.name}, to which {step.name} escalates.",
                step_id=step.key,
            )
        if step.is_end or step.role is None or not step.role.is_known:
            continue
        people = members.of(step.role)
        if not people:
            yield warning(
                "role_without_members", f"Nobody holds {step.role.name}, the role of {step.name}.", step_id=step.key
            )
        elif step.kind == "approval":
            yield from _of_approvers(definition, members, step, people)
    second = definition.escalation.second_role
    if second is not None and second.is_known and not members.of(second):
        yield warning("escalation_without_members", f"Nobody holds {second.name}.", field=SECOND_ROLE)
    coordinator = definition.coordinator
    if coordinator is not None and coordinator.is_known and not members.of(coordinator):
        yield warning("role_without_members", f"Nobody holds {coordinator.name}.", field="coordinator_role_id")


def _of_approvers(
    definition: Definition, members: Members, step: GraphStep, people: frozenset[int]
) -> Iterator[Finding]:
    required = step.approval.get("required", 1)
    if step.approval.get("mode", "count") == "count" and isinstance(required, int) and required > len(people):
        yield warning(
            "approvers_too_few",
            f"{step.name} needs {required} approvals, and its role has {len(people)} people.",
            step_id=step.key,
        )
    sources = {edge.from_step_id for edge in definition.transitions.values() if edge.to_step_id == step.id}
    before = [other for other in definition.steps.values() if other.id in sources]
    if len(people) == 1 and any(members.of(other.role) == people for other in before):
        yield warning(
            "single_approver",
            f"The only person who can decide {step.name} also does the work before it.",
            step_id=step.key,
        )
