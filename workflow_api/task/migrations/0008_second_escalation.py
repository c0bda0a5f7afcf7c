"""When a step is escalated a second time."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("role", "0004_who_can_sign_in"),
        ("task", "0007_reopening"),
        ("workflow", "0007_escalation_policy"),
    ]

    operations = [
        migrations.AddField(
            model_name="stepvisit",
            name="second_escalation_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="stepvisit",
            name="second_escalation_used",
            field=models.PositiveBigIntegerField(null=True),
        ),
    ]
