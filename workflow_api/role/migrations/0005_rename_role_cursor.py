"""The model is called after what it is; its table stays."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("role", "0004_who_can_sign_in")]

    operations = [migrations.RenameModel(old_name="RoleCursor", new_name="RoleRotation")]
