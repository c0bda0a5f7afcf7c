"""The language of people's profiles. Nobody has chosen one until auth says so."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("role", "0005_rename_role_cursor"),
    ]

    operations = [
        migrations.AddField(
            model_name="person",
            name="language",
            field=models.CharField(blank=True, db_default="", default="", max_length=16),
        ),
    ]
