"""Steps and transitions of versions share the fields of the draft's. Columns and constraints stay as they are."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("role", "0003_people_and_snapshots"),
        ("workflow", "0003_versions_never_change"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveField(model_name="workflowversion", name="coordinator_role_id"),
                migrations.AddField(
                    model_name="workflowversion",
                    name="coordinator_role",
                    field=models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        default=None,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="role.role",
                    ),
                    preserve_default=False,
                ),
                migrations.AlterField("versionstep", "approval", models.JSONField(blank=True, default=dict)),
                migrations.AlterField(
                    "versionstep",
                    "assignment",
                    models.CharField(
                        choices=[
                            ("round_robin", "Round Robin"),
                            ("least_loaded", "Least Loaded"),
                            ("claim", "Claim"),
                        ],
                        default="round_robin",
                        max_length=16,
                    ),
                ),
                migrations.AlterField(
                    "versionstep",
                    "end_status",
                    models.CharField(
                        blank=True,
                        choices=[("completed", "Completed"), ("rejected", "Rejected")],
                        default="",
                        max_length=16,
                    ),
                ),
                migrations.AlterField(
                    "versionstep",
                    "escalate_to",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="role.role",
                    ),
                ),
                migrations.AlterField(
                    "versionstep",
                    "kind",
                    models.CharField(
                        choices=[("action", "Action"), ("review", "Review"), ("approval", "Approval")],
                        default="action",
                        max_length=16,
                    ),
                ),
                migrations.AlterField("versionstep", "position", models.JSONField(blank=True, default=dict)),
                migrations.AlterField(
                    "versionstep",
                    "role",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="role.role",
                    ),
                ),
                migrations.AlterField(
                    "versionstep", "weight", models.DecimalField(decimal_places=2, default=1, max_digits=6)
                ),
                migrations.AlterField("versiontransition", "condition", models.JSONField(blank=True, null=True)),
                migrations.AlterField(
                    "versiontransition",
                    "outcome",
                    models.CharField(
                        choices=[
                            ("forward", "Forward"),
                            ("approve", "Approve"),
                            ("reject", "Reject"),
                            ("return", "Return"),
                        ],
                        default="forward",
                        max_length=16,
                    ),
                ),
            ]
        )
    ]
