"""People, roles and deployed workflows, as auth and the seeder send them to the workflow API."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bench.rig import ROOT, Rig, Worker

WORKFLOW = ROOT / "workflow_api"
INTAKE = "TICKET_TASKS_PRODUCTION"
QUEUES = [INTAKE, "tts.role.sync", "tts.user_system_role.sync", "workflow_seed_queue", "workflow_seed"]
ROLES = ("Ticket Coordinator", "IT Support", "IT Lead", "Asset Manager", "Budget Manager", "Finance Lead")
ROLES += ("Department Head",)
MEMBERS_PER_ROLE = 3
WORKFLOWS = 5


def settle(rig: Rig, logs: Path) -> None:
    """Migrate, and let the real worker and relay take in roles, members and workflows."""
    rig.manage(WORKFLOW, "migrate", "--noinput")
    relay = rig.command(WORKFLOW, "relay_outbox", log=logs / "relay.log")
    worker = start_worker(rig, logs)
    with rig.publisher() as publisher, rig.database() as database:
        for role_id, role in enumerate(ROLES, start=1):
            publisher.publish("tts.role.sync", "role.tasks.sync_role", _role(role_id, role))
            for member in range(MEMBERS_PER_ROLE):
                hold = _hold(role_id * 10 + member, role_id, role)
                publisher.publish("tts.user_system_role.sync", "role.tasks.sync_user_system_role", hold)
        publisher.flush()
        database.wait_for("SELECT count(*) FROM role_members", len(ROLES) * MEMBERS_PER_ROLE, seconds=60)
        publisher.publish("workflow_seed_queue", "workflow.tasks.seed_workflows", {"seed_version": 1})
        publisher.flush()
        database.wait_for("SELECT count(*) FROM workflows WHERE status = 'deployed'", WORKFLOWS, seconds=60)
    relay.stop()
    worker.stop()


def start_worker(rig: Rig, logs: Path) -> Worker:
    return rig.worker(WORKFLOW, "config", QUEUES, logs / "real.log", settings="config.settings")


def _role(role_id: int, name: str) -> dict[str, Any]:
    return {
        "role_id": role_id,
        "name": name,
        "system": "tts",
        "description": "",
        "is_custom": True,
        "action": "upsert",
        "version": 1,
    }


def _hold(number: int, role_id: int, role: str) -> dict[str, Any]:
    return {
        "user_system_role_id": number,
        "user_id": number,
        "user_email": f"agent.{number}@example.com",
        "user_full_name": f"Agent {number}",
        "system": "tts",
        "role_id": role_id,
        "role_name": role,
        "is_active": True,
        "settings": {},
        "assigned_at": "2026-11-22T08:00:00+00:00",
        "action": "upsert",
        "version": 1,
    }
