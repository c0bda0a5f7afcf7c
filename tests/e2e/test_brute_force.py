"""Wrong passwords and codes from many addresses: nobody gets in, nobody is locked out, sessions live on.

`GUESSES` says how many.
"""

from __future__ import annotations

import os

from guessing import Attack, Place
from stack import Stack

GUESSES = int(os.environ.get("GUESSES") or "400")


def test_guesses_from_many_addresses_open_nothing_and_keep_nobody_out(stack: Stack) -> None:
    outcome = Attack(Place(stack.run), tries=GUESSES).run(sign_ins=2, code_sign_ins=2)

    print(f"\n  {GUESSES} guesses in {outcome.seconds:.0f} s: {dict(outcome.answers)}")
    assert sum(outcome.answers.values()) == GUESSES
    assert outcome.answers["403 captcha_required"] > 0
    assert outcome.session_checks >= 3
    assert outcome.codes
