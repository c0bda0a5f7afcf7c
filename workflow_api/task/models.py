"""The run: one workflow version on one ticket, its stays in steps, who had them, and its clocks."""

from __future__ import annotations

from datetime import datetime

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q

from audit.actor import Actor
from role.models import RoleMember
from task.cycles import ClosedCycle as ClosedCycle
from task.hot_sql import VisibleGathered, VisibleOneByOne
from workflow.models import PRIORITY_RANK, Priority


class TaskQuerySet(models.QuerySet["Task"]):
    def open(self) -> TaskQuerySet:
        return self.filter(status__in=Task.OPEN)

    def closed(self) -> TaskQuerySet:
        return self.exclude(status__in=Task.OPEN)

    def unassigned(self) -> TaskQuerySet:
        """Tasks that wait in the unassigned queue of their role."""
        return self.filter(status__in=("pending", "on_hold"), assignee_id__isnull=True)

    def breached(self, now: datetime) -> TaskQuerySet:
        """Tasks whose running clock is past its target. A stopped or paused clock is not."""
        return self.filter(_is_late(now), status__in=Task.RUNNING)

    def at_risk(self, now: datetime) -> TaskQuerySet:
        """Tasks whose running clock has passed its warning but not its target."""
        is_warned = Q(is_at_risk=True) | Q(at_risk_at__lt=now)
        return self.filter(is_warned, status__in=Task.RUNNING).exclude(_is_late(now))

    def with_verdict(self, *, is_missed: bool) -> TaskQuerySet:
        """Tasks that were completed or rejected, and missed or met their target."""
        return self.filter(status__in=("completed", "rejected"), is_breached=is_missed)

    def of_team(self, person: Actor) -> TaskQuerySet:
        """Tasks that are with a role of the person now."""
        held = RoleMember.objects.active().filter(person_id=person.user_id)
        return self.filter(role_id__in=held.values("role_id"))

    def visible_to(self, person: Actor, *, is_gathered: bool = False) -> TaskQuerySet:
        """Tasks that the person may see (ADR 0019).

        Administrators see every task; others what is assigned to them, what is with a role of theirs, and what they
        owned, were assigned or voted on in a role that they still hold.

        `is_gathered` suits a count, the other form single tasks and pages in the order of an index.
        """
        if person.is_admin:
            return self
        return self.filter(VisibleGathered(person) if is_gathered else VisibleOneByOne(person))


def _is_late(now: datetime) -> Q:
    return Q(is_breached=True) | Q(due_at__lt=now)


class Task(models.Model):
    """One workflow version running on one ticket. `version` counts its changes; clients must name it."""

    class Status(models.TextChoices):
        PENDING = "pending"
        IN_PROGRESS = "in_progress"
        ON_HOLD = "on_hold"
        HANDING_OFF = "handing_off"
        COMPLETED = "completed"
        REJECTED = "rejected"
        CANCELLED = "cancelled"

    OPEN = ("pending", "in_progress", "on_hold", "handing_off")
    RUNNING = ("pending", "in_progress")  # the clock counts

    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.PROTECT, related_name="tasks")
    ticket_number = models.CharField(max_length=140)  # copied: lists and searches need no join
    subject = models.CharField(max_length=255)
    # A foreign key without an index of its own has one below that begins with it.
    workflow = models.ForeignKey("workflow.Workflow", on_delete=models.PROTECT, related_name="tasks", db_index=False)
    workflow_version = models.ForeignKey("workflow.WorkflowVersion", on_delete=models.PROTECT, related_name="tasks")
    current_step = models.ForeignKey(
        "workflow.VersionStep", null=True, on_delete=models.PROTECT, related_name="tasks_here", db_index=False
    )
    current_visit = models.ForeignKey("StepVisit", null=True, on_delete=models.SET_NULL, related_name="+")
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.PENDING)
    priority = models.CharField(max_length=16, choices=Priority.choices)
    owner = models.ForeignKey(
        "role.Person", null=True, on_delete=models.PROTECT, related_name="owned_tasks", db_index=False
    )
    assignee = models.ForeignKey(
        "role.Person", null=True, on_delete=models.PROTECT, related_name="tasks", db_index=False
    )
    # Of the current visit, copied: lists of a role, and who sees what, read no visits. The visit's constraint holds.
    role = models.ForeignKey(
        "role.Role", null=True, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    version = models.PositiveIntegerField(default=1)
    cycle = models.PositiveIntegerField(default=1)  # 2 and more: it was reopened
    # The earlier task of the ticket that this one goes on from.
    continues = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="continued_by")
    matched_by = models.CharField(max_length=64, blank=True, default="")  # the matching rule that chose the workflow
    approved_data = models.JSONField(default=dict, encoder=DjangoJSONEncoder)  # decisive fields as last approved
    move_offer = models.JSONField(null=True)  # {"workflow_id", "name"} of another workflow that now fits the ticket
    event_seq = models.PositiveIntegerField(default=0)  # events told to messaging
    told_status = models.CharField(max_length=16, blank=True, default="")  # what the source was told last
    # Copied from the task's clock, for lists and sweeps. Null while paused.
    due_at = models.DateTimeField(null=True)
    at_risk_at = models.DateTimeField(null=True)
    is_at_risk = models.BooleanField(default=False)
    is_breached = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField(null=True)  # the last change that people see
    closed_at = models.DateTimeField(null=True)
    reopened_at = models.DateTimeField(null=True)  # since when the present cycle runs; null: it is the first
    # What a hold waits for (`waiting.py`), while the task is on hold; a reminder that was sent is null.
    hold_reason = models.CharField(max_length=32, blank=True, default="", db_default="")
    hold_until = models.DateTimeField(null=True)
    hold_reminder_at = models.DateTimeField(null=True)
    is_until_answer = models.BooleanField(default=False, db_default=False)
    answered_at = models.DateTimeField(null=True)  # the requester has answered, and nobody has dealt with it since

    objects = TaskQuerySet.as_manager()

    class Meta:
        db_table = "tasks"
        constraints = [
            models.UniqueConstraint(
                fields=["ticket"],
                name="one_open_task_per_ticket",
                condition=Q(status__in=["pending", "in_progress", "on_hold", "handing_off"]),
            )
        ]
        indexes = [
            # What somebody has, and what a role has, in the usual order of lists; closed tasks are nobody's.
            models.Index(
                fields=["assignee", "due_at", "id"], name="tasks_of_person", condition=Q(assignee__isnull=False)
            ),
            models.Index(fields=["role", "due_at", "id"], name="tasks_of_role", condition=Q(role__isnull=False)),
            models.Index(fields=["current_step", "status"], name="tasks_step"),
            models.Index(fields=["status", "due_at"], name="tasks_due"),
            models.Index(fields=["workflow", "status"], name="tasks_workflow"),
            models.Index(fields=["ticket_number"], name="tasks_ticket_number"),
            models.Index(fields=["-created_at"], name="tasks_created_at"),
            models.Index(fields=["due_at", "id"], name="tasks_due_at"),
            models.Index(fields=["updated_at"], name="tasks_updated_at"),
            models.Index(fields=["owner", "status"], name="tasks_owner"),
            models.Index(fields=["reopened_at"], name="tasks_reopened_at", condition=Q(reopened_at__isnull=False)),
            models.Index(fields=["hold_until"], name="tasks_hold_until", condition=Q(hold_until__isnull=False)),
            models.Index(
                fields=["hold_reminder_at"], name="tasks_hold_reminder", condition=Q(hold_reminder_at__isnull=False)
            ),
            models.Index(fields=["answered_at"], name="tasks_answered", condition=Q(answered_at__isnull=False)),
            # Orders of the list that no column has: its page is the index's beginning, however long the list.
            models.Index(PRIORITY_RANK, "id", name="tasks_priority"),
            models.Index(F("closed_at").desc(nulls_last=True), F("id").desc(), name="tasks_closed_at"),
            models.Index(
                fields=["due_at", "id"],
                name="tasks_open_due",
                condition=Q(status__in=["pending", "in_progress", "on_hold", "handing_off"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_number} ({self.status})"

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN

    def forget_wait(self) -> None:
        """Forget what a hold waits for when it has ended, and an answer when the task is closed."""
        if self.status != self.Status.ON_HOLD:
            self.hold_reason, self.hold_until, self.hold_reminder_at, self.is_until_answer = "", None, None, False
        if not self.is_open:
            self.answered_at = None


class StepVisit(models.Model):
    """One stay of a task in one step. Coming back opens a new visit."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="visits", db_index=False)
    step = models.ForeignKey("workflow.VersionStep", on_delete=models.PROTECT, related_name="visits")
    role = models.ForeignKey("role.Role", null=True, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()  # 1, 2, 3 … within the task
    cycle = models.PositiveIntegerField(default=1)  # of the task
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=16, blank=True, default="")
    performer = models.ForeignKey("role.Person", null=True, on_delete=models.PROTECT, related_name="+")
    pooled_at = models.DateTimeField(null=True)  # since when it waits in the pool; kept over a release
    needs_lead = models.BooleanField(default=False)
    # The due times of the visit's clock, for lists.
    due_at = models.DateTimeField(null=True)
    # Of the second escalation: what the visit's clock has used then, and when that is if nothing pauses it.
    second_escalation_used = models.PositiveBigIntegerField(null=True)
    second_escalation_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "step_visits"
        constraints = [
            models.UniqueConstraint(fields=["task", "number"], name="visits_numbered"),
            models.UniqueConstraint(
                fields=["task"], name="one_open_visit_per_task", condition=Q(closed_at__isnull=True)
            ),
        ]
        indexes = [
            models.Index(fields=["role", "pooled_at"], name="visits_in_pool", condition=Q(closed_at__isnull=True)),
            models.Index(
                fields=["second_escalation_at"],
                name="visits_second_escalation",
                condition=Q(closed_at__isnull=True, second_escalation_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task_id}.{self.number}"


# What a task on hold waits for.
WAIT_COLUMNS = ("hold_reason", "hold_until", "hold_reminder_at", "is_until_answer", "answered_at")
# What giving a stay to somebody else changes in it.
VISIT_COLUMNS = ("role_id", "pooled_at", "needs_lead", "due_at")


class Assignment(models.Model):
    """One person's turn at a visit (or as the ticket's owner, without a visit), and why it was theirs."""

    class Origin(models.TextChoices):
        ROUND_ROBIN = "round_robin"
        LEAST_LOADED = "least_loaded"
        CLAIM = "claim"
        TRANSFER = "transfer"
        ESCALATION = "escalation"
        RETURN = "return"
        SUBSTITUTE = "substitute"

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="assignments")
    visit = models.ForeignKey(StepVisit, null=True, on_delete=models.CASCADE, related_name="assignments")
    person = models.ForeignKey("role.Person", on_delete=models.PROTECT, related_name="assignments", db_index=False)
    role = models.ForeignKey("role.Role", on_delete=models.PROTECT, related_name="+")
    is_owner = models.BooleanField(default=False)
    origin = models.CharField(max_length=16, choices=Origin.choices)
    # {"candidates": [ids in turn order], "passed_over": [{"user_id", "why"}], "cursor_before", "cursor_after", …}
    why = models.JSONField(default=dict)
    reason = models.TextField(blank=True, default="")  # what a person gave for a transfer or an escalation
    given_by_id = models.BigIntegerField(null=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=32, blank=True, default="")

    class Meta:
        db_table = "assignments"
        constraints = [
            models.UniqueConstraint(
                fields=["visit"],
                name="one_assignee_per_visit",
                condition=Q(ended_at__isnull=True, is_owner=False),
            )
        ]
        indexes = [
            models.Index(fields=["person", "role"], name="assignments_open", condition=Q(ended_at__isnull=True)),
            models.Index(fields=["person", "-started_at"], name="assignments_by_person"),
            # Who took part in a task, and in which role: asked of every row of a list.
            models.Index(fields=["person", "task"], include=["role"], name="assignments_part_in"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} on {self.task_id}"


class TaskTransition(models.Model):
    """A transition that was performed: the record behind `/transitions/`."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="performed", db_index=False)
    visit = models.ForeignKey(StepVisit, on_delete=models.CASCADE, related_name="performed")
    transition = models.ForeignKey("workflow.VersionTransition", on_delete=models.PROTECT, related_name="+")
    from_step = models.ForeignKey("workflow.VersionStep", on_delete=models.PROTECT, related_name="+")
    to_step = models.ForeignKey("workflow.VersionStep", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=128)
    outcome = models.CharField(max_length=16)
    actor_id = models.BigIntegerField(null=True)  # null: automatic
    actor_name = models.CharField(max_length=255, blank=True, default="")
    on_behalf_of_id = models.BigIntegerField(null=True)
    comment = models.TextField(blank=True, default="")
    performed_at = models.DateTimeField()

    class Meta:
        db_table = "task_transitions"
        indexes = [models.Index(fields=["task", "performed_at"], name="task_transitions_task")]

    def __str__(self) -> str:
        return f"{self.task_id}: {self.name}"


class ApprovalVote(models.Model):
    """One person's word on one approval visit. Returning to the step voids votes, and keeps them."""

    visit = models.ForeignKey(StepVisit, on_delete=models.CASCADE, related_name="votes")
    person = models.ForeignKey("role.Person", on_delete=models.PROTECT, related_name="+")
    transition = models.ForeignKey("workflow.VersionTransition", on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=16)
    comment = models.TextField(blank=True, default="")
    cast_at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "approval_votes"
        constraints = [
            models.UniqueConstraint(
                fields=["visit", "person"], name="one_vote_per_person", condition=Q(voided_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.outcome}"


class SlaClock(models.Model):
    """A clock as its events, its calendar and its target; everything else is derived from them.

    `events` is a list of {"at", "kind", …}: started, paused, resumed, target_changed {"seconds"}, stopped.
    """

    class Verdict(models.TextChoices):
        MET = "met"
        BREACHED = "breached"
        CANCELLED = "cancelled"

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="clocks")
    visit = models.OneToOneField(StepVisit, null=True, on_delete=models.CASCADE, related_name="clock")
    cycle = models.PositiveIntegerField(default=1)  # of the task
    events = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    calendar = models.JSONField(null=True)
    target_seconds = models.BigIntegerField()
    at_risk_percent = models.PositiveSmallIntegerField()
    # Derived, stored for the sweep: null while paused or stopped.
    at_risk_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    verdict = models.CharField(max_length=16, choices=Verdict.choices, blank=True, default="")

    class Meta:
        db_table = "sla_clocks"
        constraints = [
            models.UniqueConstraint(fields=["task", "cycle"], name="one_task_clock", condition=Q(visit__isnull=True))
        ]
        indexes = [
            models.Index(fields=["due_at"], name="clocks_due", condition=Q(stopped_at__isnull=True)),
            models.Index(fields=["at_risk_at"], name="clocks_at_risk", condition=Q(stopped_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{'visit' if self.visit_id else 'task'} clock of {self.task_id}"


class SlaFact(models.Model):
    """That a clock became at risk or was breached: recorded once, told once."""

    class Kind(models.TextChoices):
        AT_RISK = "at_risk"
        BREACHED = "breached"

    clock = models.ForeignKey(SlaClock, on_delete=models.CASCADE, related_name="facts", db_index=False)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "sla_facts"
        constraints = [models.UniqueConstraint(fields=["clock", "kind"], name="one_fact_per_clock")]

    def __str__(self) -> str:
        return f"{self.clock_id}: {self.kind}"


class Timeline(models.Model):
    """One line of a task's story, in order: what `/tasks/{id}/timeline/` shows and messaging is told."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="timeline", db_index=False)
    seq = models.PositiveIntegerField()
    event = models.CharField(max_length=64)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=255, blank=True, default="")
    detail = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    at = models.DateTimeField()

    class Meta:
        db_table = "task_timeline"
        constraints = [models.UniqueConstraint(fields=["task", "seq"], name="timeline_numbered")]

    def __str__(self) -> str:
        return f"{self.task_id}.{self.seq} {self.event}"
