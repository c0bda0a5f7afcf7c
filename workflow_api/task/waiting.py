"""What a task on hold waits for: a moment, an answer of the requester, or, with neither, a person who resumes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from task.clocks import policy_of
from task.models import StepVisit, Task
from task.notifications import iso
from task.refusals import HoldEndsInThePast, HoldTooLong
from task.run import Run
from workflow.business_time import Calendar, NoWorkingTime, before_working, working_day_after

MAX_HOLD = timedelta(days=366)
MAX_WORKING_DAYS = 260
# Working time between the reminder and the end of the hold.
REMINDER_LEAD = timedelta(hours=1)


@dataclass(frozen=True)
class Wait:
    """What ends a hold, beside a person."""

    code: str = ""  # of `HOLD_REASONS`
    until: datetime | None = None
    reminder_at: datetime | None = None
    is_until_answer: bool = False

    @classmethod
    def of(
        cls,
        run: Run,
        visit: StepVisit,
        *,
        code: str,
        until: datetime | None,
        working_days: int | None,
        is_until_answer: bool,
    ) -> Wait:
        """Return what was asked for, `working_days` as a moment by the step's calendar, or refuse the moment."""
        calendar = _calendar_of(run, visit)
        attr = "until"
        if working_days is not None:
            attr = "until_working_days"
            try:
                until = working_day_after(calendar, run.now, working_days)
            except NoWorkingTime as error:
                raise HoldTooLong(attr=attr) from error
        if until is None:
            return cls(code, is_until_answer=is_until_answer)
        if until <= run.now:
            raise HoldEndsInThePast(attr=attr)
        if until > run.now + MAX_HOLD:
            raise HoldTooLong(attr=attr)
        reminder_at = _reminder_at(calendar, until)
        return cls(code, until, reminder_at if reminder_at > run.now else None, is_until_answer)

    def put_on(self, task: Task) -> None:
        """Write it to the task. The caller saves the task."""
        task.hold_reason, task.hold_until = self.code, self.until
        task.hold_reminder_at, task.is_until_answer = self.reminder_at, self.is_until_answer

    @property
    def as_detail(self) -> dict[str, Any]:
        """What the timeline and the audit log say of it."""
        detail: dict[str, Any] = {}
        if self.code:
            detail["reason_code"] = self.code
        if self.until is not None:
            detail["until"] = iso(self.until)
        if self.is_until_answer:
            detail["until_answer"] = True
        return detail


def hold_as_shown(status: str, code: str, until: datetime | None, is_until_answer: bool) -> dict[str, Any] | None:
    """Return what a task waits for as the API shows it, None for one that is not on hold."""
    if status != Task.Status.ON_HOLD:
        return None
    return {"reason_code": code or None, "until": until, "until_answer": is_until_answer}


def _calendar_of(run: Run, visit: StepVisit) -> Calendar | None:
    """Return the calendar of the step's clock, late holidays included; None is 24 hours on 7 days."""
    clock = run.clocks().get(visit.pk)
    return policy_of(clock).calendar if clock is not None else run.graph.hours


def _reminder_at(calendar: Calendar | None, until: datetime) -> datetime:
    try:
        return before_working(calendar, until, REMINDER_LEAD)
    except NoWorkingTime:
        return until - REMINDER_LEAD
