import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tickets", "0004_role_of_team_member")]

    operations = [
        migrations.AddField(
            model_name="ticket",
            name="team_role",
            field=models.CharField(db_default="", default="", max_length=255),
        ),
        migrations.AddField(
            model_name="ticket",
            name="team_role_id",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="ticketparticipant",
            name="role_ids",
            field=django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), null=True, size=None),
        ),
    ]
