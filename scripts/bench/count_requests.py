"""Print the SQL statements of requests: {name: [user id, roles, [[method, path, body], …]]} becomes {name: number}.

What is named on standard input is asked in turn; the last one of each name is counted, without BEGIN and COMMIT. Runs
in a service's folder with the settings of its tests: tokens need no server.
"""

from __future__ import annotations

import json
import sys

import django

django.setup()

from django.core.cache import cache  # noqa: E402
from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from ticketing_common.testing import client_for  # noqa: E402

TRANSACTION = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


def main() -> None:
    counted = {}
    for name, (user_id, roles, requests) in json.load(sys.stdin).items():
        client = client_for(user_id, roles=roles)
        for method, path, body in requests:
            cache.clear()  # counts of lists are kept for a moment: the first look asks for them
            with CaptureQueriesContext(connection) as captured:
                answer = client.generic(method, path, json.dumps(body) if body else "", "application/json")
            if answer.status_code not in (200, 201):
                raise SystemExit(f"{path}: {answer.status_code} {answer.content[:300]!r}")
        counted[name] = sum(not query["sql"].startswith(TRANSACTION) for query in captured.captured_queries)
    sys.stdout.write(json.dumps(counted))


main()
