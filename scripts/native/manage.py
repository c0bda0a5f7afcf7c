"""Run a management command of a service as its processes run: with their databases, servers and secrets."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence

from native.console import StartError
from native.layout import Layout
from native.plan import Options, make_plan, own_environment, service_environment
from native.services import SERVICES, Service
from native.state import State

#: What people may call a service: its short name, or the name of its folder.
SERVICES_BY_ANY_NAME = {name: service for service in SERVICES for name in (service.name, service.folder)}


def needs_owner(arguments: Sequence[str]) -> bool:
    """Tell whether a command changes tables or queues, which a service's own login may not."""
    return bool(arguments) and arguments[0] in {"migrate", "dbshell", "flush", "broker_setup"}


def command_of(layout: Layout, service: Service, arguments: Sequence[str]) -> tuple[list[str], str, dict[str, str]]:
    """Return the words, the folder and the environment of `manage.py ARGUMENTS` of the service."""
    state = State.of(layout)
    ports_in_use = state.get("ports_in_use", {})
    if not ports_in_use:
        raise StartError("Nothing has been started here yet: run scripts/up first.")
    plan = make_plan(layout, Options(), state, in_use=frozenset(ports_in_use.values()))
    inherited = {key: value for key, value in os.environ.items() if key not in {"PYTHONPATH", "DJANGO_SETTINGS_MODULE"}}
    own = own_environment(plan, state, service, as_owner=needs_owner(arguments))
    environment = inherited | service_environment(plan, state) | own
    # Commands that take the name of a file find it from where the person stands.
    environment["CALLED_FROM"] = os.getcwd()
    return [str(layout.python), "manage.py", *arguments], str(layout.root / service.folder), environment


def manage(layout: Layout, service_name: str, arguments: Sequence[str]) -> int:
    """Return the exit code of `manage.py ARGUMENTS` of the service; it speaks and asks for itself."""
    words, folder, environment = command_of(layout, SERVICES_BY_ANY_NAME[service_name], arguments)
    return subprocess.call(words, cwd=folder, env=environment)
