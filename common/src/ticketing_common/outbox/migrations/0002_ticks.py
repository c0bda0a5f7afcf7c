from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outbox", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Tick",
            fields=[
                ("name", models.CharField(max_length=128, primary_key=True, serialize=False)),
                ("taken_at", models.DateTimeField()),
            ],
            options={"db_table": "outbox_ticks"},
        ),
    ]
