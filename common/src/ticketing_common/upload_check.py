"""`python -m ticketing_common.upload_check EXTENSION CPU_SECONDS MEMORY_MIB < file`: one check within limits."""

from __future__ import annotations

import resource
import signal
import sys

from ticketing_common.uploads import REFUSED, Unacceptable, check


def main(extension: str, cpu_seconds: float, memory_mib: int) -> int:
    resource.setrlimit(resource.RLIMIT_AS, (memory_mib * 2**20, memory_mib * 2**20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Unlike RLIMIT_CPU it counts from here and knows parts of a second; the signal ends the process.
    signal.setitimer(signal.ITIMER_PROF, cpu_seconds)
    try:
        check(sys.stdin.buffer, extension)
    except Unacceptable as refusal:
        sys.stdout.write(str(refusal))
        return REFUSED
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], float(sys.argv[2]), int(sys.argv[3])))
