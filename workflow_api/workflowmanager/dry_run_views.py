"""Dry runs over HTTP: nothing is kept between two requests, each replays the walk from its start."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from role.fields import NamedOut, PersonOut
from step.models import Step, Transition
from task.models import Task
from task.serializers import WhyOut
from ticketing_common.permissions import IsAdmin, caller
from ticketing_common.serializers import BoundedList, StrictFields
from ticketing_common.throttling import PersonThrottle
from workflow.fields import IdField, ObjectField, StorableText, checked
from workflow.models import Priority
from workflowmanager.dry_run import FARTHEST, MAX_CHOICES, Choice, dry_run
from workflowmanager.dry_run_report import report

MAX_A_MINUTE = 60


class DryRunChoiceIn(StrictFields):
    transition = IdField(help_text="The draft's id of the transition.")
    by = IdField(
        required=False,
        allow_null=True,
        default=None,
        help_text="Who performs it, and takes the ticket where nobody has it; without it, the assignee.",
    )


class DryRunIn(StrictFields):
    version = serializers.IntegerField(
        min_value=1,
        max_value=2**31 - 1,
        required=False,
        allow_null=True,
        default=None,
        help_text="The number of a version; null is the draft.",
    )
    ticket = ObjectField(required=False, help_text="A sample, with the fields of a ticket message but its number.")
    ticket_number = StorableText(max_length=140, required=False, help_text="Of a ticket whose payload is copied.")
    at = serializers.DateTimeField(required=False, help_text="When the ticket comes in; without it, now.")
    choices = BoundedList(child=DryRunChoiceIn(), required=False, default=list, max_length=MAX_CHOICES)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("ticket" in attrs) == ("ticket_number" in attrs):
            raise serializers.ValidationError({"ticket": "Give either a sample or a ticket number."}, code="one_ticket")
        return attrs

    def validate_at(self, value: Any) -> Any:
        if abs(value - timezone.now()) > FARTHEST:
            raise serializers.ValidationError("The moment is within a year of now.", code="at_too_far")
        return value


class DryRunStepOut(serializers.Serializer):  # type: ignore[type-arg]
    """A step by the draft's id."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    role = serializers.CharField()
    kind = serializers.ChoiceField(Step.Kind.choices)
    is_end = serializers.BooleanField()


class DryRunTransitionOut(NamedOut):
    """A transition by the draft's id."""

    outcome = serializers.ChoiceField(Transition.Outcome.choices)


class DryRunCheckOut(serializers.Serializer):  # type: ignore[type-arg]
    """One comparison of a condition; `value` is null for unknown."""

    field = serializers.CharField()
    op = serializers.CharField()
    expected = serializers.JSONField(allow_null=True)
    actual = serializers.JSONField(allow_null=True)
    value = serializers.BooleanField(allow_null=True)


class DryRunConditionOut(serializers.Serializer):  # type: ignore[type-arg]
    """The condition of a transition that leaves the step; `value` is null for unknown."""

    transition = DryRunTransitionOut()
    to_step = DryRunStepOut()
    is_automatic = serializers.BooleanField()
    value = serializers.BooleanField(allow_null=True)
    reasons = serializers.ListField(child=serializers.CharField())
    checks = DryRunCheckOut(many=True)


class DryRunPassedOverOut(serializers.Serializer):  # type: ignore[type-arg]
    person = PersonOut()
    why = serializers.CharField()
    detail = serializers.CharField()


class DryRunUnassignedOut(serializers.Serializer):  # type: ignore[type-arg]
    """Why nobody has the ticket: it is to be claimed, or nobody of the role can take it now."""

    role = serializers.CharField()
    is_by_claim = serializers.BooleanField()
    members = serializers.IntegerField()
    passed_over = DryRunPassedOverOut(many=True)


class DryRunVoteOut(serializers.Serializer):  # type: ignore[type-arg]
    person = PersonOut()
    outcome = serializers.ChoiceField(Transition.Outcome.choices)


class DryRunLeftByOut(DryRunTransitionOut):
    is_automatic = serializers.BooleanField()
    by = PersonOut(allow_null=True)


class DryRunRecipientOut(serializers.Serializer):  # type: ignore[type-arg]
    """A person, or an address or a system by its name."""

    user_id = serializers.IntegerField(allow_null=True)
    name = serializers.CharField()


class DryRunNotificationOut(serializers.Serializer):  # type: ignore[type-arg]
    channel = serializers.CharField(
        help_text="mail_and_in_app, mail, in_app, help_desk (its status), or ticket_event (keeps open pages current)."
    )
    type = serializers.CharField()
    subject = serializers.CharField()
    recipients = DryRunRecipientOut(many=True)


class DryRunVisitOut(serializers.Serializer):  # type: ignore[type-arg]
    """One step of the walk. An end has no `visit`, but the `status` in which it leaves the ticket."""

    step = DryRunStepOut()
    visit = serializers.IntegerField(allow_null=True)
    choices_before = serializers.IntegerField(help_text="How many choices led here.")
    assignments = WhyOut(many=True)
    unassigned = DryRunUnassignedOut(allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True)
    at_risk_at = serializers.DateTimeField(allow_null=True)
    target_seconds = serializers.IntegerField(allow_null=True)
    conditions = DryRunConditionOut(many=True)
    votes = DryRunVoteOut(many=True)
    left_by = DryRunLeftByOut(allow_null=True)
    status = serializers.ChoiceField(Task.Status.choices, allow_null=True)
    notifications = DryRunNotificationOut(many=True)


class DryRunReasonOut(serializers.Serializer):  # type: ignore[type-arg]
    code = serializers.CharField()
    detail = serializers.CharField()


class DryRunOfferOut(serializers.Serializer):  # type: ignore[type-arg]
    """A transition that leaves the last step: `by` are those who can perform it, `refusal` says why nobody can."""

    transition = DryRunTransitionOut()
    to_step = DryRunStepOut()
    requires_comment = serializers.BooleanField()
    is_fulfilled = serializers.BooleanField(allow_null=True)
    by = PersonOut(many=True)
    refusal = DryRunReasonOut(allow_null=True)


class DryRunTicketOut(serializers.Serializer):  # type: ignore[type-arg]
    ticket_number = serializers.CharField()
    subject = serializers.CharField()
    category = serializers.CharField()
    sub_category = serializers.CharField()
    department = serializers.CharField()
    priority = serializers.ChoiceField(Priority.choices)


class DryRunOut(serializers.Serializer):  # type: ignore[type-arg]
    version = serializers.IntegerField(allow_null=True)
    edit_version = serializers.IntegerField()
    at = serializers.DateTimeField(help_text="Give it with the next choice, so that the clocks stay as they are.")
    ticket = DryRunTicketOut()
    served_by = NamedOut(allow_null=True, help_text="The deployed workflow that takes such a ticket now.")
    status = serializers.ChoiceField(Task.Status.choices)
    due_at = serializers.DateTimeField(allow_null=True)
    owner = WhyOut(allow_null=True)
    steps = DryRunVisitOut(many=True)
    choices = DryRunOfferOut(many=True)
    stopped = DryRunReasonOut(allow_null=True, help_text="Why the walk can't go on, where it has not come to an end.")


class DryRunThrottle(PersonThrottle):
    """A dry run locks the rotations of roles for a moment: one person starts no more of them than they can read."""

    scope = "dry_run"

    def limit(self) -> int:
        return min(MAX_A_MINUTE, super().limit())


class DryRunView(APIView):
    """A ticket's way through a draft or a version, of which nothing is kept."""

    permission_classes = [IsAdmin]
    throttle_classes = [PersonThrottle, DryRunThrottle]

    @extend_schema(
        summary="Let a ticket walk the draft, and keep nothing",
        description=(
            "The engine itself, in a transaction that is rolled back. Send the choices made so far; the answer has the"
            " whole walk, and what may be chosen next. 400 `definition_invalid` (with `findings`),"
            " `choice_not_possible` (with `because`, the engine's code), `one_ticket`, `at_too_far`; 409"
            " `dry_run_busy`, `dry_run_too_long`; 429 after 60 in a minute."
        ),
        request=DryRunIn,
        responses=DryRunOut,
    )
    def post(self, request: Request, workflow_id: int) -> Response:
        given = checked(DryRunIn(data=request.data))
        with dry_run(
            workflow_id=workflow_id,
            number=given["version"],
            sample=given.get("ticket"),
            ticket_number=given.get("ticket_number"),
            choices=[Choice(**choice) for choice in given["choices"]],
            actor=caller(request),
            at=given.get("at") or timezone.now(),
        ) as walk:
            answer = DryRunOut(report(walk)).data
        return Response(answer)
