"""Run a management command of a service as its processes run: with their databases, servers and secrets."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence

from native.console import StartError
from native.layout import Layout
from native.plan import Options, make_plan, own_environment, service_environment
from native.services import BY_NAME
from native.state import State


def needs_owner(arguments: Sequence[str]) -> bool:
    """Tell whether a command changes tables or queues, which a service's own login may not."""
    return bool(arguments) and arguments[0] in {"migrate", "dbshell", "flush", "broker_setup"}


def manage(layout: Layout, service_name: str, arguments: Sequence[str]) -> int:
    """Return the exit code of `manage.py ARGUMENTS` of the service; it speaks and asks for itself."""
    state = State.of(layout)
    ports_in_use = state.get("ports_in_use", {})
    if not ports_in_use:
        raise StartError("Nothing has been started here yet: run scripts/up first.")
    service = BY_NAME[service_name]
    plan = make_plan(layout, Options(), state, in_use=frozenset(ports_in_use.values()))
    inherited = {key: value for key, value in os.environ.items() if key not in {"PYTHONPATH", "DJANGO_SETTINGS_MODULE"}}
    return subprocess.call(
        [str(layout.python), "manage.py", *arguments],
        cwd=layout.root / service.folder,
        env=inherited
        | service_environment(plan, state)
        | own_environment(plan, state, service, as_owner=needs_owner(arguments)),
    )
