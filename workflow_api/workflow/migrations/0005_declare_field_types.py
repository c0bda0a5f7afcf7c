from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("workflow", "0004_share_the_fields_of_steps")]

    operations = [
        migrations.AddField("workflow", "field_types", models.JSONField(blank=True, default=dict)),
        migrations.AddField("workflowversion", "field_types", models.JSONField(default=dict)),
    ]
