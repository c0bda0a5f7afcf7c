"""The drill of the runbook: a new signing key, while everybody works, costs nobody a refusal."""

from __future__ import annotations

import threading
import time

import jwt
import requests
from stack import Person, Stack, eventually

ROTATIONS = 2


def signing_kid(person: Person) -> str:
    """Renew the session as the browser does; return which key signed the new token."""
    answer = person.http.post(
        f"{person.stack.auth}/token/refresh/",
        headers={"X-Requested-With": "drill", "Origin": person.stack.frontend},
        timeout=20,
    )
    assert answer.status_code == 200, f"{answer.status_code} {answer.text[:300]}"
    person.token = answer.json()["access"]
    person.http.headers["Authorization"] = f"Bearer {person.token}"
    return str(jwt.get_unverified_header(person.token)["kid"])


def published_kids(stack: Stack) -> set[str]:
    document = requests.get(f"{stack.auth}/.well-known/jwks.json", timeout=10).json()
    return {key["kid"] for key in document["keys"]}


def test_new_signing_keys_under_load_refuse_nobody(stack: Stack) -> None:
    places = [
        f"{stack.auth}/api/v1/users/me/",
        f"{stack.workflow}/tasks/",
        f"{stack.messaging}/tickets/none/events/",
        f"{stack.notification}/api/v2/notifications/inapp/",
        f"{stack.ticket}/tickets/",
    ]
    people = [Person(stack, account) for account in list(stack.accounts.values())[:3]]
    is_over = threading.Event()
    answers: list[int] = []
    faults: list[str] = []

    def work(person: Person, *, is_renewing: bool) -> None:
        while not is_over.is_set():
            for place in places:
                answer = person.http.get(place, timeout=20)
                answers.append(answer.status_code)
                if answer.status_code == 401:
                    faults.append(f"{place}: {answer.text[:200]}")
            if is_renewing:
                signing_kid(person)

    # One of them keeps the token of the old key all the while.
    threads = [
        threading.Thread(target=work, args=(person,), kwargs={"is_renewing": number > 0})
        for number, person in enumerate(people)
    ]
    for thread in threads:
        thread.start()
    try:
        watcher = Person(stack, list(stack.accounts.values())[3])
        for _ in range(ROTATIONS):
            before = signing_kid(watcher)
            stack.manage("auth", "rotate_signing_key")
            eventually("tokens bear the new key", lambda before=before: signing_kid(watcher) != before, seconds=60)  # type: ignore[misc]
            assert before in published_kids(stack)
        time.sleep(2)
    finally:
        is_over.set()
        for thread in threads:
            thread.join()

    print(f"\n  {ROTATIONS} new keys during {len(answers)} calls: {len(faults)} refused")
    assert faults == []
    assert len(answers) > 100
