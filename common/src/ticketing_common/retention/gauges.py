"""When the retention of each kind last ran, and what it removed."""

from __future__ import annotations

from ticketing_common.metrics import gauge
from ticketing_common.retention.models import RetentionRun


@gauge("retention_last_run_timestamp_seconds", "When the last run of a retention rule began, by kind.", "kind")
def last_run() -> dict[tuple[str, ...], float]:
    return {(run.kind,): run.started_at.timestamp() for run in RetentionRun.objects.newest()}


@gauge("retention_last_run_removed", "How many rows the last run of a retention rule removed, by kind.", "kind")
def last_removed() -> dict[tuple[str, ...], float]:
    return {(run.kind,): float(run.removed) for run in RetentionRun.objects.newest()}
