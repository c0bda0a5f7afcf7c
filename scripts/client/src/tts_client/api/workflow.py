"""Workflow API, as its OpenAPI document says. Written by scripts/gen-openapi: change nothing here."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

from tts_client.operations import Api, Pages

ActionEnum = Literal["claim", "release", "transfer", "escalate", "hold", "resume", "priority", "transition", "comment"]
AssignedByEnum = Literal[
    "kept", "unassigned", "round_robin", "least_loaded", "claim", "transfer", "escalation", "return", "substitute"
]
AssignmentEnum = Literal["round_robin", "least_loaded", "claim"]
BlankEnum = Literal[""]
CheckoutStatusEnum = Literal["queued", "sent", "acknowledged", "failed", "waived"]
ClockEventEnum = Literal["started", "paused", "resumed", "target_changed", "stopped"]
ClockFactEnum = Literal["at_risk", "breached"]
EffectEnum = Literal["create", "update", "none"]
EndLogicEnum = Literal["notification", "asset", "budget"]
EndStatusEnum = Literal["completed", "rejected"]
EscalationTriggerEnum = Literal["at_risk", "breached"]
HoldReasonEnum = Literal["waiting_for_requester", "waiting_for_supplier", "waiting_for_date", "other"]
IntakeStateEnum = Literal["matched", "unmatched", "withdrawn"]
ModeEnum = Literal["count", "percent"]
OutcomeEnum = Literal["forward", "approve", "reject", "return"]
PriorityEnum = Literal["low", "medium", "high", "urgent"]
ResolutionEnum = Literal["replay", "dismiss"]
SeverityEnum = Literal["error", "warning"]
SlaStateEnum = Literal["on_track", "at_risk", "breached", "paused", "met", "stopped", "no_deadline"]
StepKindEnum = Literal["action", "review", "approval"]
StepStateEnum = Literal["done", "current", "next", "ahead"]
SystemEnum = Literal["ams", "bms"]
TaskStatusEnum = Literal["pending", "in_progress", "on_hold", "handing_off", "completed", "rejected", "cancelled"]
VerdictEnum = Literal[
    "accepted", "duplicate", "updated", "reopened", "stale", "unmatched", "cancelled", "invalid", "unreadable"
]
VisibilityEnum = Literal["internal", "public"]
WhyEnum = Literal["running", "paused", "outside_hours", "holiday"]
WorkflowStatusEnum = Literal["draft", "initialized", "deployed", "paused"]


class AcknowledgeInRequest(TypedDict):
    reference: NotRequired[str]


class AgentOut(TypedDict):
    user_id: int
    full_name: str
    email: str
    is_active: bool
    is_away: bool
    away_from: str | None
    away_until: str | None
    substitute: PersonOut | None
    capacity: int | None
    open_tasks: int
    roles: list[NamedOut]


class ApprovalField(TypedDict):
    required: NotRequired[int]
    mode: NotRequired[ModeEnum]


class ApprovalFieldRequest(TypedDict):
    required: NotRequired[int]
    mode: NotRequired[ModeEnum]


class ApprovalOut(TypedDict):
    required: NotRequired[int]
    mode: NotRequired[str]


class ApprovalStateOut(TypedDict):
    required: int
    mode: ModeEnum
    votes: list[VoteOut]


class AssignmentOut(TypedDict):
    current: PastAssignmentOut | None
    history: list[PastAssignmentOut]


class AuditLogOut(TypedDict):
    id: int
    at: str
    actor: dict[str, Any] | None
    on_behalf_of_id: NotRequired[int | None]
    action: str
    object_type: str
    object_id: str
    ticket_number: NotRequired[str]
    old: Any | None
    new: Any | None
    reason: NotRequired[str]
    request_id: NotRequired[str]
    ip_address: NotRequired[str | None]
    previous_hash: str
    hash: str
    content_hash: NotRequired[str | None]


class AvailableTransitionOut(TypedDict):
    id: int
    name: str
    outcome: OutcomeEnum
    requires_comment: bool
    to_step: StepRefOut


class BoardColumnOut(TypedDict):
    workflow: NamedOut
    step: BoardStepOut | None
    step_ids: list[int]
    count: int
    tasks: list[TaskRowOut]


class BoardOut(TypedDict):
    columns: list[BoardColumnOut]


class BoardStepOut(TypedDict):
    key: int
    name: str


class BulkErrorOut(TypedDict):
    code: str
    detail: str
    attr: str | None


class BulkInRequest(TypedDict):
    reason_code: NotRequired[HoldReasonEnum]
    until: NotRequired[str | None]
    until_working_days: NotRequired[int | None]
    until_answer: NotRequired[bool]
    action: ActionEnum
    task_ids: list[int]
    reason: NotRequired[str]
    to_user_id: NotRequired[int]
    priority: NotRequired[PriorityEnum]
    transition: NotRequired[str]
    with_comment: NotRequired[BulkRemarkInRequest]


class BulkOut(TypedDict):
    results: list[BulkResultOut]


class BulkRemarkInRequest(TypedDict):
    text: str
    visibility: VisibilityEnum
    client_id: str


class BulkResultOut(TypedDict):
    task_id: int
    ok: bool
    status: int
    version: NotRequired[int]
    error: NotRequired[BulkErrorOut]


class CalendarFeedInRequest(TypedDict):
    name: str
    alarm_minutes: NotRequired[int | None]
    time_zone: NotRequired[str]


class CalendarFeedOut(TypedDict):
    id: int
    name: str
    time_zone: str
    alarm_minutes: NotRequired[int | None]
    created_at: str
    last_used_at: NotRequired[str | None]


class CalendarInRequest(TypedDict):
    name: str
    time_zone: NotRequired[str]
    hours: dict[str, list[list[str]]]
    holidays: NotRequired[list[str]]


class CalendarOut(TypedDict):
    id: int
    name: str
    time_zone: NotRequired[str]
    hours: dict[str, Any]
    holidays: list[str]


class CategoryInRequest(TypedDict):
    name: str
    parent: NotRequired[int | None]


class CategoryOut(TypedDict):
    id: int
    name: str
    parent: NotRequired[int | None]


class ChangeOut(TypedDict):
    field: str
    old: Any | None
    new: Any | None


class ChangedPartOut(TypedDict):
    key: int
    name: str
    changes: list[ChangeOut]


class CheckoutOut(TypedDict):
    id: int
    task_id: int
    ticket_number: str
    idempotency_key: str
    payload: dict[str, Any]
    status: CheckoutStatusEnum
    is_overdue: bool
    attempts: int
    next_attempt_at: str | None
    last_error: str
    last_error_code: str
    external_reference: str
    waived_reason: str
    waived_reason_code: str
    waived_by_id: int | None
    created_at: str
    sent_at: str | None
    acknowledged_at: str | None


class ChoiceOut(TypedDict):
    value: str
    label: str
    hint: str


class ClockEventOut(TypedDict):
    at: str
    kind: ClockEventEnum
    seconds: NotRequired[int]
    reason: NotRequired[str]


class ClockFactOut(TypedDict):
    kind: ClockFactEnum
    happened_at: str
    recorded_at: str


class ClockOut(TypedDict):
    due_at: str | None
    at_risk_at: str | None
    state: SlaStateEnum
    remaining_seconds: int | None
    paused: bool
    target_seconds: int
    used_seconds: int
    breached_at: str | None


class ComparisonOut(TypedDict):
    policy: list[ChangeOut]
    steps: PartsOut
    transitions: PartsOut
    is_same: bool


class CurrentStepOut(TypedDict):
    id: int
    name: str
    role: str | None
    role_id: int | None
    kind: str
    key: int


class CycleClockOut(TypedDict):
    due_at: str | None
    at_risk_at: str | None
    state: SlaStateEnum
    remaining_seconds: int | None
    paused: bool
    target_seconds: int
    used_seconds: int
    breached_at: str | None
    elapsed_seconds: int
    started_at: str
    stopped_at: str | None
    at_risk_percent: int
    calendar: dict[str, Any] | None
    events: list[ClockEventOut]
    facts: list[ClockFactOut]
    intervals: list[IntervalOut]
    cycle: int


class DeadLetterCountOut(TypedDict):
    queue: str
    code: str
    count: int
    oldest_at: str


class DeadLetterOut(TypedDict):
    id: int
    queue: str
    message_id: NotRequired[str]
    task: NotRequired[str]
    code: str
    reason: str
    headers: NotRequired[Any]
    body: NotRequired[str]
    ticket_number: NotRequired[str]
    intake_id: int | None
    request_id: NotRequired[str]
    created_at: str
    resolved_at: NotRequired[str | None]


class DeadlineMoveOut(TypedDict):
    task_id: int
    ticket_number: str
    step: str | None
    due_at_before: str | None
    due_at: str | None
    is_kept: bool


class DeadlineMovesOut(TypedDict):
    dry_run: bool
    moves: list[DeadlineMoveOut]


class DeployInRequest(TypedDict):
    edit_version: NotRequired[int]
    reason: NotRequired[str]


class DeployRequestOut(TypedDict):
    requested_by: PersonOut
    requested_at: str
    reason: str
    is_current: bool


class DifferencesOut(TypedDict):
    policy: list[ChangeOut]
    steps: PartsOut
    transitions: PartsOut


class DismissInRequest(TypedDict):
    reason: str


class DryRunCheckOut(TypedDict):
    field: str
    op: str
    expected: Any | None
    actual: Any | None
    value: bool | None


class DryRunChoiceInRequest(TypedDict):
    transition: int
    by: NotRequired[int | None]


class DryRunConditionOut(TypedDict):
    transition: DryRunTransitionOut
    to_step: DryRunStepOut
    is_automatic: bool
    value: bool | None
    reasons: list[str]
    checks: list[DryRunCheckOut]


class DryRunInRequest(TypedDict):
    version: NotRequired[int | None]
    ticket: NotRequired[dict[str, Any]]
    ticket_number: NotRequired[str]
    at: NotRequired[str]
    choices: NotRequired[list[DryRunChoiceInRequest]]


class DryRunLeftByOut(TypedDict):
    id: int
    name: str
    outcome: OutcomeEnum
    is_automatic: bool
    by: PersonOut | None


class DryRunNotificationOut(TypedDict):
    channel: str
    type: str
    subject: str
    recipients: list[DryRunRecipientOut]


class DryRunOfferOut(TypedDict):
    transition: DryRunTransitionOut
    to_step: DryRunStepOut
    requires_comment: bool
    is_fulfilled: bool | None
    by: list[PersonOut]
    refusal: DryRunReasonOut | None


class DryRunOut(TypedDict):
    version: int | None
    edit_version: int
    at: str
    ticket: DryRunTicketOut
    served_by: NamedOut | None
    status: TaskStatusEnum
    due_at: str | None
    owner: WhyOut | None
    steps: list[DryRunVisitOut]
    choices: list[DryRunOfferOut]
    stopped: DryRunReasonOut | None


class DryRunPassedOverOut(TypedDict):
    person: PersonOut
    why: str
    detail: str


class DryRunReasonOut(TypedDict):
    code: str
    detail: str


class DryRunRecipientOut(TypedDict):
    user_id: int | None
    name: str


class DryRunStepOut(TypedDict):
    id: int
    name: str
    role: str
    kind: StepKindEnum
    is_end: bool


class DryRunTicketOut(TypedDict):
    ticket_number: str
    subject: str
    category: str
    sub_category: str
    department: str
    priority: PriorityEnum


class DryRunTransitionOut(TypedDict):
    id: int
    name: str
    outcome: OutcomeEnum


class DryRunUnassignedOut(TypedDict):
    role: str
    is_by_claim: bool
    members: int
    passed_over: list[DryRunPassedOverOut]


class DryRunVisitOut(TypedDict):
    step: DryRunStepOut
    visit: int | None
    choices_before: int
    assignments: list[WhyOut]
    unassigned: DryRunUnassignedOut | None
    due_at: str | None
    at_risk_at: str | None
    target_seconds: int | None
    conditions: list[DryRunConditionOut]
    votes: list[DryRunVoteOut]
    left_by: DryRunLeftByOut | None
    status: TaskStatusEnum | None
    notifications: list[DryRunNotificationOut]


class DryRunVoteOut(TypedDict):
    person: PersonOut
    outcome: OutcomeEnum


class DueOut(TypedDict):
    starts_at: str
    due_at: str | None


class EditVersionInRequest(TypedDict):
    edit_version: NotRequired[int]


class ErasureInRequest(TypedDict):
    source_service: NotRequired[str]
    requester_id: NotRequired[str]
    email: NotRequired[str]
    reason: str
    confirmation: str


class ErasureOut(TypedDict):
    id: int
    reason: str
    ticket_count: int
    requested_by: PersonOut
    requested_at: str
    completed_at: NotRequired[str | None]
    pass_number: NotRequired[int]
    last_pass: int
    next_pass_at: NotRequired[str | None]
    kept_accounts: int
    parts: list[ErasurePartOut]


class ErasurePartOut(TypedDict):
    service: str
    erased_at: str | None
    erased: dict[str, int]


class ExplainedClockOut(TypedDict):
    due_at: str | None
    at_risk_at: str | None
    state: SlaStateEnum
    remaining_seconds: int | None
    paused: bool
    target_seconds: int
    used_seconds: int
    breached_at: str | None
    elapsed_seconds: int
    started_at: str
    stopped_at: str | None
    at_risk_percent: int
    calendar: dict[str, Any] | None
    events: list[ClockEventOut]
    facts: list[ClockFactOut]
    intervals: list[IntervalOut]


class ExplanationPartOut(TypedDict):
    code: str
    params: dict[str, Any]


class FileApplyInRequest(TypedDict):
    document: WorkflowDocumentRequest
    edit_version: int | None
    deploy: NotRequired[bool]
    reason: NotRequired[str]


class FileInRequest(TypedDict):
    document: WorkflowDocumentRequest


class FileOutcomeOut(TypedDict):
    effect: EffectEnum
    name: str
    workflow_id: int | None
    edit_version: int | None
    changes: DifferencesOut | None
    diff: str
    errors: list[str]
    version: int | None


class FindingOut(TypedDict):
    severity: SeverityEnum
    code: str
    message: str
    step_id: int | None
    transition_id: int | None
    field: str | None


class FoundRequesterOut(TypedDict):
    source_service: str
    requester_id: str
    name: str
    email: str
    ticket_count: int
    last_ticket_at: str


class GraphInRequest(TypedDict):
    edit_version: int
    steps: list[GraphStepInRequest]
    transitions: list[GraphTransitionInRequest]


class GraphOut(TypedDict):
    workflow: int
    edit_version: int
    status: str
    has_undeployed_changes: bool
    steps: list[GraphStepOut]
    transitions: list[TransitionOut]


class GraphStepInRequest(TypedDict):
    name: str
    description: NotRequired[str]
    instruction: NotRequired[str]
    kind: NotRequired[StepKindEnum]
    role: NotRequired[str | None]
    escalate_to: NotRequired[str | None]
    assignment: NotRequired[AssignmentEnum]
    weight: NotRequired[str]
    approval: NotRequired[ApprovalFieldRequest]
    is_start: NotRequired[bool]
    is_end: NotRequired[bool]
    end_status: NotRequired[EndStatusEnum | BlankEnum]
    return_cap: NotRequired[int]
    is_reopen: NotRequired[bool]
    position: NotRequired[PositionFieldRequest]
    order: NotRequired[int]
    role_id: NotRequired[int | None]
    escalate_to_id: NotRequired[int | None]
    id: int | str


class GraphStepOut(TypedDict):
    id: int
    name: str
    description: str
    instruction: str
    kind: StepKindEnum
    role_id: int | None
    role: str | None
    escalate_to_id: int | None
    escalate_to: str | None
    assignment: AssignmentEnum
    weight: str
    approval: ApprovalOut
    is_start: bool
    is_end: bool
    end_status: EndStatusEnum | BlankEnum
    return_cap: int
    is_reopen: bool
    position: PositionOut
    order: int
    workflow: int
    share: str


class GraphTransitionInRequest(TypedDict):
    name: str
    outcome: NotRequired[OutcomeEnum]
    requires_comment: NotRequired[bool]
    is_automatic: NotRequired[bool]
    condition: NotRequired[dict[str, Any] | None]
    order: NotRequired[int]
    id: int | str
    from_step: int | str
    to_step: int | str


class HandoffOut(TypedDict):
    system: SystemEnum
    id: int
    status: str
    attempts: int
    last_error: str
    last_error_code: str
    external_reference: str


class HoldInRequest(TypedDict):
    reason_code: NotRequired[HoldReasonEnum]
    until: NotRequired[str | None]
    until_working_days: NotRequired[int | None]
    until_answer: NotRequired[bool]
    expected_version: NotRequired[int | None]
    reason: NotRequired[str]
    with_comment: NotRequired[WithCommentInRequest]


class HolidaysInRequest(TypedDict):
    days: list[str]
    reason: NotRequired[str]
    dry_run: NotRequired[bool]


class IntakeOut(TypedDict):
    id: int
    queue: str
    message_id: NotRequired[str]
    ticket_number: NotRequired[str]
    ticket_id: int | None
    verdict: VerdictEnum
    reason: NotRequired[str]
    rule: NotRequired[str]
    workflow_id: NotRequired[int | None]
    dead_letter_id: NotRequired[int | None]
    replay_of_id: int | None
    replayed_by_id: NotRequired[int | None]
    request_id: NotRequired[str]
    received_at: str
    body_removed_at: NotRequired[str | None]
    headers: NotRequired[Any]
    body: NotRequired[Any | None]
    raw_body: NotRequired[str]
    body_sha256: NotRequired[str]


class IntakeRowOut(TypedDict):
    id: int
    queue: str
    message_id: NotRequired[str]
    ticket_number: NotRequired[str]
    ticket_id: int | None
    verdict: VerdictEnum
    reason: NotRequired[str]
    rule: NotRequired[str]
    workflow_id: NotRequired[int | None]
    dead_letter_id: NotRequired[int | None]
    replay_of_id: int | None
    replayed_by_id: NotRequired[int | None]
    request_id: NotRequired[str]
    received_at: str
    body_removed_at: NotRequired[str | None]


class LeadInRequest(TypedDict):
    user_id: int | None


class LoadInRequest(TypedDict):
    edit_version: int


class MemberOut(TypedDict):
    user_system_role_id: int
    user_id: int
    full_name: str
    is_away: bool
    away_until: str | None
    capacity: int | None
    assigned_at: str
    version: int


class MigrateInRequest(TypedDict):
    from_version: int
    to_version: int
    mapping: NotRequired[list[StepPairInRequest]]
    dry_run: NotRequired[bool]


class MigratePreviewInRequest(TypedDict):
    from_version: int
    to_version: int
    mapping: NotRequired[list[StepPairInRequest]]
    after: NotRequired[int]


class MigratePreviewOut(TypedDict):
    from_version: int
    to_version: int
    running_tasks: int
    steps: list[PreviewStepOut]
    tasks: list[PreviewTaskOut]
    next_after: int | None


class MigrateResultOut(TypedDict):
    task_id: int
    ok: bool
    status: int
    version: NotRequired[int]
    from_step: NotRequired[StepRefOut]
    to_step: NotRequired[StepRefOut]
    assignee_after: NotRequired[PersonOut | None]
    assigned_by: NotRequired[AssignedByEnum]
    error: NotRequired[BulkErrorOut]


class MigrateResultsOut(TypedDict):
    results: list[MigrateResultOut]


class MigrateTaskInRequest(TypedDict):
    task_id: int
    expected_version: int
    to_step: NotRequired[int]


class MigrateTasksInRequest(TypedDict):
    from_version: int
    to_version: int
    mapping: NotRequired[list[StepPairInRequest]]
    tasks: list[MigrateTaskInRequest]
    reason: str


class MigratedStepOut(TypedDict):
    from_step: StepRefOut
    to_step: StepRefOut
    tasks: int


class MigratedTaskOut(TypedDict):
    task_id: int
    ticket_number: str
    from_step: StepRefOut
    to_step: StepRefOut
    assignee_before: PersonOut | None
    assignee_after: PersonOut | None
    assigned_by: AssignedByEnum
    explanation: str
    voided_votes: int
    owner_before: PersonOut | None
    owner_after: PersonOut | None
    due_at: str | None


class MigrationOut(TypedDict):
    from_version: int
    to_version: int
    dry_run: bool
    migrated: int
    steps: list[MigratedStepOut]
    tasks: list[MigratedTaskOut]


class MoveInRequest(TypedDict):
    expected_version: NotRequired[int | None]
    reason: str
    workflow_id: int


class MoveOfferOut(TypedDict):
    workflow_id: int
    name: str


class MovePreviewOut(TypedDict):
    workflow: NamedOut
    workflow_version: int
    first_step: StepRefOut
    target_seconds: int
    due_at: str | None
    due_at_before: str | None
    voids_votes: int


class NamedOut(TypedDict):
    id: int
    name: str


class NewCalendarFeedOut(TypedDict):
    id: int
    name: str
    time_zone: str
    alarm_minutes: NotRequired[int | None]
    created_at: str
    last_used_at: NotRequired[str | None]
    url: str


class OfferOut(TypedDict):
    name: str
    count: int
    requires_comment: bool


class OffersOut(TypedDict):
    transitions: list[OfferOut]


class OtherTaskOut(TypedDict):
    id: int
    ticket_number: str
    subject: str
    status: TaskStatusEnum
    assignee: PersonOut | None
    created_at: str
    closed_at: str | None
    age_seconds: int


class OtherTasksOut(TypedDict):
    count: int
    tasks: list[OtherTaskOut]


class OutboxMessageOut(TypedDict):
    id: int
    message_id: str
    exchange: NotRequired[str]
    queue: str
    task: str
    kwargs: Any
    key: NotRequired[str | None]
    request_id: NotRequired[str]
    attempts: NotRequired[int]
    last_error: NotRequired[str]
    created_at: str
    next_attempt_at: str
    published_at: NotRequired[str | None]


class PartsOut(TypedDict):
    added: list[dict[str, Any]]
    removed: list[dict[str, Any]]
    changed: list[ChangedPartOut]


class PassedOverOut(TypedDict):
    person: PersonOut
    why: str


class PastAssignmentOut(TypedDict):
    person: PersonOut
    role: str
    is_owner: bool
    origin: str
    reason: str
    reason_code: str
    explanation: str
    explanation_parts: list[ExplanationPartOut]
    strategy: str | None
    candidates: list[PersonOut]
    passed_over: list[PassedOverOut]
    cursor_before: int | None
    cursor_after: int | None
    replayed_user_id: int | None
    started_at: str
    ended_at: str | None
    end_reason: str
    step: StepRefOut | None
    is_role_since_removed: bool


class PatchedAvailabilityInRequest(TypedDict):
    away_from: NotRequired[str | None]
    away_until: NotRequired[str | None]
    substitute_id: NotRequired[int | None]
    capacity: NotRequired[int | None]


class PatchedCalendarInRequest(TypedDict):
    name: NotRequired[str]
    time_zone: NotRequired[str]
    hours: NotRequired[dict[str, list[list[str]]]]
    holidays: NotRequired[list[str]]


class PatchedReminderChangeRequest(TypedDict):
    remind_at: NotRequired[str]
    note: NotRequired[str]


class PatchedSavedViewDocumentRequest(TypedDict):
    name: NotRequired[str]
    page: NotRequired[str]
    query: NotRequired[dict[str, str]]
    columns: NotRequired[list[str]]
    is_shared: NotRequired[bool]


class PatchedStepUpdateInRequest(TypedDict):
    name: NotRequired[str]
    description: NotRequired[str]
    instruction: NotRequired[str]
    kind: NotRequired[StepKindEnum]
    role: NotRequired[str | None]
    escalate_to: NotRequired[str | None]
    assignment: NotRequired[AssignmentEnum]
    weight: NotRequired[str]
    approval: NotRequired[ApprovalFieldRequest]
    is_start: NotRequired[bool]
    is_end: NotRequired[bool]
    end_status: NotRequired[EndStatusEnum | BlankEnum]
    return_cap: NotRequired[int]
    is_reopen: NotRequired[bool]
    position: NotRequired[PositionFieldRequest]
    order: NotRequired[int]
    role_id: NotRequired[int | None]
    escalate_to_id: NotRequired[int | None]
    edit_version: NotRequired[int]


class PatchedWorkflowUpdateInRequest(TypedDict):
    name: NotRequired[str]
    description: NotRequired[str]
    category: NotRequired[str]
    sub_category: NotRequired[str]
    department: NotRequired[str]
    is_default: NotRequired[bool]
    end_logic: NotRequired[EndLogicEnum]
    low_sla: NotRequired[int | str | None]
    medium_sla: NotRequired[int | str | None]
    high_sla: NotRequired[int | str | None]
    urgent_sla: NotRequired[int | str | None]
    at_risk_percent: NotRequired[int]
    field_types: NotRequired[dict[str, Literal["number", "money", "date", "date_time", "yes_no", "choice", "text"]]]
    decisive_fields: NotRequired[list[str]]
    reopen_days: NotRequired[int]
    escalation_trigger: NotRequired[EscalationTriggerEnum]
    second_escalation_role_id: NotRequired[int | None]
    second_escalation_after: NotRequired[int | str | None]
    hand_over_after: NotRequired[int | str | None]
    calendar_id: NotRequired[int | None]
    coordinator_role_id: NotRequired[int | None]
    edit_version: NotRequired[int]


class PauseInRequest(TypedDict):
    reason: NotRequired[str]
    hold_running: NotRequired[bool]


class PerformInRequest(TypedDict):
    task_id: int
    transition_id: int
    comment: NotRequired[str]
    with_comment: NotRequired[WithCommentInRequest]
    expected_version: int


class PerformedOut(TypedDict):
    id: int
    task_id: int
    transition_id: int
    name: str
    outcome: OutcomeEnum
    from_step: NamedOut
    to_step: NamedOut
    actor: PersonOut | None
    on_behalf_of_id: int | None
    comment: str
    performed_at: str


class PersonOut(TypedDict):
    user_id: int
    full_name: str


class PersonRefIn(TypedDict):
    emails: list[str]
    names: list[str]
    requesters: list[RequesterIdIn]
    tickets: list[TicketRefIn]


class PoolRetriedOut(TypedDict):
    given: int


class PooledOut(TypedDict):
    task_id: int
    ticket_number: str
    subject: str
    priority: str
    status: str
    step: NamedOut
    role: NamedOut | None
    pooled_at: str
    due_at: str | None
    needs_lead: bool


class PositionField(TypedDict):
    x: NotRequired[float]
    y: NotRequired[float]


class PositionFieldRequest(TypedDict):
    x: NotRequired[float]
    y: NotRequired[float]


class PositionOut(TypedDict):
    x: NotRequired[float]
    y: NotRequired[float]


class PreviewOut(TypedDict):
    status: str
    legal_moves: list[str]
    live_version: int | None
    next_version: int
    has_changes: bool
    needs_second_person: bool
    deploy_request: DeployRequestOut | None
    changes: DifferencesOut | None
    report: ReportOut
    running_tasks: int
    running: list[RunningOut]


class PreviewStepOut(TypedDict):
    from_step: StepRefOut
    to_step: StepRefOut | None
    running_tasks: int


class PreviewTaskOut(TypedDict):
    task_id: int
    ticket_number: str
    version: int
    from_step: StepRefOut | None
    to_step: StepRefOut | None
    assignee_before: PersonOut | None
    assignee_after: PersonOut | None
    assigned_by: AssignedByEnum
    explanation: str
    voided_votes: int
    due_before: str | None
    due_after: str | None
    error: BulkErrorOut | None


class PriorityInRequest(TypedDict):
    expected_version: NotRequired[int | None]
    reason: NotRequired[str]
    priority: PriorityEnum


class ReasonInRequest(TypedDict):
    reason: NotRequired[str]


class ReminderInRequest(TypedDict):
    remind_at: str
    note: NotRequired[str]
    ticket_number: str


class ReminderOut(TypedDict):
    id: int
    ticket_number: str
    subject: str
    status: TaskStatusEnum | None
    remind_at: str
    note: NotRequired[str]
    created_at: str
    updated_at: str


class ReplayInRequest(TypedDict):
    body: NotRequired[dict[str, Any] | None]
    charset: NotRequired[str]


class ReportOut(TypedDict):
    is_valid: bool
    errors: list[FindingOut]
    warnings: list[FindingOut]


class RequesterCardOut(TypedDict):
    requester: RequesterOut
    department: str
    open: OtherTasksOut
    closed: OtherTasksOut


class RequesterDataOut(TypedDict):
    counts: dict[str, int]
    data: dict[str, list[dict[str, Any]]]
    person: PersonRefIn
    open_tickets: list[str]


class RequesterIdIn(TypedDict):
    source_service: str
    id: str


class RequesterOut(TypedDict):
    id: str
    name: str
    email: str


class ResumeInRequest(TypedDict):
    expected_version: NotRequired[int | None]
    reason: NotRequired[str]
    with_comment: NotRequired[WithCommentInRequest]


class RetentionAmountOut(TypedDict):
    rows: int
    bytes: int | None


class RetentionChangeOut(TypedDict):
    id: int
    old_days: NotRequired[int | None]
    new_days: NotRequired[int | None]
    at: str
    by_id: int
    by_name: str


class RetentionKindDetailOut(TypedDict):
    kind: str
    days: int | None
    version: int
    setting: str
    kept: RetentionAmountOut
    due: RetentionAmountOut
    last_run: RetentionRunOut | None
    next_run_at: str | None
    runs: list[RetentionRunOut]
    changes: list[RetentionChangeOut]


class RetentionKindOut(TypedDict):
    kind: str
    days: int | None
    version: int
    setting: str
    kept: RetentionAmountOut
    due: RetentionAmountOut
    last_run: RetentionRunOut | None
    next_run_at: str | None


class RetentionRuleInRequest(TypedDict):
    days: int | None
    version: int


class RetentionRunOut(TypedDict):
    id: int
    days: int
    cutoff: str
    started_at: str
    finished_at: NotRequired[str | None]
    removed: NotRequired[int]
    removed_bytes: NotRequired[int]
    failed: NotRequired[int]
    is_complete: NotRequired[bool]
    asked_by_id: NotRequired[int | None]
    asked_by_name: NotRequired[str]


class RoleOut(TypedDict):
    id: int
    name: str
    system: str
    description: NotRequired[str]
    is_custom: NotRequired[bool]
    is_active: NotRequired[bool]
    version: NotRequired[int]
    lead: PersonOut | None
    used_by: list[str]
    members: list[MemberOut]


class RunningOut(TypedDict):
    version: int
    step: dict[str, Any] | None
    running_tasks: int
    is_in_draft: bool


class SavedGraphOut(TypedDict):
    workflow: int
    edit_version: int
    status: str
    has_undeployed_changes: bool
    steps: list[GraphStepOut]
    transitions: list[TransitionOut]
    id_map: dict[str, int]


class SavedViewDocument(TypedDict):
    id: int
    name: str
    page: NotRequired[str]
    query: NotRequired[dict[str, str]]
    columns: NotRequired[list[str]]
    is_shared: NotRequired[bool]
    is_mine: bool
    owner_id: int
    owner_name: str
    created_at: str
    updated_at: str


class SavedViewDocumentRequest(TypedDict):
    name: str
    page: NotRequired[str]
    query: NotRequired[dict[str, str]]
    columns: NotRequired[list[str]]
    is_shared: NotRequired[bool]


class SelectedTaskOut(TypedDict):
    id: int
    ticket_number: str


class SelectionOut(TypedDict):
    tasks: list[SelectedTaskOut]


class SettleInRequest(TypedDict):
    resolution: ResolutionEnum
    ids: list[int]
    reason: NotRequired[str]


class SettledListOut(TypedDict):
    results: list[SettledOut]


class SettledOut(TypedDict):
    id: int
    ok: bool
    error: NotRequired[BulkErrorOut]


class SlaDocument(TypedDict):
    low: NotRequired[int | str | None]
    medium: NotRequired[int | str | None]
    high: NotRequired[int | str | None]
    urgent: NotRequired[int | str | None]


class SlaDocumentRequest(TypedDict):
    low: NotRequired[int | str | None]
    medium: NotRequired[int | str | None]
    high: NotRequired[int | str | None]
    urgent: NotRequired[int | str | None]


class StepCreateInRequest(TypedDict):
    name: str
    description: NotRequired[str]
    instruction: NotRequired[str]
    kind: NotRequired[StepKindEnum]
    role: NotRequired[str | None]
    escalate_to: NotRequired[str | None]
    assignment: NotRequired[AssignmentEnum]
    weight: NotRequired[str]
    approval: NotRequired[ApprovalFieldRequest]
    is_start: NotRequired[bool]
    is_end: NotRequired[bool]
    end_status: NotRequired[EndStatusEnum | BlankEnum]
    return_cap: NotRequired[int]
    is_reopen: NotRequired[bool]
    position: NotRequired[PositionFieldRequest]
    order: NotRequired[int]
    role_id: NotRequired[int | None]
    escalate_to_id: NotRequired[int | None]
    workflow: int
    edit_version: int


class StepDocument(TypedDict):
    name: str
    description: NotRequired[str]
    instruction: NotRequired[str]
    kind: NotRequired[StepKindEnum]
    role: NotRequired[str | None]
    escalate_to: NotRequired[str | None]
    assignment: NotRequired[AssignmentEnum]
    weight: NotRequired[str]
    approval: NotRequired[ApprovalField]
    is_start: NotRequired[bool]
    is_end: NotRequired[bool]
    end_status: NotRequired[EndStatusEnum | BlankEnum]
    return_cap: NotRequired[int]
    is_reopen: NotRequired[bool]
    position: NotRequired[PositionField]
    order: NotRequired[int]
    ref: str


class StepDocumentRequest(TypedDict):
    name: str
    description: NotRequired[str]
    instruction: NotRequired[str]
    kind: NotRequired[StepKindEnum]
    role: NotRequired[str | None]
    escalate_to: NotRequired[str | None]
    assignment: NotRequired[AssignmentEnum]
    weight: NotRequired[str]
    approval: NotRequired[ApprovalFieldRequest]
    is_start: NotRequired[bool]
    is_end: NotRequired[bool]
    end_status: NotRequired[EndStatusEnum | BlankEnum]
    return_cap: NotRequired[int]
    is_reopen: NotRequired[bool]
    position: NotRequired[PositionFieldRequest]
    order: NotRequired[int]
    ref: str


class StepOut(TypedDict):
    id: int
    name: str
    description: str
    instruction: str
    kind: StepKindEnum
    role_id: int | None
    role: str | None
    escalate_to_id: int | None
    escalate_to: str | None
    assignment: AssignmentEnum
    weight: str
    approval: ApprovalOut
    is_start: bool
    is_end: bool
    end_status: EndStatusEnum | BlankEnum
    return_cap: int
    is_reopen: bool
    position: PositionOut
    order: int
    workflow: int


class StepPairInRequest(TypedDict):
    from_step: int
    to_step: int


class StepRefOut(TypedDict):
    id: int
    name: str
    role: str | None


class StepUpdateInRequest(TypedDict):
    name: str
    description: NotRequired[str]
    instruction: NotRequired[str]
    kind: NotRequired[StepKindEnum]
    role: NotRequired[str | None]
    escalate_to: NotRequired[str | None]
    assignment: NotRequired[AssignmentEnum]
    weight: NotRequired[str]
    approval: NotRequired[ApprovalFieldRequest]
    is_start: NotRequired[bool]
    is_end: NotRequired[bool]
    end_status: NotRequired[EndStatusEnum | BlankEnum]
    return_cap: NotRequired[int]
    is_reopen: NotRequired[bool]
    position: NotRequired[PositionFieldRequest]
    order: NotRequired[int]
    role_id: NotRequired[int | None]
    escalate_to_id: NotRequired[int | None]
    edit_version: int


class StuckCountOut(TypedDict):
    count: int
    oldest_at: str | None


class StuckOut(TypedDict):
    dead_letters: StuckCountOut
    pool: StuckCountOut
    needs_lead: int
    unmatched_tickets: StuckCountOut
    failed_handoffs: int
    overdue_handoffs: int
    outbox: StuckOutboxOut


class StuckOutboxOut(TypedDict):
    count: int
    oldest_at: str | None
    overdue: int
    failing: int


class SubjectInRequest(TypedDict):
    source_service: NotRequired[str]
    requester_id: NotRequired[str]
    email: NotRequired[str]


class TaskDetailOut(TypedDict):
    hold: TaskHoldOut | None
    answered_at: str | None
    id: int
    ticket_number: str
    subject: str
    status: TaskStatusEnum
    priority: PriorityEnum
    version: int
    workflow: NamedOut
    workflow_version: int
    workflow_version_id: int
    current_step: CurrentStepOut | None
    instruction: str | None
    assignee: PersonOut | None
    is_assignee_away: bool
    owner: PersonOut | None
    sla: ClockOut | None
    visit_sla: ClockOut | None
    available_transitions: list[AvailableTransitionOut]
    available_actions: list[str]
    why: WhyOut | None
    approval: ApprovalStateOut | None
    decision_problem: str | None
    needs_lead: bool
    in_pool_since: str | None
    step_since: str | None
    handoff: HandoffOut | None
    cycle: int
    continues_task_id: int | None
    matched_by: str | None
    move_offer: MoveOfferOut | None
    ticket: TaskTicketOut
    created_at: str
    updated_at: str
    closed_at: str | None


class TaskGraphEdgeOut(TypedDict):
    id: int
    name: str
    outcome: OutcomeEnum
    requires_comment: bool
    is_automatic: bool
    from_step: int
    to_step: int
    taken: bool
    times: int


class TaskGraphOut(TypedDict):
    version: int
    steps: list[TaskGraphStepOut]
    transitions: list[TaskGraphEdgeOut]


class TaskGraphStepOut(TypedDict):
    id: int
    key: int
    name: str
    kind: str
    role: str | None
    escalate_to: str | None
    share: float
    instruction: str
    is_start: bool
    is_end: bool
    end_status: str
    position: dict[str, Any]
    state: StepStateEnum
    visits: int
    entered_at: str | None
    left_at: str | None
    performer: PersonOut | None


class TaskHoldOut(TypedDict):
    reason_code: HoldReasonEnum | None
    until: str | None
    until_answer: bool


class TaskOptionalReasonInRequest(TypedDict):
    expected_version: NotRequired[int | None]
    reason: NotRequired[str]


class TaskReasonInRequest(TypedDict):
    expected_version: NotRequired[int | None]
    reason: str


class TaskReasonOrCommentInRequest(TypedDict):
    expected_version: NotRequired[int | None]
    reason: NotRequired[str]
    with_comment: NotRequired[WithCommentInRequest]


class TaskRowOut(TypedDict):
    hold: TaskHoldOut | None
    answered_at: str | None
    id: int
    ticket_number: str
    subject: str
    status: TaskStatusEnum
    priority: PriorityEnum
    version: int
    workflow: NamedOut
    workflow_version: int
    current_step: StepRefOut | None
    assignee: PersonOut | None
    is_assignee_away: bool
    owner: PersonOut | None
    requester: str
    category: str
    department: str
    sla: TaskSlaOut
    step_due_at: str | None
    step_since: str | None
    needs_lead: bool
    created_at: str
    updated_at: str
    closed_at: str | None
    closed_by: PersonOut | None


class TaskSlaExplainedOut(TypedDict):
    task: ExplainedClockOut | None
    visit: ExplainedClockOut | None
    visits: list[VisitClockOut]
    earlier_cycles: list[CycleClockOut]
    submitted_at: str
    since_submitted_seconds: int
    waited_before_clock_seconds: int


class TaskSlaOut(TypedDict):
    due_at: str | None
    at_risk_at: str | None
    state: SlaStateEnum
    remaining_seconds: int | None
    paused: bool


class TaskTicketOut(TypedDict):
    id: int
    ticket_number: str
    subject: str
    description: str
    category: str
    sub_category: str
    department: str
    priority: PriorityEnum
    requester: RequesterOut
    source_service: str
    source_status: str
    submitted_at: str | None
    received_at: str


class TicketOut(TypedDict):
    id: int
    ticket_number: str
    source_service: str
    source_number: str
    subject: str
    category: str
    sub_category: NotRequired[str]
    department: str
    priority: NotRequired[PriorityEnum]
    source_status: NotRequired[str]
    intake_state: IntakeStateEnum
    unmatched_reason: NotRequired[str]
    unmatched_detail: NotRequired[Any | None]
    requester: dict[str, str] | None
    task: TicketTaskOut | None
    submitted_at: NotRequired[str | None]
    received_at: str
    updated_at: str
    description: NotRequired[str]
    source_version: NotRequired[int | None]
    attachments: list[dict[str, Any]]
    fields: dict[str, Any]


class TicketRefIn(TypedDict):
    ticket_number: str
    source_service: str
    source_number: str


class TicketRowOut(TypedDict):
    id: int
    ticket_number: str
    source_service: str
    source_number: str
    subject: str
    category: str
    sub_category: NotRequired[str]
    department: str
    priority: NotRequired[PriorityEnum]
    source_status: NotRequired[str]
    intake_state: IntakeStateEnum
    unmatched_reason: NotRequired[str]
    unmatched_detail: NotRequired[Any | None]
    requester: dict[str, str] | None
    task: TicketTaskOut | None
    submitted_at: NotRequired[str | None]
    received_at: str
    updated_at: str


class TicketTaskOut(TypedDict):
    id: int
    status: str
    workflow: NamedOut
    matched_by: str
    cycle: int


class TimelineOut(TypedDict):
    seq: int
    event: str
    actor: PersonOut | None
    detail: dict[str, Any]
    reason_code: str
    at: str


class TransferInRequest(TypedDict):
    expected_version: NotRequired[int | None]
    reason: NotRequired[str]
    with_comment: NotRequired[WithCommentInRequest]
    to_user_id: NotRequired[int]
    user_id: NotRequired[int]


class TransitionOut(TypedDict):
    id: int
    from_step: int
    to_step: int
    name: str
    outcome: OutcomeEnum
    requires_comment: bool
    is_automatic: bool
    condition: dict[str, Any] | None
    order: int


class VerbInRequest(TypedDict):
    expected_version: NotRequired[int | None]


class VerificationOut(TypedDict):
    valid: bool
    is_complete: bool
    checked: int
    last_id: int
    last_hash: str
    first_bad_id: int | None
    problem: str


class VersionDetailOut(TypedDict):
    id: int
    workflow: int
    number: int
    name: str
    is_current: bool
    end_logic: str
    sla_seconds: dict[str, int]
    at_risk_percent: int
    coordinator_role_id: int
    redeployed_from: int | None
    deployed_by_id: int | None
    deployed_by: PersonOut | None
    requested_by: PersonOut | None
    reason: str
    deployed_at: str
    running_tasks: int
    calendar: dict[str, Any] | None
    field_types: dict[str, Literal["number", "money", "date", "date_time", "yes_no", "choice", "text"]]
    decisive_fields: list[str]
    reopen_days: int
    escalation_trigger: EscalationTriggerEnum
    second_escalation_role_id: int | None
    second_escalation_after: int | None
    hand_over_after: int | None
    steps: list[VersionStepOut]
    transitions: list[VersionTransitionOut]


class VersionOut(TypedDict):
    id: int
    workflow: int
    number: int
    name: str
    is_current: bool
    end_logic: str
    sla_seconds: dict[str, int]
    at_risk_percent: int
    coordinator_role_id: int
    redeployed_from: int | None
    deployed_by_id: int | None
    deployed_by: PersonOut | None
    requested_by: PersonOut | None
    reason: str
    deployed_at: str
    running_tasks: int


class VersionStepOut(TypedDict):
    id: int
    name: str
    description: str
    instruction: str
    kind: StepKindEnum
    role_id: int | None
    role: str | None
    escalate_to_id: int | None
    escalate_to: str | None
    assignment: AssignmentEnum
    weight: str
    approval: ApprovalOut
    is_start: bool
    is_end: bool
    end_status: EndStatusEnum | BlankEnum
    return_cap: int
    is_reopen: bool
    position: PositionOut
    order: int
    key: int
    share: str


class VersionTransitionOut(TypedDict):
    id: int
    from_step: int
    to_step: int
    name: str
    outcome: OutcomeEnum
    requires_comment: bool
    is_automatic: bool
    condition: dict[str, Any] | None
    order: int
    key: int


class VisitClockOut(TypedDict):
    due_at: str | None
    at_risk_at: str | None
    state: SlaStateEnum
    remaining_seconds: int | None
    paused: bool
    target_seconds: int
    used_seconds: int
    breached_at: str | None
    elapsed_seconds: int
    started_at: str
    stopped_at: str | None
    at_risk_percent: int
    calendar: dict[str, Any] | None
    events: list[ClockEventOut]
    facts: list[ClockFactOut]
    intervals: list[IntervalOut]
    cycle: int
    visit: int
    step: NamedOut


class VoteOut(TypedDict):
    person: PersonOut
    outcome: OutcomeEnum
    comment: str
    cast_at: str
    is_role_since_removed: bool


class WaiveInRequest(TypedDict):
    reason: str


class WhyOut(TypedDict):
    person: PersonOut
    role: str
    is_owner: bool
    origin: str
    reason: str
    reason_code: str
    explanation: str
    explanation_parts: list[ExplanationPartOut]
    strategy: str | None
    candidates: list[PersonOut]
    passed_over: list[PassedOverOut]
    cursor_before: int | None
    cursor_after: int | None
    replayed_user_id: int | None
    started_at: str
    ended_at: str | None
    end_reason: str


class WithCommentInRequest(TypedDict):
    text: str
    visibility: VisibilityEnum
    client_id: str
    mentions: NotRequired[list[int]]
    uploads: NotRequired[list[int]]


class WorkflowDocument(TypedDict):
    format: str
    name: str
    description: NotRequired[str]
    category: NotRequired[str]
    sub_category: NotRequired[str]
    department: NotRequired[str]
    is_default: NotRequired[bool]
    end_logic: NotRequired[EndLogicEnum]
    at_risk_percent: NotRequired[int]
    sla_seconds: NotRequired[SlaDocument]
    field_types: NotRequired[dict[str, Literal["number", "money", "date", "date_time", "yes_no", "choice", "text"]]]
    decisive_fields: NotRequired[list[str]]
    reopen_days: NotRequired[int]
    escalation_trigger: NotRequired[EscalationTriggerEnum]
    second_escalation_role: NotRequired[str | None]
    second_escalation_after: NotRequired[int | str | None]
    hand_over_after: NotRequired[int | str | None]
    calendar: NotRequired[str | dict[str, Any] | None]
    coordinator_role: NotRequired[str | None]
    steps: list[StepDocument]
    transitions: list[TransitionDocument]


class WorkflowDocumentRequest(TypedDict):
    format: str
    name: str
    description: NotRequired[str]
    category: NotRequired[str]
    sub_category: NotRequired[str]
    department: NotRequired[str]
    is_default: NotRequired[bool]
    end_logic: NotRequired[EndLogicEnum]
    at_risk_percent: NotRequired[int]
    sla_seconds: NotRequired[SlaDocumentRequest]
    field_types: NotRequired[dict[str, Literal["number", "money", "date", "date_time", "yes_no", "choice", "text"]]]
    decisive_fields: NotRequired[list[str]]
    reopen_days: NotRequired[int]
    escalation_trigger: NotRequired[EscalationTriggerEnum]
    second_escalation_role: NotRequired[str | None]
    second_escalation_after: NotRequired[int | str | None]
    hand_over_after: NotRequired[int | str | None]
    calendar: NotRequired[str | dict[str, Any] | None]
    coordinator_role: NotRequired[str | None]
    steps: list[StepDocumentRequest]
    transitions: list[TransitionDocumentRequest]


class WorkflowFieldsRequest(TypedDict):
    name: str
    description: NotRequired[str]
    category: NotRequired[str]
    sub_category: NotRequired[str]
    department: NotRequired[str]
    is_default: NotRequired[bool]
    end_logic: NotRequired[EndLogicEnum]
    low_sla: NotRequired[int | str | None]
    medium_sla: NotRequired[int | str | None]
    high_sla: NotRequired[int | str | None]
    urgent_sla: NotRequired[int | str | None]
    at_risk_percent: NotRequired[int]
    field_types: NotRequired[dict[str, Literal["number", "money", "date", "date_time", "yes_no", "choice", "text"]]]
    decisive_fields: NotRequired[list[str]]
    reopen_days: NotRequired[int]
    escalation_trigger: NotRequired[EscalationTriggerEnum]
    second_escalation_role_id: NotRequired[int | None]
    second_escalation_after: NotRequired[int | str | None]
    hand_over_after: NotRequired[int | str | None]
    calendar_id: NotRequired[int | None]
    coordinator_role_id: NotRequired[int | None]


class WorkflowOut(TypedDict):
    id: int
    name: str
    description: str
    status: WorkflowStatusEnum
    is_archived: bool
    category: str
    sub_category: str
    department: str
    is_default: bool
    end_logic: EndLogicEnum
    low_sla: int | None
    medium_sla: int | None
    high_sla: int | None
    urgent_sla: int | None
    at_risk_percent: int
    field_types: dict[str, Literal["number", "money", "date", "date_time", "yes_no", "choice", "text"]]
    decisive_fields: list[str]
    reopen_days: int
    escalation_trigger: EscalationTriggerEnum
    second_escalation_role: dict[str, Any] | None
    second_escalation_after: int | None
    hand_over_after: int | None
    calendar: NamedOut | None
    coordinator_role: dict[str, Any] | None
    edit_version: int
    current_version: int | None
    has_undeployed_changes: bool
    is_deploy_requested: bool
    running_tasks: int
    legal_moves: list[str]
    is_waiting_for_roles: bool
    created_by_id: int | None
    created_at: str
    updated_at: str


class WorkflowUpdateInRequest(TypedDict):
    name: str
    description: NotRequired[str]
    category: NotRequired[str]
    sub_category: NotRequired[str]
    department: NotRequired[str]
    is_default: NotRequired[bool]
    end_logic: NotRequired[EndLogicEnum]
    low_sla: NotRequired[int | str | None]
    medium_sla: NotRequired[int | str | None]
    high_sla: NotRequired[int | str | None]
    urgent_sla: NotRequired[int | str | None]
    at_risk_percent: NotRequired[int]
    field_types: NotRequired[dict[str, Literal["number", "money", "date", "date_time", "yes_no", "choice", "text"]]]
    decisive_fields: NotRequired[list[str]]
    reopen_days: NotRequired[int]
    escalation_trigger: NotRequired[EscalationTriggerEnum]
    second_escalation_role_id: NotRequired[int | None]
    second_escalation_after: NotRequired[int | str | None]
    hand_over_after: NotRequired[int | str | None]
    calendar_id: NotRequired[int | None]
    coordinator_role_id: NotRequired[int | None]
    edit_version: int


IntervalOut = TypedDict(
    "IntervalOut",
    {
        "from": "str",
        "to": "str",
        "counted": "bool",
        "why": "WhyEnum",
        "reason": "str",
        "reason_code": "str",
        "seconds": "int",
    },
)
OverviewOut = TypedDict(
    "OverviewOut",
    {
        "from": "str",
        "to": "str",
        "now": "dict[str, int]",
        "period": "dict[str, Any]",
        "per_day": "list[dict[str, Any]]",
        "by_workflow": "list[dict[str, Any]]",
        "by_role": "list[dict[str, Any]]",
        "by_assignee": "list[dict[str, Any]]",
    },
)
ReportRowsOut = TypedDict("ReportRowsOut", {"from": "str", "to": "str", "results": "list[dict[str, Any]]"})
TransitionDocument = TypedDict(
    "TransitionDocument",
    {
        "from": "str",
        "to": "str",
        "name": "str",
        "outcome": "NotRequired[OutcomeEnum]",
        "requires_comment": "NotRequired[bool]",
        "is_automatic": "NotRequired[bool]",
        "condition": "NotRequired[dict[str, Any] | None]",
        "order": "NotRequired[int]",
    },
)
TransitionDocumentRequest = TypedDict(
    "TransitionDocumentRequest",
    {
        "from": "str",
        "to": "str",
        "name": "str",
        "outcome": "NotRequired[OutcomeEnum]",
        "requires_comment": "NotRequired[bool]",
        "is_automatic": "NotRequired[bool]",
        "condition": "NotRequired[dict[str, Any] | None]",
        "order": "NotRequired[int]",
    },
)


class WorkflowApi(Api):
    """Workflows, tasks, clocks, hand-offs, audit."""

    service = "workflow"

    def ams_checkouts_list(
        self,
        *,
        is_overdue: bool | None = None,
        ordering: str | None = None,
        page_size: int | None = None,
        search: str | None = None,
        status: Literal["acknowledged", "failed", "queued", "sent", "waived"] | None = None,
        task: float | None = None,
        ticket_number: str | None = None,
    ) -> Pages[CheckoutOut]:
        """`GET /ams/checkouts/`

        Finished tickets that are handed off to AMS.
        """
        return self._pages(
            "GET",
            "/ams/checkouts/",
            query={
                "is_overdue": is_overdue,
                "ordering": ordering,
                "page_size": page_size,
                "search": search,
                "status": status,
                "task": task,
                "ticket_number": ticket_number,
            },
        )

    def ams_checkouts_retrieve(self, id: int | str) -> CheckoutOut:
        """`GET /ams/checkouts/{id}/`

        Finished tickets that are handed off to AMS.
        """
        return self._json("GET", "/ams/checkouts/{id}/", path_values={"id": id})

    def ams_checkouts_acknowledge_create(
        self, id: int | str, body: AcknowledgeInRequest | None = None, *, idempotency_key: str | None = None
    ) -> CheckoutOut:
        """`POST /ams/checkouts/{id}/acknowledge/`

        Finished tickets that are handed off to AMS.
        """
        return self._json(
            "POST",
            "/ams/checkouts/{id}/acknowledge/",
            path_values={"id": id},
            body=body,
            idempotency_key=idempotency_key,
            takes_key=True,
        )

    def ams_checkouts_retry_create(self, id: int | str, *, idempotency_key: str | None = None) -> CheckoutOut:
        """`POST /ams/checkouts/{id}/retry/`

        For administrators, and for the assignee of a failed hand-off.
        """
        return self._json(
            "POST",
            "/ams/checkouts/{id}/retry/",
            path_values={"id": id},
            idempotency_key=idempotency_key,
            takes_key=True,
        )

    def ams_checkouts_waive_create(
        self, id: int | str, body: WaiveInRequest, *, idempotency_key: str | None = None
    ) -> CheckoutOut:
        """`POST /ams/checkouts/{id}/waive/`

        For administrators, and for the assignee of a failed hand-off.
        """
        return self._json(
            "POST",
            "/ams/checkouts/{id}/waive/",
            path_values={"id": id},
            body=body,
            idempotency_key=idempotency_key,
            takes_key=True,
        )

    def analytics_agents_retrieve(
        self,
        *,
        format: Literal["csv", "json"] | None = None,
        from_: str | None = None,
        to: str | None = None,
        tz: str | None = None,
        workflow: int | None = None,
    ) -> ReportRowsOut:
        """`GET /analytics/agents/`

        Reports for administrators, from the verdicts stored at the time.
        """
        return self._json(
            "GET",
            "/analytics/agents/",
            query={"format": format, "from": from_, "to": to, "tz": tz, "workflow": workflow},
        )

    def analytics_overview_retrieve(
        self,
        *,
        format: Literal["csv", "json"] | None = None,
        from_: str | None = None,
        to: str | None = None,
        tz: str | None = None,
        workflow: int | None = None,
    ) -> OverviewOut:
        """`GET /analytics/overview/`

        Reports for administrators, from the verdicts stored at the time.
        """
        return self._json(
            "GET",
            "/analytics/overview/",
            query={"format": format, "from": from_, "to": to, "tz": tz, "workflow": workflow},
        )

    def analytics_sla_retrieve(
        self,
        *,
        format: Literal["csv", "json"] | None = None,
        from_: str | None = None,
        to: str | None = None,
        tz: str | None = None,
        workflow: int | None = None,
    ) -> ReportRowsOut:
        """`GET /analytics/sla/`

        Reports for administrators, from the verdicts stored at the time.
        """
        return self._json(
            "GET", "/analytics/sla/", query={"format": format, "from": from_, "to": to, "tz": tz, "workflow": workflow}
        )

    def analytics_steps_retrieve(
        self,
        *,
        format: Literal["csv", "json"] | None = None,
        from_: str | None = None,
        to: str | None = None,
        tz: str | None = None,
        workflow: int | None = None,
    ) -> ReportRowsOut:
        """`GET /analytics/steps/`

        Reports for administrators, from the verdicts stored at the time.
        """
        return self._json(
            "GET",
            "/analytics/steps/",
            query={"format": format, "from": from_, "to": to, "tz": tz, "workflow": workflow},
        )

    def analytics_workflows_retrieve(
        self,
        *,
        format: Literal["csv", "json"] | None = None,
        from_: str | None = None,
        to: str | None = None,
        tz: str | None = None,
        workflow: int | None = None,
    ) -> ReportRowsOut:
        """`GET /analytics/workflows/`

        Reports for administrators, from the verdicts stored at the time.
        """
        return self._json(
            "GET",
            "/analytics/workflows/",
            query={"format": format, "from": from_, "to": to, "tz": tz, "workflow": workflow},
        )

    def audit_list(
        self,
        *,
        action: str | None = None,
        actor_id: int | None = None,
        at_after: str | None = None,
        at_before: str | None = None,
        object_id: str | None = None,
        object_type: str | None = None,
        on_behalf_of_id: int | None = None,
        ordering: str | None = None,
        page_size: int | None = None,
        request_id: str | None = None,
        search: str | None = None,
        ticket_number: str | None = None,
    ) -> Pages[AuditLogOut]:
        """`GET /audit/`

        Who did what, when, on whose behalf, and why. Nothing here can be changed, by anybody.
        """
        return self._pages(
            "GET",
            "/audit/",
            query={
                "action": action,
                "actor_id": actor_id,
                "at_after": at_after,
                "at_before": at_before,
                "object_id": object_id,
                "object_type": object_type,
                "on_behalf_of_id": on_behalf_of_id,
                "ordering": ordering,
                "page_size": page_size,
                "request_id": request_id,
                "search": search,
                "ticket_number": ticket_number,
            },
        )

    def audit_retrieve(self, id: int | str) -> AuditLogOut:
        """`GET /audit/{id}/`

        Who did what, when, on whose behalf, and why. Nothing here can be changed, by anybody.
        """
        return self._json("GET", "/audit/{id}/", path_values={"id": id})

    def audit_export_retrieve(self) -> bytes:
        """`GET /audit/export/`

        Takes the filters of the list. The export itself is noted in the trail.
        """
        return self._bytes("GET", "/audit/export/")

    def audit_verify_retrieve(self, *, after_id: int | None = None, limit: int | None = None) -> VerificationOut:
        """`GET /audit/verify/`

        Who did what, when, on whose behalf, and why. Nothing here can be changed, by anybody.
        """
        return self._json("GET", "/audit/verify/", query={"after_id": after_id, "limit": limit})

    def bms_checkouts_list(
        self,
        *,
        is_overdue: bool | None = None,
        ordering: str | None = None,
        page_size: int | None = None,
        search: str | None = None,
        status: Literal["acknowledged", "failed", "queued", "sent", "waived"] | None = None,
        task: float | None = None,
        ticket_number: str | None = None,
    ) -> Pages[CheckoutOut]:
        """`GET /bms/checkouts/`

        Finished tickets that are handed off to BMS.
        """
        return self._pages(
            "GET",
            "/bms/checkouts/",
            query={
                "is_overdue": is_overdue,
                "ordering": ordering,
                "page_size": page_size,
                "search": search,
                "status": status,
                "task": task,
                "ticket_number": ticket_number,
            },
        )

    def bms_checkouts_retrieve(self, id: int | str) -> CheckoutOut:
        """`GET /bms/checkouts/{id}/`

        Finished tickets that are handed off to BMS.
        """
        return self._json("GET", "/bms/checkouts/{id}/", path_values={"id": id})

    def bms_checkouts_acknowledge_create(
        self, id: int | str, body: AcknowledgeInRequest | None = None, *, idempotency_key: str | None = None
    ) -> CheckoutOut:
        """`POST /bms/checkouts/{id}/acknowledge/`

        Finished tickets that are handed off to BMS.
        """
        return self._json(
            "POST",
            "/bms/checkouts/{id}/acknowledge/",
            path_values={"id": id},
            body=body,
            idempotency_key=idempotency_key,
            takes_key=True,
        )

    def bms_checkouts_retry_create(self, id: int | str, *, idempotency_key: str | None = None) -> CheckoutOut:
        """`POST /bms/checkouts/{id}/retry/`

        For administrators, and for the assignee of a failed hand-off.
        """
        return self._json(
            "POST",
            "/bms/checkouts/{id}/retry/",
            path_values={"id": id},
            idempotency_key=idempotency_key,
            takes_key=True,
        )

    def bms_checkouts_waive_create(
        self, id: int | str, body: WaiveInRequest, *, idempotency_key: str | None = None
    ) -> CheckoutOut:
        """`POST /bms/checkouts/{id}/waive/`

        For administrators, and for the assignee of a failed hand-off.
        """
        return self._json(
            "POST",
            "/bms/checkouts/{id}/waive/",
            path_values={"id": id},
            body=body,
            idempotency_key=idempotency_key,
            takes_key=True,
        )

    def calendar_feeds_list(
        self, *, ordering: str | None = None, page_size: int | None = None, search: str | None = None
    ) -> Pages[CalendarFeedOut]:
        """`GET /calendar-feeds/`

        Without their links: these are not kept.
        """
        return self._pages(
            "GET", "/calendar-feeds/", query={"ordering": ordering, "page_size": page_size, "search": search}
        )

    def calendar_feeds_create(self, body: CalendarFeedInRequest) -> NewCalendarFeedOut:
        """`POST /calendar-feeds/`

        The answer has the link this one time, so there is no Idempotency-Key: with it the link would be stored. Of a lost answer, revoke the feed and create another. 400 `unknown_time_zone`; 409 `feed_name_taken`, `too_many_feeds`.
        """
        return self._json("POST", "/calendar-feeds/", body=body)

    def calendar_feeds_destroy(self, id: int | str) -> None:
        """`DELETE /calendar-feeds/{id}/`

        Its link answers 404 from now on.
        """
        self._nothing("DELETE", "/calendar-feeds/{id}/", path_values={"id": id})

    def calendar_retrieve(self, token_file: int | str) -> bytes:
        """`GET /calendar/{token_file}`

        iCalendar, by the secret in the link alone: `TOKEN.ics`. 304 for a known `If-None-Match` or `If-Modified-Since`; 404 for a link that was revoked, or whose person may not work on tickets any more; 429 after 20 in a minute.
        """
        return self._bytes("GET", "/calendar/{token_file}", path_values={"token_file": token_file})

    def calendars_list(
        self,
        *,
        ordering: str | None = None,
        page_size: int | None = None,
        search: str | None = None,
        time_zone: str | None = None,
    ) -> Pages[CalendarOut]:
        """`GET /calendars/`

        Working hours. Deployed versions keep the hours they were deployed with.
        """
        return self._pages(
            "GET",
            "/calendars/",
            query={"ordering": ordering, "page_size": page_size, "search": search, "time_zone": time_zone},
        )

    def calendars_create(self, body: CalendarInRequest, *, idempotency_key: str | None = None) -> CalendarOut:
        """`POST /calendars/`

        Working hours. Deployed versions keep the hours they were deployed with.
        """
        return self._json("POST", "/calendars/", body=body, idempotency_key=idempotency_key, takes_key=True)

    def calendars_apply_holidays_create(
        self, calendar_id: int | str, body: HolidaysInRequest, *, idempotency_key: str | None = None
    ) -> DeadlineMovesOut:
        """`POST /calendars/{calendar_id}/apply-holidays/`

        Clocks keep the calendar they were started with; this adds `days`, which must be holidays of the calendar, to the running clocks of workflows that use it. A clock that was recorded as at risk or breached at a moment that would move keeps its calendar (`is_kept`).
        """
        return self._json(
            "POST",
            "/calendars/{calendar_id}/apply-holidays/",
            path_values={"calendar_id": calendar_id},
            body=body,
            idempotency_key=idempotency_key,
            takes_key=True,
        )

    def calendars_retrieve(self, id: int | str) -> CalendarOut:
        """`GET /calendars/{id}/`

        Working hours. Deployed versions keep the hours they were deployed with.
        """
        return self._json("GET", "/calendars/{id}/", path_values={"id": id})

    def calendars_update(self, id: int | str, body: CalendarInRequest) -> CalendarOut:
        """`PUT /calendars/{id}/`

        Working hours. Deployed versions keep the hours they were deployed with.
        """
        return self._json("PUT", "/calendars/{id}/", path_values={"id": id}, body=body)

    def calendars_partial_update(self, id: int | str, body: PatchedCalendarInRequest | None = None) -> CalendarOut:
        """`PATCH /calendars/{id}/`

        Working hours. Deployed versions keep the hours they were deployed with.
        """
        return self._json("PATCH", "/calendars/{id}/", path_values={"id": id}, body=body)

    def calendars_destroy(self, id: int | str) -> None:
        """`DELETE /calendars/{id}/`

        Working hours. Deployed versions keep the hours they were deployed with.
        """
        self._nothing("DELETE", "/calendars/{id}/", path_values={"id": id})

    def calendars_due_retrieve(self, id: int | str, *, duration: int | str) -> DueOut:
        """`GET /calendars/{id}/due/`

        `due_at` is null where the calendar does not get there within a hundred years.
        """
        return self._json("GET", "/calendars/{id}/due/", path_values={"id": id}, query={"duration": duration})

    def categories_list(
        self,
        *,
        ordering: str | None = None,
        page_size: int | None = None,
        parent: int | None = None,
        search: str | None = None,
    ) -> Pages[CategoryOut]:
        """`GET /categories/`

        Categories and sub-categories, for choice lists.
        """
        return self._pages(
            "GET",
            "/categories/",
            query={"ordering": ordering, "page_size": page_size, "parent": parent, "search": search},
        )

    def categories_create(self, body: CategoryInRequest, *, idempotency_key: str | None = None) -> CategoryOut:
        """`POST /categories/`

        Categories and sub-categories, for choice lists.
        """
        return self._json("POST", "/categories/", body=body, idempotency_key=idempotency_key, takes_key=True)

    def categories_retrieve(self, id: int | str) -> CategoryOut:
        """`GET /categories/{id}/`

        Categories and sub-categories, for choice lists.
        """
        return self._json("GET", "/categories/{id}/", path_values={"id": id})

    def categories_update(self, id: int | str, body: CategoryInRequest) -> CategoryOut:
        """`PUT /categories/{id}/`

        Categories and sub-categories, for choice lists.
        """
        return self._json("PUT", "/categories/{id}/", path_values={"id": id}, body=body)

    def categories_destroy(self, id: int | str) -> None:
        """`DELETE /categories/{id}/`

        Categories and sub-categories, for choice lists.
        """
        self._nothing("DELETE", "/categories/{id}/", path_values={"id": id})

    def dead_letters_list(
        self,
        *,
        code: str | None = None,
        is_resolved: bool | None = None,
        ordering: str | None = None,
        page_size: int | None = None,
        queue: str | None = None,
        request_id: str | None = None,
        search: str | None = None,
        task: str | None = None,
    ) -> Pages[DeadLetterOut]:
        """`GET /dead-letters/`

        Messages that were rejected, with the reason.
        """
        return self._pages(
            "GET",
            "/dead-letters/",
            query={
                "code": code,
                "is_resolved": is_resolved,
                "ordering": ordering,
                "page_size": page_size,
                "queue": queue,
                "request_id": request_id,
                "search": search,
                "task": task,
            },
        )

    def dead_letters_retrieve(self, id: int | str) -> DeadLetterOut:
        """`GET /dead-letters/{id}/`

        Messages that were rejected, with the reason.
        """
        return self._json("GET", "/dead-letters/{id}/", path_values={"id": id})

    def dead_letters_dismiss_create(
        self, id: int | str, body: DismissInRequest, *, idempotency_key: str | None = None
    ) -> DeadLetterOut:
        """`POST /dead-letters/{id}/dismiss/`

        Messages that were rejected, with the reason.
        """
        return self._json(
            "POST",
            "/dead-letters/{id}/dismiss/",
            path_values={"id": id},
            body=body,
            idempotency_key=idempotency_key,
            takes_key=True,
        )

    def dead_letters_replay_create(self, id: int | str, *, idempotency_key: str | None = None) -> DeadLetterOut:
        """`POST /dead-letters/{id}/replay/`

        Tickets go through the ledger: what is wrong with one is a 400. 409 `not_replayable`.
        """
        return self._json(
            "POST",
            "/dead-letters/{id}/replay/",
            path_values={"id": id},
            idempotency_key=idempotency_key,
            takes_key=True,
        )

    def dead_letters_counts_list(self) -> list[DeadLetterCountOut]:
        """`GET /dead-letters/counts/`

        Messages that were rejected, with the reason.
        """
        return self._json("GET", "/dead-letters/counts/")

    def dead_letters_settle_create(
        self, body: SettleInRequest, *, idempotency_key: str | None = None
    ) -> SettledListOut:
        """`POST /dead-letters/settle/`

        Each succeeds or fails by itself; the answer says what came of each. `dismiss` wants a `reason`. With an `Idempotency-Key`, those that were settled are not settled again.
        """
        return self._json("POST", "/dead-letters/settle/", body=body, idempotency_key=idempotency_key, takes_key=True)

    def intake_list(
        self,
        *,
        message_id: str | None = None,
        ordering: str | None = None,
        page_size: int | None = None,
        queue: str | None = None,
        received_after: str | None = None,
        received_before: str | None = None,
        request_id: str | None = None,
        search: str | None = None,
        ticket_number: str | None = None,
        verdict: Literal[
            "accepted", "cancelled", "duplicate", "invalid", "reopened", "stale", "unmatched", "unreadable", "updated"
        ]
        | None = None,
    ) -> Pages[IntakeRowOut]:
        """`GET /intake/`

        The ledger: every message of the help desks, and what became of it.
        """
        return self._pages(
            "GET",
            "/intake/",
            query={
                "message_id": message_id,
                "ordering": ordering,
                "page_size": page_size,
                "queue": queue,
                "received_after": received_after,
                "received_before": received_before,
                "request_id": request_id,
                "search": search,
                "ticket_number": ticket_number,
                "verdict": verdict,
            },
        )

    def intake_retrieve(self, id: int | str) -> IntakeOut:
        """`GET /intake/{id}/`

        The ledger: every message of the help desks, and what became of it.
        """
        return self._json("GET", "/intake/{id}/", path_values={"id": id})

    def intake_replay_create(
        self, id: int | str, body: ReplayInRequest | None = None, *, idempotency_key: str | None = None
    ) -> IntakeOut:
        """`POST /intake/{id}/replay/`

        Without a body it is read anew as it came: also what could not be read then, in the charset if one is given. 400 names the field that is still wrong; `still_unreadable` says why nothing can be read. 410 `body_removed`: the retention rule has removed the body.
        """
        return self._json(
            "POST",
            "/intake/{id}/replay/",
            path_values={"id": id},
            body=body,
            idempotency_key=idempotency_key,
            takes_key=True,
        )

    def outbox_list(
        self,
        *,
        is_failing: bool | None = None,
        is_published: bool | None = None,
        key: str | None = None,
        ordering: str | None = None,
        page_size: int | None = None,
        queue: str | None = None,
        request_id: str | None = None,
        search: str | None = None,
        task: str | None = None,
    ) -> Pages[OutboxMessageOut]:
        """`GET /outbox/`

        Messages that were committed with a change and go out by the relay.
        """
        return self._pages(
            "GET",
            "/outbox/",
            query={
                "is_failing": is_failing,
                "is_published": is_published,
                "key": key,
                "ordering": ordering,
                "page_size": page_size,
                "queue": queue,
                "request_id": request_id,
                "search": search,
                "task": task,
            },
        )

    def outbox_retrieve(self, id: int | str) -> OutboxMessageOut:
        """`GET /outbox/{id}/`

        Messages that were committed with a change and go out by the relay.
        """
        return self._json("GET", "/outbox/{id}/", path_values={"id": id})

    def outbox_retry_create(self, id: int | str, *, idempotency_key: str | None = None) -> OutboxMessageOut:
        """`POST /outbox/{id}/retry/`

        Messages that were committed with a change and go out by the relay.
        """
        return self._json(
            "POST", "/outbox/{id}/retry/", path_values={"id": id}, idempotency_key=idempotency_key, takes_key=True
        )

    def people_list(
        self,
        *,
        can_work: bool | None = None,
        is_active: bool | None = None,
        ordering: str | None = None,
        page_size: int | None = None,
        role: int | None = None,
        search: str | None = None,
    ) -> Pages[AgentOut]:
        """`GET /people/`

        People who work on tickets, and whether they take work now.
        """
        return self._pages(
            "GET",
            "/people/",
            query={
                "can_work": can_work,
                "is_active": is_active,
                "ordering": ordering,
                "page_size": page_size,
                "role": role,
                "search": search,
            },
        )

    def people_retrieve(self, id: int | str) -> AgentOut:
        """`GET /people/{id}/`

        People who work on tickets, and whether they take work now.
        """
        return self._json("GET", "/people/{id}/", path_values={"id": id})

    def people_availability_partial_update(
        self, id: int | str, body: PatchedAvailabilityInRequest | None = None
    ) -> AgentOut:
        """`PATCH /people/{id}/availability/`

        For the person, a lead of one of their roles, and administrators.
        """
        return self._json("PATCH", "/people/{id}/availability/", path_values={"id": id}, body=body)

    def people_hand_over_create(
        self, id: int | str, body: ReasonInRequest | None = None, *, idempotency_key: str | None = None
    ) -> BulkOut:
        """`POST /people/{id}/hand-over/`

        Each task that you may see goes to the substitute where they may have it, else to the next of its role. For the person, their substitute while they are away, a lead of the task's role, and administrators. The answer says for each task what came of it.
        """
        return self._json(
            "POST",
            "/people/{id}/hand-over/",
            path_values={"id": id},
            body=body,
            idempotency_key=idempotency_key,
            takes_key=True,
        )

    def pool_list(
        self,
        *,
        needs_lead: bool | None = None,
        ordering: str | None = None,
        page_size: int | None = None,
        role: float | None = None,
        search: str | None = None,
        workflow: float | None = None,
    ) -> Pages[PooledOut]:
        """`GET /pool/`

        Stays that nobody has.
        """
        return self._pages(
            "GET",
            "/pool/",
            query={
                "needs_lead": needs_lead,
                "ordering": ordering,
                "page_size": page_size,
                "role": role,
                "search": search,
                "workflow": workflow,
            },
        )

    def pool_retry_create(self) -> PoolRetriedOut:
        """`POST /pool/retry/`

        The sweep does the same every few seconds. What was given back waits for a hand.
        """
        return self._json("POST", "/pool/retry/")

    def privacy_erasures_list(
        self, *, ordering: str | None = None, page_size: int | None = None, search: str | None = None
    ) -> Pages[ErasureOut]:
        """`GET /privacy/erasures/`

        Erasures of requesters, newest first, with what each service has confirmed.
        """
        return self._pages(
            "GET", "/privacy/erasures/", query={"ordering": ordering, "page_size": page_size, "search": search}
        )

    def privacy_erasures_create(self, body: ErasureInRequest, *, idempotency_key: str | None = None) -> ErasureOut:
        """`POST /privacy/erasures/`

        Here at once, in the other services as soon as they can. 400 `confirmation_mismatch`; 404 `person_not_found`; 409 `person_has_open_tickets` with `ticket_numbers`, `audit_chain_broken`, `too_many_tickets`. It can't be undone.
        """
        return self._json("POST", "/privacy/erasures/", body=body, idempotency_key=idempotency_key, takes_key=True)

    def privacy_erasures_retrieve(self, id: int | str) -> ErasureOut:
        """`GET /privacy/erasures/{id}/`

        Erasures of requesters, newest first, with what each service has confirmed.
        """
        return self._json("GET", "/privacy/erasures/{id}/", path_values={"id": id})

    def privacy_erasures_resend_create(self, id: int | str, *, idempotency_key: str | None = None) -> ErasureOut:
        """`POST /privacy/erasures/{id}/resend/`

        Of the pass under way, and auth for accounts that were active. 404 `erasure_not_found`; 409 `erasure_complete`: all have confirmed.
        """
        return self._json(
            "POST",
            "/privacy/erasures/{id}/resend/",
            path_values={"id": id},
            idempotency_key=idempotency_key,
            takes_key=True,
        )

    def privacy_person(self, body: SubjectInRequest | None = None) -> RequesterDataOut:
        """`POST /privacy/person/`

        404 `person_not_found` where no ticket names them, 409 `too_many_tickets`.
        """
        return self._json("POST", "/privacy/person/", body=body)

    def privacy_requesters(self, *, search: str) -> list[FoundRequesterOut]:
        """`GET /privacy/requesters/`

        Requesters of tickets, found by name, address or id.
        """
        return self._json("GET", "/privacy/requesters/", query={"search": search})

    def reminders_list(
        self,
        *,
        ordering: str | None = None,
        page_size: int | None = None,
        search: str | None = None,
        ticket_number: str | None = None,
    ) -> Pages[ReminderOut]:
        """`GET /reminders/`

        Your own reminders of tickets that you may see. Nobody else's, an administrator's neither.
        """
        return self._pages(
            "GET",
            "/reminders/",
            query={"ordering": ordering, "page_size": page_size, "search": search, "ticket_number": ticket_number},
        )

    def reminders_create(self, body: ReminderInRequest, *, idempotency_key: str | None = None) -> ReminderOut:
        """`POST /reminders/`

        You have one of each ticket: another one replaces it, which is a 200. 400 `remind_at_past`, `remind_at_too_far`; 404 for a ticket that you may not see; 409 `too_many_reminders`.
        """
        return self._json("POST", "/reminders/", body=body, idempotency_key=idempotency_key, takes_key=True)

    def reminders_retrieve(self, id: int | str) -> ReminderOut:
        """`GET /reminders/{id}/`

        Your own reminders of tickets that you may see. Nobody else's, an administrator's neither.
        """
        return self._json("GET", "/reminders/{id}/", path_values={"id": id})

    def reminders_partial_update(self, id: int | str, body: PatchedReminderChangeRequest | None = None) -> ReminderOut:
        """`PATCH /reminders/{id}/`

        400 `remind_at_past`, `remind_at_too_far`.
        """
        return self._json("PATCH", "/reminders/{id}/", path_values={"id": id}, body=body)

    def reminders_destroy(self, id: int | str) -> None:
        """`DELETE /reminders/{id}/`

        Your own reminders of tickets that you may see. Nobody else's, an administrator's neither.
        """
        self._nothing("DELETE", "/reminders/{id}/", path_values={"id": id})

    def retention_list(self) -> list[RetentionKindOut]:
        """`GET /retention/`"""
        return self._json("GET", "/retention/")

    def retention_retrieve(self, kind: int | str, *, days: int | None = None) -> RetentionKindDetailOut:
        """`GET /retention/{kind}/`

        With `days`, `due` says what a run would remove if the kind were kept for so many days.
        """
        return self._json("GET", "/retention/{kind}/", path_values={"kind": kind}, query={"days": days})

    def retention_update(self, kind: int | str, body: RetentionRuleInRequest) -> RetentionKindDetailOut:
        """`PUT /retention/{kind}/`

        409 `stale_version`: somebody changed the rule since the `version` that is named.
        """
        return self._json("PUT", "/retention/{kind}/", path_values={"kind": kind}, body=body)

    def retention_run_create(self, kind: int | str) -> RetentionRunOut:
        """`POST /retention/{kind}/run/`

        Works for at most ten seconds; what is left then goes with the next run. Doing it again is safe.
        """
        return self._json("POST", "/retention/{kind}/run/", path_values={"kind": kind})

    def roles_list(
        self,
        *,
        is_active: bool | None = None,
        is_custom: bool | None = None,
        name: str | None = None,
        ordering: str | None = None,
        page_size: int | None = None,
        search: str | None = None,
        system: str | None = None,
    ) -> Pages[RoleOut]:
        """`GET /roles/`

        Roles and who holds them. They are changed in the auth service; changes arrive here by message.
        """
        return self._pages(
            "GET",
            "/roles/",
            query={
                "is_active": is_active,
                "is_custom": is_custom,
                "name": name,
                "ordering": ordering,
                "page_size": page_size,
                "search": search,
                "system": system,
            },
        )

    def roles_retrieve(self, id: int | str) -> RoleOut:
        """`GET /roles/{id}/`

        Roles and who holds them. They are changed in the auth service; changes arrive here by message.
        """
        return self._json("GET", "/roles/{id}/", path_values={"id": id})

    def roles_lead_update(self, id: int | str, body: LeadInRequest) -> RoleOut:
        """`PUT /roles/{id}/lead/`

        The lead is asked where nobody is eligible, and may transfer, hold and decide for the role.
        """
        return self._json("PUT", "/roles/{id}/lead/", path_values={"id": id}, body=body)

    def steps_list(
        self,
        *,
        is_end: bool | None = None,
        is_start: bool | None = None,
        kind: Literal["action", "approval", "review"] | None = None,
        ordering: str | None = None,
        page_size: int | None = None,
        role: int | None = None,
        search: str | None = None,
        workflow: int | None = None,
    ) -> Pages[StepOut]:
        """`GET /steps/`

        Steps of drafts. Every write names the workflow's `edit_version`; a stale one is a 409.
        """
        return self._pages(
            "GET",
            "/steps/",
            query={
                "is_end": is_end,
                "is_start": is_start,
                "kind": kind,
                "ordering": ordering,
                "page_size": page_size,
                "role": role,
                "search": search,
                "workflow": workflow,
            },
        )

    def steps_create(self, body: StepCreateInRequest, *, idempotency_key: str | None = None) -> StepOut:
        """`POST /steps/`

        Steps of drafts. Every write names the workflow's `edit_version`; a stale one is a 409.
        """
        return self._json("POST", "/steps/", body=body, idempotency_key=idempotency_key, takes_key=True)

    def steps_retrieve(self, id: int | str) -> StepOut:
        """`GET /steps/{id}/`

        Steps of drafts. Every write names the workflow's `edit_version`; a stale one is a 409.
        """
        return self._json("GET", "/steps/{id}/", path_values={"id": id})

    def steps_update(self, id: int | str, body: StepUpdateInRequest) -> StepOut:
        """`PUT /steps/{id}/`

        Steps of drafts. Every write names the workflow's `edit_version`; a stale one is a 409.
        """
        return self._json("PUT", "/steps/{id}/", path_values={"id": id}, body=body)

    def steps_partial_update(self, id: int | str, body: PatchedStepUpdateInRequest | None = None) -> StepOut:
        """`PATCH /steps/{id}/`

        Steps of drafts. Every write names the workflow's `edit_version`; a stale one is a 409.
        """
        return self._json("PATCH", "/steps/{id}/", path_values={"id": id}, body=body)

    def steps_destroy(self, id: int | str, *, edit_version: int) -> None:
        """`DELETE /steps/{id}/`

        Steps of drafts. Every write names the workflow's `edit_version`; a stale one is a 409.
        """
        self._nothing("DELETE", "/steps/{id}/", path_values={"id": id}, query={"edit_version": edit_version})

    def stuck_retrieve(self) -> StuckOut:
        """`GET /stuck/`

        What is stuck_work.
        """
        return self._json("GET", "/stuck/")

    def tasks_list(
        self,
        *,
        answered: bool | None = None,
        assignee: list[float] | None = None,
        assignee_away: bool | None = None,
        category: str | None = None,
        closed_after: str | None = None,
        closed_before: str | None = None,
        created_after: str | None = None,
        created_before: str | None = None,
        department: str | None = None,
        handoff: list[Literal["acknowledged", "failed", "queued", "sent", "waived"]] | None = None,
        needs_lead: bool | None = None,
        ordering: str | None = None,
        owner: list[float] | None = None,
        page_size: int | None = None,
        priority: list[Literal["high", "low", "medium", "urgent"]] | None = None,
        requester: str | None = None,
        role: list[float] | None = None,
        search: str | None = None,
        status: list[Literal["cancelled", "completed", "handing_off", "in_progress", "on_hold", "pending", "rejected"]]
        | None = None,
        step: list[float] | None = None,
        step_key: list[int] | None = None,
        ticket_number: str | None = None,
        verdict: Literal["met", "missed"] | None = None,
        version: list[int] | None = None,
        view: Literal["all", "at_risk", "breached", "done", "mine", "team", "unassigned"] | None = None,
        workflow: list[float] | None = None,
    ) -> Pages[TaskRowOut]:
        """`GET /tasks/`

        `count` is exact up to 10,000. `remaining_seconds` is working time.
        """
        return self._pages(
            "GET",
            "/tasks/",
            query={
                "answered": answered,
                "assignee": assignee,
                "assignee_away": assignee_away,
                "category": category,
                "closed_after": closed_after,
                "closed_before": closed_before,
                "created_after": created_after,
                "created_before": created_before,
                "department": department,
                "handoff": handoff,
                "needs_lead": needs_lead,
                "ordering": ordering,
                "owner": owner,
                "page_size": page_size,
                "priority": priority,
                "requester": requester,
                "role": role,
                "search": search,
                "status": status,
                "step": step,
                "step_key": step_key,
                "ticket_number": ticket_number,
                "verdict": verdict,
                "version": version,
                "view": view,
                "workflow": workflow,
            },
        )

    def tasks_retrieve(self, id: int | str) -> TaskDetailOut:
        """`GET /tasks/{id}/`

        Tasks that you may see: those of your roles, and those that you own, are assigned, or took part in.
        """
        return self._json("GET", "/tasks/{id}/", path_values={"id": id})

    def tasks_assignment_retrieve(self, id: int | str) -> AssignmentOut:
        """`GET /tasks/{id}/assignment/`

        Tasks that you may see: those of your roles, and those that you own, are assigned, or took part in.
        """
        return self._json("GET", "/tasks/{id}/assignment/", path_values={"id": id})

    def tasks_cancel_create(
        self, id: int | str, body: TaskReasonInRequest, *, idempotency_key: str | None = None
    ) -> TaskDetailOut:
        """`POST /tasks/{id}/cancel/`

        Tasks as a whole.
        """
        return self._json(
            "POST",
            "/tasks/{id}/cancel/",
            path_values={"id": id},
            body=body,
            idempotency_key=idempotency_key,
            takes_key=True,
        )

    def tasks_claim_create(
        self, id: int | str, body: VerbInRequest | None = None, *, idempotency_key: str | None = None
    ) -> TaskDetailOut:
        """`POST /tasks/{id}/claim/`

        Tasks that you may see: those of your roles, and those that you own, are assigned, or took part in.
        """
        return self._json(
            "POST",
            "/tasks/{id}/claim/",
            path_values={"id": id},
            body=body,
            idempotency_key=idempotency_key,
            takes_key=True,
        )

    def tasks_escalate_create(
        self, id: int | str, body: TaskReasonOrCommentInRequest | None = None, *, idempotency_key: str | None = None
    ) -> TaskDetailOut:
        """`POST /tasks/{id}/escalate/`

        Tasks that you may see: those of your roles, and those that you own, are assigned, or took part in.
        """
        return self._json(
            "POST",
            "/tasks/{id}/escalate/",
            path_values={"id": id},
            body=body,
            idempotency_key=idempotency_key,
            takes_key=True,
        )

    def tasks_graph_retrieve(self, id: int | str) -> TaskGraphOut:
        """`GET /tasks/{id}/graph/`

        Tasks that you may see: those of your roles, and those that you own, are assigned, or took part in.
        """
        return self._json("GET", "/tasks/{id}/graph/", path_values={"id": id})

    def tasks_hold_create(
        self, id: int | str, body: HoldInRequest | None = None, *, idempotency_key: str | None = None
    ) -> TaskDetailOut:
        """`POST /tasks/{id}/hold/`

        It is resumed by itself at `until` or, with `until_answer`, when the requester answers, whichever comes first; else somebody resumes it. 400 `until_past`, `until_too_far`, `until_twice`.
        """
        return self._json(
            "POST",
            "/tasks/{id}/hold/",
            path_values={"id": id},
            body=body,
            idempotency_key=idempotency_key,
            takes_key=True,
        )

    def tasks_move_create(
        self, id: int | str, body: MoveInRequest, *, idempotency_key: str | None = None
    ) -> TaskDetailOut:
        """`POST /tasks/{id}/move/`

        The task is cancelled as moved; the answer is the new one, whose clock has the ticket's age.
        """
        return self._json(
            "POST",
            "/tasks/{id}/move/",
            path_values={"id": id},
            body=body,
            idempotency_key=idempotency_key,
            takes_key=True,
        )

    def tasks_move_preview_retrieve(self, id: int | str, *, workflow_id: int) -> MovePreviewOut:
        """`GET /tasks/{id}/move-preview/`

        Tasks as a whole.
        """
        return self._json(
            "GET", "/tasks/{id}/move-preview/", path_values={"id": id}, query={"workflow_id": workflow_id}
        )

    def tasks_priority_create(
        self, id: int | str, body: PriorityInRequest, *, idempotency_key: str | None = None
    ) -> TaskDetailOut:
        """`POST /tasks/{id}/priority/`

        Tasks that you may see: those of your roles, and those that you own, are assigned, or took part in.
        """
        return self._json(
            "POST",
            "/tasks/{id}/priority/",
            path_values={"id": id},
            body=body,
            idempotency_key=idempotency_key,
            takes_key=True,
        )

    def tasks_release_create(
        self, id: int | str, body: TaskOptionalReasonInRequest | None = None, *, idempotency_key: str | None = None
    ) -> TaskDetailOut:
        """`POST /tasks/{id}/release/`

        Tasks that you may see: those of your roles, and those that you own, are assigned, or took part in.
        """
        return self._json(
            "POST",
            "/tasks/{id}/release/",
            path_values={"id": id},
            body=body,
            idempotency_key=idempotency_key,
            takes_key=True,
        )

    def tasks_reopen_create(
        self, id: int | str, body: TaskReasonInRequest, *, idempotency_key: str | None = None
    ) -> TaskDetailOut:
        """`POST /tasks/{id}/reopen/`

        Answers the task's next cycle; after the workflow's window, a new task that goes on from it.
        """
        return self._json(
            "POST",
            "/tasks/{id}/reopen/",
            path_values={"id": id},
            body=body,
            idempotency_key=idempotency_key,
            takes_key=True,
        )

    def tasks_requester_retrieve(self, id: int | str) -> RequesterCardOut:
        """`GET /tasks/{id}/requester/`

        The newest five open and five closed ones, and how many there are.
        """
        return self._json("GET", "/tasks/{id}/requester/", path_values={"id": id})

    def tasks_resume_create(
        self, id: int | str, body: ResumeInRequest | None = None, *, idempotency_key: str | None = None
    ) -> TaskDetailOut:
        """`POST /tasks/{id}/resume/`

        Tasks that you may see: those of your roles, and those that you own, are assigned, or took part in.
        """
        return self._json(
            "POST",
            "/tasks/{id}/resume/",
            path_values={"id": id},
            body=body,
            idempotency_key=idempotency_key,
            takes_key=True,
        )

    def tasks_sla_retrieve(self, id: int | str) -> TaskSlaExplainedOut:
        """`GET /tasks/{id}/sla/`

        Tasks that you may see: those of your roles, and those that you own, are assigned, or took part in.
        """
        return self._json("GET", "/tasks/{id}/sla/", path_values={"id": id})

    def tasks_timeline_list(
        self, id: int | str, *, ordering: str | None = None, page_size: int | None = None
    ) -> Pages[TimelineOut]:
        """`GET /tasks/{id}/timeline/`

        Tasks that you may see: those of your roles, and those that you own, are assigned, or took part in.
        """
        return self._pages(
            "GET", "/tasks/{id}/timeline/", path_values={"id": id}, query={"ordering": ordering, "page_size": page_size}
        )

    def tasks_transfer_create(
        self, id: int | str, body: TransferInRequest | None = None, *, idempotency_key: str | None = None
    ) -> TaskDetailOut:
        """`POST /tasks/{id}/transfer/`

        Tasks that you may see: those of your roles, and those that you own, are assigned, or took part in.
        """
        return self._json(
            "POST",
            "/tasks/{id}/transfer/",
            path_values={"id": id},
            body=body,
            idempotency_key=idempotency_key,
            takes_key=True,
        )

    def tasks_withdraw_vote_create(
        self, id: int | str, body: VerbInRequest | None = None, *, idempotency_key: str | None = None
    ) -> TaskDetailOut:
        """`POST /tasks/{id}/withdraw-vote/`

        The vote stays in history, void; you may vote again. 409 `not_voted`, `stale_version`.
        """
        return self._json(
            "POST",
            "/tasks/{id}/withdraw-vote/",
            path_values={"id": id},
            body=body,
            idempotency_key=idempotency_key,
            takes_key=True,
        )

    def tasks_board_retrieve(
        self,
        *,
        answered: bool | None = None,
        assignee: list[float] | None = None,
        assignee_away: bool | None = None,
        category: str | None = None,
        closed_after: str | None = None,
        closed_before: str | None = None,
        created_after: str | None = None,
        created_before: str | None = None,
        department: str | None = None,
        handoff: list[Literal["acknowledged", "failed", "queued", "sent", "waived"]] | None = None,
        needs_lead: bool | None = None,
        ordering: str | None = None,
        owner: list[float] | None = None,
        priority: list[Literal["high", "low", "medium", "urgent"]] | None = None,
        requester: str | None = None,
        role: list[float] | None = None,
        search: str | None = None,
        status: list[Literal["cancelled", "completed", "handing_off", "in_progress", "on_hold", "pending", "rejected"]]
        | None = None,
        step: list[float] | None = None,
        step_key: list[int] | None = None,
        ticket_number: str | None = None,
        verdict: Literal["met", "missed"] | None = None,
        version: list[int] | None = None,
        view: Literal["all", "at_risk", "breached", "done", "mine", "team", "unassigned"] | None = None,
        workflow: list[float] | None = None,
    ) -> BoardOut:
        """`GET /tasks/board/`

        The list's open tasks by workflow and step. `count` is exact; of each column come the first 20 tasks, of those after the first 40 columns none: read more of one with `/tasks/?workflow=…&step_key=…`, or `status=handing_off` for what has no step.
        """
        return self._json(
            "GET",
            "/tasks/board/",
            query={
                "answered": answered,
                "assignee": assignee,
                "assignee_away": assignee_away,
                "category": category,
                "closed_after": closed_after,
                "closed_before": closed_before,
                "created_after": created_after,
                "created_before": created_before,
                "department": department,
                "handoff": handoff,
                "needs_lead": needs_lead,
                "ordering": ordering,
                "owner": owner,
                "priority": priority,
                "requester": requester,
                "role": role,
                "search": search,
                "status": status,
                "step": step,
                "step_key": step_key,
                "ticket_number": ticket_number,
                "verdict": verdict,
                "version": version,
                "view": view,
                "workflow": workflow,
            },
        )

    def tasks_bulk_create(self, body: BulkInRequest, *, idempotency_key: str | None = None) -> BulkOut:
        """`POST /tasks/bulk/`

        Tasks that you may see: those of your roles, and those that you own, are assigned, or took part in.
        """
        return self._json("POST", "/tasks/bulk/", body=body, idempotency_key=idempotency_key, takes_key=True)

    def tasks_choices_list(
        self,
        *,
        field: Literal["category", "department", "requester"],
        ordering: str | None = None,
        page_size: int | None = None,
        search: str | None = None,
        value: str | None = None,
    ) -> Pages[ChoiceOut]:
        """`GET /tasks/choices/`

        The categories, departments or requesters of the tasks that you may see. `value` is what the filter takes; with `?value=`, only that one.
        """
        return self._pages(
            "GET",
            "/tasks/choices/",
            query={"field": field, "ordering": ordering, "page_size": page_size, "search": search, "value": value},
        )

    def tasks_export_retrieve(
        self,
        *,
        answered: bool | None = None,
        assignee: list[float] | None = None,
        assignee_away: bool | None = None,
        category: str | None = None,
        closed_after: str | None = None,
        closed_before: str | None = None,
        columns: str | None = None,
        created_after: str | None = None,
        created_before: str | None = None,
        department: str | None = None,
        handoff: list[Literal["acknowledged", "failed", "queued", "sent", "waived"]] | None = None,
        needs_lead: bool | None = None,
        ordering: str | None = None,
        owner: list[float] | None = None,
        priority: list[Literal["high", "low", "medium", "urgent"]] | None = None,
        requester: str | None = None,
        role: list[float] | None = None,
        search: str | None = None,
        status: list[Literal["cancelled", "completed", "handing_off", "in_progress", "on_hold", "pending", "rejected"]]
        | None = None,
        step: list[float] | None = None,
        step_key: list[int] | None = None,
        ticket_number: str | None = None,
        verdict: Literal["met", "missed"] | None = None,
        version: list[int] | None = None,
        view: Literal["all", "at_risk", "breached", "done", "mine", "team", "unassigned"] | None = None,
        workflow: list[float] | None = None,
    ) -> bytes:
        """`GET /tasks/export/`

        Takes the filters, the search and the order of the list, and answers all its rows: at most 100,000, else 400 `export_too_large`. UTF-8 with a byte order mark, times in ISO 8601 with their zone; texts that a spreadsheet would take for a formula begin with an apostrophe. Noted in the audit trail.
        """
        return self._bytes(
            "GET",
            "/tasks/export/",
            query={
                "answered": answered,
                "assignee": assignee,
                "assignee_away": assignee_away,
                "category": category,
                "closed_after": closed_after,
                "closed_before": closed_before,
                "columns": columns,
                "created_after": created_after,
                "created_before": created_before,
                "department": department,
                "handoff": handoff,
                "needs_lead": needs_lead,
                "ordering": ordering,
                "owner": owner,
                "priority": priority,
                "requester": requester,
                "role": role,
                "search": search,
                "status": status,
                "step": step,
                "step_key": step_key,
                "ticket_number": ticket_number,
                "verdict": verdict,
                "version": version,
                "view": view,
                "workflow": workflow,
            },
        )

    def tasks_offers_retrieve(self, *, tasks: str) -> OffersOut:
        """`GET /tasks/offers/`

        By their names, as `/tasks/bulk/` takes them; at most 100 tasks.
        """
        return self._json("GET", "/tasks/offers/", query={"tasks": tasks})

    def tasks_selection_retrieve(
        self,
        *,
        count: int,
        answered: bool | None = None,
        assignee: list[float] | None = None,
        assignee_away: bool | None = None,
        category: str | None = None,
        closed_after: str | None = None,
        closed_before: str | None = None,
        created_after: str | None = None,
        created_before: str | None = None,
        department: str | None = None,
        handoff: list[Literal["acknowledged", "failed", "queued", "sent", "waived"]] | None = None,
        needs_lead: bool | None = None,
        ordering: str | None = None,
        owner: list[float] | None = None,
        priority: list[Literal["high", "low", "medium", "urgent"]] | None = None,
        requester: str | None = None,
        role: list[float] | None = None,
        search: str | None = None,
        status: list[Literal["cancelled", "completed", "handing_off", "in_progress", "on_hold", "pending", "rejected"]]
        | None = None,
        step: list[float] | None = None,
        step_key: list[int] | None = None,
        ticket_number: str | None = None,
        verdict: Literal["met", "missed"] | None = None,
        version: list[int] | None = None,
        view: Literal["all", "at_risk", "breached", "done", "mine", "team", "unassigned"] | None = None,
        workflow: list[float] | None = None,
    ) -> SelectionOut:
        """`GET /tasks/selection/`

        Takes the filters, the search and the order of the list, of which it answers all pages: at most 1,000 tasks, else 400 `selection_too_large`. `count` is the number of tasks that the person was shown; 409 `selection_changed` where it is another now, which the answer carries as `count`.
        """
        return self._json(
            "GET",
            "/tasks/selection/",
            query={
                "count": count,
                "answered": answered,
                "assignee": assignee,
                "assignee_away": assignee_away,
                "category": category,
                "closed_after": closed_after,
                "closed_before": closed_before,
                "created_after": created_after,
                "created_before": created_before,
                "department": department,
                "handoff": handoff,
                "needs_lead": needs_lead,
                "ordering": ordering,
                "owner": owner,
                "priority": priority,
                "requester": requester,
                "role": role,
                "search": search,
                "status": status,
                "step": step,
                "step_key": step_key,
                "ticket_number": ticket_number,
                "verdict": verdict,
                "version": version,
                "view": view,
                "workflow": workflow,
            },
        )

    def tickets_list(
        self,
        *,
        category: str | None = None,
        department: str | None = None,
        intake_state: Literal["matched", "unmatched", "withdrawn"] | None = None,
        ordering: str | None = None,
        page_size: int | None = None,
        priority: Literal["high", "low", "medium", "urgent"] | None = None,
        received_after: str | None = None,
        received_before: str | None = None,
        search: str | None = None,
        source_service: str | None = None,
        sub_category: str | None = None,
        ticket_number: str | None = None,
        unmatched_reason: str | None = None,
    ) -> Pages[TicketRowOut]:
        """`GET /tickets/`

        Agents see those of the tasks that they may see.
        """
        return self._pages(
            "GET",
            "/tickets/",
            query={
                "category": category,
                "department": department,
                "intake_state": intake_state,
                "ordering": ordering,
                "page_size": page_size,
                "priority": priority,
                "received_after": received_after,
                "received_before": received_before,
                "search": search,
                "source_service": source_service,
                "sub_category": sub_category,
                "ticket_number": ticket_number,
                "unmatched_reason": unmatched_reason,
            },
        )

    def tickets_retrieve(self, ticket_number: int | str) -> TicketOut:
        """`GET /tickets/{ticket_number}/`

        Tickets of the help desks.
        """
        return self._json("GET", "/tickets/{ticket_number}/", path_values={"ticket_number": ticket_number})

    def tickets_reroute_create(self, ticket_number: int | str, *, idempotency_key: str | None = None) -> TicketOut:
        """`POST /tickets/{ticket_number}/reroute/`

        Tickets of the help desks.
        """
        return self._json(
            "POST",
            "/tickets/{ticket_number}/reroute/",
            path_values={"ticket_number": ticket_number},
            idempotency_key=idempotency_key,
            takes_key=True,
        )

    def transitions_list(
        self, *, task: int, ordering: str | None = None, page_size: int | None = None, search: str | None = None
    ) -> Pages[PerformedOut]:
        """`GET /transitions/`

        Transitions: perform one, read the record.
        """
        return self._pages(
            "GET", "/transitions/", query={"task": task, "ordering": ordering, "page_size": page_size, "search": search}
        )

    def transitions_create(self, body: PerformInRequest, *, idempotency_key: str | None = None) -> TaskDetailOut:
        """`POST /transitions/`

        409 `stale_version` carries `current`, the task as it is now, and `acted_by`.
        """
        return self._json("POST", "/transitions/", body=body, idempotency_key=idempotency_key, takes_key=True)

    def views_list(
        self,
        *,
        for_page: str | None = None,
        is_shared: bool | None = None,
        ordering: str | None = None,
        page_size: int | None = None,
        search: str | None = None,
    ) -> Pages[SavedViewDocument]:
        """`GET /views/`

        Named ways of looking at a list: your own, and those shared with everybody.
        """
        return self._pages(
            "GET",
            "/views/",
            query={
                "for_page": for_page,
                "is_shared": is_shared,
                "ordering": ordering,
                "page_size": page_size,
                "search": search,
            },
        )

    def views_create(self, body: SavedViewDocumentRequest, *, idempotency_key: str | None = None) -> SavedViewDocument:
        """`POST /views/`

        Named ways of looking at a list: your own, and those shared with everybody.
        """
        return self._json("POST", "/views/", body=body, idempotency_key=idempotency_key, takes_key=True)

    def views_retrieve(self, id: int | str) -> SavedViewDocument:
        """`GET /views/{id}/`

        Named ways of looking at a list: your own, and those shared with everybody.
        """
        return self._json("GET", "/views/{id}/", path_values={"id": id})

    def views_update(self, id: int | str, body: SavedViewDocumentRequest) -> SavedViewDocument:
        """`PUT /views/{id}/`

        Named ways of looking at a list: your own, and those shared with everybody.
        """
        return self._json("PUT", "/views/{id}/", path_values={"id": id}, body=body)

    def views_partial_update(
        self, id: int | str, body: PatchedSavedViewDocumentRequest | None = None
    ) -> SavedViewDocument:
        """`PATCH /views/{id}/`

        Named ways of looking at a list: your own, and those shared with everybody.
        """
        return self._json("PATCH", "/views/{id}/", path_values={"id": id}, body=body)

    def views_destroy(self, id: int | str) -> None:
        """`DELETE /views/{id}/`

        Named ways of looking at a list: your own, and those shared with everybody.
        """
        self._nothing("DELETE", "/views/{id}/", path_values={"id": id})

    def workflows_list(
        self,
        *,
        category: str | None = None,
        department: str | None = None,
        end_logic: Literal["asset", "budget", "notification"] | None = None,
        is_archived: bool | None = None,
        is_default: bool | None = None,
        ordering: str | None = None,
        page_size: int | None = None,
        search: str | None = None,
        status: Literal["deployed", "draft", "initialized", "paused"] | None = None,
        sub_category: str | None = None,
    ) -> Pages[WorkflowOut]:
        """`GET /workflows/`

        Archived ones only with `is_archived=true`.
        """
        return self._pages(
            "GET",
            "/workflows/",
            query={
                "category": category,
                "department": department,
                "end_logic": end_logic,
                "is_archived": is_archived,
                "is_default": is_default,
                "ordering": ordering,
                "page_size": page_size,
                "search": search,
                "status": status,
                "sub_category": sub_category,
            },
        )

    def workflows_create(self, body: WorkflowFieldsRequest, *, idempotency_key: str | None = None) -> WorkflowOut:
        """`POST /workflows/`

        Definitions of workflows. What runs is never touched by an edit; it needs a deploy.
        """
        return self._json("POST", "/workflows/", body=body, idempotency_key=idempotency_key, takes_key=True)

    def workflows_retrieve(self, id: int | str) -> WorkflowOut:
        """`GET /workflows/{id}/`

        Definitions of workflows. What runs is never touched by an edit; it needs a deploy.
        """
        return self._json("GET", "/workflows/{id}/", path_values={"id": id})

    def workflows_update(self, id: int | str, body: WorkflowUpdateInRequest) -> WorkflowOut:
        """`PUT /workflows/{id}/`

        Names, policy, and which tickets it serves; the last counts at once, the rest with the next deploy. 409 `stale_edit_version` (with the current `edit_version`), `name_taken`, `key_taken` (with `other`), `illegal_move` when archived.
        """
        return self._json("PUT", "/workflows/{id}/", path_values={"id": id}, body=body)

    def workflows_partial_update(
        self, id: int | str, body: PatchedWorkflowUpdateInRequest | None = None
    ) -> WorkflowOut:
        """`PATCH /workflows/{id}/`

        Definitions of workflows. What runs is never touched by an edit; it needs a deploy.
        """
        return self._json("PATCH", "/workflows/{id}/", path_values={"id": id}, body=body)

    def workflows_destroy(self, id: int | str) -> None:
        """`DELETE /workflows/{id}/`

        The same as `archive/`.
        """
        self._nothing("DELETE", "/workflows/{id}/", path_values={"id": id})

    def workflows_archive_create(
        self, id: int | str, body: ReasonInRequest | None = None, *, idempotency_key: str | None = None
    ) -> WorkflowOut:
        """`POST /workflows/{id}/archive/`

        Definitions of workflows. What runs is never touched by an edit; it needs a deploy.
        """
        return self._json(
            "POST",
            "/workflows/{id}/archive/",
            path_values={"id": id},
            body=body,
            idempotency_key=idempotency_key,
            takes_key=True,
        )

    def workflows_deploy_create(
        self, id: int | str, body: DeployInRequest | None = None, *, idempotency_key: str | None = None
    ) -> WorkflowOut:
        """`POST /workflows/{id}/deploy/`

        Running tasks stay on their version. Tickets that found no workflow are routed again. 409 `definition_invalid` (with `findings`), `key_taken` (with `other`), `nothing_to_deploy`, `illegal_move` (with `legal_moves`), `stale_edit_version`, and with `DEPLOY_NEEDS_SECOND_PERSON` `second_person_needed`.
        """
        return self._json(
            "POST",
            "/workflows/{id}/deploy/",
            path_values={"id": id},
            body=body,
            idempotency_key=idempotency_key,
            takes_key=True,
        )

    def workflows_deploy_preview_retrieve(self, id: int | str) -> PreviewOut:
        """`GET /workflows/{id}/deploy-preview/`

        Definitions of workflows. What runs is never touched by an edit; it needs a deploy.
        """
        return self._json("GET", "/workflows/{id}/deploy-preview/", path_values={"id": id})

    def workflows_deploy_request_create(
        self, id: int | str, body: DeployInRequest | None = None, *, idempotency_key: str | None = None
    ) -> WorkflowOut:
        """`POST /workflows/{id}/deploy-request/`

        The other administrators are notified. An edit makes the request out of date. 409 `definition_invalid` (with `findings`), `nothing_to_deploy`, `illegal_move` (with `legal_moves`), `stale_edit_version`.
        """
        return self._json(
            "POST",
            "/workflows/{id}/deploy-request/",
            path_values={"id": id},
            body=body,
            idempotency_key=idempotency_key,
            takes_key=True,
        )

    def workflows_deploy_request_destroy(self, id: int | str) -> None:
        """`DELETE /workflows/{id}/deploy-request/`

        Definitions of workflows. What runs is never touched by an edit; it needs a deploy.
        """
        self._nothing("DELETE", "/workflows/{id}/deploy-request/", path_values={"id": id})

    def workflows_export_retrieve(self, id: int | str) -> WorkflowDocument:
        """`GET /workflows/{id}/export/`

        Definitions of workflows. What runs is never touched by an edit; it needs a deploy.
        """
        return self._json("GET", "/workflows/{id}/export/", path_values={"id": id})

    def workflows_graph_retrieve(self, id: int | str) -> GraphOut:
        """`GET /workflows/{id}/graph/`

        Definitions of workflows. What runs is never touched by an edit; it needs a deploy.
        """
        return self._json("GET", "/workflows/{id}/graph/", path_values={"id": id})

    def workflows_graph_update(self, id: int | str, body: GraphInRequest) -> SavedGraphOut:
        """`PUT /workflows/{id}/graph/`

        New steps and transitions bear any text as id; `id_map` in the answer says what became of them. What is not in the document is deleted. 400 `graph_invalid` names the place; 409 `stale_edit_version`.
        """
        return self._json("PUT", "/workflows/{id}/graph/", path_values={"id": id}, body=body)

    def workflows_initialize_create(
        self, id: int | str, body: EditVersionInRequest | None = None, *, idempotency_key: str | None = None
    ) -> WorkflowOut:
        """`POST /workflows/{id}/initialize/`

        409 `definition_invalid` (with `findings`), `illegal_move` (with `legal_moves`).
        """
        return self._json(
            "POST",
            "/workflows/{id}/initialize/",
            path_values={"id": id},
            body=body,
            idempotency_key=idempotency_key,
            takes_key=True,
        )

    def workflows_pause_create(
        self, id: int | str, body: PauseInRequest | None = None, *, idempotency_key: str | None = None
    ) -> WorkflowOut:
        """`POST /workflows/{id}/pause/`

        Nothing new starts; its tickets wait as unmatched. Running tasks finish, or with `hold_running` are held: their clocks stand still until the workflow resumes.
        """
        return self._json(
            "POST",
            "/workflows/{id}/pause/",
            path_values={"id": id},
            body=body,
            idempotency_key=idempotency_key,
            takes_key=True,
        )

    def workflows_restore_create(
        self, id: int | str, body: ReasonInRequest | None = None, *, idempotency_key: str | None = None
    ) -> WorkflowOut:
        """`POST /workflows/{id}/restore/`

        It takes up where it was: as a draft, or paused. 409 `illegal_move` where it is not archived.
        """
        return self._json(
            "POST",
            "/workflows/{id}/restore/",
            path_values={"id": id},
            body=body,
            idempotency_key=idempotency_key,
            takes_key=True,
        )

    def workflows_resume_create(self, id: int | str, *, idempotency_key: str | None = None) -> WorkflowOut:
        """`POST /workflows/{id}/resume/`

        Definitions of workflows. What runs is never touched by an edit; it needs a deploy.
        """
        return self._json(
            "POST", "/workflows/{id}/resume/", path_values={"id": id}, idempotency_key=idempotency_key, takes_key=True
        )

    def workflows_validate_retrieve(self, id: int | str) -> ReportOut:
        """`GET /workflows/{id}/validate/`

        Definitions of workflows. What runs is never touched by an edit; it needs a deploy.
        """
        return self._json("GET", "/workflows/{id}/validate/", path_values={"id": id})

    def workflows_validate_create(self, id: int | str) -> ReportOut:
        """`POST /workflows/{id}/validate/`

        Definitions of workflows. What runs is never touched by an edit; it needs a deploy.
        """
        return self._json("POST", "/workflows/{id}/validate/", path_values={"id": id})

    def workflows_versions_list(
        self, id: int | str, *, ordering: str | None = None, page_size: int | None = None, search: str | None = None
    ) -> Pages[VersionOut]:
        """`GET /workflows/{id}/versions/`

        Definitions of workflows. What runs is never touched by an edit; it needs a deploy.
        """
        return self._pages(
            "GET",
            "/workflows/{id}/versions/",
            path_values={"id": id},
            query={"ordering": ordering, "page_size": page_size, "search": search},
        )

    def workflows_versions_retrieve(self, id: int | str, number: int | str) -> VersionDetailOut:
        """`GET /workflows/{id}/versions/{number}/`

        Definitions of workflows. What runs is never touched by an edit; it needs a deploy.
        """
        return self._json("GET", "/workflows/{id}/versions/{number}/", path_values={"id": id, "number": number})

    def workflows_versions_load_create(
        self, id: int | str, number: int | str, body: LoadInRequest, *, idempotency_key: str | None = None
    ) -> WorkflowOut:
        """`POST /workflows/{id}/versions/{number}/load/`

        The draft becomes what the version says; with the deployed version, all undeployed changes are discarded. Which tickets the workflow serves is no part of a version and stays. 409 `stale_edit_version`, `name_taken`, `calendar_gone`, `illegal_move` when archived.
        """
        return self._json(
            "POST",
            "/workflows/{id}/versions/{number}/load/",
            path_values={"id": id, "number": number},
            body=body,
            idempotency_key=idempotency_key,
            takes_key=True,
        )

    def workflows_versions_redeploy_create(
        self,
        id: int | str,
        number: int | str,
        body: ReasonInRequest | None = None,
        *,
        idempotency_key: str | None = None,
    ) -> VersionDetailOut:
        """`POST /workflows/{id}/versions/{number}/redeploy/`

        Becomes the next version. The draft stays as it is. 409 `nothing_to_deploy`, `roles_gone` (with `roles`), `key_taken`, `illegal_move`.
        """
        return self._json(
            "POST",
            "/workflows/{id}/versions/{number}/redeploy/",
            path_values={"id": id, "number": number},
            body=body,
            idempotency_key=idempotency_key,
            takes_key=True,
        )

    def workflows_versions_compare_retrieve(self, id: int | str, *, from_: str, to: str) -> ComparisonOut:
        """`GET /workflows/{id}/versions/compare/`

        Definitions of workflows. What runs is never touched by an edit; it needs a deploy.
        """
        return self._json(
            "GET", "/workflows/{id}/versions/compare/", path_values={"id": id}, query={"from": from_, "to": to}
        )

    def workflows_dry_run_create(self, workflow_id: int | str, body: DryRunInRequest | None = None) -> DryRunOut:
        """`POST /workflows/{workflow_id}/dry-run/`

        The engine itself, in a transaction that is rolled back. Send the choices made so far; the answer has the whole walk, and what may be chosen next. 400 `definition_invalid` (with `findings`), `choice_not_possible` (with `because`, the engine's code), `one_ticket`, `at_too_far`; 409 `dry_run_busy`, `dry_run_too_long`; 429 after 60 in a minute.
        """
        return self._json(
            "POST", "/workflows/{workflow_id}/dry-run/", path_values={"workflow_id": workflow_id}, body=body
        )

    def workflows_migrate_create(
        self, workflow_id: int | str, body: MigrateInRequest, *, idempotency_key: str | None = None
    ) -> MigrationOut:
        """`POST /workflows/{workflow_id}/migrate/`

        409 `step_unmapped` lists the steps in `unmapped`. A dry run answers what the real one would.
        """
        return self._json(
            "POST",
            "/workflows/{workflow_id}/migrate/",
            path_values={"workflow_id": workflow_id},
            body=body,
            idempotency_key=idempotency_key,
            takes_key=True,
        )

    def workflows_migrate_preview_create(
        self, workflow_id: int | str, body: MigratePreviewInRequest
    ) -> MigratePreviewOut:
        """`POST /workflows/{workflow_id}/migrate/preview/`

        Nothing is stored. Tasks that could not be moved have an `error`: `step_unmapped`, `handing_off`.
        """
        return self._json(
            "POST", "/workflows/{workflow_id}/migrate/preview/", path_values={"workflow_id": workflow_id}, body=body
        )

    def workflows_migrate_tasks_create(
        self, workflow_id: int | str, body: MigrateTasksInRequest, *, idempotency_key: str | None = None
    ) -> MigrateResultsOut:
        """`POST /workflows/{workflow_id}/migrate/tasks/`

        Codes by task: `stale_version`, `not_of_version`, `step_unmapped`, `handing_off`, `task_closed`, `not_found`. To return tasks, send them the other way with the step that each came from.
        """
        return self._json(
            "POST",
            "/workflows/{workflow_id}/migrate/tasks/",
            path_values={"workflow_id": workflow_id},
            body=body,
            idempotency_key=idempotency_key,
            takes_key=True,
        )

    def workflows_import_create(
        self, body: WorkflowDocumentRequest, *, idempotency_key: str | None = None
    ) -> WorkflowOut:
        """`POST /workflows/import/`

        Roles are found by name; those that aren't known yet stay named.
        """
        return self._json("POST", "/workflows/import/", body=body, idempotency_key=idempotency_key, takes_key=True)

    def workflows_import_apply_create(
        self, body: FileApplyInRequest, *, idempotency_key: str | None = None
    ) -> FileOutcomeOut:
        """`POST /workflows/import/apply/`

        With the `edit_version` of the preview: 409 `stale_edit_version` where the draft was changed since, `name_taken` where the workflow was created since. With `deploy`, 409 `definition_invalid` or `key_taken` take the update back.
        """
        return self._json(
            "POST", "/workflows/import/apply/", body=body, idempotency_key=idempotency_key, takes_key=True
        )

    def workflows_import_preview_create(self, body: FileInRequest) -> FileOutcomeOut:
        """`POST /workflows/import/preview/`

        The file updates the workflow of its name, or creates it. 400 `names_unknown` lists roles and calendars that aren't known; 409 `illegal_move` where the workflow is archived. Nothing is changed.
        """
        return self._json("POST", "/workflows/import/preview/", body=body)
