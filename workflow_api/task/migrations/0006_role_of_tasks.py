"""A task says which role has it, so that lists need not ask its visit. Closed tasks have none."""

import django.db.models.deletion
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

FILL = """
UPDATE tasks SET role_id = v.role_id FROM step_visits v
WHERE v.id = tasks.current_visit_id AND tasks.role_id IS DISTINCT FROM v.role_id
"""


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("role", "0003_people_and_snapshots"),
        ("task", "0005_indexes_of_lists"),
    ]

    operations = [
        migrations.AddField(
            model_name="task",
            name="role",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="role.role",
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        AddIndexConcurrently(
            model_name="task",
            index=models.Index(
                condition=models.Q(("role__isnull", False)), fields=["role", "due_at", "id"], name="tasks_of_role"
            ),
        ),
        AddIndexConcurrently(
            model_name="task",
            index=models.Index(
                condition=models.Q(("assignee__isnull", False)),
                fields=["assignee", "due_at", "id"],
                name="tasks_of_person",
            ),
        ),
        RemoveIndexConcurrently(model_name="task", name="tasks_mine"),
        AddIndexConcurrently(
            model_name="assignment",
            index=models.Index(fields=["person", "task"], include=("role",), name="assignments_part_in"),
        ),
        RemoveIndexConcurrently(model_name="assignment", name="assignments_person_task"),
    ]
