"""The sweep finds holds that end, and lists what was answered, by indexes; they are built while work goes on."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("task", "0012_waiting")]

    operations = [
        AddIndexConcurrently(
            model_name="task",
            index=models.Index(
                fields=["hold_until"], name="tasks_hold_until", condition=models.Q(("hold_until__isnull", False))
            ),
        ),
        AddIndexConcurrently(
            model_name="task",
            index=models.Index(
                fields=["hold_reminder_at"],
                name="tasks_hold_reminder",
                condition=models.Q(("hold_reminder_at__isnull", False)),
            ),
        ),
        AddIndexConcurrently(
            model_name="task",
            index=models.Index(
                fields=["answered_at"], name="tasks_answered", condition=models.Q(("answered_at__isnull", False))
            ),
        ),
    ]
