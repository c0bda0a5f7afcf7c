"""What guessing costs the guessers, and what it costs the people who sign in meanwhile.

    scripts/bench/brute_force [--tries 10000]

Prints how every guess was answered, the time of right sign-ins before and during the attack, and how alike answers
about known and unknown accounts are in time. The exit code says whether every promise was kept.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from statistics import median

from bench.guessing import Account, Attack, Place, random_address

SLOWER_AT_MOST = 2.0
UNALIKE_AT_MOST_MS = 10.0
CALLS = 200


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tries", type=int, default=10_000, help="wrong passwords and codes together")
    parser.add_argument("--skip-alike", action="store_true", help="do not compare known and unknown accounts")
    options = parser.parse_args()
    place = Place.here()
    is_good = attack(place, options.tries)
    if not options.skip_alike:
        is_good &= alike(place)
    return 0 if is_good else 1


def attack(place: Place, tries: int) -> bool:
    found = Attack(place, tries=tries).run()
    say(f"{sum(found.answers.values())} guesses in {found.seconds:.0f} s, nobody got in:")
    for answer, count in found.answers.most_common():
        say(f"  {count:6d}  {answer}")
    before, meanwhile = median(found.before), median(found.meanwhile)
    ratio = meanwhile / before
    say(f"right sign-in, known browser: median {ms(before)} before ({len(found.before)}), {ms(meanwhile)} meanwhile")
    say(f"  ({len(found.meanwhile)}, worst {ms(max(found.meanwhile))}): ratio {ratio:.2f}, at most {SLOWER_AT_MOST}")
    if found.strangers:
        say(f"right sign-in, new browser with a captcha: median {ms(median(found.strangers))} ({len(found.strangers)})")
    say(f"right sign-in with a mailed code, both calls: median {ms(median(found.codes))} ({len(found.codes)})")
    say(f"the session of before was live each of {found.session_checks} times it was looked at")
    return ratio <= SLOWER_AT_MOST


def alike(place: Place) -> bool:
    """Compare the time of wrong sign-ins of known and unknown accounts, call by call in turn."""
    times: dict[str, list[float]] = {"known": [], "unknown": []}
    for number in range(CALLS):
        if number % 20 == 0:
            place.forget_tries()
        who = "known" if number % 2 else "unknown"
        account = random.choice(place.accounts) if who == "known" else Account(f"nobody{number}@example.com", "")
        began = time.perf_counter()
        answer = place.post(
            "/login/", {"email": account.email, "password": "wrong"}, **{"X-Forwarded-For": random_address()}
        )
        times[who].append(time.perf_counter() - began)
        if answer.status_code != 401:
            raise SystemExit(f"a wrong password was answered with {answer.status_code}")
    place.forget_tries()
    known, unknown = median(times["known"]), median(times["unknown"])
    apart = abs(known - unknown) * 1000
    say(f"{CALLS} wrong sign-ins in turn: median {ms(known)} for known accounts, {ms(unknown)} for unknown ones,")
    say(f"  {apart:.1f} ms apart, at most {UNALIKE_AT_MOST_MS:.0f}")
    return apart < UNALIKE_AT_MOST_MS


def ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"


def say(text: str) -> None:
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    raise SystemExit(main())
