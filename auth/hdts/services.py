"""Employees of the help desk: taken over, approved, rejected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from hdts.models import Employee
from roles.models import Role
from security.services import Actor, Kind, record
from system_roles.models import UserSystemRole
from system_roles.services import assign_role, change_hold, lock_with_systems, remove_hold
from systems.models import System
from ticketing_common.errors import Conflict, NotFound, Refusal
from users.models import User
from users.services import create_user, set_active, update_user
from users.texts import login_name

EMPLOYEE_ROLE = "Employee"
Status = Employee.Status


class AlreadyDecided(Conflict):
    code = "already_decided"
    default_detail = "The employee has this state already."


class SourceIdTaken(Conflict):
    code = "source_id_taken"
    default_detail = "Another person has this id of the help desk."


def take_over(*, employees: Iterable[Mapping[str, Any]], by: Actor, now: datetime) -> list[dict[str, Any]]:
    """Add or update employees as the help desk knows them; return a result for each.

    New ones wait for approval. Taking over again changes nothing but what has changed there.
    """
    results = []
    for given in employees:
        try:
            employee, is_new = _take_over_one(dict(given), by=by, now=now)
        except Refusal as error:
            answer: dict[str, Any] = {"status": "failed", "code": error.code, "detail": error.detail}
        else:
            answer = {"status": employee.status, "user_id": employee.user_id, "is_new": is_new}
        results.append({"source_id": given["source_id"], **answer})
    return results


@transaction.atomic
def _take_over_one(given: dict[str, Any], *, by: Actor, now: datetime) -> tuple[Employee, bool]:
    source_id, email = given.pop("source_id"), login_name(given.pop("email"))
    employee = Employee.objects.select_for_update().select_related("user").filter(source_id=source_id).first()
    if employee is not None:
        # Whoever also works here is described here: the help desk can't move such an account to another address.
        works_here = UserSystemRole.objects.filter(user=employee.user_id).exclude(system__slug=System.HDTS)
        if employee.is_own_account and not works_here.exists():
            update_user(user_id=employee.user_id, changes=given | {"email": email}, by=by, now=now)
        return employee, False
    user = User.objects.by_login(email).first()
    is_own_account = user is None
    if user is None:
        user = create_user(email=email, by=by, now=now, is_active=False, **given)
    elif Employee.objects.filter(user=user).exists():
        raise SourceIdTaken()
    return (
        Employee.objects.create(user=user, source_id=source_id, created_at=now, is_own_account=is_own_account),
        True,
    )


@transaction.atomic
def approve(*, employee_id: int, by: Actor, now: datetime) -> Employee:
    """Let the person write tickets: the account is on and holds the role Employee of HDTS."""
    employee = _lock(employee_id, not_yet=Status.APPROVED)
    role = Role.objects.get(system__slug=System.HDTS, name=EMPLOYEE_ROLE)
    lock_with_systems(employee.user_id, roles=[role])
    if employee.is_own_account:
        set_active(user_id=employee.user_id, is_active=True, by=by, now=now)
    hold = UserSystemRole.objects.filter(user=employee.user_id, role=role).first()
    if hold is None:
        assign_role(user_id=employee.user_id, role_id=role.pk, by=by, now=now)
    elif not hold.is_active:
        change_hold(hold_id=hold.pk, is_active=True, by=by, now=now)
    return _decide(employee, Status.APPROVED, "", by, now)


@transaction.atomic
def reject(*, employee_id: int, reason: str, by: Actor, now: datetime) -> Employee:
    """Take the role away; an account that was made for the help desk alone is switched off."""
    employee = _lock(employee_id, not_yet=Status.REJECTED)
    lock_with_systems(employee.user_id)
    holds = UserSystemRole.objects.filter(user=employee.user_id)
    for hold in holds.filter(role__name=EMPLOYEE_ROLE, system__slug=System.HDTS):
        remove_hold(hold_id=hold.pk, by=by, now=now)
    if employee.is_own_account and not holds.filter(is_active=True).exists():
        set_active(user_id=employee.user_id, is_active=False, by=by, now=now)
    return _decide(employee, Status.REJECTED, reason, by, now)


def _lock(employee_id: int, *, not_yet: Employee.Status) -> Employee:
    employee = Employee.objects.select_for_update(of=("self",)).select_related("user").filter(pk=employee_id).first()
    if employee is None:
        raise NotFound("There is no such employee.")
    if employee.status == not_yet:
        raise AlreadyDecided()
    return employee


def _decide(employee: Employee, status: Employee.Status, reason: str, by: Actor, now: datetime) -> Employee:
    employee.status, employee.reason = status, reason
    employee.decided_by_id, employee.decided_at = by.user_id, now
    employee.save(update_fields=["status", "reason", "decided_by_id", "decided_at"])
    kind = Kind.EMPLOYEE_APPROVED if status == Status.APPROVED else Kind.EMPLOYEE_REJECTED
    record(kind, now=now, by=by, user_id=employee.user_id, reason=reason)
    employee.user.refresh_from_db()
    return employee
