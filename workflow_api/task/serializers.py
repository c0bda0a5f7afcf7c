"""Documents of the task API. Answers are built as plain dictionaries; the Out classes describe them."""

from __future__ import annotations

from rest_framework import serializers

from role.fields import NamedOut, PersonOut
from step.models import Transition
from task.models import Task
from task.remark_fields import with_comment
from task.wait_fields import WaitIn, WaitOut
from ticketing_common.serializers import StrictFields
from workflow.fields import IdField, StepRefOut, StorableText
from workflow.models import Priority

SLA_STATES = ("on_track", "at_risk", "breached", "paused", "met", "stopped", "no_deadline")
CLOCK_EVENTS = ("started", "paused", "resumed", "target_changed", "stopped")
STEP_STATES = ("done", "current", "next", "ahead")
CLOCK_FACTS = ("at_risk", "breached")
REASON_CODE = "Of a reason that the system itself gives; empty for the words of a person."


class TaskSlaOut(serializers.Serializer):  # type: ignore[type-arg]
    due_at = serializers.DateTimeField(allow_null=True)
    at_risk_at = serializers.DateTimeField(allow_null=True)
    state = serializers.ChoiceField(SLA_STATES)
    remaining_seconds = serializers.IntegerField(allow_null=True, help_text="Working time left; negative when late.")
    paused = serializers.BooleanField()


class TaskRowOut(WaitOut):
    id = serializers.IntegerField()
    ticket_number = serializers.CharField()
    subject = serializers.CharField()
    status = serializers.ChoiceField(Task.Status.choices)
    priority = serializers.ChoiceField(Priority.choices)
    version = serializers.IntegerField()
    workflow = NamedOut()
    workflow_version = serializers.IntegerField()
    current_step = StepRefOut(allow_null=True)
    assignee = PersonOut(allow_null=True)
    is_assignee_away = serializers.BooleanField()
    owner = PersonOut(allow_null=True)
    requester = serializers.CharField()
    category = serializers.CharField()
    department = serializers.CharField()
    sla = TaskSlaOut()
    step_due_at = serializers.DateTimeField(allow_null=True)
    step_since = serializers.DateTimeField(allow_null=True)
    needs_lead = serializers.BooleanField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)
    closed_by = PersonOut(allow_null=True, help_text="Who performed the last transition, or cancelled the task.")


class ClockOut(TaskSlaOut):
    target_seconds = serializers.IntegerField()
    used_seconds = serializers.IntegerField()
    breached_at = serializers.DateTimeField(allow_null=True)


class AvailableTransitionOut(serializers.Serializer):  # type: ignore[type-arg]
    id = serializers.IntegerField()
    name = serializers.CharField()
    outcome = serializers.ChoiceField(Transition.Outcome.choices)
    requires_comment = serializers.BooleanField()
    to_step = StepRefOut()


class PassedOverOut(serializers.Serializer):  # type: ignore[type-arg]
    person = PersonOut()
    why = serializers.CharField()


class ExplanationPartOut(serializers.Serializer):  # type: ignore[type-arg]
    code = serializers.CharField()
    params = serializers.DictField()


class WhyOut(serializers.Serializer):  # type: ignore[type-arg]
    person = PersonOut()
    role = serializers.CharField()
    is_owner = serializers.BooleanField()
    origin = serializers.CharField()
    reason = serializers.CharField()
    reason_code = serializers.CharField(help_text=REASON_CODE)
    explanation = serializers.CharField(help_text="In plain words.")
    explanation_parts = ExplanationPartOut(many=True, help_text="The sentences of the explanation by code.")
    strategy = serializers.CharField(allow_null=True)
    candidates = PersonOut(many=True)
    passed_over = PassedOverOut(many=True)
    cursor_before = serializers.IntegerField(allow_null=True)
    cursor_after = serializers.IntegerField(allow_null=True)
    replayed_user_id = serializers.IntegerField(allow_null=True, help_text="Whom the stored facts give, again.")
    started_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    end_reason = serializers.CharField()


class PastAssignmentOut(WhyOut):
    step = StepRefOut(allow_null=True)
    is_role_since_removed = serializers.BooleanField()


class AssignmentOut(serializers.Serializer):  # type: ignore[type-arg]
    current = PastAssignmentOut(allow_null=True)
    history = PastAssignmentOut(many=True)


class VoteOut(serializers.Serializer):  # type: ignore[type-arg]
    person = PersonOut()
    outcome = serializers.ChoiceField(Transition.Outcome.choices)
    comment = serializers.CharField()
    cast_at = serializers.DateTimeField()
    is_role_since_removed = serializers.BooleanField()


class ApprovalStateOut(serializers.Serializer):  # type: ignore[type-arg]
    mode = serializers.ChoiceField(("count", "percent"))
    votes = VoteOut(many=True)

    def get_fields(self) -> dict[str, serializers.Field]:  # type: ignore[type-arg]
        return {"required": serializers.IntegerField(), **super().get_fields()}  # `required` is a field's own name


class CurrentStepOut(StepRefOut):
    role_id = serializers.IntegerField(allow_null=True)
    kind = serializers.CharField()
    key = serializers.IntegerField()


class RequesterOut(serializers.Serializer):  # type: ignore[type-arg]
    id = serializers.CharField()
    name = serializers.CharField()
    email = serializers.CharField()


class TaskTicketOut(serializers.Serializer):  # type: ignore[type-arg]
    id = serializers.IntegerField()
    ticket_number = serializers.CharField()
    subject = serializers.CharField()
    description = serializers.CharField()
    category = serializers.CharField()
    sub_category = serializers.CharField()
    department = serializers.CharField()
    priority = serializers.ChoiceField(Priority.choices)
    requester = RequesterOut()
    source_service = serializers.CharField()
    source_status = serializers.CharField()
    submitted_at = serializers.DateTimeField(allow_null=True)
    received_at = serializers.DateTimeField()


class HandoffOut(serializers.Serializer):  # type: ignore[type-arg]
    system = serializers.ChoiceField(("ams", "bms"))
    id = serializers.IntegerField()
    status = serializers.CharField()
    attempts = serializers.IntegerField()
    last_error = serializers.CharField()
    last_error_code = serializers.CharField(help_text=REASON_CODE)
    external_reference = serializers.CharField()


class MoveOfferOut(serializers.Serializer):  # type: ignore[type-arg]
    """Another workflow that serves what the ticket is about now."""

    workflow_id = serializers.IntegerField()
    name = serializers.CharField()


class TaskDetailOut(WaitOut):
    id = serializers.IntegerField()
    ticket_number = serializers.CharField()
    subject = serializers.CharField()
    status = serializers.ChoiceField(Task.Status.choices)
    priority = serializers.ChoiceField(Priority.choices)
    version = serializers.IntegerField(help_text="Name it as `expected_version` when changing the task.")
    workflow = NamedOut()
    workflow_version = serializers.IntegerField()
    workflow_version_id = serializers.IntegerField()
    current_step = CurrentStepOut(allow_null=True)
    instruction = serializers.CharField(allow_null=True)
    assignee = PersonOut(allow_null=True)
    is_assignee_away = serializers.BooleanField()
    owner = PersonOut(allow_null=True)
    sla = ClockOut(allow_null=True)
    visit_sla = ClockOut(allow_null=True)
    available_transitions = AvailableTransitionOut(many=True)
    available_actions = serializers.ListField(child=serializers.CharField())
    why = WhyOut(allow_null=True)
    approval = ApprovalStateOut(allow_null=True)
    decision_problem = serializers.CharField(
        allow_null=True,
        help_text="Why the task can't leave its step by itself: conditions that can't be decided.",
    )
    needs_lead = serializers.BooleanField()
    in_pool_since = serializers.DateTimeField(allow_null=True)
    step_since = serializers.DateTimeField(allow_null=True)
    handoff = HandoffOut(allow_null=True)
    cycle = serializers.IntegerField(help_text="2 and more: it was reopened.")
    continues_task_id = serializers.IntegerField(allow_null=True, help_text="The ticket's earlier task.")
    matched_by = serializers.CharField(
        allow_null=True,
        help_text="The matching rule that chose the workflow (`default`: nothing else fitted), or `moved`.",
    )
    move_offer = MoveOfferOut(allow_null=True)
    ticket = TaskTicketOut()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)


class TimelineOut(serializers.Serializer):  # type: ignore[type-arg]
    seq = serializers.IntegerField()
    event = serializers.CharField()
    actor = PersonOut(allow_null=True)
    detail = serializers.DictField()
    reason_code = serializers.CharField(help_text=REASON_CODE)
    at = serializers.DateTimeField()


class IntervalOut(serializers.Serializer):  # type: ignore[type-arg]
    to = serializers.DateTimeField()
    counted = serializers.BooleanField()
    why = serializers.ChoiceField(("running", "paused", "outside_hours", "holiday"))
    reason = serializers.CharField()
    reason_code = serializers.CharField(help_text=REASON_CODE)
    seconds = serializers.IntegerField()

    def get_fields(self) -> dict[str, serializers.Field]:  # type: ignore[type-arg]
        return {"from": serializers.DateTimeField(), **super().get_fields()}  # `from` is a word of Python


class ClockEventOut(serializers.Serializer):  # type: ignore[type-arg]
    at = serializers.DateTimeField()
    kind = serializers.ChoiceField(CLOCK_EVENTS)
    seconds = serializers.IntegerField(required=False)
    reason = serializers.CharField(required=False)


class ClockFactOut(serializers.Serializer):  # type: ignore[type-arg]
    kind = serializers.ChoiceField(CLOCK_FACTS)
    happened_at = serializers.DateTimeField()
    recorded_at = serializers.DateTimeField()


class ExplainedClockOut(ClockOut):
    elapsed_seconds = serializers.IntegerField()
    started_at = serializers.DateTimeField()
    stopped_at = serializers.DateTimeField(allow_null=True)
    at_risk_percent = serializers.IntegerField()
    calendar = serializers.DictField(allow_null=True)
    events = ClockEventOut(many=True)
    facts = ClockFactOut(many=True)
    intervals = IntervalOut(many=True)


class CycleClockOut(ExplainedClockOut):
    cycle = serializers.IntegerField()


class VisitClockOut(CycleClockOut):
    visit = serializers.IntegerField()
    step = NamedOut()


class TaskSlaExplainedOut(serializers.Serializer):  # type: ignore[type-arg]
    task = ExplainedClockOut(allow_null=True)
    visit = ExplainedClockOut(allow_null=True)
    visits = VisitClockOut(many=True)
    earlier_cycles = CycleClockOut(many=True)
    submitted_at = serializers.DateTimeField()
    since_submitted_seconds = serializers.IntegerField(help_text="Until now, or until the task was closed.")
    waited_before_clock_seconds = serializers.IntegerField(help_text="From the submission to the start of the clock.")


class TaskGraphStepOut(serializers.Serializer):  # type: ignore[type-arg]
    id = serializers.IntegerField()
    key = serializers.IntegerField()
    name = serializers.CharField()
    kind = serializers.CharField()
    role = serializers.CharField(allow_null=True)
    escalate_to = serializers.CharField(allow_null=True)
    share = serializers.FloatField()
    instruction = serializers.CharField()
    is_start = serializers.BooleanField()
    is_end = serializers.BooleanField()
    end_status = serializers.CharField()
    position = serializers.DictField()
    state = serializers.ChoiceField(STEP_STATES)
    visits = serializers.IntegerField()
    entered_at = serializers.DateTimeField(allow_null=True)
    left_at = serializers.DateTimeField(allow_null=True)
    performer = PersonOut(allow_null=True)


class TaskGraphEdgeOut(serializers.Serializer):  # type: ignore[type-arg]
    id = serializers.IntegerField()
    name = serializers.CharField()
    outcome = serializers.ChoiceField(Transition.Outcome.choices)
    requires_comment = serializers.BooleanField()
    is_automatic = serializers.BooleanField()
    from_step = serializers.IntegerField()
    to_step = serializers.IntegerField()
    taken = serializers.BooleanField()
    times = serializers.IntegerField()


class TaskGraphOut(serializers.Serializer):  # type: ignore[type-arg]
    version = serializers.IntegerField()
    steps = TaskGraphStepOut(many=True)
    transitions = TaskGraphEdgeOut(many=True)


class PerformedOut(serializers.Serializer):  # type: ignore[type-arg]
    id = serializers.IntegerField()
    task_id = serializers.IntegerField()
    transition_id = serializers.IntegerField()
    name = serializers.CharField()
    outcome = serializers.ChoiceField(Transition.Outcome.choices)
    from_step = NamedOut()
    to_step = NamedOut()
    actor = PersonOut(allow_null=True)
    on_behalf_of_id = serializers.IntegerField(allow_null=True)
    comment = serializers.CharField()
    performed_at = serializers.DateTimeField()


class PerformIn(StrictFields):
    task_id = IdField()
    transition_id = IdField()
    comment = StorableText(required=False, allow_blank=True, max_length=10_000, default="")
    with_comment = with_comment()
    expected_version = serializers.IntegerField(min_value=1, max_value=2**31 - 1)


class VerbIn(StrictFields):
    # One form may serve all verbs: what another verb takes is no mistake.
    answered = frozenset({"reason", "comment", "to_user_id", "user_id", "priority", "workflow_id"})

    expected_version = serializers.IntegerField(
        min_value=1, max_value=2**31 - 1, required=False, allow_null=True, default=None
    )


class TaskOptionalReasonIn(VerbIn):
    reason = StorableText(required=False, allow_blank=True, max_length=2000, default="")


class ResumeIn(TaskOptionalReasonIn):
    with_comment = with_comment()


class TaskReasonIn(VerbIn):
    reason = StorableText(max_length=2000)


class TaskReasonOrCommentIn(VerbIn):
    reason = StorableText(
        required=False, allow_blank=True, max_length=2000, help_text="Required where no comment goes along."
    )
    with_comment = with_comment()

    def validate(self, attrs: dict[str, object]) -> dict[str, object]:
        if "with_comment" not in attrs and not attrs.get("reason"):
            code = "blank" if "reason" in attrs else "required"
            raise serializers.ValidationError({"reason": [serializers.CharField().error_messages[code]]}, code=code)
        return {"reason": "", **attrs}


class HoldIn(WaitIn, TaskReasonOrCommentIn):
    def validate(self, attrs: dict[str, object]) -> dict[str, object]:
        self.check_wait(attrs)
        # A reason of the list needs no words.
        return {"reason": "", **attrs} if self.says_why(attrs) else super().validate(attrs)


class TransferIn(TaskReasonOrCommentIn):
    to_user_id = IdField(required=False)
    user_id = IdField(required=False, help_text="The same as `to_user_id`.")

    def validate(self, attrs: dict[str, object]) -> dict[str, object]:
        attrs = super().validate(attrs)
        target = attrs.pop("to_user_id", None) or attrs.get("user_id")
        if target is None:
            raise serializers.ValidationError({"to_user_id": ["This field is required."]}, code="required")
        return {**attrs, "user_id": target}


class PriorityIn(TaskOptionalReasonIn):
    priority = serializers.ChoiceField(Priority.choices)
