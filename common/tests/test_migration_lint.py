"""A migration that the version before could not run beside is found."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.test import override_settings

from ticketing_testing.migration_lint import lint

pytestmark = pytest.mark.django_db

HEAD = "from django.db import migrations, models\n\n\nclass Migration(migrations.Migration):\n"
FIRST = """\
    initial = True
    operations = [
        migrations.CreateModel(
            "Thing",
            [("id", models.BigAutoField(primary_key=True)), ("name", models.TextField(db_default=""))],
        )
    ]
"""


@pytest.mark.parametrize(
    ("operation", "is_fine"),
    [
        ('migrations.AddField("thing", "size", models.IntegerField(null=True))', True),
        ('migrations.AddField("thing", "size", models.IntegerField(db_default=0))', True),
        ('migrations.AddField("thing", "size", models.IntegerField(default=0))', False),
        ('migrations.RemoveField("thing", "name")', False),
        ('migrations.RenameField("thing", "name", "title")', False),
        ('migrations.RenameModel("Thing", "Object")', False),
        ('migrations.DeleteModel("Thing")', False),
        ('migrations.AlterField("thing", "name", models.IntegerField())', False),
    ],
)
def test_what_only_adds_is_fine_and_the_rest_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, operation: str, is_fine: bool
) -> None:
    app = tmp_path / "planted"
    (app / "migrations").mkdir(parents=True)
    for file in (app / "__init__.py", app / "migrations" / "__init__.py"):
        file.touch()
    (app / "migrations" / "0001_initial.py").write_text(HEAD + FIRST)
    (app / "migrations" / "0002_next.py").write_text(
        f'{HEAD}    dependencies = [("planted", "0001_initial")]\n    operations = [{operation}]\n'
    )
    monkeypatch.syspath_prepend(tmp_path)
    installed = [*(each.name for each in apps.get_app_configs()), "planted"]
    try:
        with override_settings(INSTALLED_APPS=installed):
            linter = lint(tmp_path, set())
            excused = lint(tmp_path, {"0002_next"})
    finally:
        for name in [name for name in sys.modules if name.partition(".")[0] == "planted"]:
            del sys.modules[name]

    assert linter.has_errors is not is_fine
    assert not excused.has_errors
