"""Lists of tasks filter by what their tickets are about; the indexes are built while work goes on."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("tickets", "0004_index_requester")]

    operations = [
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(fields=["category"], name="tickets_category"),
        ),
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(fields=["department"], name="tickets_department"),
        ),
    ]
