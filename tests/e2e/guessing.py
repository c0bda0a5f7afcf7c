"""An attack on sign-in from many addresses, and the people who sign in meanwhile.

The addresses stand in `X-Forwarded-For`, which auth believes because the attacker sits where its trusted proxy does.
"""

from __future__ import annotations

import email
import email.policy
import itertools
import json
import os
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import altcha
import psycopg2
import requests

ATTACKERS = 8
TIMEOUT = 60
CODE = re.compile(r"\b(\d{6})\b")


@dataclass(frozen=True)
class Account:
    email: str
    password: str = field(repr=False)

    @property
    def names(self) -> tuple[str, str]:
        return self.email, self.email.split("@")[0]


class Place:
    """The running stack, by the run directory that its start left behind."""

    def __init__(self, run: Path) -> None:
        lines = (line.partition("=") for line in (run / "env").read_text().splitlines())
        self.env = {name: value for name, _, value in lines}
        self.auth = self.env["DJANGO_AUTH_SERVICE"]
        self.page = {"Origin": self.env["FRONTEND_URL"], "X-Requested-With": "guessing"}
        self.mail = run / "mail"
        document = json.loads((run / "demo.json").read_text())
        self.accounts = [Account(row["email"], row["password"]) for row in document["users"]]

    @classmethod
    def here(cls) -> Place:
        root = Path(__file__).resolve().parents[2]
        run = Path(os.environ.get("RUN_DIR") or ".run")
        return cls(run if run.is_absolute() else root / run)

    def forget_tries(self) -> None:
        """Delete all counters, so that a measurement does not run into them and leaves none behind."""
        with psycopg2.connect(self.env["AUTH_DATABASE_URL"]) as connection, connection.cursor() as cursor:
            cursor.execute("DELETE FROM rate_counters")
            cursor.execute("UPDATE users SET locked_until = NULL")
        connection.close()

    def post(self, path: str, body: dict[str, Any], *, session: Any = requests, **headers: str) -> requests.Response:
        answer: requests.Response = session.post(f"{self.auth}{path}", json=body, headers=headers, timeout=TIMEOUT)
        return answer

    def solved_captcha(self) -> str:
        document = requests.get(f"{self.auth}/captcha/", timeout=TIMEOUT).json()
        challenge = altcha.Challenge.from_dict(document)
        solution = altcha.solve_challenge(challenge)
        assert solution is not None, "the captcha has a solution"
        return altcha.Payload(challenge, solution).to_base64()

    def mailed_code(self, account: Account, *, address: str, not_before: float, used: set[str]) -> str:
        """Wait for a new code that was asked for from this address: attackers cause such mails as well."""
        deadline = time.monotonic() + TIMEOUT
        while time.monotonic() < deadline:
            for path in sorted(self.mail.glob(f"*{account.email}.eml"), key=os.path.getmtime, reverse=True):
                if path.stat().st_mtime < not_before:
                    break
                message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
                body = message.get_body(preferencelist=("plain",))
                text = body.get_content() if body else ""
                if address in text and (found := CODE.search(text)) and found[1] not in used:
                    used.add(found[1])
                    return found[1]
            time.sleep(0.1)
        raise AssertionError(f"no code came for {account.email}")


class Browser:
    """One person's browser: it keeps its cookies, so that auth knows it again."""

    def __init__(self, place: Place, account: Account) -> None:
        self.place, self.account = place, account
        self.http = requests.Session()
        self.http.trust_env = False
        self.address = random_address()
        self.http.headers["X-Forwarded-For"] = self.address
        self.access = ""
        self.used_codes: set[str] = set()

    def sign_in(self) -> float:
        """Sign in with the right password, and the mailed code where one is asked for; return the seconds it took."""
        seconds, answer = self._call("/login/", {"email": self.account.email, "password": self.account.password})
        if answer.get("otp_required"):
            code = self.place.mailed_code(
                self.account, address=self.address, not_before=time.time() - seconds - 1, used=self.used_codes
            )
            more, answer = self._call("/login/otp/", {"challenge": answer["challenge"], "code": code})
            seconds += more
        self.access = answer["access"]
        return seconds

    def _call(self, path: str, body: dict[str, Any]) -> tuple[float, dict[str, Any]]:
        began = time.perf_counter()
        answer = self.place.post(path, body, session=self.http)
        seconds = time.perf_counter() - began
        assert answer.status_code == 200, f"the right person: {answer.status_code} {answer.text[:200]}"
        document: dict[str, Any] = answer.json()
        return seconds, document

    def is_signed_in(self) -> bool:
        headers = {"Authorization": f"Bearer {self.access}"}
        return self.http.get(f"{self.place.auth}/api/v1/users/me/", headers=headers, timeout=TIMEOUT).status_code == 200

    def renew(self) -> None:
        answer = self.place.post("/token/refresh/", {}, session=self.http, **self.place.page)
        assert answer.status_code == 200, f"a live session: {answer.status_code} {answer.text[:200]}"
        self.access = answer.json()["access"]

    def set_second_factor(self, path: str, body: dict[str, Any]) -> None:
        headers = {"Authorization": f"Bearer {self.access}"}
        answer = self.place.post(
            f"/api/v1/users/me/otp/{path}", body | {"current_password": self.account.password}, **headers
        )
        assert answer.status_code == 200, answer.text[:200]


def random_address() -> str:
    return f"{random.randint(11, 99)}.{random.randint(0, 255)}.{random.randint(0, 255)}.{random.randint(1, 254)}"


@dataclass
class Outcome:
    """What the attackers were told, and how long right sign-ins took before and meanwhile, in seconds."""

    answers: Counter[str] = field(default_factory=Counter)
    before: list[float] = field(default_factory=list)
    meanwhile: list[float] = field(default_factory=list)
    strangers: list[float] = field(default_factory=list)
    codes: list[float] = field(default_factory=list)
    session_checks: int = 0
    seconds: float = 0.0


class Attack:
    """`tries` wrong passwords and codes, in equal parts, each from an address of its own.

    Passwords: of one person above all, by both names and both calls, of everybody else, and of people who do not
    exist. Codes: the attackers know the other person's password, and try codes as long as auth lets them.
    """

    def __init__(self, place: Place, *, tries: int) -> None:
        self.place, self.tries = place, tries
        # Those with the fewest other tests about them.
        self.plain, self.careful, *self.others = place.accounts[-1], place.accounts[-2], *place.accounts[:-2]
        self.outcome = Outcome()
        self._challenge = ""
        self._lock = threading.Lock()
        self._is_over = threading.Event()

    def run(self, *, sign_ins: int = 10, code_sign_ins: int = 4) -> Outcome:
        self.place.forget_tries()
        plain, careful = Browser(self.place, self.plain), Browser(self.place, self.careful)
        plain.sign_in(), careful.sign_in()
        careful.set_second_factor("", {"method": "email"})
        try:
            careful.sign_in()
            self.outcome.before = [plain.sign_in() for _ in range(sign_ins)]
            began = time.monotonic()
            with ThreadPoolExecutor(ATTACKERS + 3) as pool:
                people = [pool.submit(self._people, plain, careful, code_sign_ins), pool.submit(self._stranger)]
                numbers = itertools.count()
                jobs = [pool.submit(self._attacker, numbers) for _ in range(ATTACKERS)]
                try:
                    for job in jobs:
                        job.result()
                finally:
                    self.outcome.seconds = time.monotonic() - began
                    self._is_over.set()
                for job in people:
                    job.result()
            # The sessions of before have lived through it, and the right persons still get in.
            plain.renew(), careful.renew()
            assert plain.is_signed_in()
            assert careful.is_signed_in()
            plain.sign_in(), careful.sign_in()
        finally:
            self.place.forget_tries()
            careful.set_second_factor("disable/", {})
        return self.outcome

    def _people(self, plain: Browser, careful: Browser, code_sign_ins: int) -> None:
        """In browsers that auth knows: sign in again and again; the sessions stay open meanwhile."""
        live = Browser(self.place, self.plain)
        live.http.cookies.update(plain.http.cookies)
        live.access = plain.access
        for number in itertools.count():
            if self._is_over.is_set() and number >= 3:
                return
            self.outcome.meanwhile.append(plain.sign_in())
            if number % 3 == 0 and len(self.outcome.codes) < code_sign_ins:
                self.outcome.codes.append(careful.sign_in())
            assert live.is_signed_in(), "a live session was ended"
            self.outcome.session_checks += 1

    def _stranger(self) -> None:
        """The right person in a new browser, each time from another address: with a captcha they get in."""
        while not self._is_over.wait(3):
            body = {"email": self.others[0].email, "password": self.others[0].password}
            address = {"X-Forwarded-For": random_address()}
            answer = self.place.post("/login/", body, **address)
            if answer.status_code == 403:
                body["captcha"] = self.place.solved_captcha()
                began = time.perf_counter()
                answer = self.place.post("/login/", body, **address)
                self.outcome.strangers.append(time.perf_counter() - began)
            assert answer.status_code == 200, f"the right person, elsewhere: {answer.status_code} {answer.text[:200]}"

    def _attacker(self, numbers: Any) -> None:
        session = requests.Session()
        session.trust_env = False
        kinds: tuple[Callable[[Any, int], requests.Response], ...] = (self._guess_password, self._guess_code)
        while (number := next(numbers)) < self.tries and not self._is_over.is_set():
            session.cookies.clear()
            answer = kinds[number % 2](session, number)
            assert answer.status_code in {401, 403, 429}, f"a guess: {answer.status_code} {answer.text[:200]}"
            code = answer.json()["errors"][0]["code"]
            with self._lock:
                self.outcome.answers[f"{answer.status_code} {code}"] += 1

    def _guess_password(self, session: Any, number: int) -> requests.Response:
        if number % 4 == 0:
            login = random.choice(self.plain.names)
        else:
            login = random.choice([f"nobody{number}@example.com", *random.choice(self.others[1:]).names])
        path, name = ("/token/", "username") if number % 10 == 0 else ("/login/", "email")
        body = {name: login, "password": f"guess number {number}"}
        return self.place.post(path, body, session=session, **{"X-Forwarded-For": random_address()})

    def _guess_code(self, session: Any, number: int) -> requests.Response:
        body = {"challenge": self._challenge or "none", "code": f"{random.randrange(1_000_000):06d}"}
        answer = self.place.post("/login/otp/", body, session=session, **{"X-Forwarded-For": random_address()})
        if answer.status_code == 401 and answer.json()["errors"][0]["code"] == "otp_expired":
            known = {"email": self.careful.email, "password": self.careful.password}
            begun = self.place.post("/login/", known, session=session, **{"X-Forwarded-For": random_address()})
            if begun.status_code == 200:
                self._challenge = begun.json()["challenge"]
        return answer
