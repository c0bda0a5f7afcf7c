from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tickets", "0003_source_of_ticket")]

    operations = [
        migrations.AddField(
            model_name="ticketparticipant",
            name="role",
            field=models.CharField(db_default="", default="", max_length=255),
        ),
    ]
