"""Refuse migrations that the running version could not live with: `python -m ticketing_testing.migration_lint`.

New code starts after its migrations have run, and a version may be taken back without one. So a migration only adds:
no column or table is dropped or renamed, nothing becomes NOT NULL without a default of the database, no type changes.
What is removed goes a version later. Run in a service's folder, with a server to write the migrations' SQL for.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import django
from django.conf import settings
from django.db import connection
from django_migration_linter import MigrationLinter

#: Of before the linter, when versions did not run side by side. A later one is no exception: write it in two steps.
OLDER = {
    "auth": {"0002_challenges_know_their_browser", "0002_one_spelling"},
    "workflow_api": {
        *("0002_reopening", "0003_people_and_snapshots", "0002_told_status", "0007_reopening", "0003_reopening"),
        *("0002_fingerprints_and_keys", "0005_declare_field_types", "0006_reopening"),
    },
    "messaging": {"0002_widen_ticket_number", "0003_source_of_ticket"},
    "notification_service": {"0002_urgent_mail_first", "0004_parked_mail_and_sources"},
    "ticket_service": set(),
}


#: Unique keys that take in a new column, in which the version before writes one value only: it can't violate them.
WIDER_KEYS = {"notification_service": {"0006_languages"}}


def lint(root: Path, older: set[str]) -> MigrationLinter:
    """Look at the migrations of all apps under the folder; `has_errors` of what comes back says whether one is bad."""
    linter = MigrationLinter(str(root), ignore_name=older, no_cache=True, quiet=["ok", "ignore", "warning"])
    linter.lint_all_migrations()
    return linter


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings_test")
    sys.path.insert(0, str(Path.cwd()))
    django.setup()
    connection.settings_dict["NAME"] = "postgres"  # the service's own database need not be there yet
    name = settings.SERVICE_NAME
    linter = lint(Path.cwd().parent, OLDER[name] | WIDER_KEYS.get(name, set()))
    linter.print_summary()
    if not linter.nb_total:
        sys.stdout.write("No migration was looked at.\n")
    return 1 if linter.has_errors or not linter.nb_total else 0


if __name__ == "__main__":
    sys.exit(main())
