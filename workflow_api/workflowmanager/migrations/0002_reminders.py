"""Personal reminders of tickets."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0003_reopening"),
        ("workflowmanager", "0001_saved_views"),
    ]

    operations = [
        migrations.CreateModel(
            name="Reminder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("owner_id", models.BigIntegerField()),
                ("remind_at", models.DateTimeField()),
                ("note", models.CharField(blank=True, default="", max_length=500)),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="reminders", to="tickets.ticket"
                    ),
                ),
            ],
            options={
                "db_table": "reminders",
                "indexes": [models.Index(fields=["remind_at"], name="reminders_due")],
                "constraints": [models.UniqueConstraint(fields=("owner_id", "ticket"), name="one_reminder_per_ticket")],
            },
        ),
    ]
