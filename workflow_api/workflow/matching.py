"""Which workflow serves a ticket: the most specific deployed one, or why none does."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from workflow.models import Workflow

EXACT = "category+sub_category+department"
CATEGORY_DEPARTMENT = "category+department"
CATEGORY = "category"
DEFAULT = "default"
# From the most specific rule to the least.
RULES = (EXACT, CATEGORY_DEPARTMENT, CATEGORY, DEFAULT)
MAX_CANDIDATES = 5


@dataclass(frozen=True)
class Match:
    """The workflow that serves the ticket, and by which rule."""

    workflow_id: int
    version_id: int
    rule: str


@dataclass(frozen=True)
class NoMatch:
    """No workflow takes the ticket now. `reason` is `workflow_paused` or `no_workflow`."""

    reason: str
    # [{"workflow_id", "name", "status", "why"}], nearest first
    candidates: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Key:
    """What a workflow serves or a ticket is about, in the form in which the two are compared."""

    category: str
    sub_category: str
    department: str


@dataclass(frozen=True)
class _Candidate:
    workflow: Workflow
    key: Key
    rank: int  # index in RULES; len(RULES): it does not serve the ticket
    nearness: int

    @property
    def order(self) -> tuple[Any, ...]:
        """The best first; of two that serve the same, the deployed one."""
        is_deployed = self.workflow.status == Workflow.Status.DEPLOYED
        return self.rank, not is_deployed, -self.nearness, self.workflow.pk


def comparable(text: str) -> str:
    """Return the text as names are compared: compatible characters alike, case folded, single blanks."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def key_of(workflow: Workflow) -> Key:
    """Return what the workflow serves."""
    return Key(comparable(workflow.category), comparable(workflow.sub_category), comparable(workflow.department))


def matchable() -> QuerySet[Workflow]:
    """Return the workflows that a ticket is compared with."""
    columns = ("name", "status", "is_default", "current_version_id", "category", "sub_category", "department")
    return Workflow.objects.filter(is_archived=False).only(*columns)


def match(
    *, category: str, sub_category: str, department: str, workflows: Iterable[Workflow] | None = None
) -> Match | NoMatch:
    """Return the workflow for a ticket of this kind. `workflows` are the `matchable` ones, read already.

    A workflow that was deployed serves its key even while it is paused: its tickets wait for it and do not fall
    through to a less specific one.
    """
    ticket = Key(comparable(category), comparable(sub_category), comparable(department))
    found = [
        candidate
        for workflow in (matchable() if workflows is None else workflows)
        if (candidate := _candidate(workflow, ticket)).rank < len(RULES)
        or candidate.nearness > 0
        or workflow.is_default
    ]
    found.sort(key=lambda candidate: candidate.order)
    best = found[0] if found else None
    if best is None or best.rank == len(RULES):
        return NoMatch("no_workflow", _named(found, ticket))
    version_id = best.workflow.current_version_id
    if best.workflow.status != Workflow.Status.DEPLOYED or version_id is None:
        return NoMatch("workflow_paused", _named(found, ticket))
    return Match(workflow_id=best.workflow.pk, version_id=version_id, rule=RULES[best.rank])


def _is_live(workflow: Workflow) -> bool:
    live = (Workflow.Status.DEPLOYED, Workflow.Status.PAUSED)
    return workflow.status in live and workflow.current_version_id is not None


def _candidate(workflow: Workflow, ticket: Key) -> _Candidate:
    key = key_of(workflow)
    same_category = key.category != "" and key.category == ticket.category
    same_department = key.department != "" and key.department == ticket.department
    same_sub_category = key.sub_category != "" and key.sub_category == ticket.sub_category
    nearness = 4 * same_category + 2 * same_department + same_sub_category
    rules = (
        same_category and same_department and same_sub_category,
        same_category and same_department and not key.sub_category,
        same_category and not key.department and not key.sub_category,
        workflow.is_default,
    )
    rank = rules.index(True) if _is_live(workflow) and any(rules) else len(RULES)
    return _Candidate(workflow, key, rank, nearness)


def _named(candidates: list[_Candidate], ticket: Key) -> list[dict[str, Any]]:
    return [
        {
            "workflow_id": candidate.workflow.pk,
            "name": candidate.workflow.name,
            "status": candidate.workflow.status,
            "why": _why(candidate, ticket),
        }
        for candidate in candidates[:MAX_CANDIDATES]
    ]


def _why(candidate: _Candidate, ticket: Key) -> str:
    """Say what keeps the workflow from taking the ticket."""
    if candidate.workflow.status == Workflow.Status.PAUSED and candidate.rank < len(RULES):
        return "It serves this ticket, but it is paused."
    key = candidate.key
    differs = [
        label
        for label, own, given in (
            ("category", key.category, ticket.category),
            ("sub-category", key.sub_category, ticket.sub_category),
            ("department", key.department, ticket.department),
        )
        if own and own != given
    ]
    reasons = [f"another {' and '.join(differs)}"] if differs else []
    if not _is_live(candidate.workflow):
        reasons.append("not deployed")
    return (", ".join(reasons) or "it serves no such combination").capitalize() + "."
