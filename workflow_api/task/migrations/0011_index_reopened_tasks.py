"""Reports find reopened tasks by an index; it is built while work goes on."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("task", "0010_closed_cycles")]

    operations = [
        AddIndexConcurrently(
            model_name="task",
            index=models.Index(
                fields=["reopened_at"],
                name="tasks_reopened_at",
                condition=models.Q(("reopened_at__isnull", False)),
            ),
        ),
    ]
