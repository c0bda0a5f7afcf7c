"""Rules about files that no linter knows."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest
from sources import COMMON, ROOT, SERVICES, apps_of, product_sources, service_sources, sources_of

LONGEST_FILE = 600
APPS = {
    "auth": {"users", "roles", "system_roles", "systems", "tts", "hdts"},
    "workflow_api": {"workflow", "step", "task", "role", "tickets", "audit", "amscheckout", "bmscheckout"}
    | {"workflowmanager"},
    "messaging": {"comments", "tickets"},
    "notification_service": {"notifications", "app"},
    "ticket_service": {"tickets"},
}


def test_no_source_is_longer_than_a_person_can_hold() -> None:
    tests = sources_of(ROOT / "tests") + sources_of(ROOT / "common" / "tests") + sources_of(ROOT / "scripts")
    own = [source for service in SERVICES for source in service_sources(service)]
    long = {
        source.name: lines
        for source in (*own, *sources_of(COMMON), *tests)
        if not source.is_generated and (lines := source.text.count("\n")) >= LONGEST_FILE
    }

    assert long == {}


def test_nothing_is_printed() -> None:
    wrong = [
        f"{source.name}:{node.lineno}"
        for source in product_sources()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]

    assert wrong == []


def _catches_everything(handler: ast.ExceptHandler) -> bool:
    """Tell whether the handler takes whatever comes and keeps it; one that tidies up and raises again is fine."""
    last = handler.body[-1]
    if isinstance(last, ast.Raise) and last.exc is None:
        return False
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(
        kind is None or (isinstance(kind, ast.Name) and kind.id in {"Exception", "BaseException"}) for kind in kinds
    )


# Loops in which what fails is one row's, one part's or one picture's: it is recorded there, and the others go on.
ISOLATES_A_FAILURE = frozenset(
    {
        "notification_service/app/tasks.py",
        "notification_service/inbound_mail/services.py",
        "notification_service/notifications/cleanup.py",
        "notification_service/notifications/delivery.py",
        "notification_service/webhooks/delivery.py",
        "workflow_api/privacy/passes.py",
        "workflow_api/task/deadlines.py",
        "workflow_api/task/one_by_one.py",
        "workflow_api/workflowmanager/schedule.py",
        "auth/users/picture_process.py",
        "messaging/comments/replies.py",
        "messaging/sockets/hub.py",
    }
)


def test_no_service_swallows_every_exception() -> None:
    wrong = [
        f"{source.name}:{node.lineno}"
        for source in product_sources()
        if COMMON not in source.path.parents and source.name not in ISOLATES_A_FAILURE
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ExceptHandler) and _catches_everything(node)
    ]

    assert wrong == []


def test_common_catches_everything_only_where_a_message_could_stop_a_process() -> None:
    found = {
        source.path.name
        for source in sources_of(COMMON)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ExceptHandler) and _catches_everything(node)
    }

    # The services of retention: a row that can not be removed stops no other.
    names = {"celery.py", "consume.py", "dead_letters.py", "dead_queues.py", "relay.py", "services.py"}
    assert found <= names


def test_lists_of_clients_are_counted_before_their_elements_are_looked_at() -> None:
    """The framework's own list looks at every element first, and answers with an error for each."""
    wrong = [
        f"{source.name}:{node.lineno}"
        for source in product_sources()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) == "serializers.ListField"
        and any(keyword.arg == "max_length" for keyword in node.keywords)
    ]

    assert wrong == []


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_has_the_agreed_shape(service: str) -> None:
    folder = ROOT / service

    assert (folder / "manage.py").is_file()
    assert (folder / "conftest.py").is_file()
    for name in ("settings.py", "settings_test.py", "urls.py", "celery.py"):
        assert (folder / "config" / name).is_file(), name
    assert (folder / "config" / "wsgi.py").is_file() or (folder / "config" / "asgi.py").is_file()
    assert not (folder / "__init__.py").exists(), "it would turn the folder into a package and break the imports"
    assert apps_of(service) >= APPS[service]


@pytest.mark.parametrize("service", SERVICES)
def test_every_app_has_tests_and_no_modules_that_say_nothing(service: str) -> None:
    poor_names = {"utils", "helpers", "misc", "common", "views_old", "models_new"}
    found = {source.path.stem for source in service_sources(service)}

    assert not found & poor_names
    assert any(source.path.name.startswith("test_") for source in service_sources(service))


@pytest.mark.parametrize("service", SERVICES)
def test_django_s_own_people_exist_in_auth_alone(service: str) -> None:
    if service == "auth":
        return
    wrong = [
        f"{source.name}:{line}"
        for source in service_sources(service)
        for module, line in source.imports()
        if module.startswith("django.contrib.auth")
    ]

    assert wrong == []


def _tracked() -> list[Path]:
    answer = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    names = answer.stdout.split("\0") if answer.returncode == 0 else []
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


TEXT = {".py", ".md", ".toml", ".yml", ".yaml", ".sh", ".ts", ".tsx", ".css", ".html", ".conf", ".json", ".txt", ""}


def test_files_hold_no_secret_and_no_unfinished_business() -> None:
    private_key = re.compile("-----BEGIN " + r"(RSA |EC |OPENSSH )?PRIVATE KEY-----")
    unfinished = re.compile(r"\b(TO" + "DO|FIX" + r"ME)\b")
    wrong = []
    for path in _tracked():
        if path.suffix not in TEXT or path.name in {"package-lock.json", "requirements.lock", "requirements-dev.lock"}:
            continue
        text = path.read_text(errors="replace")
        wrong += [f"{path.relative_to(ROOT)}: a private key" for _ in private_key.findall(text)]
        wrong += [f"{path.relative_to(ROOT)}: unfinished" for _ in unfinished.findall(text)]

    assert wrong == []


def test_no_build_output_is_tracked() -> None:
    wrong = [
        str(path.relative_to(ROOT))
        for path in _tracked()
        if path.suffix in {".pyc", ".log"} or {"node_modules", "dist", "__pycache__", ".venv"} & set(path.parts)
    ]

    assert wrong == []
