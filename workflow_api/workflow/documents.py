"""A workflow as a file, in, and what an import of it does, out."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from step.serializers import MAX_INT, StepTraits, TransitionTraits
from ticketing_common.serializers import StrictFields
from workflow.fields import DecisiveFieldsField, DurationField, FieldTypesField
from workflow.files import EFFECTS
from workflow.models import EscalationTrigger, Workflow
from workflow.serializers import CalendarIn, DifferencesOut

MAX_REF = 140  # the name of a step, and a number beside it where two have one name


class StepDocument(StepTraits):
    ref = serializers.CharField(max_length=MAX_REF)


class TransitionDocument(TransitionTraits):
    def get_fields(self) -> dict[str, serializers.Field]:  # type: ignore[type-arg]
        # `from` is a keyword of Python.
        ends = {end: serializers.CharField(max_length=MAX_REF) for end in ("from", "to")}
        return {**ends, **super().get_fields()}


class SlaDocument(StrictFields):
    low = DurationField(allow_null=True, required=False)
    medium = DurationField(allow_null=True, required=False)
    high = DurationField(allow_null=True, required=False)
    urgent = DurationField(allow_null=True, required=False)


@extend_schema_field({"oneOf": [{"type": "string", "minLength": 1, "maxLength": 128}, {"type": "object"}]})
class CalendarDocument(CalendarIn):
    """A calendar's name; in files of the first format a whole calendar."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, str):
            return serializers.CharField(max_length=128).run_validation(data)
        return super().to_internal_value(data)

    def to_representation(self, instance: Any) -> Any:
        return instance


class WorkflowDocument(StrictFields):
    """A workflow as one file, as `export/` gives it."""

    answered = frozenset({"seed_key", "seed_version"})  # of the files that ship with the product

    format = serializers.CharField(max_length=64)
    name = serializers.CharField(max_length=128)
    description = serializers.CharField(max_length=4000, allow_blank=True, required=False)
    category = serializers.CharField(max_length=128, allow_blank=True, required=False)
    sub_category = serializers.CharField(max_length=128, allow_blank=True, required=False)
    department = serializers.CharField(max_length=128, allow_blank=True, required=False)
    is_default = serializers.BooleanField(required=False)
    end_logic = serializers.ChoiceField(choices=Workflow.EndLogic.choices, required=False)
    at_risk_percent = serializers.IntegerField(min_value=1, max_value=99, required=False)
    sla_seconds = SlaDocument(required=False)
    field_types = FieldTypesField(required=False)
    decisive_fields = DecisiveFieldsField(required=False)
    reopen_days = serializers.IntegerField(min_value=0, max_value=3650, required=False)
    escalation_trigger = serializers.ChoiceField(choices=EscalationTrigger.choices, required=False)
    second_escalation_role = serializers.CharField(max_length=128, allow_null=True, allow_blank=True, required=False)
    second_escalation_after = DurationField(allow_null=True, required=False)
    hand_over_after = DurationField(allow_null=True, required=False)
    calendar = CalendarDocument(allow_null=True, required=False)
    coordinator_role = serializers.CharField(max_length=128, allow_null=True, allow_blank=True, required=False)
    steps = StepDocument(many=True)
    transitions = TransitionDocument(many=True)


class FileIn(StrictFields):
    document = WorkflowDocument()


class FileApplyIn(FileIn):
    """`edit_version` is that of the preview: null where the file creates the workflow."""

    edit_version = serializers.IntegerField(min_value=1, max_value=MAX_INT, allow_null=True)
    deploy = serializers.BooleanField(default=False)
    reason = serializers.CharField(max_length=4000, allow_blank=True, default="")


class FileOutcomeOut(serializers.Serializer):  # type: ignore[type-arg]
    """What a file changes in the draft of the workflow of its name. `errors` of the draft keep it from a deploy."""

    effect = serializers.ChoiceField(choices=EFFECTS)
    name = serializers.CharField()
    workflow_id = serializers.IntegerField(allow_null=True)
    edit_version = serializers.IntegerField(allow_null=True)
    changes = DifferencesOut(allow_null=True)
    diff = serializers.CharField(allow_blank=True, help_text="A unified diff of the file, as an export gives it.")
    errors = serializers.ListField(child=serializers.CharField())  # type: ignore[assignment]
    version = serializers.IntegerField(allow_null=True, help_text="The version that was deployed, null if none was.")
