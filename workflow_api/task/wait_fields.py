"""What a hold waits for, as the API takes and shows it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rest_framework import serializers

from task.waiting import MAX_WORKING_DAYS
from ticketing_common.serializers import StrictFields
from tickets.reasons import HOLD_REASONS

REASONS = tuple(HOLD_REASONS)


class MomentField(serializers.DateTimeField):
    """A moment in RFC 3339, with its offset from UTC."""

    default_error_messages = {"no_offset": "Give the offset from UTC, as in 2026-03-02T09:00:00+01:00."}

    def enforce_timezone(self, value: datetime) -> datetime:
        if value.tzinfo is None:
            self.fail("no_offset")
        return super().enforce_timezone(value)


class WaitIn(StrictFields):
    reason_code = serializers.ChoiceField(
        REASONS, required=False, help_text="Stands for a reason in words; with `other`, words are needed."
    )
    until = MomentField(required=False, allow_null=True, help_text="Resumed by itself then; a year ahead at most.")
    until_working_days = serializers.IntegerField(
        min_value=1,
        max_value=MAX_WORKING_DAYS,
        required=False,
        allow_null=True,
        help_text="Instead of `until`: to the beginning of that working day after today, by the step's calendar.",
    )
    until_answer = serializers.BooleanField(required=False, help_text="Resumed by itself when the requester answers.")

    def check_wait(self, attrs: dict[str, Any]) -> None:
        if attrs.get("until") is not None and attrs.get("until_working_days") is not None:
            raise serializers.ValidationError(
                {"until_working_days": ["Name a moment or a number of working days, not both."]}, code="until_twice"
            )

    def says_why(self, attrs: dict[str, Any]) -> bool:
        return bool(HOLD_REASONS.get(attrs.get("reason_code", "")))


class TaskHoldOut(serializers.Serializer):  # type: ignore[type-arg]
    """What the hold waits for. With neither moment nor answer somebody resumes it."""

    reason_code = serializers.ChoiceField(REASONS, allow_null=True)
    until = serializers.DateTimeField(allow_null=True)
    until_answer = serializers.BooleanField()


class WaitOut(serializers.Serializer):  # type: ignore[type-arg]
    hold = TaskHoldOut(allow_null=True, help_text="Null unless the task is on hold.")
    answered_at = serializers.DateTimeField(
        allow_null=True, help_text="When the requester answered during a hold, until somebody deals with it."
    )
