"""Earlier cycles of tasks that were reopened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from task.models import Task


class ClosedCycle(models.Model):
    """An earlier cycle of a task that was reopened, as it ended; the present one is the task's own row."""

    task = models.ForeignKey("task.Task", on_delete=models.CASCADE, related_name="closed_cycles", db_index=False)
    cycle = models.PositiveIntegerField()
    workflow_version = models.ForeignKey("workflow.WorkflowVersion", on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=16)
    priority = models.CharField(max_length=16)
    is_breached = models.BooleanField()
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField()

    class Meta:
        db_table = "closed_cycles"
        constraints = [models.UniqueConstraint(fields=["task", "cycle"], name="one_row_per_closed_cycle")]
        indexes = [
            models.Index(fields=["closed_at"], name="closed_cycles_closed_at"),
            models.Index(fields=["opened_at"], name="closed_cycles_opened_at"),
        ]

    def __str__(self) -> str:
        return f"{self.task_id}, cycle {self.cycle}: {self.status}"

    @classmethod
    def of(cls, task: Task) -> ClosedCycle:
        """Return the row of the closed task's present cycle, not saved."""
        return cls(
            task_id=task.pk,
            cycle=task.cycle,
            workflow_version_id=task.workflow_version_id,
            status=task.status,
            priority=task.priority,
            is_breached=task.is_breached,
            opened_at=task.reopened_at or task.created_at,
            closed_at=task.closed_at or task.updated_at or task.created_at,
        )
