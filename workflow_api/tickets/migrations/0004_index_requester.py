"""The other tickets of a requester are found by indexes; they are built while work goes on."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models.functions import Upper


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("tickets", "0003_reopening")]

    operations = [
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(fields=["source_service", "requester_id"], name="tickets_requester_id"),
        ),
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(Upper("requester_email"), name="tickets_requester_email"),
        ),
    ]
