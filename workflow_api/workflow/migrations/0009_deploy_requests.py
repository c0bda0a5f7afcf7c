"""Asking a second person to deploy a draft."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("workflow", "0008_reason_of_versions")]

    operations = [
        migrations.AddField(
            model_name="workflowversion",
            name="requested_by_id",
            field=models.BigIntegerField(null=True),
        ),
        migrations.CreateModel(
            name="DeployRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("edit_version", models.PositiveIntegerField()),
                ("requested_by_id", models.BigIntegerField()),
                ("requested_at", models.DateTimeField()),
                ("reason", models.TextField(blank=True, default="")),
                (
                    "workflow",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deploy_request",
                        to="workflow.workflow",
                    ),
                ),
            ],
            options={"db_table": "deploy_requests"},
        ),
    ]
