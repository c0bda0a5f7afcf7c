"""Generated requests to every operation of all five services, as administrator and as agent.

Starts a stack of its own, shares the time among services and identities, and prints one table. What it changes there
is gone with the stack. Ends with 0 where there was nothing to find, 1 after a server error, an answer that the
OpenAPI document does not name, or an operation that the time did not reach, 2 where it could not run.
"""

from __future__ import annotations

import argparse
import secrets
import sys
import time
from pathlib import Path

from api_fuzz.requests_of import Finding, Fuzzer, Identity, Lost, Tally
from bench.build import ROOT, BenchError, Build

MAX_MINUTES = 30
#: Kept back for stopping the stack.
RESERVE_SECONDS = 45
SPARE_ADMINS = 3
SERVICES = ("auth", "workflow", "messaging", "notification", "ticket")
IDENTITIES = ("admin", "agent")


def identities(build: Build) -> dict[str, Identity]:
    """Return who asks. Administrators have substitutes, since what they are made to do may end an account."""
    agents = [user_id for user_id, row in build.accounts.items() if "Agent" in row.get("roles", {}).get("tts", [])]
    admins = [_new_admin(build, number) for number in range(SPARE_ADMINS)] + [build.admin_id]
    return {"admin": Identity("admin", build, admins), "agent": Identity("agent", build, agents)}


def _new_admin(build: Build, number: int) -> int:
    account = {
        "email": f"fuzz-{number}@example.com",
        "first_name": "Fuzz",
        "last_name": f"Admin {number}",
        "password": secrets.token_urlsafe(24),
        "roles": [{"system": "tts", "role": "Admin"}],
    }
    _, answer = build.call(build.admin_id, "POST", f"{build.url('auth')}/api/v1/users/", account)
    user_id = int(answer.json()["id"])
    build.accounts[user_id] = account | {"user_id": user_id}
    return user_id


def fuzz(build: Build, services: list[str], start: int, deadline: float) -> list[Tally]:
    """Give each service and identity, of what is left of the time, the part that its operations are of all."""
    people = identities(build)
    turns = [(service, name) for service in services for name in IDENTITIES]
    fuzzers = [Fuzzer(service, people[name], start + number) for number, (service, name) in enumerate(turns)]
    operations_left = sum(len(fuzzer.operations) for fuzzer in fuzzers)
    tallies: list[Tally] = []
    for fuzzer in fuzzers:
        seconds = (deadline - time.monotonic()) * len(fuzzer.operations) / operations_left
        operations_left -= len(fuzzer.operations)
        print(f"{fuzzer.service} as {fuzzer.identity.name}, {seconds:.0f} s", flush=True)
        try:
            fuzzer.identity.deadline = time.monotonic() + seconds
            fuzzer.identity.stays()
            fuzzer.run(seconds)
        except Lost as error:
            print(f"  ended early: {error}", flush=True)
        tallies.append(fuzzer.tally)
        print(f"  {table(tallies[-1:])[-1]}", flush=True)
    return tallies


def table(tallies: list[Tally]) -> list[str]:
    rows = ["| service | as | operations reached | requests | 2xx | 4xx | 5xx | undocumented |", "|---" * 8 + "|"]
    for tally in tallies:
        kinds = [sum(times for status, times in tally.answers.items() if status // 100 == kind) for kind in (2, 4)]
        errors = sum(finding.times for finding in tally.server_errors.values())
        undocumented = sum(finding.times for finding in tally.undocumented.values())
        cells = [tally.service, tally.identity, f"{len(tally.reached)} of {tally.operations}", tally.requests]
        rows.append(f"| {' | '.join(map(str, [*cells, *kinds, errors, undocumented]))} |")
    return rows


def told(what: str, tally: Tally, findings: dict[tuple[str, str], Finding]) -> list[str]:
    return [
        f"{what}: {tally.service} as {tally.identity}: {finding.operation}: {finding.status}, {finding.times} times\n"
        f"    {finding.shown_by[:2000]}"
        for finding in findings.values()
    ]


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/fuzz_api", description=__doc__)
    parser.add_argument("--minutes", type=float, default=MAX_MINUTES, help=f"for all of it, at most {MAX_MINUTES}")
    parser.add_argument("--service", action="append", choices=SERVICES, help="only this one; may be given often")
    parser.add_argument("--seed", type=int, default=None, help="repeat the choices of an earlier run")
    asked = parser.parse_args()
    deadline = time.monotonic() + min(asked.minutes, MAX_MINUTES) * 60 - RESERVE_SECONDS
    start = secrets.randbits(32) if asked.seed is None else asked.seed
    build = Build("this tree", ROOT, Path(ROOT / ".run" / "fuzz"))
    try:
        build.up()
        tallies = fuzz(build, asked.service or list(SERVICES), start, deadline)
    except (BenchError, Lost) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    finally:
        build.down()
    lines = [line for tally in tallies for line in told("server error", tally, tally.server_errors)]
    lines += [line for tally in tallies for line in told("undocumented", tally, tally.undocumented)]
    lines += [
        f"no request could be made: {tally.service}: {label}"
        for tally in tallies
        for label in sorted(tally.ungenerated - tally.reached)
    ]
    lines += [
        f"not reached: {tally.service} as {tally.identity}: {tally.operations - len(tally.reached)} operations"
        for tally in tallies
        if len(tally.reached) < tally.operations
    ]
    print("\n".join(["", *table(tallies), "", *lines, f"seed {start}"]))
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
