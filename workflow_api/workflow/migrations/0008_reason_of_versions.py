"""Why a version was deployed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("workflow", "0007_escalation_policy")]

    operations = [
        migrations.AddField(
            model_name="workflowversion",
            name="reason",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
    ]
