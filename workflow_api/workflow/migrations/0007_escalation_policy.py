"""How the clock escalates, a second escalation, and when work of who is away is handed over."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("role", "0004_who_can_sign_in"),
        ("workflow", "0006_reopening"),
    ]

    operations = [
        migrations.AddField(
            model_name="workflow",
            name="escalation_trigger",
            field=models.CharField(
                choices=[("at_risk", "At Risk"), ("breached", "Breached")],
                db_default="breached",
                default="breached",
                max_length=16,
            ),
        ),
        migrations.AddField(
            model_name="workflow",
            name="hand_over_after",
            field=models.DurationField(null=True),
        ),
        migrations.AddField(
            model_name="workflow",
            name="second_escalation_after",
            field=models.DurationField(null=True),
        ),
        migrations.AddField(
            model_name="workflow",
            name="second_escalation_role",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="role.role"
            ),
        ),
        migrations.AddField(
            model_name="workflow",
            name="second_escalation_role_name",
            field=models.CharField(blank=True, db_default="", default="", max_length=128),
        ),
        migrations.AddField(
            model_name="workflowversion",
            name="escalation_trigger",
            field=models.CharField(db_default="breached", default="breached", max_length=16),
        ),
        migrations.AddField(
            model_name="workflowversion",
            name="hand_over_seconds",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="workflowversion",
            name="second_escalation_role",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="role.role",
            ),
        ),
        migrations.AddField(
            model_name="workflowversion",
            name="second_escalation_seconds",
            field=models.PositiveIntegerField(null=True),
        ),
    ]
