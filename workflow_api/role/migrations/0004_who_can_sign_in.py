"""Who has not accepted an invitation can't sign in and is given no work. Known people can, until auth says otherwise."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("role", "0003_people_and_snapshots"),
    ]

    operations = [
        migrations.AddField(
            model_name="person",
            name="can_sign_in",
            field=models.BooleanField(db_default=True, default=True),
        ),
    ]
