"""Take the tickets on standard input in this process, and print the SQL statements that one takes on average.

Runs in the workflow API's folder with its settings.
"""

from __future__ import annotations

import json
import statistics
import sys

import django

django.setup()

from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from ticketing_common.testing import deliver  # noqa: E402
from workflowmanager.tasks import receive_ticket  # noqa: E402

TRANSACTION = ("BEGIN", "COMMIT", "ROLLBACK")


def main() -> None:
    counts = []
    for turn, kwargs in enumerate(json.load(sys.stdin)):
        with CaptureQueriesContext(connection) as captured:
            deliver(receive_ticket, **kwargs)
        if turn >= 5:  # the first ones fill caches
            counts.append(sum(not query["sql"].upper().startswith(TRANSACTION) for query in captured.captured_queries))
    print(round(statistics.mean(counts), 2))


main()
