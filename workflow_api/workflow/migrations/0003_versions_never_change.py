"""A deployed version is made once: neither the version nor its graph can be changed or deleted."""

from django.db import migrations

TABLES = ("workflow_versions", "version_steps", "version_transitions")

REFUSE = """
CREATE FUNCTION version_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% holds deployed versions: % is refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'insufficient_privilege';
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("workflow", "0002_fingerprints_and_keys")]

    operations = [
        migrations.RunSQL(REFUSE, "DROP FUNCTION version_refuse()"),
        *(
            migrations.RunSQL(
                f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table}"
                " FOR EACH ROW EXECUTE FUNCTION version_refuse()",
                f"DROP TRIGGER {table}_no_change ON {table}",
            )
            for table in TABLES
        ),
    ]
