"""The production file from nothing: TLS, one ticket's story, and one container of each kind killed under load."""

from __future__ import annotations

import http.client
import shutil
import socket
import ssl
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import requests

from demo_story.client import SignedIn, eventually
from demo_story.places import Places
from demo_story.story import TICKET, Story
from drills.stack import Stack
from native.console import Console, StartError

KINDS = (
    *("auth-service", "workflow-api", "messaging-service", "notification-service"),
    *("auth-worker", "workflow-worker", "messaging-worker", "notification-worker"),
    *("auth-relay", "workflow-relay", "messaging-relay", "notification-relay"),
    *("workflow-beat", "notification-beat", "notification-mailer", "notification-webhooks"),
)
SECONDS_EACH = 6.0
TICKETS_A_SECOND = 1.0
READS_A_SECOND = 8.0


class Load:
    """People who keep asking, and a help desk that keeps sending tickets; none of them tries again."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self.agent = SignedIn(places, places.admin)
        self.requester = SignedIn(places, places.people[-1])
        self.numbers: list[str] = []
        self.answers: Counter[str] = Counter()
        self.slowest = 0.0
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._repeat, args=(TICKETS_A_SECOND, self._post)),
            threading.Thread(target=self._repeat, args=(READS_A_SECOND, self._read)),
        ]
        self._turn = 0

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def _repeat(self, rate: float, act: Callable[[], None]) -> None:
        while not self._stopping.wait(1 / rate):
            act()

    def _ask(self, person: SignedIn, method: str, url: str, document: dict[str, str] | None = None) -> object:
        began = time.monotonic()
        try:
            answer = requests.request(
                method,
                url,
                json=document,
                timeout=60,
                verify=self.places.authority,
                headers={"Authorization": f"Bearer {person.token}"},
                proxies={"https": ""},
            )
        except requests.RequestException as error:
            self.answers[f"{method} {type(error).__name__}"] += 1
            return None
        self.slowest = max(self.slowest, time.monotonic() - began)
        self.answers["ok" if answer.ok else f"{method} {urlsplit(url).path} {answer.status_code}"] += 1
        return answer.json() if answer.ok else None

    def _post(self) -> None:
        answer = self._ask(self.requester, "POST", f"{self.places.ticket}/tickets/", TICKET)
        if isinstance(answer, dict):
            self.numbers.append(answer["ticket_number"])

    def _read(self) -> None:
        reads = (
            f"{self.places.auth}/api/v1/users/me/",
            f"{self.places.workflow}/tasks/?view=all",
            f"{self.places.messaging}/health/ready/",
            f"{self.places.notification}/api/v2/notifications/inapp/",
        )
        self._turn += 1
        self._ask(self.agent, "GET", reads[self._turn % len(reads)])


def rehearse(root: Path, console: Console, *, keep: bool) -> bool:
    """Run the drill; true where no job failed and no request either."""
    if shutil.which("docker") is None:
        raise StartError("This drill needs Docker with Compose.", exit_code=3)
    folder = Path(tempfile.mkdtemp(prefix="drill-"))
    stack = Stack(root, folder)
    try:
        stack.prepare()
        console.step("Building and starting the production file from a clean clone")
        began = time.monotonic()
        stack.compose("build")
        built = time.monotonic()
        stack.compose("up", "-d", "--wait", "--wait-timeout", "1200")
        count = len(stack.compose("ps", "-q").split())
        console.step(
            f"{count} containers are healthy; built in {built - began:.0f} s, up in {time.monotonic() - built:.0f} s"
        )
        check_gateway(stack, console)
        places = stack.places()
        Story(places, console).tell()
        return kill_each_kind(stack, places, console)
    finally:
        if keep:
            console.line(f"\nIt keeps running: {stack.url}, {folder}")
        else:
            stack.compose("down", "-v", "--timeout", "10")
            shutil.rmtree(folder)


def check_gateway(stack: Stack, console: Console) -> None:
    """Plain HTTP is redirected, HTTP/2 is spoken, the browser is told to come back over HTTPS only."""
    plain = http.client.HTTPConnection("127.0.0.1", stack.ports["HTTP_PORT"], timeout=10)
    plain.request("GET", "/tickets/HD-1?a=b", headers={"Host": "attacker.example"})
    moved = plain.getresponse()
    context = ssl.create_default_context(cafile=str(stack.certificate))
    context.set_alpn_protocols(["h2", "http/1.1"])
    with socket.create_connection(("localhost", stack.ports["HTTPS_PORT"]), timeout=10) as line:
        with context.wrap_socket(line, server_hostname="localhost") as tls:
            spoken, version = tls.selected_alpn_protocol(), tls.version()
    page = requests.get(stack.url, verify=str(stack.certificate), timeout=10, proxies={"https": ""})
    seen = {
        "redirect": (moved.status, moved.headers["Location"]) == (301, f"{stack.url}/tickets/HD-1?a=b"),
        "HTTP/2": spoken == "h2",
        "TLS": version == "TLSv1.3",
        "HSTS": page.ok and "max-age=31536000" in page.headers.get("Strict-Transport-Security", ""),
    }
    if wrong := [name for name, is_right in seen.items() if not is_right]:
        raise StartError(f"The gateway does not do what it must: {', '.join(wrong)}.")
    console.step(f"Gateway: {', '.join(seen)} as they must be")


def kill_each_kind(stack: Stack, places: Places, console: Console) -> bool:
    """Kill one container of each kind while requests and tickets keep coming, and count what was lost."""
    console.step(f"Killing one of each of {len(KINDS)} kinds under load")
    load = Load(places)
    load.start()
    try:
        time.sleep(SECONDS_EACH)
        for kind in KINDS:
            stack.kill_one(kind)
            console.line(f"   {kind}")
            time.sleep(SECONDS_EACH)
    finally:
        load.stop()
    numbers = repr(load.numbers)

    def missing() -> bool | None:
        done = stack.count(
            "workflow-api",
            "from task.models import Task; "
            f"print(Task.objects.filter(ticket__ticket_number__in={numbers}).values('ticket').distinct().count())",
        )
        return True if done == len(load.numbers) else None

    eventually(f"A task for each of {len(load.numbers)} tickets", missing, seconds=180)
    dead = sum(
        stack.count(
            service,
            "from ticketing_common.inbox.models import DeadLetter; print(DeadLetter.objects.count())",
        )
        for service in ("auth-service", "workflow-api", "messaging-service", "notification-service")
    )
    doubled = stack.count(
        "workflow-api",
        "from task.models import Task; from django.db.models import Count; "
        "print(Task.objects.values('ticket').annotate(n=Count('id')).filter(n__gt=1).count())",
    )
    asked, failed = load.answers.total(), load.answers.total() - load.answers["ok"]
    console.line(
        f"\n{asked} requests, {failed} failed, the slowest took {load.slowest:.1f} s; {len(load.numbers)} tickets "
        f"posted, as many tasks, {doubled} doubled, {dead} dead letters."
    )
    for what, count in load.answers.items():
        if what != "ok":
            console.line(f"   {count} × {what}")
    return not (dead or doubled or failed > max(1, asked // 1000))
