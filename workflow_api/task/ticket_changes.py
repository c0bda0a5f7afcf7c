"""What a change of a ticket means for the task that runs on it: told, and votes on what has changed are void."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from role.models import Role
from task import notifications
from task.approvals import FOUR_EYES, barred_by_four_eyes, barred_from
from task.assign import assign_by_strategy, end_assignment, notify_assignee
from task.electorate import judge_again
from task.models import ApprovalVote, StepVisit
from task.priority import change_priority
from task.rotation import save_rotations
from task.run import VISIT_FIELDS, Run
from task.state_machine import PERFORM, PRIORITY
from task.vote import lock_ahead
from tickets.reasons import SENTENCES
from workflow.conditions import fields_of, values_at
from workflow.field_types import FieldType, read, type_of
from workflow.graph import VersionGraph

Changes = Mapping[str, Mapping[str, Any]]
NOT_DECISIVE = frozenset({"ticket_number"})


def apply_changes(run: Run, before: Mapping[str, Any], changed: Changes, *, move_offer: dict[str, Any] | None) -> None:
    """Record the changes on the run's task, tell its people, and save it. The ticket has its new values already.

    `before` are the run's fields before the change. `move_offer` names another workflow that now fits the ticket.
    """
    task, visit = run.task, run.visit
    task.subject = run.ticket.subject
    run.record("ticket_updated", actor=None, fields=list(changed), changes=changed)
    if visit is not None and run.ticket.priority != task.priority and task.status in PRIORITY.sources:
        change_priority(run, visit, run.ticket.priority, actor=None, reason=SENTENCES["priority_corrected_by_source"])
        task.version += 1
    told = [task.assignee_id] if task.assignee_id is not None else []
    if move_offer != task.move_offer:
        task.move_offer = move_offer
        if move_offer is not None:
            run.record(
                "move_offered", actor=None, workflow={"id": move_offer["workflow_id"], "name": move_offer["name"]}
            )
            told += _leads(visit)
    run.journal.notify(
        *notifications.to_each(
            told,
            task,
            "system",
            subject=f"{task.ticket_number} was changed by its source",
            message=_as_sentence(run, changed, move_offer),
            text=_as_text(run, changed, move_offer),
            with_mail=False,
        )
    )
    if visit is not None:
        _judge_votes(run, visit, before)
    run.save()


def _leads(visit: StepVisit | None) -> list[int]:
    role_id = visit.role_id if visit else None
    lead_id = Role.objects.filter(pk=role_id or 0).values_list("lead_id", flat=True).first()
    return [lead_id] if lead_id is not None else notifications.admin_ids()


def _as_sentence(run: Run, changed: Changes, move_offer: Mapping[str, Any] | None) -> str:
    parts = [f"{path}: {_shown(values['old'])} → {_shown(values['new'])}" for path, values in changed.items()]
    offer = f" It may belong to {move_offer['name']} now: move it there if so." if move_offer else ""
    return f"{run.task.ticket_number} “{run.task.subject}” has changed. {'; '.join(parts)}.{offer}"


def _as_text(run: Run, changed: Changes, move_offer: Mapping[str, Any] | None) -> dict[str, Any]:
    parts = [f"{path}: {_shown(values['old'], '–')} → {_shown(values['new'], '–')}" for path, values in changed.items()]
    if move_offer:
        return notifications.task_text(
            run.task, "ticket_changed_route", changes="; ".join(parts), workflow=move_offer["name"]
        )
    return notifications.task_text(run.task, "ticket_changed", changes="; ".join(parts))


def _shown(value: Any, nothing: str = "nothing") -> str:
    shown = nothing if value in (None, "", [], {}) else str(value)
    return shown if len(shown) <= 80 else f"{shown[:79]}…"


def decisive_paths(graph: VersionGraph) -> list[str]:
    """Return the paths of the fields that decisions of the version rest on."""
    read = [path for item in graph.transitions.values() for path in fields_of(item.condition)]
    marked = [each for name in graph.decisive_fields for each in (name, f"dynamic_data.{name}")]
    return [path for path in dict.fromkeys([*read, *marked]) if path not in NOT_DECISIVE]


def _judge_votes(run: Run, visit: StepVisit, before: Mapping[str, Any]) -> None:
    """Void the votes on what has changed, and those of who turns out to have asked for it; assign the visit anew.

    Another requester is another electorate: what it makes certain is decided at once.
    """
    step = run.graph.steps[visit.step_id]
    if step.kind != "approval":
        return
    after = run.fields
    types = run.graph.field_types
    decisive = [path for path in decisive_paths(run.graph) if not _says_the_same(path, before, after, types)]
    requesters = barred_by_four_eyes(run)
    void = [vote for vote in run.votes() if decisive or (vote.outcome == "approve" and vote.person_id in requesters)]
    if void:
        _void(run, visit, void, decisive)
    is_barred = run.task.assignee_id in requesters
    is_to_assign = is_barred or (bool(void) and run.task.assignee_id is None)
    is_corrected = before.get("employee") != after.get("employee") and run.task.status in PERFORM.sources
    if not (is_to_assign or is_corrected):
        return
    lock_ahead(run, visit, step)
    if is_to_assign:
        if is_barred:
            end_assignment(run, visit, FOUR_EYES)
        assign_by_strategy(run, visit, step.assignment, excluded=barred_from(run, visit, step))
        notify_assignee(run)
        visit.save(update_fields=VISIT_FIELDS)
        save_rotations(run.rotations)
        run.task.version += 1
    if is_corrected:
        judge_again(run, visit, step)


def _says_the_same(path: str, before: Mapping[str, Any], after: Mapping[str, Any], types: Mapping[str, str]) -> bool:
    """Return whether the path leads to the same values; amounts and instants may be spelled differently."""
    old, new = values_at(path, before), values_at(path, after)
    kind = type_of(path, types)
    if old == new or kind not in (FieldType.NUMBER, FieldType.MONEY, FieldType.DATE_TIME):
        return old == new
    values = [[read(kind, value) for value in side] for side in (old, new)]
    return values[0] == values[1] and None not in values[0]


def _void(run: Run, visit: StepVisit, votes: list[ApprovalVote], decisive: list[str]) -> None:
    task = run.task
    ApprovalVote.objects.filter(pk__in=[vote.pk for vote in votes]).update(voided_at=run.now)
    run.forget_votes()
    people = [vote.person.as_person for vote in votes]
    reason = f"changed: {', '.join(decisive)}" if decisive else "requester"
    run.record("votes_voided", actor=None, fields=decisive, people=people)
    run.audit("task.votes_voided", actor=None, old={"votes": people}, reason=reason)
    why = f"{', '.join(decisive)} of the ticket has changed" if decisive else "you are known as the requester now"
    run.journal.notify(
        *notifications.to_each(
            [vote.person_id for vote in votes],
            task,
            "approval_requested" if decisive else "system",
            subject=f"Your vote on {task.ticket_number} is void",
            message=f"Your vote on {task.ticket_number} “{task.subject}” is void: {why}.",
            text=(
                notifications.task_text(task, "vote_void_changed", fields=decisive)
                if decisive
                else notifications.task_text(task, "vote_void_requester")
            ),
            with_mail=False,
            key=f"tts-{task.pk}-{task.event_seq}-vote-void-{visit.pk}",
        )
    )
    task.version += 1
