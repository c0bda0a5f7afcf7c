"""Wait until every service is healthy and the seeds have reached the workflow API."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from typing import Any

from native.console import Console, StartError
from native.layout import tail
from native.plan import Plan
from native.processes import Process
from native.services import BY_NAME
from native.supervision import Supervisor

SEEDED_WORKFLOWS = 5
#: A process that dies this often while the system starts will not get better by waiting.
TOO_MANY_DEATHS = 3
#: Everything asked here is on this machine, so a proxy of the environment has no part in it.
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def fetch(url: str, *, token: str = "", document: Any = None, timeout: float = 10) -> tuple[int, Any]:
    """Call a JSON API; return the status and the document, or status 0 when nobody answers."""
    body = None if document is None else json.dumps(document).encode()
    headers = {"Accept": "application/json", **({"Content-Type": "application/json"} if body else {})}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    request = urllib.request.Request(url, data=body, headers=headers)
    try:
        with DIRECT.open(request, timeout=timeout) as answer:
            return answer.status, _document(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, _document(error.read())
    except OSError as error:
        return 0, str(error)


def _document(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return body[:200].decode(errors="replace")


def wait_for_health(
    plan: Plan, supervisor: Supervisor, processes: list[Process], console: Console, *, seconds: float = 300
) -> None:
    """Wait until each web process says 200 and every other process stays up."""
    waiting = {process.name: process for process in processes if process.health_url}
    answers: dict[str, str] = {}
    deadline = time.monotonic() + seconds
    reported = time.monotonic()
    while waiting:
        for name, process in list(waiting.items()):
            status, document = fetch(process.health_url, timeout=5)
            answers[name] = f"{status} {json.dumps(document)}"
            if status == 200:
                del waiting[name]
                reported = time.monotonic()
                console.step(f"{name} is healthy ({len(waiting)} to go)" if waiting else f"{name} is healthy")
        refuse_the_dying(plan, supervisor)
        if waiting and time.monotonic() > deadline:
            name = next(iter(waiting))
            raise StartError(
                f"{name} is not healthy after {seconds:.0f} s; it says: {answers[name][:500]}",
                log_tail=tail(plan.layout.log_of(name)),
            )
        if waiting and time.monotonic() - reported > 10:
            reported = time.monotonic()
            console.step(f"Waiting for {', '.join(waiting)}")
        time.sleep(0.2 if waiting else 0)
    _wait_until_all_run(plan, supervisor, deadline)


def refuse_the_dying(plan: Plan, supervisor: Supervisor) -> None:
    """Stop waiting as soon as a process has died several times: its log says why."""
    for status in supervisor.statuses():
        if status.state == "FATAL" or supervisor.deaths(status) >= TOO_MANY_DEATHS:
            raise StartError(
                f"{status.name} keeps dying ({status.description or status.state}).",
                log_tail=tail(plan.layout.log_of(status.name)),
            )


def _wait_until_all_run(plan: Plan, supervisor: Supervisor, deadline: float) -> None:
    while late := [status for status in supervisor.statuses() if not status.is_up]:
        refuse_the_dying(plan, supervisor)
        if time.monotonic() > deadline:
            raise StartError(
                f"{late[0].name} does not run ({late[0].state}).", log_tail=tail(plan.layout.log_of(late[0].name))
            )
        time.sleep(0.2)


def wait_for_seeds(plan: Plan, supervisor: Supervisor, console: Console, *, seconds: float = 180) -> None:
    """Ask the workflow API, as the administrator, until the roles and the workflows have arrived through the queues."""
    admin = json.loads(plan.layout.demo_file.read_text())["admin"]
    log_in = {"username": admin["email"], "password": admin["password"]}
    auth, workflow = plan.url(BY_NAME["auth"]), plan.url(BY_NAME["workflow"])
    deadline = time.monotonic() + seconds
    token, said, answer = "", "", ""
    while True:
        if not token:
            status, document = fetch(f"{auth}/token/", document=log_in)
            token = document["access"] if status == 200 else ""
            answer = f"POST {auth}/token/ → {status} {document}"
        if token:
            status, document = fetch(f"{workflow}/workflows/?page_size=100", token=token)
            answer = f"GET {workflow}/workflows/ → {status} {str(document)[:400]}"
            if status == 401:
                token = ""
            if status == 200:
                deployed = [row for row in document["results"] if row["status"] == "deployed"]
                said = f"{len(deployed)} of {SEEDED_WORKFLOWS} workflows deployed"
                if len(deployed) >= SEEDED_WORKFLOWS:
                    console.step(f"Seeds have arrived: {said}")
                    return
        refuse_the_dying(plan, supervisor)
        if time.monotonic() > deadline:
            raise StartError(
                f"The seeds have not arrived after {seconds:.0f} s ({said or answer}).",
                log_tail=tail(plan.layout.log_of("workflow-worker")),
            )
        time.sleep(0.4)
