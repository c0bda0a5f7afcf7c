"""What is said together with an act: both or neither, one change."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import AuditLog
from role.models import Person, Role
from task.models import Task, TaskTransition, Timeline
from ticketing_common.outbox.models import OutboxMessage
from ticketing_testing.clients import assert_problem, published_messages
from workflowmanager.tests import factories

SAID = {"text": "The dock is replaced.", "visibility": "public", "client_id": "c-1"}


@pytest.fixture
def task(support: Role) -> Task:
    factories.approval(
        support,
        factories.make_role("IT Lead", factories.make_person(21, "Ines Alves")),
        coordinators=factories.make_role("Ticket Coordinator", factories.make_person(1, "Mara")),
    )
    factories.take_in("TX1")
    return factories.task_of()


def said() -> list[dict[str, Any]]:
    return published_messages("comments.tasks.post_comment")


def press(person: Person, task: Task, name: str, **fields: Any) -> Any:
    task.refresh_from_db()
    body = {"task_id": task.pk, "transition_id": factories.edge(task, name).pk, "expected_version": task.version}
    return factories.as_client(person).post("/transitions/", {**body, **fields}, format="json")


def do(person: Person, task: Task, verb: str, **body: Any) -> Any:
    return factories.as_client(person).post(f"/tasks/{task.pk}/{verb}/", body, format="json")


def assignee(task: Task) -> Person:
    task.refresh_from_db()
    return factories.assignee_of(task)


class TestTransitions:
    def test_a_comment_and_a_transition_are_one_change(self, task: Task) -> None:
        actor, version = assignee(task), task.version
        answer = press(actor, task, "Review to Approve", with_comment={**SAID, "mentions": [12, 12], "uploads": [5]})
        assert answer.status_code == 200, answer.json()
        assert answer.json()["version"] == version + 1
        (message,) = said()
        assert message == {
            "ticket_number": "TX1",
            "author": {"user_id": actor.user_id, "full_name": actor.full_name},
            "text": "The dock is replaced.",
            "visibility": "public",
            "client_id": "c-1",
            "mentions": [12],
            "uploads": [5],
            "occurred_at": message["occurred_at"],
        }
        assert TaskTransition.objects.get().comment == "The dock is replaced."
        line = Timeline.objects.get(event="transition")
        assert (line.detail["comment"], line.detail["client_id"]) == ("The dock is replaced.", "c-1")
        # Said, then done: in the order of one ticket.
        rows = OutboxMessage.objects.filter(key="ticket:TX1").order_by("-id")
        assert [row.task for row in rows[:2]] == ["tickets.tasks.apply_ticket_event", "comments.tasks.post_comment"]

    def test_an_approval_and_its_comment_are_one_record(self, task: Task) -> None:
        press(assignee(task), task, "Review to Approve")
        lead = assignee(task)
        answer = press(lead, task, "Approve to Granted", with_comment={**SAID, "visibility": "internal"})
        assert answer.status_code == 200, answer.json()
        assert answer.json()["status"] == "completed"
        line = Timeline.objects.filter(event="transition").latest("seq")
        assert (line.detail["comment"], line.detail["client_id"]) == ("The dock is replaced.", "c-1")
        assert len(said()) == 1

    def test_it_is_the_comment_that_a_refusal_needs(self, task: Task) -> None:
        press(assignee(task), task, "Review to Approve")
        lead = assignee(task)
        assert_problem(press(lead, task, "Approve to Rejected"), 400, "comment_required")
        assert press(lead, task, "Approve to Rejected", with_comment=SAID).status_code == 200

    def test_a_comment_of_its_own_goes_before(self, task: Task) -> None:
        press(assignee(task), task, "Review to Approve", comment="For the record.", with_comment=SAID)
        assert TaskTransition.objects.get().comment == "For the record."
        assert said()[0]["text"] == "The dock is replaced."

    def test_nothing_is_said_where_nothing_is_done(self, task: Task, amara: Person, kenji: Person) -> None:
        other = kenji if assignee(task) == amara else amara
        assert_problem(press(other, task, "Review to Approve", with_comment=SAID), 403, "not_assignee")
        stale = press(assignee(task), task, "Review to Approve", with_comment=SAID, expected_version=99)
        assert_problem(stale, 409, "stale_version")
        assert said() == []

    def test_the_same_key_says_it_once(self, task: Task) -> None:
        actor = assignee(task)
        edge, version = factories.edge(task, "Review to Approve").pk, task.version
        body = {"task_id": task.pk, "transition_id": edge, "expected_version": version, "with_comment": SAID}
        answers = [
            factories.as_client(actor).post("/transitions/", body, format="json", headers={"Idempotency-Key": "c-1"})
            for _ in range(2)
        ]
        assert [answer.status_code for answer in answers] == [200, 200]
        assert len(said()) == 1

    def test_it_costs_no_statement_more(self, task: Task) -> None:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            press(assignee(task), task, "Review to Approve", with_comment=SAID)
        inserts = [query["sql"] for query in queries if "INSERT INTO outbox_messages" in query["sql"]]
        assert len(inserts) == 1


class TestVerbs:
    def test_a_reply_and_a_hold(self, task: Task) -> None:
        actor = assignee(task)
        answer = do(actor, task, "hold", expected_version=task.version, with_comment=SAID)
        assert answer.status_code == 200, answer.json()
        assert (answer.json()["status"], answer.json()["version"]) == ("on_hold", task.version + 1)
        assert len(said()) == 1
        assert AuditLog.objects.get(action="task.held").reason == "The dock is replaced."
        assert Timeline.objects.get(event="held").detail == {"reason": "The dock is replaced.", "client_id": "c-1"}
        again = do(actor, task, "resume", with_comment={**SAID, "client_id": "c-2"})
        assert again.status_code == 200, again.json()
        assert [message["client_id"] for message in said()] == ["c-1", "c-2"]

    def test_a_note_and_a_transfer(self, task: Task, amara: Person, kenji: Person) -> None:
        actor = assignee(task)
        other = kenji if actor == amara else amara
        answer = do(actor, task, "transfer", user_id=other.user_id, with_comment={**SAID, "visibility": "internal"})
        assert answer.status_code == 200, answer.json()
        assert answer.json()["assignee"]["user_id"] == other.user_id
        assert len(said()) == 1

    def test_a_note_and_an_escalation(self, task: Task) -> None:
        assert do(assignee(task), task, "escalate", with_comment=SAID).status_code == 200
        assert len(said()) == 1

    def test_a_long_text_is_a_cut_reason_and_a_whole_comment(self, task: Task) -> None:
        text = "x" * 10_000
        assert do(assignee(task), task, "hold", with_comment={**SAID, "text": text}).status_code == 200
        assert said()[0]["text"] == text
        assert Timeline.objects.get(event="held").detail["reason"] == "x" * 1_999 + "…"

    def test_without_a_comment_a_reason_is_needed_as_before(self, task: Task) -> None:
        assert_problem(do(assignee(task), task, "hold"), 400, "required", "reason")
        assert_problem(do(assignee(task), task, "hold", reason=" "), 400, "blank", "reason")


class TestWhatMessagingWouldRefuse:
    @pytest.mark.parametrize(
        ("changes", "attr"),
        [
            ({"text": " \n"}, "with_comment.text"),
            ({"text": "\u200b\u2800"}, "with_comment.text"),
            ({"text": "x" * 10_001}, "with_comment.text"),
            ({"text": "a\x00b"}, "with_comment.text"),
            ({"visibility": "secret"}, "with_comment.visibility"),
            ({"client_id": ""}, "with_comment.client_id"),
            ({"client_id": "a\u0007b"}, "with_comment.client_id"),
            ({"client_id": "x" * 65}, "with_comment.client_id"),
            ({"mentions": list(range(1, 22))}, "with_comment.mentions"),
            ({"mentions": ["x"]}, "with_comment.mentions.0"),
            ({"uploads": [1, 2, 3, 4, 5, 6]}, "with_comment.uploads"),
            ({"parent_id": 3}, "with_comment.parent_id"),
        ],
    )
    def test_is_refused_with_the_act(self, task: Task, changes: dict[str, Any], attr: str) -> None:
        version = task.version
        for answer in (
            press(assignee(task), task, "Review to Approve", with_comment={**SAID, **changes}),
            do(assignee(task), task, "hold", with_comment={**SAID, **changes}),
        ):
            assert_problem(answer, 400, attr=attr)
        task.refresh_from_db()
        assert (task.version, said()) == (version, [])
