"""Every change of roles locks systems first and people then, so that two changes cannot wait for each other."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from hdts.models import Employee
from hdts.services import approve
from security.services import OPERATOR
from system_roles.services import lock_person, lock_system
from systems.models import System
from users.invitations import invite
from users.models import User
from users.tests.factories import a_person, a_role

pytestmark = pytest.mark.django_db(transaction=True)


def invited_again() -> tuple[User, Callable[[], object]]:
    bea = a_person("Bea", "Berg", password=None)
    role = a_role("IT Lead")
    return bea, lambda: invite(
        email=bea.email, roles=[role], first_name="Beate", last_name="Berg", by=OPERATOR, now=timezone.now()
    )


def approved() -> tuple[User, Callable[[], object]]:
    nina = a_person("Nina", "Fox", is_active=False)
    employee = Employee.objects.create(user=nina, source_id="E-1", created_at=timezone.now(), is_own_account=True)
    return nina, lambda: approve(employee_id=employee.pk, by=OPERATOR, now=timezone.now())


@pytest.mark.parametrize(("slug", "case"), [(System.TTS, invited_again), (System.HDTS, approved)])
def test_a_person_is_not_held_while_waiting_for_a_system(
    systems: None, slug: str, case: Callable[[], tuple[User, Callable[[], object]]]
) -> None:
    person, change = case()
    system_id = System.objects.get(slug=slug).pk
    is_locked = Event()

    def change_then() -> None:
        is_locked.wait(timeout=10)
        try:
            change()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        changed = pool.submit(change_then)
        with transaction.atomic():
            lock_system(system_id)
            is_locked.set()
            _wait_until_somebody_waits()
            lock_person(person.pk)  # a deadlock, if they hold it already
        changed.result(timeout=10)


def _wait_until_somebody_waits() -> None:
    ends = time.monotonic() + 10
    with connection.cursor() as cursor:
        while time.monotonic() < ends:
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
            )
            if cursor.fetchone()[0]:
                return
            time.sleep(0.01)
    raise AssertionError("Nobody waits for the system.")
