"""No service reaches into another, and no layer into one above it."""

from __future__ import annotations

import ast
import sys

import pytest
from sources import COMMON, SERVICES, Source, apps_of, product_sources, service_sources, sources_of

# What models and services must not know of: how they are called.
SHELLS = ("rest_framework", "celery", "channels", "kombu", "pika")
# Layers of one app, lowest first; a module may import those below it, never those above.
LAYERS = ("models", "querysets", "services", "serializers", "views", "urls")


def _root(module: str) -> str:
    return module.split(".")[0]


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_imports_its_own_apps_only(service: str) -> None:
    foreign = {app for other in SERVICES if other != service for app in apps_of(other)} | set(SERVICES)
    foreign -= apps_of(service)

    wrong = [
        f"{source.name}:{line} imports {module}"
        for source in service_sources(service)
        for module, line in source.imports()
        if _root(module) in foreign
    ]

    assert wrong == []


@pytest.mark.parametrize("service", SERVICES)
def test_an_app_hides_no_module_of_the_standard_library(service: str) -> None:
    assert not apps_of(service) & sys.stdlib_module_names
    assert not apps_of(service) & {"auth", "messages"}


def test_common_names_no_table_or_page_of_a_service() -> None:
    """The shared package is technical: tickets and tasks appear in its contracts alone."""
    wrong = [
        source.name
        for source in sources_of(COMMON)
        if "contracts" not in source.path.parts
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ClassDef) and node.name in {"Ticket", "Task", "Workflow", "Role", "User", "Comment"}
    ]

    assert wrong == []


def _is_domain(source: Source) -> bool:
    return source.path.name in {"models.py", "services.py", "querysets.py"} or bool(
        {"models", "services", "querysets"} & {part.name for part in source.path.parents if part.name}
    )


def test_models_and_services_know_nothing_of_http_queues_or_sockets() -> None:
    wrong = [
        f"{source.name}:{line} imports {module}"
        for source in product_sources()
        if _is_domain(source) and COMMON not in source.path.parents
        for module, line in source.imports()
        if _root(module) in SHELLS
    ]

    assert wrong == []


@pytest.mark.parametrize("service", SERVICES)
def test_no_layer_imports_one_above_it(service: str) -> None:
    wrong = []
    for source in service_sources(service):
        if source.is_test or source.path.stem not in LAYERS:
            continue
        app = source.path.parent.name
        above = LAYERS[LAYERS.index(source.path.stem) + 1 :]
        for module, line in source.imports():
            parts = module.split(".")
            if len(parts) >= 2 and parts[0] == app and parts[1] in above:
                wrong.append(f"{source.name}:{line} imports {module}")

    assert wrong == []


def test_only_the_relay_publishes() -> None:
    """A request or a handler that talks to the broker itself can hang with it, or lose what it sends."""
    wrong = [
        f"{source.name}:{node.lineno} calls {node.func.attr}"
        for service in SERVICES
        for source in service_sources(service)
        if not source.is_test
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"send_task", "apply_async", "delay", "basic_publish"}
    ]

    assert wrong == []


def _reads_the_clock(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"now", "utcnow", "today"}
    )


def test_the_time_can_be_passed_in() -> None:
    """A service that reads the clock does so as the default of its argument `now`; a test chooses the time."""
    wrong = [
        f"{source.name}:{node.lineno}"
        for service in SERVICES
        for source in service_sources(service)
        if source.path.name == "services.py" and not source.is_test
        for function in ast.walk(source.tree)
        if isinstance(function, ast.FunctionDef) and "now" not in {arg.arg for arg in function.args.kwonlyargs}
        for node in function.body
        if any(_reads_the_clock(part) for part in _outside_lambdas(node))
    ]

    assert wrong == []


def _outside_lambdas(node: ast.AST) -> list[ast.AST]:
    """Return the nodes that run when the function does; a lambda runs later, at a time of its own."""
    found, waiting = [], [node]
    while waiting:
        found.append(current := waiting.pop())
        if not isinstance(current, ast.Lambda):
            waiting += ast.iter_child_nodes(current)
    return found
