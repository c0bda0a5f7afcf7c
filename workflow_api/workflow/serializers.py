"""Workflows, versions, findings, calendars and categories, in and out."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from role.fields import MAX_ID, NamedOut, PersonOut
from role.models import Role
from step.serializers import MAX_INT, StepTraitsOut, TransitionOut
from ticketing_common.serializers import BoundedList, StrictFields, answered_beside
from workflow.fields import (
    DecisiveFieldsField,
    DurationField,
    FieldTypesField,
    ObjectField,
    SecondsField,
    storable_json,
)
from workflow.models import Calendar, Category, EscalationTrigger, Workflow, WorkflowVersion


class WorkflowFields(StrictFields):
    """What a person may say of a workflow. Empty department or sub-category: any."""

    name = serializers.CharField(max_length=128)
    description = serializers.CharField(max_length=4000, allow_blank=True, required=False)
    category = serializers.CharField(max_length=128, allow_blank=True, required=False)
    sub_category = serializers.CharField(max_length=128, allow_blank=True, required=False)
    department = serializers.CharField(max_length=128, allow_blank=True, required=False)
    is_default = serializers.BooleanField(required=False)
    end_logic = serializers.ChoiceField(choices=Workflow.EndLogic.choices, required=False)
    low_sla = DurationField(allow_null=True, required=False)
    medium_sla = DurationField(allow_null=True, required=False)
    high_sla = DurationField(allow_null=True, required=False)
    urgent_sla = DurationField(allow_null=True, required=False)
    at_risk_percent = serializers.IntegerField(min_value=1, max_value=99, required=False)
    field_types = FieldTypesField(required=False)
    decisive_fields = DecisiveFieldsField(required=False)
    reopen_days = serializers.IntegerField(min_value=0, max_value=3650, required=False)
    escalation_trigger = serializers.ChoiceField(choices=EscalationTrigger.choices, required=False)
    second_escalation_role_id = serializers.IntegerField(min_value=1, max_value=MAX_ID, allow_null=True, required=False)
    second_escalation_after = DurationField(allow_null=True, required=False)
    hand_over_after = DurationField(allow_null=True, required=False)
    calendar_id = serializers.IntegerField(min_value=1, max_value=MAX_ID, allow_null=True, required=False)
    coordinator_role_id = serializers.IntegerField(min_value=1, max_value=MAX_ID, allow_null=True, required=False)


class WorkflowUpdateIn(WorkflowFields):
    edit_version = serializers.IntegerField(min_value=1, max_value=MAX_INT)


NAMED_ROLE = {
    "type": "object",
    "nullable": True,
    "required": ["id", "name"],
    "properties": {"id": {"type": "integer", "nullable": True}, "name": {"type": "string"}},
}


def _named_role(role: Role | None, name: str) -> dict[str, Any] | None:
    """Return the role as an answer shows it; without an id while no role of the name is known."""
    if role is not None:
        return {"id": role.pk, "name": role.name}
    return {"id": None, "name": name} if name else None


class WorkflowOut(serializers.Serializer):  # type: ignore[type-arg]
    """A workflow. `*_sla` are seconds; `current_version` is the deployed version's number."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    description = serializers.CharField()
    status = serializers.ChoiceField(choices=Workflow.Status.choices)
    is_archived = serializers.BooleanField()
    category = serializers.CharField()
    sub_category = serializers.CharField()
    department = serializers.CharField()
    is_default = serializers.BooleanField()
    end_logic = serializers.ChoiceField(choices=Workflow.EndLogic.choices)
    low_sla = SecondsField(allow_null=True)
    medium_sla = SecondsField(allow_null=True)
    high_sla = SecondsField(allow_null=True)
    urgent_sla = SecondsField(allow_null=True)
    at_risk_percent = serializers.IntegerField()
    field_types = FieldTypesField()
    decisive_fields = DecisiveFieldsField()
    reopen_days = serializers.IntegerField()
    escalation_trigger = serializers.ChoiceField(choices=EscalationTrigger.choices)
    second_escalation_role = serializers.SerializerMethodField()
    second_escalation_after = SecondsField(allow_null=True)
    hand_over_after = SecondsField(allow_null=True)
    calendar = NamedOut(allow_null=True)
    coordinator_role = serializers.SerializerMethodField()
    edit_version = serializers.IntegerField()
    current_version = serializers.SerializerMethodField()
    has_undeployed_changes = serializers.BooleanField()
    is_deploy_requested = serializers.BooleanField(help_text="Somebody asked for a deploy of the draft as it is.")
    running_tasks = serializers.IntegerField()
    legal_moves = serializers.ListField(child=serializers.CharField())
    is_waiting_for_roles = serializers.BooleanField(source="deploy_when_ready")
    created_by_id = serializers.IntegerField(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()

    @extend_schema_field(NAMED_ROLE)
    def get_coordinator_role(self, workflow: Workflow) -> dict[str, Any] | None:
        return _named_role(workflow.coordinator_role, workflow.coordinator_role_name)

    @extend_schema_field(NAMED_ROLE)
    def get_second_escalation_role(self, workflow: Workflow) -> dict[str, Any] | None:
        return _named_role(workflow.second_escalation_role, workflow.second_escalation_role_name)

    def get_current_version(self, workflow: Workflow) -> int | None:
        return workflow.current_version.number if workflow.current_version else None


WorkflowUpdateIn.answered = answered_beside(WorkflowOut, WorkflowUpdateIn)


class LoadIn(StrictFields):
    edit_version = serializers.IntegerField(min_value=1, max_value=MAX_INT)


class EditVersionIn(StrictFields):
    """Optional guard: refuse when somebody has saved since."""

    edit_version = serializers.IntegerField(min_value=1, max_value=MAX_INT, required=False)


class ReasonIn(StrictFields):
    reason = serializers.CharField(max_length=4000, allow_blank=True, required=False, default="")


class DeployIn(EditVersionIn, ReasonIn):
    """The reason is kept with the version."""


class PauseIn(ReasonIn):
    hold_running = serializers.BooleanField(default=False)


class FindingOut(serializers.Serializer):  # type: ignore[type-arg]
    severity = serializers.ChoiceField(choices=["error", "warning"])
    code = serializers.CharField()
    message = serializers.CharField()
    step_id = serializers.IntegerField(allow_null=True)
    transition_id = serializers.IntegerField(allow_null=True)
    field = serializers.CharField(allow_null=True)


class ReportOut(serializers.Serializer):  # type: ignore[type-arg]
    is_valid = serializers.BooleanField()  # type: ignore[assignment]
    errors = FindingOut(many=True)  # type: ignore[assignment]
    warnings = FindingOut(many=True)


class VersionStepOut(StepTraitsOut):
    key = serializers.IntegerField()
    share = serializers.DecimalField(max_digits=9, decimal_places=8)


class VersionTransitionOut(TransitionOut):
    key = serializers.IntegerField()


class VersionOut(serializers.Serializer):  # type: ignore[type-arg]
    """A deployed version without its graph."""

    id = serializers.IntegerField()
    workflow = serializers.IntegerField(source="workflow_id")
    number = serializers.IntegerField()
    name = serializers.CharField()
    is_current = serializers.SerializerMethodField()
    end_logic = serializers.CharField()
    sla_seconds = serializers.DictField(child=serializers.IntegerField())
    at_risk_percent = serializers.IntegerField()
    coordinator_role_id = serializers.IntegerField()
    redeployed_from = serializers.IntegerField(allow_null=True)
    deployed_by_id = serializers.IntegerField(allow_null=True)
    deployed_by = serializers.SerializerMethodField()
    requested_by = serializers.SerializerMethodField(help_text="Who asked somebody else to deploy it.")
    reason = serializers.CharField()
    deployed_at = serializers.DateTimeField()
    running_tasks = serializers.IntegerField()

    def get_is_current(self, version: WorkflowVersion) -> bool:
        return version.workflow.current_version_id == version.pk

    @extend_schema_field(PersonOut(allow_null=True))
    def get_deployed_by(self, version: WorkflowVersion) -> dict[str, Any] | None:
        name = version.deployed_by_name  # type: ignore[attr-defined]
        return {"user_id": version.deployed_by_id, "full_name": name} if name else None

    @extend_schema_field(PersonOut(allow_null=True))
    def get_requested_by(self, version: WorkflowVersion) -> dict[str, Any] | None:
        name = version.requested_by_name  # type: ignore[attr-defined]
        return {"user_id": version.requested_by_id, "full_name": name} if name else None


class VersionDetailOut(VersionOut):
    """A deployed version with its steps, transitions and working hours, as tasks run on it."""

    calendar = ObjectField(allow_null=True)
    field_types = FieldTypesField()
    decisive_fields = DecisiveFieldsField()
    reopen_days = serializers.IntegerField()
    escalation_trigger = serializers.ChoiceField(choices=EscalationTrigger.choices)
    second_escalation_role_id = serializers.IntegerField(allow_null=True)
    second_escalation_after = serializers.IntegerField(source="second_escalation_seconds", allow_null=True)
    hand_over_after = serializers.IntegerField(source="hand_over_seconds", allow_null=True)
    steps = VersionStepOut(many=True)
    transitions = VersionTransitionOut(many=True)


class ChangeOut(serializers.Serializer):  # type: ignore[type-arg]
    field = serializers.CharField()
    old = serializers.JSONField(allow_null=True)
    new = serializers.JSONField(allow_null=True)


class ChangedPartOut(serializers.Serializer):  # type: ignore[type-arg]
    key = serializers.IntegerField()
    name = serializers.CharField()
    changes = ChangeOut(many=True)


class PartsOut(serializers.Serializer):  # type: ignore[type-arg]
    added = serializers.ListField(child=serializers.DictField())
    removed = serializers.ListField(child=serializers.DictField())
    changed = ChangedPartOut(many=True)


class DifferencesOut(serializers.Serializer):  # type: ignore[type-arg]
    policy = ChangeOut(many=True)
    steps = PartsOut()
    transitions = PartsOut()


class ComparisonOut(DifferencesOut):
    is_same = serializers.BooleanField()


class CompareParams(serializers.Serializer):  # type: ignore[type-arg]
    """Two sides: a version's number, or `draft`."""

    def get_fields(self) -> dict[str, serializers.Field]:  # type: ignore[type-arg]
        # `from` is a keyword of Python.
        return {
            "from": serializers.RegexField(r"^([0-9]{1,9}|draft)$"),
            "to": serializers.RegexField(r"^([0-9]{1,9}|draft)$"),
        }


class RunningOut(serializers.Serializer):  # type: ignore[type-arg]
    """Open tasks of one step of one version, and whether the draft still has that step."""

    version = serializers.IntegerField()
    step = serializers.DictField(allow_null=True)
    running_tasks = serializers.IntegerField()
    is_in_draft = serializers.BooleanField()


class DeployRequestOut(serializers.Serializer):  # type: ignore[type-arg]
    """What somebody asked a second person to deploy."""

    requested_by = PersonOut()
    requested_at = serializers.DateTimeField()
    reason = serializers.CharField()
    is_current = serializers.BooleanField(help_text="False: the draft was edited since.")


class PreviewOut(serializers.Serializer):  # type: ignore[type-arg]
    """What a deploy would do. Running tasks stay on their version."""

    status = serializers.CharField()
    legal_moves = serializers.ListField(child=serializers.CharField())
    live_version = serializers.IntegerField(allow_null=True)
    next_version = serializers.IntegerField()
    has_changes = serializers.BooleanField()
    needs_second_person = serializers.BooleanField(help_text="Who asks for a deploy can not do it themselves.")
    deploy_request = DeployRequestOut(allow_null=True)
    changes = DifferencesOut(allow_null=True)
    report = ReportOut()
    running_tasks = serializers.IntegerField()
    running = RunningOut(many=True)


class CalendarIn(StrictFields):
    """Working hours: `hours` maps "0" (Monday) to "6" to intervals such as `["08:00", "12:00"]`; holidays are dates."""

    name = serializers.CharField(max_length=128)
    time_zone = serializers.CharField(max_length=64, required=False)
    hours = serializers.DictField(
        child=BoundedList(
            child=BoundedList(child=serializers.CharField(max_length=5), min_length=2, max_length=2),
            max_length=12,
        )
    )
    holidays = BoundedList(child=serializers.CharField(max_length=10), max_length=2000, required=False)
    answered = frozenset({"id"})

    def validate_hours(self, value: dict[str, Any]) -> dict[str, Any]:
        storable_json(value)
        return value


class CalendarOut(serializers.ModelSerializer[Calendar]):
    class Meta:
        model = Calendar
        fields = ("id", "name", "time_zone", "hours", "holidays")

    hours = serializers.DictField()
    holidays = serializers.ListField(child=serializers.CharField())


class DueParams(serializers.Serializer):  # type: ignore[type-arg]
    duration = DurationField(help_text="Working time: seconds, or text such as `2d 4h`.")


class DueOut(serializers.Serializer):  # type: ignore[type-arg]
    starts_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(allow_null=True)


class CategoryOut(serializers.ModelSerializer[Category]):
    class Meta:
        model = Category
        fields = ("id", "name", "parent")


class CategoryIn(StrictFields):
    answered = frozenset({"id"})
    name = serializers.CharField(max_length=128)
    parent = serializers.IntegerField(  # type: ignore[assignment]
        min_value=1, max_value=MAX_ID, allow_null=True, required=False
    )
