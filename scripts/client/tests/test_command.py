"""The command against a server that answers what the tests say: output, exit codes, configuration."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from server import Server, refusal

from tts_client.cli import tts
from tts_client.cli.output import fitted, plain, width_of

TICKET = {
    "id": 1,
    "ticket_number": "TX1",
    "subject": "Screen flickers",
    "status": "new",
    "priority": "High",
    "employee": {"id": None, "name": "Noor Haddad", "email": "noor@example.com"},
    "attachments": [],
    "submitted_at": "2026-12-02T10:00:00.123456Z",
}
CREATE = ("ticket", "create", "--subject", "Screen flickers", "--category", "IT", "--department", "IT Department")


def run(server: Server | None, *words: str, **environment: str) -> Result:
    settings = {name: "" for name in os.environ if name.startswith("TTS_")}
    settings |= {"TTS_URL": server.url if server else "", "TTS_API_KEY": "k-1", "XDG_CONFIG_HOME": "/nonexistent"}
    return CliRunner().invoke(tts, words, env=settings | environment)


def listed(*rows: Any, count: int | None = None) -> dict[str, Any]:
    return {"count": len(rows) if count is None else count, "next": None, "previous": None, "results": rows}


def task(**fields: Any) -> dict[str, Any]:
    transitions = [
        {"id": 7, "name": "Ask", "outcome": "", "requires_comment": False, "to_step": {"id": 2, "name": "Approve"}},
        {"id": 8, "name": "Give up", "outcome": "", "requires_comment": True, "to_step": {"id": 3, "name": "Lost"}},
    ]
    return {
        "id": 5,
        "status": "in_progress",
        "version": 3,
        "workflow": {"id": 1, "name": "Repair"},
        "workflow_version": 2,
        "current_step": {"id": 1, "name": "Look", "role": "IT"},
        "assignee": {"user_id": 4, "full_name": "Ines"},
        "sla": None,
        "available_transitions": transitions,
        **fields,
    }


class Person:
    """Signs in at the server before what the test asks, and out afterwards."""

    def __init__(self, server: Server) -> None:
        self.server = server
        server.answer(200, {"access": "a", "refresh": "r", "expires_in": 900})

    def run(self, *words: str) -> Result:
        self.server.answer(204)
        return run(self.server, *words, TTS_API_KEY="", TTS_EMAIL="ines@example.com", TTS_PASSWORD="Sesam")


class TestCreate:
    def test_prints_the_number_alone(self, server: Server, tmp_path: Path) -> None:
        server.answer(201, TICKET)
        base = tmp_path / "ticket.json"
        base.write_text(json.dumps({"location": "Room 4", "subject": "replaced"}))

        done = run(
            server, *CREATE, "--from", str(base), "--for", "noor@example.com", "--priority", "high",
            "--field", "floor=2", "--field", "room=4a", "--idempotency-key", "order-1",
        )  # fmt: skip

        assert (done.exit_code, done.stdout) == (0, "TX1\n")
        assert server.asked[0].headers["Idempotency-Key"] == "order-1"
        assert server.asked[0].document == {
            "subject": "Screen flickers",
            "category": "IT",
            "department": "IT Department",
            "location": "Room 4",
            "priority": "High",
            "employee": {"email": "noor@example.com"},
            "dynamic_data": {"floor": 2, "room": "4a"},
        }

    def test_sends_files(self, server: Server, tmp_path: Path) -> None:
        (tmp_path / "log.txt").write_text("lines")
        server.answer(201, TICKET)

        done = run(server, *CREATE, "--attach", str(tmp_path / "log.txt"), "--json")

        assert json.loads(done.stdout)["ticket_number"] == "TX1"
        assert b'filename="log.txt"' in server.asked[0].body

    def test_says_what_is_missing(self) -> None:
        done = run(None, "ticket", "create", "--subject", "Screen flickers")

        assert done.exit_code == 2
        assert "Give --category, --department." in done.stderr

    @pytest.mark.parametrize(("status", "code"), [(400, 3), (401, 4), (403, 4), (500, 5)])
    def test_says_what_the_server_refuses_by_text_and_exit_code(self, server: Server, status: int, code: int) -> None:
        server.answer(status, refusal("some_code", "Not like this.", "employee"))
        done = run(server, *CREATE)

        assert done.exit_code == code
        assert (done.stdout, done.stderr) == ("", "error: employee: Not like this. (some_code)\n")

    def test_says_it_as_json_where_json_is_wanted(self, server: Server) -> None:
        server.answer(400, refusal("some_code", "Not like this.", "employee"))
        done = run(server, *CREATE, "--json")

        assert json.loads(done.stderr)["errors"][0]["code"] == "some_code"
        assert json.loads(done.stderr)["status"] == 400


class TestList:
    def test_prints_a_table(self, server: Server) -> None:
        server.answer(
            200, listed(TICKET, {**TICKET, "ticket_number": "TX22", "subject": "Line\nbreak\x1b[2J"}, count=5)
        )

        done = run(server, "ticket", "list", "--status", "new", "--status", "on_hold", "--limit", "2")

        assert done.stdout.splitlines() == [
            "NUMBER  STATUS  PRIORITY  SUBJECT          REQUESTER    SUBMITTED",
            "TX1     new     High      Screen flickers  Noor Haddad  2026-12-02T10:00:00Z",
            "TX22    new     High      Line break[2J    Noor Haddad  2026-12-02T10:00:00Z",
        ]
        assert done.stderr == "2 of 5; --limit or --all shows more.\n"
        assert "status=new%2Con_hold" in server.calls[0]

    def test_prints_json(self, server: Server) -> None:
        server.answer(200, listed(TICKET))
        assert json.loads(run(server, "ticket", "list", "--json").stdout) == [TICKET]


class TestShow:
    def test_a_service_sees_ticket_and_history(self, server: Server) -> None:
        change = {"id": 1, "new_status": "new", "detail": "", "is_applied": True, "occurred_at": "2026-12-02T10:00:00Z"}
        server.answer(200, {**TICKET, "description": "First line\nsecond line"})
        server.answer(200, listed(change))

        done = run(server, "ticket", "show", "TX1")

        assert "requester      Noor Haddad noor@example.com\n" in done.stdout
        assert "description    First line\n               second line\n" in done.stdout
        assert done.stdout.endswith("2026-12-02T10:00:00Z  new\n")

    def test_a_person_sees_the_task(self, server: Server) -> None:
        person = Person(server)
        server.answer(200, TICKET)
        server.answer(200, listed())
        server.answer(200, {"task": {"id": 5}})
        server.answer(200, task())

        done = person.run("ticket", "show", "TX1")

        assert "step         Look\n" in done.stdout
        assert "transitions  Ask, Give up\n" in done.stdout

    def test_a_requester_sees_the_ticket_alone(self, server: Server) -> None:
        person = Person(server)
        server.answer(200, TICKET)
        server.answer(200, listed())
        server.answer(403, refusal("permission_denied"))

        done = person.run("ticket", "show", "TX1", "--json")

        assert done.exit_code == 0
        assert json.loads(done.stdout)["task"] is None


class TestAct:
    def test_performs_a_transition_of_this_name(self, server: Server) -> None:
        person = Person(server)
        server.answer(200, {"task": {"id": 5}})
        server.answer(200, task())
        server.answer(200, task(status="completed", available_transitions=[]))

        done = person.run("ticket", "act", "TX1", "give UP", "-m", "Beyond repair")

        assert done.exit_code == 0, done.stderr
        assert server.asked[3].document == {
            "task_id": 5,
            "transition_id": 8,
            "expected_version": 3,
            "comment": "Beyond repair",
        }
        assert "task      completed\n" in done.stdout
        assert server.calls[-1] == "POST /api/auth/logout/"

    @pytest.mark.parametrize(
        ("words", "said"), [(["Give up"], "asks for a comment"), (["Vanish"], "You may perform: Ask, Give up")]
    )
    def test_sends_nothing_that_can_not_be_meant(self, server: Server, words: list[str], said: str) -> None:
        person = Person(server)
        server.answer(200, {"task": {"id": 5}})
        server.answer(200, task())

        done = person.run("ticket", "act", "TX1", *words)

        assert done.exit_code == 2
        assert said in done.stderr

    def test_lists_what_may_be_performed(self, server: Server) -> None:
        person = Person(server)
        server.answer(200, {"task": {"id": 5}})
        server.answer(200, task())

        assert "8   Give up     Lost     yes" in person.run("ticket", "act", "TX1").stdout

    def test_a_ticket_without_a_task_is_refused(self, server: Server) -> None:
        person = Person(server)
        server.answer(200, {"task": None})

        assert person.run("ticket", "act", "TX1").exit_code == 3


@pytest.mark.parametrize(
    "words",
    [
        ("ticket", "act", "TX1"),
        ("ticket", "comment", "TX1", "On my way"),
        ("ticket", "comment", "TX1", "On my way", "--at-help-desk"),
        ("workflow", "list"),
        ("workflow", "export", "Repair"),
        ("workflow", "deploy", "Repair", "--reason", "Because"),
    ],
)
def test_what_a_key_can_not_do_is_not_tried_with_one(server: Server, words: tuple[str, ...]) -> None:
    done = run(server, *words)

    assert done.exit_code == 2
    assert "This is for people" in done.stderr


class TestFollow:
    def change(self, number: int, status: str) -> dict[str, Any]:
        return {"id": number, "new_status": status, "detail": "", "is_applied": True, "occurred_at": f"at {number}"}

    def test_prints_each_status_once_until_the_end(self, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("tts_client.cli.tickets.FIRST_PAUSE", 0.01)
        for changes in ([self.change(1, "new")], [self.change(1, "new"), self.change(2, "resolved")]):
            server.answer(200, {**TICKET, "status": changes[-1]["new_status"]})
            server.answer(200, listed(*changes))

        done = run(server, "ticket", "follow", "TX1")

        assert (done.exit_code, done.stdout) == (0, "at 1  new\nat 2  resolved\n")

    def test_tells_an_end_that_was_not_waited_for(self, server: Server) -> None:
        server.answer(200, {**TICKET, "status": "rejected"})
        server.answer(200, listed(self.change(1, "on_hold"), self.change(2, "rejected")))

        assert run(server, "ticket", "follow", "TX1", "--until", "on_hold").exit_code == 1

    def test_notices_what_came_and_went_between_two_looks(self, server: Server) -> None:
        changes = [self.change(1, "new"), self.change(2, "in_progress"), self.change(3, "on_hold")]
        for upto in (1, 3):
            server.answer(200, {**TICKET, "status": changes[upto - 1]["new_status"]})
            server.answer(200, listed(*changes[:upto]))

        done = run(server, "ticket", "follow", "TX1", "--until", "in_progress")

        assert (done.exit_code, done.stdout) == (0, "at 1  new\nat 2  in_progress\nat 3  on_hold\n")

    def test_prints_the_last_status_that_came_while_it_looked(self, server: Server) -> None:
        changes = [self.change(1, "new"), self.change(2, "resolved")]
        server.answer(200, {**TICKET, "status": "new"})
        server.answer(200, listed(*changes))
        server.answer(200, {**TICKET, "status": "resolved"})
        server.answer(200, listed(*changes))

        done = run(server, "ticket", "follow", "TX1")

        assert (done.exit_code, done.stdout) == (0, "at 1  new\nat 2  resolved\n")

    def test_waits_no_longer_than_it_is_told(self, server: Server) -> None:
        for _ in range(2):
            server.answer(200, TICKET)
            server.answer(200, listed())

        done = run(server, "ticket", "follow", "TX1", "--for", "0.2")

        assert done.exit_code == 6
        assert "TX1 is new after 0.2 seconds" in done.stderr


class TestComment:
    def test_is_public_unless_it_is_said_to_be_internal(self, server: Server) -> None:
        for options, visibility in (([], "public"), (["--internal"], "internal")):
            person = Person(server)
            server.answer(201, {"id": 9})
            done = person.run("ticket", "comment", "TX1", "On my way", *options)

            assert done.stdout == "Comment 9 is on TX1.\n"
            posted = next(each for each in reversed(server.asked) if each.path == "/api/messaging/comments/")
            assert posted.document == {"ticket_id": "TX1", "text": "On my way", "visibility": visibility}

    def test_at_the_help_desk_is_the_requester_s(self, server: Server) -> None:
        person = Person(server)
        server.answer(201, {"id": 9})
        person.run("ticket", "comment", "TX1", "Thanks", "--at-help-desk")

        assert server.calls[1] == "POST /api/ticket/tickets/TX1/comments/"


class TestConfiguration:
    @pytest.mark.parametrize(
        ("environment", "said"),
        [
            ({"TTS_URL": ""}, "No address is set"),
            ({"TTS_URL": "tickets.example.com"}, "must start with https://"),
            ({"TTS_API_KEY": ""}, "Nobody is set"),
            ({"TTS_TOKEN": "t"}, "one of api_key"),
            ({"TTS_TIMEOUT": "soon"}, "number of seconds"),
        ],
    )
    def test_what_is_missing_or_wrong_is_said(self, environment: dict[str, str], said: str) -> None:
        done = run(None, "ticket", "list", **({"TTS_URL": "http://127.0.0.1:1"} | environment))

        assert done.exit_code == 2
        assert said in done.stderr

    def test_every_command_has_a_help_text(self) -> None:
        for name, command in {**tts.commands, "": tts}.items():
            for words in [[name], *([name, each] for each in getattr(command, "commands", {}) if name)]:
                done = run(None, *filter(None, words), "--help")
                assert (done.exit_code, "Usage: tts" in done.stdout) == (0, True)

    @pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
    def test_shells_complete_it(self, shell: str) -> None:
        assert f"_TTS_COMPLETE={shell}_complete" in run(None, "completion", shell).stdout

    def test_bash_is_told_the_values_of_an_option(self) -> None:
        words = {"COMP_WORDS": "tts ticket list --status on", "COMP_CWORD": "4", "_TTS_COMPLETE": "bash_complete"}
        done = subprocess.run(
            [sys.executable, "-m", "tts_client"],
            env={**os.environ, **words, "PYTHONPATH": str(Path(__file__).parents[1] / "src")},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout == "plain,on_hold\n"


class TestOnATerminal:
    def run(self, server: Server, *words: str) -> str:
        """Run the command with a terminal of its own, and return what it shows there."""
        here, there = pty.openpty()
        environment = {**os.environ, "TTS_URL": server.url, "TTS_API_KEY": "k-1", "COLUMNS": "40"}
        subprocess.run(
            [sys.executable, "-m", "tts_client", *words],
            env=environment | {"PYTHONPATH": str(Path(__file__).parents[1] / "src")},
            stdin=subprocess.DEVNULL,
            stdout=there,
            stderr=there,
            check=True,
        )
        os.close(there)
        shown = b""
        try:
            while part := os.read(here, 65536):
                shown += part
        except OSError:  # so Linux says that nothing more comes
            pass
        os.close(here)
        return shown.decode()

    def test_progress_is_shown_and_a_row_is_a_line(self, server: Server) -> None:
        server.answer(200, listed({**TICKET, "subject": "A very long subject that would not fit into the line"}))

        shown = self.run(server, "ticket", "list")

        assert "Fetching tickets…" in shown
        assert "A very long…" in shown


def test_the_widest_columns_give_way_first() -> None:
    assert fitted([10, 50, 30], 80) == [10, 36, 30]
    assert fitted([10, 50, 40], 60) == [10, 23, 23]
    assert fitted([10, 50], 80) == [10, 50]


def test_what_could_drive_a_terminal_is_taken_out() -> None:
    assert plain("a\x1b]0;title\x07b\u202ec") == "a]0;titlebc"
    assert plain("one\r\ntwo\x9b", lines=True) == "one\ntwo"
    assert plain({"a": True}) == '{"a": true}'
    assert (plain(None), plain(True), plain(5)) == ("", "yes", "5")
    assert (width_of("日本"), width_of("e\u0301")) == (4, 1)
