"""Generated requests to the operations of one service as one identity, and what came back."""

from __future__ import annotations

import math
import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import HypothesisException
from schemathesis.core.errors import SchemathesisError
from schemathesis.core.result import Err

from bench.build import ROOT, Build

#: So many requests to an operation, then the next one: each has its turn before any has a second.
REQUESTS_A_TURN = 5
ANSWER_SECONDS = 60
#: The OpenAPI documents by service; a check of scripts/test keeps them what the code says.
DOCUMENTS = {
    "auth": "auth",
    "workflow": "workflow_api",
    "messaging": "messaging",
    "notification": "notification_service",
    "ticket": "ticket_service",
}
MAX_KNOWN_IDS = 50
SIGN_IN_TRIES, SIGN_IN_PAUSE_SECONDS = 4, 20


class Lost(Exception):
    """None of the accounts can sign in any more."""


class Identity:
    """Accounts of one kind. One whose session ends signs in again; one that can't any more is followed by the next."""

    def __init__(self, name: str, build: Build, user_ids: list[int]) -> None:
        self.name, self.build = name, build
        self._accounts = [build.accounts[user_id] for user_id in user_ids]
        self.user_id = 0
        self.deadline = math.inf
        self.http = requests.Session()
        self.http.trust_env = False
        self.sign_in()

    def sign_in(self) -> None:
        said = ""
        while self._accounts:
            said = self._sign_in(self._accounts[0])
            if not said:
                self.user_id = int(self._accounts[0]["user_id"])
                return
            if time.monotonic() >= self.deadline:
                break
            self._accounts.pop(0)
        raise Lost(f"no {self.name} could sign in in time: {said}")

    def _sign_in(self, account: dict[str, Any]) -> str:
        """Sign in and return nothing, else what the service said.

        Where wrong tries among the requests made it ask strangers for a captcha, that is over in a while.
        """
        self.http.headers.pop("Authorization", None)
        given = {name: account[name] for name in ("email", "password")}
        for _ in range(SIGN_IN_TRIES):
            answer = self.http.post(f"{self.build.url('auth')}/login/", json=given, timeout=ANSWER_SECONDS)
            if answer.status_code == requests.codes.ok and "access" in answer.json():
                self.http.headers["Authorization"] = f"Bearer {answer.json()['access']}"
                return ""
            is_passing = answer.status_code in {requests.codes.forbidden, requests.codes.too_many_requests}
            if not is_passing or time.monotonic() + SIGN_IN_PAUSE_SECONDS > self.deadline:
                break
            time.sleep(SIGN_IN_PAUSE_SECONDS)
        return f"{answer.status_code} {answer.text[:200]}"

    def stays(self) -> None:
        """Sign in again if the session has ended."""
        answer = self.http.get(f"{self.build.url('auth')}/api/v1/users/me/", timeout=ANSWER_SECONDS)
        if answer.status_code != requests.codes.ok:
            self.sign_in()


@dataclass
class Finding:
    """A kind of answer that must not be: where, what, and a request that shows it."""

    operation: str
    status: str
    shown_by: str
    times: int = 1


@dataclass
class Tally:
    """What came of one service and identity."""

    service: str
    identity: str
    operations: int = 0
    reached: set[str] = field(default_factory=set)
    answers: Counter[int] = field(default_factory=Counter)
    server_errors: dict[tuple[str, str], Finding] = field(default_factory=dict)
    undocumented: dict[tuple[str, str], Finding] = field(default_factory=dict)
    ungenerated: set[str] = field(default_factory=set)
    seconds: float = 0

    @property
    def requests(self) -> int:
        return self.answers.total()

    def note(self, case: Any, status: int, documented: set[str]) -> None:
        label = case.operation.label
        self.reached.add(label)
        self.answers[status] += 1
        if status == 0 or status >= 500:
            _add(self.server_errors, label, str(status) if status else "no answer", case)
        elif not documented & {str(status), f"{status // 100}XX", "default"}:
            _add(self.undocumented, label, str(status), case)


def _add(found: dict[tuple[str, str], Finding], label: str, status: str, case: Any) -> None:
    known = found.get((label, status))
    if known is None:
        found[label, status] = Finding(label, status, case.as_curl_command())
    else:
        known.times += 1


class Fuzzer:
    """Sends requests to the operations of a service for a while."""

    def __init__(self, service: str, identity: Identity, start: int) -> None:
        self.service, self.identity = service, identity
        self.base = identity.build.url(service)
        self.rng = random.Random(start)
        self.known: dict[str, list[Any]] = {}
        schema = schemathesis.openapi.from_path(ROOT / "docs" / "openapi" / f"{DOCUMENTS[service]}.yaml")
        self.operations = [result.ok() for result in schema.get_all_operations() if not isinstance(result, Err)]
        self.tally = Tally(service, identity.name, operations=len(self.operations))
        self._lost: Lost | None = None

    def run(self, seconds: float) -> Tally:
        began = time.monotonic()
        deadline = self.identity.deadline = began + seconds
        for turn in self._turns(deadline):
            for operation in self._in_order(turn):
                if time.monotonic() >= deadline:
                    break
                self._visit(operation, turn, deadline)
                if self._lost is not None:
                    raise self._lost
        self.tally.seconds = time.monotonic() - began
        return self.tally

    @staticmethod
    def _turns(deadline: float) -> Iterator[int]:
        turn = 0
        while time.monotonic() < deadline:
            yield turn
            turn += 1

    def _in_order(self, turn: int) -> list[Any]:
        """Lists first in the first turn, so that the ids of what exists are known; then in any order."""
        if turn == 0:
            return sorted(self.operations, key=lambda operation: ("{" in operation.path, operation.method != "get"))
        return self.rng.sample(self.operations, len(self.operations))

    def _visit(self, operation: Any, turn: int, deadline: float) -> None:
        documented = {str(status) for status in operation.definition.raw.get("responses", {})}

        @seed(self.rng.getrandbits(64))
        @given(case=operation.as_strategy())
        @settings(
            max_examples=REQUESTS_A_TURN,
            deadline=None,
            database=None,
            phases=[Phase.explicit, Phase.generate] if turn == 0 else [Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def send(case: Any) -> None:
            # Nothing is raised here: Hypothesis would send the request again and again to make a smaller one of it.
            if time.monotonic() < deadline and self._lost is None:
                try:
                    self._send(case, documented)
                except Lost as error:
                    self._lost = error

        try:
            send()
        except (SchemathesisError, HypothesisException):
            self.tally.ungenerated.add(operation.label)

    def _send(self, case: Any, documented: set[str]) -> None:
        self._use_known_ids(case)
        try:
            answer = case.call(base_url=self.base, session=self.identity.http, timeout=ANSWER_SECONDS)
        except requests.RequestException:
            self.tally.note(case, 0, documented)
            return
        self.tally.note(case, answer.status_code, documented)
        if answer.status_code == requests.codes.unauthorized:
            self.identity.stays()
        elif answer.status_code < 300:
            self._learn(case.operation.path, answer)

    def _use_known_ids(self, case: Any) -> None:
        """Ask in two of three cases for something that exists; never for what is the identity's own account."""
        place = case.operation.path.partition("{")[0]
        for name in case.path_parameters or {}:
            known = self.known.get(place, [])
            if known and self.rng.random() < 2 / 3:
                row = self.rng.choice(known)
                case.path_parameters[name] = row.get(name, row.get("id"))
            if str(case.path_parameters[name]) == str(self.identity.user_id):
                case.path_parameters[name] = 2**31

    def _learn(self, path: str, answer: Any) -> None:
        try:
            document = answer.json()
        except ValueError:
            return
        rows = document.get("results", [document]) if isinstance(document, dict) else document
        for row in rows if isinstance(rows, list) else ():
            if isinstance(row, dict) and row.get("id") is not None:
                known = self.known.setdefault(path.partition("{")[0], [])
                known.append(row)
                del known[:-MAX_KNOWN_IDS]
