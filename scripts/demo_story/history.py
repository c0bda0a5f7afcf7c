"""A month of history for a desk that has none: planned here, made by management commands of the services.

Each command does all or nothing and recognises what is there, so that a run that was stopped is completed by the next.
"""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

from demo_story.client import SignedIn
from demo_story.conversation import comments_of
from demo_story.places import COMPOSE, Places
from demo_story.plan import Planner, Sla, service_file, workflow_file
from native.console import Console, StartError
from native.layout import Layout
from native.manage import SERVICES_BY_ANY_NAME, command_of

PRIORITIES = ("low", "medium", "high", "urgent")
CONTAINERS = {"ticket_service": "ticket-service", "workflow_api": "workflow-api", "messaging": "messaging-service"}
LONGEST_SECONDS = 600


class History:
    """Fills the desk of one running copy."""

    def __init__(self, places: Places, console: Console, layout: Layout) -> None:
        self.places, self.console, self.layout = places, console, layout

    def make(self) -> None:
        """Make the history, or what is missing of it."""
        began = self.console.elapsed()
        end = datetime.now().astimezone()
        admin = SignedIn(self.places, self.places.admin)
        plan = Planner(end, self._sla(admin), asker=self._asker()).plan()
        self.console.line("\nA month of history")
        tickets = self._manage("ticket_service", "file_history", service_file(plan))
        record = self._manage("workflow_api", "play_history", workflow_file(plan, tickets, end))
        written = self._manage("messaging", "write_history", comments_of(plan, record, end))
        states = Counter(entry["status"] for entry in record)
        shown = ", ".join(f"{count} {status.replace('_', ' ')}" for status, count in states.most_common())
        self.console.line(f"   {len(record)} tickets: {shown}.")
        comments = written.get("written", 0)
        took = f"{self.console.elapsed() - began:.0f} s"
        self.console.line(f"   {comments} comments. It took {took}." if comments else "   It was there already.")

    def _sla(self, admin: SignedIn) -> Sla:
        """Return the seconds of each priority, by the categories that the deployed workflows serve."""
        rows = admin.get(f"{self.places.workflow}/workflows/", status="deployed", page_size="100")["results"]
        return {
            (row["category"], row["sub_category"]): {priority: row[f"{priority}_sla"] for priority in PRIORITIES}
            for row in rows
        }

    def _asker(self) -> dict[str, Any] | None:
        for person in self.places.people:
            if "User" in person.roles:
                return {"id": person.user_id, "name": person.name, "email": person.email}
        return None

    def _manage(self, service: str, command: str, document: Any) -> Any:
        """Run a management command with the document on its standard input; return what it answers."""
        folder: str | Path = self.layout.root
        environment = None
        if self.places.in_containers:
            words = [*COMPOSE, "exec", "-T", CONTAINERS[service], "python", "manage.py", command]
        else:
            words, folder, environment = command_of(self.layout, SERVICES_BY_ANY_NAME[service], [command])
        done = subprocess.run(
            words,
            cwd=folder,
            env=environment,
            input=json.dumps(document),
            capture_output=True,
            text=True,
            check=False,
            timeout=LONGEST_SECONDS,
        )
        if done.returncode:
            tail = "\n".join(done.stderr.splitlines()[-15:])
            raise StartError(f"The history could not be made: {service}, {command}.", log_tail=tail)
        return json.loads(done.stdout)
