"""The workflow API's copy of roles lost some of auth's news: the drift report names it, a snapshot heals it."""

from __future__ import annotations

import secrets
from contextlib import closing
from typing import Any

import psycopg2
from stack import Stack, eventually


def in_the_copy(stack: Stack, statement: str, *values: Any) -> int:
    """Change the copy behind everybody's back, as a lost message would leave it; return how many rows it hit."""
    with closing(psycopg2.connect(stack.env["WORKFLOW_DATABASE_URL"])) as connection, connection:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            return int(cursor.rowcount)


def drift(stack: Stack) -> Any:
    return stack.admin.get(f"{stack.auth}/api/v1/tts/drift/")


def is_in_sync(stack: Stack) -> bool:
    return bool(drift(stack)["is_in_sync"])


def test_drift_is_found_and_healed(stack: Stack) -> None:
    admin, employee = stack.admin, stack.employee.account
    role = admin.post(
        f"{stack.auth}/api/v1/roles/", {"system": "tts", "name": f"Drift {secrets.token_hex(4)}"}, status=201
    )
    hold = admin.post(
        f"{stack.auth}/api/v1/user-system-roles/", {"user_id": employee.user_id, "role_id": role["id"]}, status=201
    )
    eventually("the copy has the new role and its holder", lambda: is_in_sync(stack))

    # The news of the role's new words was lost, and that its holder, the last one given anything, lost it again.
    admin.http.patch(f"{stack.auth}/api/v1/roles/{role['id']}/", json={"description": "Nobody heard."}, timeout=20)
    assert admin.http.delete(f"{stack.auth}/api/v1/user-system-roles/{hold['id']}/", timeout=20).status_code == 204
    eventually("the copy knows both", lambda: is_in_sync(stack))
    assert in_the_copy(stack, "UPDATE roles SET version = 1, description = '' WHERE id = %s", role["id"]) == 1
    assert in_the_copy(stack, "UPDATE role_members SET version = 1, is_active = true WHERE id = %s", hold["id"]) == 1

    found = drift(stack)
    assert [entry["role_id"] for entry in found["roles"]["outdated"]] == [role["id"]]
    assert [entry["user_system_role_id"] for entry in found["members"]["extra"]] == [hold["id"]]

    admin.post(f"{stack.auth}/api/v1/tts/sync/", {}, status=202)

    eventually("the copy is healed", lambda: is_in_sync(stack))
    assert admin.http.delete(f"{stack.auth}/api/v1/roles/{role['id']}/", timeout=20).status_code == 204
    eventually("the copy follows", lambda: is_in_sync(stack))
