"""Print the SQL statements of each request on standard input: {name: [user id, roles, path]} becomes {name: number}.

Runs in the workflow API's folder with the settings of its tests: tokens need no server.
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


def main() -> None:
    counted = {}
    for name, (user_id, roles, path) in json.load(sys.stdin).items():
        client = client_for(user_id, roles={"tts": roles})
        client.get(path)  # the versions' graphs are read once a process
        cache.clear()  # counts too are kept for a moment: the first look asks for them
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(path)
        if answer.status_code != 200:
            raise SystemExit(f"{path}: {answer.status_code} {answer.content[:300]!r}")
        counted[name] = len(captured)
    sys.stdout.write(json.dumps(counted))


main()
