"""Steps and transitions of a draft, in and out."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from role.fields import MAX_ID
from step.models import Step, Transition
from ticketing_common.serializers import StrictFields, answered_beside
from workflow.fields import DocumentIdField, ObjectField

MAX_INT = 2**31 - 1
MAX_SMALL_INT = 2**15 - 1


class ApprovalField(StrictFields):
    required = serializers.IntegerField(min_value=1, max_value=1000, required=False)  # type: ignore[assignment]
    mode = serializers.ChoiceField(choices=["count", "percent"], required=False)


class PositionField(StrictFields):
    x = serializers.FloatField(min_value=-1e9, max_value=1e9, required=False)
    y = serializers.FloatField(min_value=-1e9, max_value=1e9, required=False)


class StepTraits(StrictFields):
    """What can be said of a step. Roles are named; `escalate_to` is a role too."""

    name = serializers.CharField(max_length=128)
    description = serializers.CharField(max_length=4000, allow_blank=True, required=False)
    instruction = serializers.CharField(max_length=20000, allow_blank=True, required=False)
    kind = serializers.ChoiceField(choices=Step.Kind.choices, required=False)
    role = serializers.CharField(max_length=128, allow_null=True, allow_blank=True, required=False)
    escalate_to = serializers.CharField(max_length=128, allow_null=True, allow_blank=True, required=False)
    assignment = serializers.ChoiceField(choices=Step.Assignment.choices, required=False)
    weight = serializers.DecimalField(max_digits=6, decimal_places=2, min_value=Decimal(0), required=False)
    approval = ApprovalField(required=False)
    is_start = serializers.BooleanField(required=False)
    is_end = serializers.BooleanField(required=False)
    end_status = serializers.ChoiceField(choices=Step.EndStatus.choices, allow_blank=True, required=False)
    return_cap = serializers.IntegerField(min_value=1, max_value=1000, required=False)
    is_reopen = serializers.BooleanField(required=False)
    position = PositionField(required=False)
    order = serializers.IntegerField(min_value=0, max_value=MAX_SMALL_INT, required=False)


class StepFields(StepTraits):
    """A role is given by `role_id`, or by name in `role`; `role_id` counts first."""

    role_id = serializers.IntegerField(min_value=1, max_value=MAX_ID, allow_null=True, required=False)
    escalate_to_id = serializers.IntegerField(min_value=1, max_value=MAX_ID, allow_null=True, required=False)


class GraphStepIn(StepFields):
    id = DocumentIdField()


class TransitionTraits(StrictFields):
    """What can be said of a transition, but for the steps that it joins."""

    name = serializers.CharField(max_length=128)
    outcome = serializers.ChoiceField(choices=Transition.Outcome.choices, required=False)
    requires_comment = serializers.BooleanField(required=False)
    is_automatic = serializers.BooleanField(required=False)
    condition = ObjectField(allow_null=True, required=False)
    order = serializers.IntegerField(min_value=0, max_value=MAX_SMALL_INT, required=False)


class GraphTransitionIn(TransitionTraits):
    id = DocumentIdField()
    from_step = DocumentIdField()
    to_step = DocumentIdField()


class GraphIn(StrictFields):
    """The whole draft graph. What is not in it is deleted."""

    edit_version = serializers.IntegerField(min_value=1, max_value=MAX_INT)
    steps = GraphStepIn(many=True)
    transitions = GraphTransitionIn(many=True)


class StepCreateIn(StepFields):
    workflow = serializers.IntegerField(min_value=1, max_value=MAX_ID)
    edit_version = serializers.IntegerField(min_value=1, max_value=MAX_INT)


class StepUpdateIn(StepFields):
    edit_version = serializers.IntegerField(min_value=1, max_value=MAX_INT)


class EditVersionParams(serializers.Serializer):  # type: ignore[type-arg]
    edit_version = serializers.IntegerField(min_value=1, max_value=MAX_INT)


class ApprovalOut(serializers.Serializer):  # type: ignore[type-arg]
    required = serializers.IntegerField(required=False)  # type: ignore[assignment]
    mode = serializers.CharField(required=False)


class PositionOut(serializers.Serializer):  # type: ignore[type-arg]
    x = serializers.FloatField(required=False)
    y = serializers.FloatField(required=False)


class StepTraitsOut(serializers.Serializer):  # type: ignore[type-arg]
    """What is said of a step. `role` and `escalate_to` are names."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    description = serializers.CharField()
    instruction = serializers.CharField()
    kind = serializers.ChoiceField(choices=Step.Kind.choices)
    role_id = serializers.IntegerField(allow_null=True)
    role = serializers.SerializerMethodField()
    escalate_to_id = serializers.IntegerField(allow_null=True)
    escalate_to = serializers.SerializerMethodField()
    assignment = serializers.ChoiceField(choices=Step.Assignment.choices)
    weight = serializers.DecimalField(max_digits=6, decimal_places=2)
    approval = ApprovalOut()
    is_start = serializers.BooleanField()
    is_end = serializers.BooleanField()
    end_status = serializers.ChoiceField(choices=Step.EndStatus.choices, allow_blank=True)
    return_cap = serializers.IntegerField()
    is_reopen = serializers.BooleanField()
    position = PositionOut()
    order = serializers.IntegerField()

    def get_role(self, step: Any) -> str | None:
        return step.role.name if step.role else None

    def get_escalate_to(self, step: Any) -> str | None:
        return step.escalate_to.name if step.escalate_to else None


class StepOut(StepTraitsOut):
    """A step as stored. `role` is the role's name, also while no such role is known and `role_id` is null."""

    workflow = serializers.IntegerField(source="workflow_id")

    def get_role(self, step: Step) -> str | None:
        return super().get_role(step) or step.role_name or None

    def get_escalate_to(self, step: Step) -> str | None:
        return super().get_escalate_to(step) or step.escalate_to_name or None


class GraphStepOut(StepOut):
    """A step with its part of the SLA."""

    share = serializers.DecimalField(max_digits=9, decimal_places=8)


class TransitionOut(serializers.Serializer):  # type: ignore[type-arg]
    id = serializers.IntegerField()
    from_step = serializers.IntegerField(source="from_step_id")
    to_step = serializers.IntegerField(source="to_step_id")
    name = serializers.CharField()
    outcome = serializers.ChoiceField(choices=Transition.Outcome.choices)
    requires_comment = serializers.BooleanField()
    is_automatic = serializers.BooleanField()
    condition = ObjectField(allow_null=True)
    order = serializers.IntegerField()


class GraphOut(serializers.Serializer):  # type: ignore[type-arg]
    """The draft graph, in the shape that PUT takes back."""

    workflow = serializers.IntegerField()
    edit_version = serializers.IntegerField()
    status = serializers.CharField()
    has_undeployed_changes = serializers.BooleanField()
    steps = GraphStepOut(many=True)
    transitions = TransitionOut(many=True)


class SavedGraphOut(GraphOut):
    id_map = serializers.DictField(child=serializers.IntegerField())


# A client may put back the graph, or the step, as it got it.
GraphIn.answered = answered_beside(SavedGraphOut, GraphIn)
GraphStepIn.answered = answered_beside(GraphStepOut, GraphStepIn)
StepUpdateIn.answered = answered_beside(StepOut, StepUpdateIn)
