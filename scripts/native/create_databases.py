"""Create the databases that are missing. Runs in the virtual environment; reads a JSON list of URLs from stdin."""

from __future__ import annotations

import json
import sys
import time
from urllib.parse import unquote, urlsplit, urlunsplit

import psycopg2
from psycopg2 import errors, sql


def create(url: str, *, patience: float = 30) -> bool:
    """Create the database of this URL unless it exists; tell whether it is new."""
    parts = urlsplit(url)
    name = unquote(parts.path.lstrip("/"))
    deadline = time.monotonic() + patience
    while True:
        try:
            psycopg2.connect(urlunsplit(parts), connect_timeout=5).close()
        except psycopg2.OperationalError as error:
            if f'database "{name}" does not exist' in str(error):
                break
            if "starting up" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.2)
        else:
            return False
    connection = psycopg2.connect(urlunsplit(parts._replace(path="/postgres")), connect_timeout=5)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    except errors.DuplicateDatabase:
        return False
    finally:
        connection.close()
    return True


def main() -> int:
    for url in json.load(sys.stdin):
        try:
            create(url)
        except psycopg2.Error as error:
            place = urlsplit(url)
            sys.stderr.write(f"{place.hostname}:{place.port}{place.path}: {error}\n")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
