"""Change for how long kinds are kept, say what would go, and remove it, in batches that hold no lock for long."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Count, Sum, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.module_loading import import_string

from ticketing_common.errors import Conflict
from ticketing_common.jwt import Identity
from ticketing_common.logs import logger
from ticketing_common.retention.kinds import Kind, kind_named, kinds
from ticketing_common.retention.models import RetentionChange, RetentionRule, RetentionRun

log = logger(__name__)

BATCH = 200
EVERY = timedelta(days=1)
# A run that has not ended by then was interrupted: its process may have died.
LONGEST_RUN = timedelta(minutes=15)


class SetByEnvironment(Conflict):
    code = "set_by_environment"
    default_detail = "An environment variable says for how long this is kept."


class RuleChanged(Conflict):
    code = "stale_version"
    default_detail = "Somebody has changed this rule meanwhile."


class KeptForEver(Conflict):
    code = "kept_for_ever"
    default_detail = "This kind is kept for ever."


class AlreadyRunning(Conflict):
    code = "retention_running"
    default_detail = "A run of this kind is at work."


def days_of(kind: Kind) -> tuple[int | None, int]:
    """Return for how many days the kind is kept, None for ever, and the version of that rule."""
    if kind.setting:
        return getattr(settings, kind.setting), 0
    rule = RetentionRule.objects.filter(kind=kind.name).first()
    return (rule.days, rule.version) if rule else (None, 0)


def amount(kind: Kind, rows: Any) -> dict[str, int | None]:
    """Return how many rows these are and of how many bytes, as far as those are counted."""
    if kind.size is None:
        return {"rows": rows.order_by().count(), "bytes": None}
    counted: dict[str, int | None] = rows.order_by().aggregate(rows=Count("pk"), bytes=Coalesce(Sum(kind.size), 0))
    return counted


def due(kind: Kind, *, days: int | None, now: datetime) -> dict[str, int | None]:
    """Return what a run would remove now with this number of days."""
    nothing = {"rows": 0, "bytes": None if kind.size is None else 0}
    return nothing if days is None else amount(kind, kind.old(now - timedelta(days=days)))


def next_run_at(last: RetentionRun | None, *, now: datetime) -> datetime:
    """Return from when on the schedule runs the kind: a day after the last run, at once where that left something."""
    return max(now, last.started_at + EVERY) if last and last.is_complete else now


@transaction.atomic
def change_days(*, name: str, days: int | None, version: int, by: Identity, now: datetime) -> Kind:
    """Keep a kind for so many days, None for ever. Raises `SetByEnvironment` and `RuleChanged`."""
    kind = kind_named(name)
    rule = _locked_rule(kind)
    if rule.version != version:
        raise RuleChanged(days=rule.days, version=rule.version)
    if rule.days == days:
        return kind
    old, rule.days, rule.version = rule.days, days, rule.version + 1
    rule.save(update_fields=["days", "version"])
    RetentionChange.objects.create(
        kind=name, old_days=old, new_days=days, at=now, by_id=by.user_id, by_name=by.full_name[:255]
    )
    _record("changed", kind=name, by=by, now=now, old={"days": old}, new={"days": days})
    return kind


def run_due(*, now: datetime, seconds: float = 10.0) -> int:
    """Run, one after the other, what the schedule has due, for so many seconds in all. Return how many rows went."""
    ends_at, removed = time.monotonic() + seconds, 0
    for kind in kinds():
        last = RetentionRun.objects.filter(kind=kind.name).order_by("-id").first()
        if kind.setting or next_run_at(last, now=now) > now or time.monotonic() > ends_at:
            continue
        try:
            removed += run(name=kind.name, now=now, seconds=ends_at - time.monotonic()).removed
        except (KeptForEver, AlreadyRunning):
            continue
    return removed


def run(*, name: str, now: datetime, by: Identity | None = None, seconds: float = 10.0) -> RetentionRun:
    """Remove what is old, for at most so many seconds; the next run goes on. Not to be called in a transaction.

    Raises `SetByEnvironment`, `KeptForEver` and `AlreadyRunning`.
    """
    kind = kind_named(name)
    at_work, ends_at, last_key = _start(kind, now=now, by=by), time.monotonic() + seconds, 0
    while time.monotonic() < ends_at:
        old = kind.old(at_work.cutoff).filter(pk__gt=last_key).order_by("pk")
        sized = old.values_list("pk", kind.size if kind.size is not None else Value(0))
        found = {key: size or 0 for key, size in sized[:BATCH]}
        if not found:
            at_work.is_complete = True
            break
        last_key = max(found)
        if not _remove(kind, at_work, found):
            for key, size in found.items():
                at_work.failed += not _remove(kind, at_work, {key: size})
    _finish(at_work, by=by)
    return at_work


@transaction.atomic
def _start(kind: Kind, *, now: datetime, by: Identity | None) -> RetentionRun:
    """Note the beginning of a run; the rule's lock lets one of several runners through."""
    rule = _locked_rule(kind)
    if rule.days is None:
        raise KeptForEver()
    for other in RetentionRun.objects.filter(kind=kind.name, finished_at=None):
        if now - other.started_at < LONGEST_RUN:
            raise AlreadyRunning()
        _finish(other, by=None)
    return RetentionRun.objects.create(
        kind=kind.name,
        days=rule.days,
        cutoff=now - timedelta(days=rule.days),
        started_at=now,
        asked_by_id=by.user_id if by else None,
        asked_by_name=by.full_name[:255] if by else "",
    )


def _remove(kind: Kind, at_work: RetentionRun, found: dict[int, int]) -> bool:
    """Remove rows in one transaction with the run's counts. False: they stay, for a fault of theirs."""
    assert kind.remove is not None
    try:
        with transaction.atomic():
            removed = kind.remove(list(found), cutoff=at_work.cutoff, days=at_work.days, now=at_work.started_at)
            total, size = at_work.removed + removed, at_work.removed_bytes + sum(found.values())
            RetentionRun.objects.filter(pk=at_work.pk).update(removed=total, removed_bytes=size)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("retention_failed", kind=kind.name, first_key=min(found), rows=len(found))
        return False
    at_work.removed, at_work.removed_bytes = total, size
    return True


@transaction.atomic
def _finish(at_work: RetentionRun, *, by: Identity | None) -> None:
    at_work.finished_at = timezone.now()
    at_work.save()
    counts = {name: getattr(at_work, name) for name in ("days", "cutoff", "removed", "failed", "is_complete")}
    _record("ran", kind=at_work.kind, by=by, now=at_work.finished_at, old=None, new=counts)


def _locked_rule(kind: Kind) -> RetentionRule:
    if kind.setting:
        raise SetByEnvironment(f"{kind.setting} says for how long this is kept.")
    RetentionRule.objects.bulk_create([RetentionRule(kind=kind.name)], ignore_conflicts=True)
    return RetentionRule.objects.select_for_update().get(kind=kind.name)


def _record(act: str, **facts: Any) -> None:
    """Write the act where the service keeps such records: the function that its `RETENTION_RECORD` names."""
    if path := getattr(settings, "RETENTION_RECORD", ""):
        write: Callable[..., None] = import_string(path)
        write(act, **facts)


def newest(rows: Any, kind: Kind, count: int) -> Sequence[Any]:
    return list(rows.filter(kind=kind.name).order_by("-id")[:count])
