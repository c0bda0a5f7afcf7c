"""Definitions: workflows with their categories and calendars, and the immutable versions that tasks run on."""

from __future__ import annotations

from django.db import models
from django.db.models import Case, IntegerField, Q, Value, When
from django.db.models.functions import Lower, Trim

from step.models import StepTraits, TransitionTraits

PRIORITIES = ("low", "medium", "high", "urgent")


DECISIVE_FIELDS = ("requested_budget", "cost_items", "asset_name", "serial_number")
REOPEN_DAYS = 14


def default_decisive_fields() -> list[str]:
    return list(DECISIVE_FIELDS)


class Priority(models.TextChoices):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    URGENT = "urgent"


# The order that people mean by priority. An index of tasks holds this very expression.
PRIORITY_RANK = Case(
    When(priority="urgent", then=Value(4)),
    When(priority="high", then=Value(3)),
    When(priority="medium", then=Value(2)),
    default=Value(1),
    output_field=IntegerField(),
)


class Category(models.Model):
    """What tickets are about. A sub-category has a parent."""

    name = models.CharField(max_length=128)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="children")

    class Meta:
        db_table = "categories"
        constraints = [
            models.UniqueConstraint(fields=["parent", "name"], name="one_category_per_name", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return self.name


class Calendar(models.Model):
    """Working hours: a time zone, intervals per weekday, holidays. No calendar means 24 hours on 7 days.

    `hours` maps weekday numbers ("0" is Monday) to lists of ["08:00", "12:00"] pairs; "24:00" may end a day.
    `holidays` lists ISO dates.
    """

    name = models.CharField(max_length=128, unique=True)
    time_zone = models.CharField(max_length=64, default="UTC")
    hours = models.JSONField(default=dict)
    holidays = models.JSONField(default=list)

    class Meta:
        db_table = "calendars"

    def __str__(self) -> str:
        return self.name

    def snapshot(self) -> dict[str, object]:
        return {
            "name": self.name,
            "time_zone": self.time_zone,
            "hours": self.hours,
            "holidays": self.holidays,
        }


class WorkflowQuerySet(models.QuerySet["Workflow"]):
    def deployed(self) -> WorkflowQuerySet:
        return self.filter(status=Workflow.Status.DEPLOYED)

    def with_parts(self) -> WorkflowQuerySet:
        """Join what an answer shows of other rows."""
        return self.select_related(
            "current_version", "calendar", "coordinator_role", "second_escalation_role", "deploy_request"
        )


class EscalationTrigger(models.TextChoices):
    """What the clock of a step does that escalates it."""

    AT_RISK = "at_risk"
    BREACHED = "breached"


class Workflow(models.Model):
    """The editable definition. Running tasks never look at it; they hold a `WorkflowVersion`."""

    class Status(models.TextChoices):
        DRAFT = "draft"
        INITIALIZED = "initialized"
        DEPLOYED = "deployed"
        PAUSED = "paused"

    class EndLogic(models.TextChoices):
        NOTIFICATION = "notification"
        ASSET = "asset"
        BUDGET = "budget"

    name = models.CharField(max_length=128, unique=True)
    description = models.TextField(blank=True, default="")
    # What it serves. Empty category or department: any.
    category = models.CharField(max_length=128, blank=True, default="")
    sub_category = models.CharField(max_length=128, blank=True, default="")
    department = models.CharField(max_length=128, blank=True, default="")
    is_default = models.BooleanField(default=False)
    end_logic = models.CharField(max_length=16, choices=EndLogic.choices, default=EndLogic.NOTIFICATION)
    low_sla = models.DurationField(null=True)
    medium_sla = models.DurationField(null=True)
    high_sla = models.DurationField(null=True)
    urgent_sla = models.DurationField(null=True)
    at_risk_percent = models.PositiveSmallIntegerField(default=75)
    # Types of the fields that the workflow's conditions read: {"dynamic_data.cost_centre": "text"}
    field_types = models.JSONField(default=dict, blank=True)
    # Fields whose change voids the votes of an open approval, beside those that conditions read.
    decisive_fields = models.JSONField(default=default_decisive_fields, blank=True)
    reopen_days = models.PositiveSmallIntegerField(default=REOPEN_DAYS)  # a later reopening starts a new task
    escalation_trigger = models.CharField(
        max_length=16,
        choices=EscalationTrigger.choices,
        default=EscalationTrigger.BREACHED,
        db_default=EscalationTrigger.BREACHED,
    )
    # Who gets a step that stands after its escalation, and after how much of its clock; both or neither.
    second_escalation_role = models.ForeignKey(
        "role.Role", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    second_escalation_role_name = models.CharField(max_length=128, blank=True, default="", db_default="")
    second_escalation_after = models.DurationField(null=True)
    hand_over_after = models.DurationField(null=True)  # an absence so long hands over open work; null: never
    calendar = models.ForeignKey(Calendar, null=True, blank=True, on_delete=models.PROTECT)
    coordinator_role = models.ForeignKey("role.Role", null=True, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.DRAFT)
    is_archived = models.BooleanField(default=False)
    edit_version = models.PositiveIntegerField(default=1)
    fingerprint = models.CharField(max_length=64, blank=True, default="")  # of the draft; see WorkflowVersion
    current_version = models.ForeignKey("WorkflowVersion", null=True, on_delete=models.PROTECT, related_name="+")
    seed_key = models.CharField(max_length=64, null=True, unique=True)  # noqa: DJ001 -- NULL: not seeded
    # A seed names its roles; it waits for those that auth has not told of yet.
    coordinator_role_name = models.CharField(max_length=128, blank=True, default="")
    deploy_when_ready = models.BooleanField(default=False)
    created_by_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = WorkflowQuerySet.as_manager()

    class Meta:
        db_table = "workflows"
        constraints = [
            models.UniqueConstraint(
                Lower(Trim("category")),
                Lower(Trim("sub_category")),
                Lower(Trim("department")),
                name="one_deployed_workflow_per_ticket_kind",
                condition=Q(status="deployed") & ~Q(category=""),
            ),
            models.UniqueConstraint(
                fields=["is_default"],
                name="one_deployed_default_workflow",
                condition=Q(status="deployed", is_default=True),
            ),
            models.CheckConstraint(
                condition=Q(at_risk_percent__gte=1, at_risk_percent__lte=99), name="at_risk_percent_range"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def has_undeployed_changes(self) -> bool:
        """Whether the draft differs from what is deployed; False while nothing is."""
        return self.current_version is not None and self.fingerprint != self.current_version.fingerprint

    @property
    def is_deploy_requested(self) -> bool:
        """Whether somebody asked for a deploy of the draft as it is now."""
        asked = getattr(self, "deploy_request", None)
        return asked is not None and asked.edit_version == self.edit_version

    @property
    def legal_moves(self) -> list[str]:
        """What may be done with the workflow's status now."""
        if self.is_archived:
            return ["restore"]
        differs = ["deploy"] if self.has_undeployed_changes else []
        return {
            self.Status.DRAFT: ["initialize", "archive"],
            self.Status.INITIALIZED: ["deploy", "archive"],
            self.Status.DEPLOYED: [*differs, "pause"],
            self.Status.PAUSED: [*differs, "resume", "archive"],
        }[self.Status(self.status)]


class DeployRequest(models.Model):
    """Somebody asks a second person to deploy the draft as it is; an edit makes the request out of date."""

    workflow = models.OneToOneField(Workflow, on_delete=models.CASCADE, related_name="deploy_request")
    edit_version = models.PositiveIntegerField()
    requested_by_id = models.BigIntegerField()
    requested_at = models.DateTimeField()
    reason = models.TextField(blank=True, default="")

    class Meta:
        db_table = "deploy_requests"

    def __str__(self) -> str:
        return f"{self.workflow_id}, edit {self.edit_version}"


class WorkflowVersion(models.Model):
    """An immutable deployed snapshot: policy here, steps and transitions in rows of their own."""

    workflow = models.ForeignKey(Workflow, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=128)
    end_logic = models.CharField(max_length=16)
    # Seconds per priority: {"low": 432000, …}
    sla_seconds = models.JSONField()
    at_risk_percent = models.PositiveSmallIntegerField()
    field_types = models.JSONField(default=dict)
    decisive_fields = models.JSONField(default=default_decisive_fields)
    reopen_days = models.PositiveSmallIntegerField(default=REOPEN_DAYS)
    escalation_trigger = models.CharField(
        max_length=16, default=EscalationTrigger.BREACHED, db_default=EscalationTrigger.BREACHED
    )
    second_escalation_role = models.ForeignKey(
        "role.Role", null=True, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    second_escalation_seconds = models.PositiveIntegerField(null=True)
    hand_over_seconds = models.PositiveIntegerField(null=True)
    calendar = models.JSONField(null=True)  # snapshot; null: 24 hours on 7 days
    coordinator_role = models.ForeignKey(
        "role.Role", on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    # Equal to the workflow's while the draft says the same as this version. Covers all but positions.
    fingerprint = models.CharField(max_length=64, blank=True, default="")
    redeployed_from = models.PositiveIntegerField(null=True)
    requested_by_id = models.BigIntegerField(null=True)  # who asked somebody else to deploy it
    reason = models.TextField(blank=True, default="", db_default="")  # why it was deployed, as its author says
    deployed_by_id = models.BigIntegerField(null=True)
    deployed_at = models.DateTimeField()

    class Meta:
        db_table = "workflow_versions"
        constraints = [models.UniqueConstraint(fields=["workflow", "number"], name="one_version_per_number")]

    def __str__(self) -> str:
        return f"{self.name} v{self.number}"


class VersionStep(StepTraits):
    """A step as deployed. `key` is the draft step's id, which links the step across versions."""

    version = models.ForeignKey(WorkflowVersion, on_delete=models.CASCADE, related_name="steps")
    key = models.BigIntegerField()
    share = models.DecimalField(max_digits=9, decimal_places=8)  # weight ÷ sum of weights

    class Meta:
        db_table = "version_steps"
        constraints = [models.UniqueConstraint(fields=["version", "key"], name="one_step_per_key")]


class VersionTransition(TransitionTraits):
    """A transition as deployed."""

    version = models.ForeignKey(WorkflowVersion, on_delete=models.CASCADE, related_name="transitions")
    key = models.BigIntegerField()
    from_step = models.ForeignKey(VersionStep, on_delete=models.CASCADE, related_name="outgoing")
    to_step = models.ForeignKey(VersionStep, on_delete=models.CASCADE, related_name="incoming")

    class Meta:
        db_table = "version_transitions"
        constraints = [models.UniqueConstraint(fields=["version", "key"], name="one_transition_per_key")]
