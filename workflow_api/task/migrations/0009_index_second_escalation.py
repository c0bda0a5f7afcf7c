"""The sweep finds second escalations that are due by an index; it is built while work goes on."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("task", "0008_second_escalation")]

    operations = [
        AddIndexConcurrently(
            model_name="stepvisit",
            index=models.Index(
                fields=["second_escalation_at"],
                name="visits_second_escalation",
                condition=models.Q(("closed_at__isnull", True), ("second_escalation_at__isnull", False)),
            ),
        ),
    ]
