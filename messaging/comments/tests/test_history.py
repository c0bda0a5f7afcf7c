"""Comments of the past are written by the ordinary functions at their own times, once, and notify nobody."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from comments.history import PastComment, write_history
from comments.models import Comment, ReadState
from tests import factories
from ticketing_common.outbox.models import OutboxMessage
from ticketing_testing.clients import published_messages
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 30, 9, tzinfo=UTC)
LONG_AGO = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def the_ticket() -> Ticket:
    """Return a ticket that came from the help desk, of Amara; a stranger is known as well."""
    for user_id in (factories.AMARA, factories.STRANGER):
        factories.make_person(user_id)
    return factories.make_ticket(source={"service": "hdts", "number": factories.NUMBER})


def said(text: str, *, minutes: int = 0, **fields: Any) -> dict[str, Any]:
    at = LONG_AGO + timedelta(minutes=minutes)
    return {"ticket_number": factories.NUMBER, "at": at.isoformat(), "text": text, **fields}


def by_agent(text: str, **fields: Any) -> dict[str, Any]:
    return said(text, author_id=factories.AMARA, **fields)


def written(*entries: dict[str, Any]) -> Any:
    return write_history([PastComment.read(entry, place) for place, entry in enumerate(entries, 1)], now=NOW)


class TestHistory:
    def test_comments_stand_in_their_order_at_their_times(self) -> None:
        the_ticket()
        counts = written(
            said("Works again!", minutes=40, requester="Noor Haddad"),
            by_agent("I look at it.", minutes=5),
            by_agent("Spare unit taken.", minutes=20, visibility="internal"),
        )
        assert counts == {"written": 3}
        rows = Comment.objects.order_by("id").values_list("text", "visibility", "author_id", "created_at")
        assert list(rows) == [
            ("I look at it.", "public", factories.AMARA, LONG_AGO + timedelta(minutes=5)),
            ("Spare unit taken.", "internal", factories.AMARA, LONG_AGO + timedelta(minutes=20)),
            ("Works again!", "public", None, LONG_AGO + timedelta(minutes=40)),
        ]

    def test_only_the_help_desk_is_told(self) -> None:
        the_ticket()
        written(by_agent("I look at it."), said("Thanks!", minutes=9, requester="Noor Haddad"))
        (told,) = published_messages()
        assert (told["text"], told["ticket_number"]) == ("I look at it.", factories.NUMBER)
        assert {message.task for message in OutboxMessage.objects.all()} == {"send_ticket_comment"}

    def test_who_wrote_has_read_the_ticket(self) -> None:
        ticket = the_ticket()
        written(by_agent("I look at it."), said("Thanks!", minutes=9, requester="Noor Haddad"))
        ticket.refresh_from_db()
        assert ReadState.objects.get(ticket=ticket, user_id=factories.AMARA).last_read_seq == ticket.seq

    def test_a_second_history_adds_nothing(self) -> None:
        the_ticket()
        written(by_agent("I look at it."))
        assert not written(by_agent("I look at it."), by_agent("Something else.", minutes=3))
        assert Comment.objects.count() == 1

    def test_who_may_not_read_the_ticket_may_not_have_written(self) -> None:
        the_ticket()
        assert written(said("Hello", author_id=factories.STRANGER)) == {"refused: ticket_not_found": 1}
        assert not Comment.objects.exists()


class TestCommand:
    def run(self, monkeypatch: pytest.MonkeyPatch, document: Any, *words: str) -> Any:
        monkeypatch.setattr("sys.stdin", io.StringIO(document if isinstance(document, str) else json.dumps(document)))
        out = io.StringIO()
        call_command("write_history", *words, stdout=out)
        return json.loads(out.getvalue())

    def test_answers_with_how_many(self, monkeypatch: pytest.MonkeyPatch) -> None:
        the_ticket()
        assert self.run(monkeypatch, [by_agent("I look at it.")]) == {"written": 1}

    def test_waits_for_tickets_in_vain(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with pytest.raises(CommandError, match="not known"):
            self.run(monkeypatch, [by_agent("I look at it.")], "--wait", "0.3")

    @pytest.mark.parametrize(
        "document",
        [
            "{",
            {"a": 1},
            [{}],
            [said("Nobody")],
            [by_agent("Both", requester="Noor")],
            [by_agent("x") | {"at": "2026-03-02T09:30:00"}],
        ],
    )
    def test_refuses_what_it_cannot_read(self, monkeypatch: pytest.MonkeyPatch, document: Any) -> None:
        the_ticket()
        with pytest.raises(CommandError):
            self.run(monkeypatch, document)
        assert not Comment.objects.exists()
