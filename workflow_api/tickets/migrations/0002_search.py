"""Searches by a part of a word read an index; it is built while tickets keep coming.

On tickets, not on tasks: a task's row changes with every step, its ticket's hardly ever. The expressions are those that
`icontains` compares.
"""

from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations

CREATE = """
CREATE INDEX CONCURRENTLY IF NOT EXISTS tickets_search ON tickets USING gin (
    upper(ticket_number) gin_trgm_ops, upper(subject) gin_trgm_ops,
    upper(requester_name) gin_trgm_ops, upper(requester_email) gin_trgm_ops)
"""


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("tickets", "0001_initial")]

    operations = [TrigramExtension(), migrations.RunSQL(CREATE, "DROP INDEX CONCURRENTLY IF EXISTS tickets_search")]
