"""Notices are made by the service that owns their event, and arrive once, by mail and in the application."""

from __future__ import annotations

import email
import email.policy
import json
import re
import secrets
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import altcha
import pytest
import requests
from stack import ROOT, Account, Person, Stack, eventually

WRONG = "not the right password at all"
# The notices about a ticket that people get from each other's acts.
ABOUT_A_TICKET = (
    "task_assignment",
    "task_transferred",
    "task_escalated",
    "task_returned",
    "approval_requested",
    "mention",
)


def mails(stack: Stack, address: str, kind: str, containing: str = "") -> list[str]:
    """Return the texts of the mails of a type that the local sink took for an address."""
    texts = []
    for path in (stack.run / "mail").glob(f"*{address}.eml"):
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        body = message.get_body(preferencelist=("plain",))
        text = f"{message['Subject']}\n{body.get_content() if body else ''}"
        if message["X-Notification-Type"] == kind and containing in text:
            texts.append(text)
    return texts


def notices(stack: Stack, person: Person, kind: str, containing: str = "") -> list[dict[str, Any]]:
    url = f"{stack.notification}/api/v2/notifications/inapp/"
    rows = person.get(url, page_size=100, notification_type=kind)["results"]
    return [row for row in rows if containing in json.dumps(row)]


def arrived_once(stack: Stack, person: Person, kind: str, containing: str, *, seconds: float = 30) -> None:
    address = person.account.email
    mail = eventually(f"mail: {kind}", lambda: mails(stack, address, kind, containing), seconds=seconds)
    notice = eventually(f"notice: {kind}", lambda: notices(stack, person, kind, containing), seconds=seconds)
    assert (kind, len(mail), len(notice)) == (kind, 1, 1)


def act(person: Person, stack: Stack, task_id: int, outcome: str) -> dict[str, Any]:
    seen = person.get(f"{stack.workflow}/tasks/{task_id}/")
    way = next(entry for entry in seen["available_transitions"] if entry["outcome"] == outcome)
    person.post(
        f"{stack.workflow}/transitions/",
        {
            "task_id": task_id,
            "transition_id": way["id"],
            "comment": "Please look again.",
            "expected_version": seen["version"],
        },
    )
    task: dict[str, Any] = stack.admin.get(f"{stack.workflow}/tasks/{task_id}/")
    return task


def test_a_clock_that_runs_out_is_notified(stack: Stack) -> None:
    category = f"Clock {secrets.token_hex(4)}"
    rows = stack.admin.everything(f"{stack.workflow}/workflows/")
    model = next(row for row in rows if row["name"] == "IT Support Request")
    document = stack.admin.get(f"{stack.workflow}/workflows/{model['id']}/export/")
    document |= {"name": category, "category": category}
    document["sla_seconds"] = {"urgent": 20, "high": 40, "medium": 7200, "low": 14400}
    document.pop("seed_key", None)
    made = stack.admin.post(f"{stack.workflow}/workflows/import/", document, status=201)
    for verb in ("initialize", "deploy"):
        stack.admin.post(f"{stack.workflow}/workflows/{made['id']}/{verb}/", {})
    number = stack.new_number()
    stack.publish(json.dumps(stack.ticket_data(number, category=category, priority="Urgent")).encode())
    holder = stack.person(stack.task_of(number)["assignee"]["user_id"])

    address = holder.account.email
    for kind in ("sla_at_risk", "sla_breached"):
        eventually(f"mail: {kind}", lambda kind=kind: mails(stack, address, kind, number), seconds=90)
        told = eventually(f"notice: {kind}", lambda kind=kind: notices(stack, holder, kind, number), seconds=90)
        assert len({row["message"] for row in told}) == len(told), "once for the step, once for the ticket"
    stack.admin.post(f"{stack.workflow}/workflows/{made['id']}/pause/", {})


@pytest.fixture
def refusing_system() -> Iterator[str]:
    """An asset system that takes nothing."""

    class Refusing(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(422)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Refusing)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_hand_off_that_fails_is_told(stack: Stack, refusing_system: str) -> None:
    number = stack.new_number()
    data = stack.ticket_data(number, category="Asset Check Out", department="Asset Department")
    stack.publish(json.dumps(data | {"asset_name": "Beamer", "serial_number": "B-1"}).encode())
    task = stack.task_of(number)
    for outcome in ("forward", "approve", "forward"):
        task = act(stack.person(task["assignee"]["user_id"]), stack, task["id"], outcome)
    assert task["status"] == "handing_off"
    code = "from django.utils import timezone; from workflowmanager import handoffs;"
    environment = {
        **stack.env,
        "PATH": "/usr/bin:/bin",
        "DATABASE_URL": stack.env["WORKFLOW_DATABASE_URL"],
        "AMS_URL": refusing_system,
    }
    subprocess.run(
        [sys.executable, "manage.py", "shell", "-c", f"{code} handoffs.send_due(now=timezone.now())"],
        cwd=ROOT / "workflow_api",
        env=environment,
        check=True,
        timeout=60,
        capture_output=True,
    )

    arrived_once(stack, stack.admin, "handoff_failed", number)

    failed = stack.admin.get(f"{stack.workflow}/tasks/{task['id']}/")
    assert failed["handoff"]["status"] == "failed"
    assert failed["handoff"]["last_error"]
    owner = stack.person(failed["assignee"]["user_id"])
    checkout = f"{stack.workflow}/ams/checkouts/{failed['handoff']['id']}/"
    assert owner.post(f"{checkout}waive/", {"reason": "Booked by hand."})["status"] == "waived"
    assert stack.admin.get(f"{stack.workflow}/tasks/{task['id']}/")["status"] == "completed"


class Newcomer:
    """Somebody invited by mail, with an account that nobody else needs."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.email = f"newcomer-{secrets.token_hex(5)}@example.com"
        self.password = secrets.token_urlsafe(18)
        body = {"email": self.email, "first_name": "Nele", "last_name": "Newcomer"}
        stack.admin.post(f"{stack.auth}/api/v1/invitations/", body, status=201)
        (text,) = eventually("the invitation", lambda: mails(stack, self.email, "invitation"))
        found = re.search(r"/invite/(\S+)", text)
        assert found
        token = {"token": found.group(1), "password": self.password}
        assert self.call("api/v1/invitations/accept/", token).status_code in (200, 201, 204)

    def call(self, path: str, body: dict[str, Any], **headers: str) -> requests.Response:
        return requests.post(f"{self.stack.auth}/{path}", json=body, headers=headers, timeout=30)

    def signed_in(self) -> Person:
        return Person(self.stack, Account(0, self.email, self.password))


def solved(stack: Stack) -> str:
    given = altcha.Challenge.from_dict(requests.get(f"{stack.auth}/captcha/", timeout=20).json())
    solution = altcha.solve_challenge(given)
    assert solution is not None
    return str(altcha.Payload(given, solution).to_base64())


def test_what_happens_to_an_account_is_told_to_its_owner(stack: Stack) -> None:
    newcomer = Newcomer(stack)
    person = newcomer.signed_in()
    body = {"email": newcomer.email, "password": newcomer.password}

    person.http.patch(f"{stack.auth}/api/v1/users/me/", json={"phone_number": "+351210000000"}, timeout=20)
    arrived_once(stack, person, "profile_change", "")

    elsewhere = {"User-Agent": "Mozilla/5.0 (X11; Linux) Firefox/140.0", "X-Forwarded-For": "203.0.113.77"}
    assert newcomer.call("login/", body, **elsewhere).status_code == 200
    arrived_once(stack, person, "login_alert", "")

    forgot = {"email": newcomer.email, "captcha": solved(stack)}
    assert newcomer.call("api/v1/password/forgot/", forgot).status_code < 300
    assert len(eventually("password_reset", lambda: mails(stack, newcomer.email, "password_reset"))) == 1

    for number in range(50):
        wrong = body | {"password": WRONG} | ({"captcha": solved(stack)} if number >= 9 else {})
        answer = newcomer.call("login/", wrong, **{"X-Forwarded-For": f"198.51.100.{number // 4 + 1}"})
        assert answer.status_code == 401, answer.text
    arrived_once(stack, person, "failed_login", "")
    arrived_once(stack, person, "account_locked", "")


def test_a_code_to_sign_in_arrives_once_and_is_not_kept_readable(stack: Stack) -> None:
    newcomer = Newcomer(stack)
    person = newcomer.signed_in()
    choice = {"method": "email", "current_password": newcomer.password}
    assert person.http.post(f"{stack.auth}/api/v1/users/me/otp/", json=choice, timeout=20).status_code < 300
    answer = newcomer.call("login/", {"email": newcomer.email, "password": newcomer.password}).json()
    assert answer["otp_required"] is True
    (text,) = eventually("otp_code", lambda: mails(stack, newcomer.email, "otp_code"))
    found = re.search(r"code to sign in is ([\d ]+)", text)
    assert found
    code = found.group(1).strip()
    url = f"{stack.notification}/api/v1/notifications/history/"

    def kept() -> list[dict[str, Any]]:
        rows = stack.admin.get(url, email=newcomer.email, notification_type="otp_code")["results"]
        return [row for row in rows if row["status"] == "sent"]

    (row,) = eventually("the record of the mail", kept)
    assert code not in json.dumps([row, stack.admin.get(f"{url}{row['id']}/")])


def test_a_new_address_counts_once_its_code_has_come_back(stack: Stack) -> None:
    newcomer = Newcomer(stack)
    person = newcomer.signed_in()
    me, address = f"{stack.auth}/api/v1/users/me/", f"moved-{secrets.token_hex(5)}@example.com"
    wish = {"email": address, "current_password": newcomer.password}

    assert person.http.patch(me, json=wish, timeout=20).status_code == 202
    assert person.get(me)["email"] == newcomer.email
    (text,) = eventually("address_code", lambda: mails(stack, address, "address_code"))
    found = re.search(r"confirm this mail address is ([\d ]+)", text)
    assert found
    code = found.group(1).strip()
    moved = person.http.patch(me, json=wish | {"email_code": code}, timeout=20)

    assert (moved.status_code, moved.json()["email"]) == (200, address)
    assert "mail address" in eventually("profile_change", lambda: mails(stack, newcomer.email, "profile_change"))[0]
    assert mails(stack, newcomer.email, "address_code") == []
    url = f"{stack.notification}/api/v1/notifications/history/"
    rows = stack.admin.get(url, email=address, notification_type="address_code")["results"]
    assert code not in json.dumps(rows + [stack.admin.get(f"{url}{row['id']}/") for row in rows])


def test_who_asked_hears_how_it_ended(stack: Stack) -> None:
    number = stack.new_number()
    address = f"asker-{secrets.token_hex(5)}@example.com"
    employee = {"id": 900, "name": "Rosa Lim", "email": address}
    stack.publish(json.dumps(stack.ticket_data(number, employee=employee)).encode())
    task = stack.task_of(number)
    for _ in range(2):
        task = act(stack.person(task["assignee"]["user_id"]), stack, task["id"], "forward")
    assert task["status"] == "completed"

    assert len(eventually("system", lambda: mails(stack, address, "system", number))) == 1


def test_how_it_ended_is_mailed_to_the_account_and_to_no_address_that_was_claimed(stack: Stack) -> None:
    asker, claimed = stack.employee, f"claimed-{secrets.token_hex(5)}@example.com"
    employee = {"id": asker.account.user_id, "name": "Somebody Else", "email": claimed}
    wish = {"subject": "A chair", "description": "Mine is broken.", "employee": employee}
    kind = {"department": "IT Department", "category": "IT Support"}
    posted = asker.post(f"{stack.ticket}/tickets/", wish | kind, status=201)
    number = posted["ticket_number"]
    assert posted["employee"]["email"] == asker.account.email
    answer = asker.http.patch(
        f"{stack.ticket}/tickets/{number}/", json={"description": "Broken.", "employee": employee}, timeout=20
    )
    assert answer.json()["employee"]["email"] == asker.account.email
    somebody = employee | {"id": 1}
    asker.post(f"{stack.ticket}/tickets/", wish | kind | {"employee": somebody}, status=403)

    task = stack.task_of(number)
    for _ in range(2):
        task = act(stack.person(task["assignee"]["user_id"]), stack, task["id"], "forward")
    assert task["status"] == "completed"
    assert len(eventually("system", lambda: mails(stack, asker.account.email, "system", number))) == 1
    assert mails(stack, claimed, "system", number) == []


def told_of_nothing_else(stack: Stack, person: Person, number: str, *kinds: str) -> None:
    """Check that these are all the notices, and all the mails, that the person got about a ticket."""
    url = f"{stack.notification}/api/v2/notifications/inapp/"
    rows = person.everything(url)
    assert sorted(row["notification_type"] for row in rows if number in json.dumps(row)) == sorted(kinds)
    got = [kind for kind in ABOUT_A_TICKET for _ in mails(stack, person.account.email, kind, number)]
    assert sorted(got) == sorted(kinds)


def test_a_new_task_is_told_to_who_has_it(stack: Stack) -> None:
    number = stack.new_number()
    data = json.dumps(stack.ticket_data(number)).encode()
    stack.publish(data, data, data, data, data)
    holder = stack.person(stack.task_of(number)["assignee"]["user_id"])

    arrived_once(stack, holder, "task_assignment", number)
    told_of_nothing_else(stack, holder, number, "task_assignment")


def act_on(person: Person, stack: Stack, task_id: int, verb: str, body: dict[str, Any]) -> dict[str, Any]:
    version = person.get(f"{stack.workflow}/tasks/{task_id}/")["version"]
    person.post(f"{stack.workflow}/tasks/{task_id}/{verb}/", body | {"expected_version": version})
    task: dict[str, Any] = stack.admin.get(f"{stack.workflow}/tasks/{task_id}/")
    return task


def test_a_task_that_changes_hands_is_told_to_who_gets_it_and_not_to_who_gives_it(stack: Stack) -> None:
    number = stack.new_number()
    stack.publish(json.dumps(stack.ticket_data(number)).encode())
    task = stack.task_of(number)
    giver = stack.person(task["assignee"]["user_id"])
    taker = stack.colleague_of(giver, task["current_step"]["role"])
    handing_over = {"to_user_id": taker.account.user_id, "reason": "On leave from tomorrow."}
    act_on(giver, stack, task["id"], "transfer", handing_over)

    arrived_once(stack, taker, "task_transferred", number)
    told_of_nothing_else(stack, taker, number, "task_transferred")
    told_of_nothing_else(stack, giver, number, "task_assignment")


def test_an_escalation_is_told_to_who_gets_it(stack: Stack) -> None:
    number = stack.new_number()
    stack.publish(json.dumps(stack.ticket_data(number)).encode())
    task = stack.task_of(number)
    giver = stack.person(task["assignee"]["user_id"])
    task = act_on(giver, stack, task["id"], "escalate", {"reason": "The whole floor is down."})
    above = stack.person(task["assignee"]["user_id"])
    assert above is not giver

    arrived_once(stack, above, "task_escalated", number)
    told_of_nothing_else(stack, above, number, "task_escalated")
    told_of_nothing_else(stack, giver, number, "task_assignment")


def test_who_decides_is_asked_and_who_is_asked_back_is_told(stack: Stack) -> None:
    number = stack.new_number()
    data = stack.ticket_data(number, category="Asset Check Out", department="Asset Department")
    stack.publish(json.dumps(data | {"asset_name": "Beamer", "serial_number": "B-2"}).encode())
    task = stack.task_of(number)
    reviewer = stack.person(task["assignee"]["user_id"])
    task = act(reviewer, stack, task["id"], "forward")
    approver = stack.person(task["assignee"]["user_id"])
    arrived_once(stack, approver, "approval_requested", number)

    task = act(approver, stack, task["id"], "return")
    assert task["assignee"]["user_id"] == reviewer.account.user_id
    arrived_once(stack, reviewer, "task_returned", number)

    told_of_nothing_else(stack, approver, number, "approval_requested")
    told_of_nothing_else(stack, reviewer, number, "task_assignment", "task_returned")


def test_voters_are_asked_once_whoever_has_the_turn(stack: Stack) -> None:
    category = f"Vote {secrets.token_hex(4)}"
    rows = stack.admin.everything(f"{stack.workflow}/workflows/")
    model = next(row for row in rows if row["name"] == "Access Request")
    document = stack.admin.get(f"{stack.workflow}/workflows/{model['id']}/export/")
    document |= {"name": category, "category": category, "sub_category": "", "department": ""}
    document.pop("seed_key", None)
    (step,) = [entry for entry in document["steps"] if entry["kind"] == "approval"]
    # A role that several people hold.
    step |= {"role": "IT Support", "approval": {"required": 2, "mode": "count"}}
    made = stack.admin.post(f"{stack.workflow}/workflows/import/", document, status=201)
    for verb in ("initialize", "deploy"):
        stack.admin.post(f"{stack.workflow}/workflows/{made['id']}/{verb}/", {})
    number = stack.new_number()
    stack.publish(json.dumps(stack.ticket_data(number, category=category)).encode())
    task = stack.task_of(number)
    reviewer = stack.person(task["assignee"]["user_id"])
    task = act(reviewer, stack, task["id"], "forward")
    first = stack.person(task["assignee"]["user_id"])
    task = act(first, stack, task["id"], "approve")
    second = stack.person(task["assignee"]["user_id"])
    assert second is not first

    for voter in (first, second):
        arrived_once(stack, voter, "approval_requested", number)
        told_of_nothing_else(stack, voter, number, "approval_requested")
    stack.admin.post(f"{stack.workflow}/workflows/{made['id']}/pause/", {})


def test_a_mention_is_told_to_who_may_read_it_and_quotes_no_internal_note(stack: Stack) -> None:
    number = stack.new_number()
    stack.publish(json.dumps(stack.ticket_data(number)).encode())
    task = stack.task_of(number)
    writer = stack.person(task["assignee"]["user_id"])
    reader = stack.colleague_of(writer, task["current_step"]["role"])
    url = f"{stack.messaging}/comments/?ticket_id={number}"
    eventually("messaging knows the ticket", lambda: writer.http.get(url, timeout=10).status_code == 200)
    outsider = stack.employee
    mentions = [reader.account.user_id, outsider.account.user_id, writer.account.user_id]
    body = {"text": "The spare key is under the mat.", "visibility": "internal", "client_id": secrets.token_hex(16)}
    for status in (201, 200):
        writer.post(url, body | {"mentions": mentions}, status=status)

    arrived_once(stack, reader, "mention", number)
    for person in (reader, writer, outsider):
        told = notices(stack, person, "mention", number) + mails(stack, person.account.email, "mention", number)
        assert "under the mat" not in json.dumps(told)
        assert len(told) == (2 if person is reader else 0)
