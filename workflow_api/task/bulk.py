"""One act on many tasks; each succeeds or fails by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from audit.actor import Actor
from task.claim import claim, release
from task.comment import comment
from task.escalate import escalate
from task.hold import hold, resume
from task.perform import calling_lead, perform_named
from task.priority import set_priority
from task.run import Run
from task.transfer import transfer
from task.withdraw import withdraw_vote
from ticketing_common.errors import Refusal

# Does one part of a write, by its name, in a transaction of its own.
DoPart = Callable[[str, Callable[[], dict[str, Any]]], dict[str, Any]]

ACTS: dict[str, Callable[..., Run]] = {
    "claim": claim,
    "release": release,
    "transfer": transfer,
    "escalate": escalate,
    "hold": hold,
    "resume": resume,
    "priority": set_priority,
    "withdraw_vote": withdraw_vote,
}
BULK_ACTS: dict[str, Callable[..., Run]] = {**ACTS, "transition": perform_named, "comment": comment}


def act_on_many(
    *, action: str, task_ids: list[int], parameters: Mapping[str, Any], actor: Actor, now: datetime, do: DoPart
) -> list[dict[str, Any]]:
    """Do one act to each task, in the transaction that `do` makes of it; return what came of each."""

    def do_calling_lead(name: str, work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        with calling_lead(int(name), actor=actor, now=now):
            return do(name, work)

    act = BULK_ACTS[action]
    return in_each(task_ids, lambda task_id: act(task_id=task_id, actor=actor, now=now, **parameters), do_calling_lead)


def in_each(task_ids: Iterable[int], act: Callable[[int], Run], do: DoPart) -> list[dict[str, Any]]:
    """Do the act to each task, in the transaction that `do` makes of it; return what came of each."""
    return each_apart(task_ids, lambda task_id: {"version": act(task_id).task.version}, do)


def each_apart(task_ids: Iterable[int], act: Callable[[int], dict[str, Any]], do: DoPart) -> list[dict[str, Any]]:
    """Do the act to each task, likewise; what it returns is part of what came of it."""
    results: list[dict[str, Any]] = []
    for task_id in task_ids:

        def work(task_id: int = task_id) -> dict[str, Any]:
            return {"task_id": task_id, "ok": True, "status": 200, **act(task_id)}

        try:
            results.append(do(str(task_id), work))
        except Refusal as refusal:
            results.append({"task_id": task_id, "ok": False, "status": refusal.status_code, "error": error_of(refusal)})
    return results


def error_of(refusal: Refusal) -> dict[str, Any]:
    """Return why one of many was refused, as an answer says it."""
    return {"code": refusal.code, "detail": refusal.detail, "attr": refusal.attr}
