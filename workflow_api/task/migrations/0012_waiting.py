"""What a task on hold waits for, and when its requester answered."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("task", "0011_index_reopened_tasks")]

    operations = [
        migrations.AddField(
            model_name="task",
            name="hold_reason",
            field=models.CharField(blank=True, db_default="", default="", max_length=32),
        ),
        migrations.AddField(
            model_name="task",
            name="hold_until",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="task",
            name="hold_reminder_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="task",
            name="is_until_answer",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="task",
            name="answered_at",
            field=models.DateTimeField(null=True),
        ),
    ]
