"""The orders and the visibility of the task list read indexes; they are built while work goes on."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("role", "0003_people_and_snapshots"),
        ("task", "0004_drop_covered_indexes"),
        ("tickets", "0002_search"),
        ("workflow", "0003_versions_never_change"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="assignment",
            index=models.Index(fields=["person", "task"], name="assignments_person_task"),
        ),
        AddIndexConcurrently(
            model_name="task",
            index=models.Index(
                models.Case(
                    models.When(priority="urgent", then=models.Value(4)),
                    models.When(priority="high", then=models.Value(3)),
                    models.When(priority="medium", then=models.Value(2)),
                    default=models.Value(1),
                    output_field=models.IntegerField(),
                ),
                models.F("id"),
                name="tasks_priority",
            ),
        ),
        AddIndexConcurrently(
            model_name="task",
            index=models.Index(
                models.OrderBy(models.F("closed_at"), descending=True, nulls_last=True),
                models.OrderBy(models.F("id"), descending=True),
                name="tasks_closed_at",
            ),
        ),
        AddIndexConcurrently(
            model_name="task",
            index=models.Index(
                condition=models.Q(("status__in", ["pending", "in_progress", "on_hold", "handing_off"])),
                fields=["due_at", "id"],
                name="tasks_open_due",
            ),
        ),
    ]
