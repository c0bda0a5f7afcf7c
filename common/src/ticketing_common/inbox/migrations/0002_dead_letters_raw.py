from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inbox", "0001_initial")]

    operations = [
        migrations.AddField("deadletter", "raw_body", models.BinaryField(null=True)),
        migrations.AddField(
            "deadletter", "ticket_number", models.CharField(blank=True, db_default="", default="", max_length=140)
        ),
        migrations.AddIndex("deadletter", models.Index(fields=["body_sha256"], name="dead_letters_body")),
    ]
