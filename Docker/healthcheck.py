#!/usr/bin/env python3
"""The health check of containers without curl; exit 0 when all is well.

healthcheck URL     this local address answers 200
healthcheck pulse   the process touched its PULSE_FILE within the last minute
"""

import os
import sys
import time
import urllib.error
import urllib.request

OLDEST_PULSE_SECONDS = 60

try:
    if sys.argv[1] == "pulse":
        age = time.time() - os.stat(os.environ["PULSE_FILE"]).st_mtime
        sys.exit(0 if age <= OLDEST_PULSE_SECONDS else f"no sign of life for {age:.0f} s")
    with urllib.request.urlopen(sys.argv[1], timeout=4) as answer:  # noqa: S310 -- a fixed local address
        sys.exit(0 if answer.status == 200 else 1)
except (urllib.error.URLError, OSError) as error:
    sys.exit(f"{sys.argv[1]}: {error}")
