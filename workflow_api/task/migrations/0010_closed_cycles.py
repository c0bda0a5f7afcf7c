"""Earlier cycles of reopened tasks, as they ended; those of before are made up from timeline and clocks."""

import django.db.models.deletion
from django.db import migrations, models

CLOSED = ("completed", "rejected", "cancelled")


def write_earlier_cycles(apps, schema_editor):
    Task = apps.get_model("task", "Task")
    ClosedCycle = apps.get_model("task", "ClosedCycle")
    for task in Task.objects.filter(cycle__gt=1).order_by("pk").iterator():
        missed = set(task.clocks.filter(visit__isnull=True, facts__kind="breached").values_list("cycle", flat=True))
        opened_at, cycle, status, closed_at = task.created_at, 1, "completed", None
        for line in task.timeline.filter(event__in=[*CLOSED, "reopened"]).order_by("seq"):
            if line.event in CLOSED:
                status, closed_at = line.event, line.at
                continue
            ClosedCycle.objects.get_or_create(
                task=task,
                cycle=cycle,
                defaults={
                    "workflow_version_id": task.workflow_version_id,
                    "status": status,
                    "priority": task.priority,
                    "is_breached": cycle in missed,
                    "opened_at": opened_at,
                    "closed_at": closed_at or line.at,
                },
            )
            opened_at, cycle, closed_at = line.at, cycle + 1, None
        if cycle > 1:
            Task.objects.filter(pk=task.pk, reopened_at__isnull=True).update(reopened_at=opened_at)


class Migration(migrations.Migration):
    dependencies = [
        ("role", "0004_who_can_sign_in"),
        ("task", "0009_index_second_escalation"),
        ("tickets", "0003_reopening"),
        ("workflow", "0007_escalation_policy"),
    ]

    operations = [
        migrations.CreateModel(
            name="ClosedCycle",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("cycle", models.PositiveIntegerField()),
                ("status", models.CharField(max_length=16)),
                ("priority", models.CharField(max_length=16)),
                ("is_breached", models.BooleanField()),
                ("opened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField()),
            ],
            options={
                "db_table": "closed_cycles",
            },
        ),
        migrations.AddField(
            model_name="task",
            name="reopened_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="closedcycle",
            name="task",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="closed_cycles",
                to="task.task",
            ),
        ),
        migrations.AddField(
            model_name="closedcycle",
            name="workflow_version",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="workflow.workflowversion",
            ),
        ),
        migrations.AddIndex(
            model_name="closedcycle",
            index=models.Index(fields=["closed_at"], name="closed_cycles_closed_at"),
        ),
        migrations.AddIndex(
            model_name="closedcycle",
            index=models.Index(fields=["opened_at"], name="closed_cycles_opened_at"),
        ),
        migrations.AddConstraint(
            model_name="closedcycle",
            constraint=models.UniqueConstraint(fields=("task", "cycle"), name="one_row_per_closed_cycle"),
        ),
        migrations.RunPython(write_earlier_cycles, migrations.RunPython.noop),
    ]
