"""The draft graph of a workflow: steps and transitions, and what they have in common with those of versions."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class StepTraits(models.Model):
    """What is said of a step, in a draft and in a deployed version. An end step has no role.

    Reaching an end step closes the task with its `end_status`.
    """

    class Kind(models.TextChoices):
        ACTION = "action"
        REVIEW = "review"
        APPROVAL = "approval"

    class Assignment(models.TextChoices):
        ROUND_ROBIN = "round_robin"
        LEAST_LOADED = "least_loaded"
        CLAIM = "claim"

    class EndStatus(models.TextChoices):
        COMPLETED = "completed"
        REJECTED = "rejected"

    name = models.CharField(max_length=128)
    description = models.TextField(blank=True, default="")
    instruction = models.TextField(blank=True, default="")
    kind = models.CharField(max_length=16, choices=Kind.choices, default=Kind.ACTION)
    role = models.ForeignKey("role.Role", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    escalate_to = models.ForeignKey("role.Role", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    assignment = models.CharField(max_length=16, choices=Assignment.choices, default=Assignment.ROUND_ROBIN)
    weight = models.DecimalField(max_digits=6, decimal_places=2, default=1)
    # {"required": 1, "mode": "count" | "percent"} for approval steps
    approval = models.JSONField(default=dict, blank=True)
    is_start = models.BooleanField(default=False)
    is_end = models.BooleanField(default=False)
    end_status = models.CharField(max_length=16, choices=EndStatus.choices, blank=True, default="")
    return_cap = models.PositiveSmallIntegerField(default=5)
    is_reopen = models.BooleanField(default=False)  # where a reopened ticket goes on; none: the start
    position = models.JSONField(default=dict, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class TransitionTraits(models.Model):
    """What is said of a transition, in a draft and in a deployed version."""

    class Outcome(models.TextChoices):
        FORWARD = "forward"
        APPROVE = "approve"
        REJECT = "reject"
        RETURN = "return"

    name = models.CharField(max_length=128)
    outcome = models.CharField(max_length=16, choices=Outcome.choices, default=Outcome.FORWARD)
    requires_comment = models.BooleanField(default=False)
    is_automatic = models.BooleanField(default=False)
    condition = models.JSONField(null=True, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class Step(StepTraits):
    """A step of the draft."""

    workflow = models.ForeignKey("workflow.Workflow", on_delete=models.CASCADE, related_name="steps")
    # A seeded step names its roles; they are resolved when auth's roles have arrived.
    role_name = models.CharField(max_length=128, blank=True, default="")
    escalate_to_name = models.CharField(max_length=128, blank=True, default="")

    class Meta:
        db_table = "steps"


class Transition(TransitionTraits):
    """A transition of the draft."""

    workflow = models.ForeignKey("workflow.Workflow", on_delete=models.CASCADE, related_name="transitions")
    from_step = models.ForeignKey(Step, on_delete=models.CASCADE, related_name="outgoing")
    to_step = models.ForeignKey(Step, on_delete=models.CASCADE, related_name="incoming")

    class Meta:
        db_table = "transitions"
        constraints = [
            models.CheckConstraint(condition=~Q(from_step=F("to_step")), name="no_self_loop"),
        ]
