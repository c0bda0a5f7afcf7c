"""Django's migrate, one at a time: whoever comes meanwhile waits, and then finds nothing left to do.

Several replicas, or an operator beside a deployment, would else run the same migration at once, and all but one would
fail. The lock belongs to a transaction on a connection of its own: it works through a pooler that gives connections
to others between transactions, and it ends with the process, however that ends.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.utils import OperationalError

#: Of PostgreSQL's advisory locks in this database: "migrate", said in digits.
LOCK = 6_472_837
WAIT_SECONDS = 600

#: The default privileges of the services' logins hold for this table too. Whoever writes it makes the owner's next
#: `migrate` leave something out or do it again.
ONLY_THE_OWNER_WRITES = """
DO $$
DECLARE
    login name;
BEGIN
    FOR login IN
        SELECT DISTINCT pg_get_userbyid(granted.grantee)
        FROM pg_class, aclexplode(relacl) AS granted
        WHERE pg_class.oid = to_regclass('django_migrations')
            AND relowner = (SELECT oid FROM pg_roles WHERE rolname = current_user)
            AND granted.grantee NOT IN (0, relowner) AND granted.privilege_type <> 'SELECT'
    LOOP
        EXECUTE format('REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM %I', login);
    END LOOP;
END
$$
"""


class Command(migrate.Command):
    """`migrate` under a lock of the database, whose record of migrations only its owner may write."""

    def handle(self, *args: Any, **options: Any) -> None:
        alias = options.get("database") or DEFAULT_DB_ALIAS
        with only_one(alias):
            super().handle(*args, **options)
            with connections[alias].cursor() as cursor:
                cursor.execute(ONLY_THE_OWNER_WRITES)


@contextmanager
def only_one(alias: str) -> Iterator[None]:
    """Hold the lock while the body runs; wait for whoever has it, ten minutes at most."""
    lock = connections[alias].copy()
    try:
        with lock.cursor() as cursor:
            # Whatever the login's own limits: this transaction stands idle for as long as the migrations take.
            cursor.execute("BEGIN")
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            cursor.execute("SET LOCAL statement_timeout = 0")
            cursor.execute(f"SET LOCAL lock_timeout = '{WAIT_SECONDS}s'")
            try:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
            except OperationalError as error:
                raise CommandError(
                    f"Another migrate has been at work for {WAIT_SECONDS} s; see what holds it."
                ) from error
            yield
            # A connection that is closed keeps its locks until the server has noticed.
            cursor.execute("COMMIT")
    finally:
        lock.close()
