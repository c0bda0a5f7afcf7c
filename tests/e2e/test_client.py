"""The command `tts`, the Python client and the examples of docs/examples, through the gateway of a running stack."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

import pytest
from stack import ROOT, Account, Stack, eventually

sys.path.insert(0, str(ROOT / "scripts" / "client" / "src"))

from tts_client import ApiError, Client

EXAMPLES = ROOT / "docs" / "examples"
CREATE = ("--category", "Software Installation", "--department", "IT Department", "--for", "noor.haddad@example.com")


@pytest.fixture(scope="module")
def key(stack: Stack) -> str:
    name = f"client-{uuid.uuid4().hex[:8]}"
    made = stack.admin.post(f"{stack.auth}/api/v1/api-keys/", {"name": name, "scopes": ["tickets"]}, status=201)
    return str(made["key"])


class Shell:
    """The command with one configuration: a service by a file, a person by the environment."""

    def __init__(self, stack: Stack, folder: Path, *, key: str = "", account: Account | None = None) -> None:
        self.folder = folder
        (folder / "tts").mkdir(exist_ok=True)
        file = folder / "tts" / "config.toml"
        file.write_text(f'url = "{stack.frontend}"\n' + (f'api_key = "{key}"\n' if key else ""))
        file.chmod(0o600)
        clean = {name: value for name, value in os.environ.items() if not name.startswith("TTS_")}
        self.environment = clean | {"XDG_CONFIG_HOME": str(folder)}
        if account:
            self.environment |= {"TTS_EMAIL": account.email, "TTS_PASSWORD": account.password}

    def run(self, *words: str, code: int = 0) -> str:
        done = subprocess.run(
            [str(ROOT / "scripts" / "tts"), *words],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == code, f"tts {' '.join(words)}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout if code == 0 else done.stdout + done.stderr

    def json(self, *words: str) -> Any:
        return json.loads(self.run(*words, "--json"))


def test_a_service_files_a_ticket_and_people_work_on_it(stack: Stack, key: str, tmp_path: Path) -> None:
    service = Shell(stack, tmp_path, key=key)
    (tmp_path / "screen.txt").write_text("what is on the screen")
    subject = f"A drawing program {uuid.uuid4().hex[:8]}"
    words = ("ticket", "create", "--subject", subject, *CREATE, "--attach", "screen.txt", "--field", "seats=3")
    once = ("--idempotency-key", f"order-{uuid.uuid4().hex}")

    number = service.run(*words, *once).strip()

    assert service.run(*words, *once).strip() == number
    (row,) = service.json("ticket", "list", "--search", number)
    assert (row["subject"], row["dynamic_data"]) == (subject, {"seats": 3})
    assert [each["file_name"] for each in row["attachments"]] == ["screen.txt"]
    assert service.run("ticket", "follow", number, "--until", "in_progress", "--for", "90").endswith("in_progress\n")
    assert "This is for people" in service.run("ticket", "act", number, code=2)
    assert "ticket_not_found" in service.run("ticket", "show", "TX20200101999999", code=3)

    task = stack.task_of(number)
    agent = Shell(stack, tmp_path, account=stack.accounts[task["assignee"]["user_id"]])
    shown = agent.json("ticket", "show", number)
    assert shown["task"]["id"] == task["id"]
    assert agent.run("ticket", "comment", number, "We look at it.").startswith("Comment ")
    agent.run("ticket", "comment", number, "Licences are short.", "--internal")
    chosen = agent.json("ticket", "act", number)[0]
    after = agent.json("ticket", "act", number, chosen["name"], "--comment", "Done by the command.")
    assert after["version"] > task["version"]
    assert (after["current_step"] or {}).get("id") != task["current_step"]["id"] or after["status"] == "completed"

    people = stack.admin.everything(f"{stack.messaging}/comments/", ticket_id=number)
    assert {(each["text"], each["visibility"]) for each in people} >= {
        ("We look at it.", "public"),
        ("Licences are short.", "internal"),
    }

    def public_texts() -> set[str]:
        said = stack.admin.everything(f"{stack.ticket}/tickets/{number}/comments/")
        return {each["text"] for each in said}

    eventually("the public comment at the help desk", lambda: "We look at it." in public_texts())
    assert "Licences are short." not in public_texts()


def test_a_workflow_is_exported_imported_and_deployed(stack: Stack, key: str, tmp_path: Path) -> None:
    admin = Shell(stack, tmp_path, account=stack.admin.account)
    source = admin.json("workflow", "list")[0]["name"]
    name = f"By command {uuid.uuid4().hex[:8]}"

    admin.run("workflow", "export", source, "--output", "flow.json")
    assert (tmp_path / "flow.json").read_text() == stack.manage("workflow_api", "workflow", "export", source)
    assert "says the same" in admin.run("workflow", "import", "flow.json", "--check")

    document = json.loads((tmp_path / "flow.json").read_text())
    document |= {"name": name, "category": name, "sub_category": "", "is_default": False}
    (tmp_path / "flow.json").write_text(json.dumps(document))
    assert f'+  "name": "{name}"' in admin.run("workflow", "import", "flow.json", "--check", code=1)
    assert f"{name}: created." in admin.run("workflow", "import", "flow.json")
    assert "would be deployed" in admin.run("workflow", "deploy", name, "--check", code=1)
    assert "Give --reason" in admin.run("workflow", "deploy", name, code=2)
    assert f"{name}: version 1 is live." in admin.run("workflow", "deploy", name, "--reason", "First version")
    assert "nothing to deploy" in admin.run("workflow", "deploy", name, "--check")

    document["steps"][0]["instruction"] = "Changed in a file."
    (tmp_path / "flow.json").write_text(json.dumps(document))
    changed = admin.run("workflow", "import", "flow.json", "--deploy", "--reason", "Second version")
    assert f"{name}: updated, deployed as version 2." in changed

    employee = Shell(stack, tmp_path, account=stack.employee.account)
    employee.run("workflow", "import", "flow.json", code=4)
    id_of = {row["name"]: row["id"] for row in admin.json("workflow", "list", "--search", name)}[name]
    for act in ("pause", "archive"):  # so that it is not in the way of other tests
        stack.admin.post(f"{stack.workflow}/workflows/{id_of}/{act}/", {})


def test_the_client_signs_in_lists_all_pages_and_signs_out(stack: Stack) -> None:
    account = stack.admin.account
    with Client(stack.frontend, email=account.email, password=account.password) as client:
        me = client.auth.api_v1_users_me_retrieve()
        assert me["email"] == account.email
        pages = client.auth.api_v1_users_list(page_size=2)
        assert len({row["id"] for row in pages}) == pages.count > 2
        with pytest.raises(ApiError) as caught:
            client.workflow.tickets_retrieve("../tickets")
        assert caught.value.status == 404
        old = client.credentials.headers(client.transport)
        client.sign_out()
    with Client(stack.frontend, token=old["Authorization"].removeprefix("Bearer ")) as client:

        def is_refused() -> bool:
            try:
                client.auth.api_v1_users_me_retrieve()
            except ApiError as error:
                return error.status == 401
            return False

        eventually("the session has ended", is_refused, seconds=10)


@pytest.fixture(scope="module")
def commands(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """How each example is run, compiled where that is needed."""
    program = tmp_path_factory.mktemp("examples") / "PostTicket.exe"
    compiler = shutil.which("mcs")
    assert compiler, "the packages of scripts/test hold mono-mcs"
    subprocess.run(
        [compiler, "-r:System.Net.Http", f"-out:{program}", str(EXAMPLES / "PostTicket.cs")], check=True, timeout=120
    )
    return {
        "post_ticket.py": [sys.executable, str(EXAMPLES / "post_ticket.py")],
        "post_ticket.sh": ["sh", str(EXAMPLES / "post_ticket.sh")],
        "PostTicket.java": ["java", str(EXAMPLES / "PostTicket.java")],
        "PostTicket.cs": ["mono", str(program)],
    }


def test_every_example_is_run(commands: dict[str, list[str]]) -> None:
    assert commands.keys() == {path.name for path in EXAMPLES.iterdir() if path.is_file()}


@pytest.mark.parametrize("name", ["post_ticket.py", "post_ticket.sh", "PostTicket.java", "PostTicket.cs"])
def test_an_example_files_a_ticket_and_follows_it(
    stack: Stack, key: str, commands: dict[str, list[str]], name: str
) -> None:
    environment = os.environ | {
        "TTS_URL": stack.frontend,
        "TTS_API_KEY": key,
        "ORDER": f"order-{uuid.uuid4().hex}",
        "PYTHONPATH": str(ROOT / "scripts" / "client" / "src"),
    }
    running = subprocess.Popen(
        commands[name], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert running.stdout
        number = running.stdout.readline().strip()
        assert number.startswith("TX"), running.communicate(timeout=30)[1]
        eventually(
            "the ticket at work",
            lambda: stack.admin.get(f"{stack.ticket}/tickets/{number}/")["status"] == "in_progress",
            seconds=60,
        )
        stack.admin.post(f"{stack.ticket}/tickets/{number}/withdraw/", {"reason": "The room is closed."})
        said, problems = running.communicate(timeout=60)
    finally:
        running.kill()
    assert running.returncode == 0, problems
    assert said.split()[-1] == "withdrawn"
