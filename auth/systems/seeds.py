"""The seed story: four systems, their roles, and, for demonstrations, people who work with them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction

from roles.models import Role
from roles.services import create_role
from security.services import OPERATOR
from signin.sessions import Reason, end_all_sessions
from system_roles.catalogue import ensure_catalogue
from system_roles.models import UserSystemRole
from system_roles.services import assign_role, lock_person, publish_can_sign_in
from systems.models import SeedRun, System
from ticketing_common.contracts.messages import SeedWorkflows
from ticketing_common.outbox import enqueue
from tts import sync
from users.models import User
from users.services import create_user

WORKFLOW_SEED_VERSION = 1
# Grows when the message about a person says something new, so that everybody is told once more. 1: roles by id.
PEOPLE_NEWS_VERSION = 1

SYSTEMS = (
    (System.TTS, "Ticket Tracking System", "Workflows, tasks and conversations about tickets."),
    (System.HDTS, "Help Desk and Ticketing System", "Where employees write their tickets."),
    (System.AMS, "Asset Management System", "Who has which laptop, projector, car."),
    (System.BMS, "Budget Management System", "Proposals and budgets of the departments."),
)

WORKFLOW_ROLES = (
    ("Ticket Coordinator", "Reads new tickets, owns them to the end, and closes them."),
    ("IT Support", "Solves IT tickets."),
    ("IT Lead", "Approves access and decides what IT Support can't."),
    ("Asset Manager", "Reviews requests for assets and hands them out."),
    ("Budget Manager", "Reviews budget proposals and writes the final version."),
    ("Finance Lead", "Approves or rejects budget proposals."),
    ("Department Head", "Approves what their department pays for."),
)


@dataclass(frozen=True)
class Person:
    first_name: str
    last_name: str
    department: str
    tts: tuple[str, ...]
    elsewhere: tuple[tuple[str, str], ...] = ()

    @property
    def email(self) -> str:
        return f"{self.first_name}.{self.last_name}@example.com".lower()


IT, ASSETS, BUDGET = "IT Department", "Asset Department", "Budget Department"
ADMIN = Person(
    "Miriam",
    "Castellanos",
    IT,
    ("Admin",),
    ((System.HDTS, "Admin"), (System.AMS, "Admin"), (System.BMS, "Admin")),
)
PEOPLE = (
    ADMIN,
    Person("Amara", "Okafor", IT, ("Agent", "Ticket Coordinator")),
    Person("Daniel", "Novak", IT, ("Agent", "Ticket Coordinator")),
    Person("Priya", "Raman", IT, ("Agent", "IT Support")),
    Person("Tomas", "Herrera", IT, ("Agent", "IT Support")),
    Person("Lena", "Fischer", IT, ("Agent", "IT Support", "IT Lead")),
    Person("Samuel", "Osei", IT, ("Agent", "IT Lead")),
    Person("Yusuf", "Demir", ASSETS, ("Agent", "Asset Manager"), ((System.AMS, "Asset Manager"),)),
    Person("Chloe", "Tanaka", ASSETS, ("Agent", "Asset Manager"), ((System.AMS, "Asset Manager"),)),
    Person("Rafael", "Duarte", BUDGET, ("Agent", "Budget Manager"), ((System.BMS, "Budget Manager"),)),
    Person("Hannah", "Weiss", BUDGET, ("Agent", "Budget Manager"), ((System.BMS, "Budget Manager"),)),
    Person("Beatriz", "Moreau", BUDGET, ("Agent", "Finance Lead")),
    Person("Oliver", "Grant", BUDGET, ("Agent", "Finance Lead", "Department Head")),
    Person("Nadia", "Petrova", ASSETS, ("Agent", "Department Head")),
    Person("Jonas", "Keller", IT, ("User",), ((System.HDTS, "Employee"),)),
)


@transaction.atomic
def seed_systems(*, now: datetime) -> None:
    """Make the systems and the roles; running it again adds what is missing and touches nothing else."""
    for slug, name, description in SYSTEMS:
        system, _ = System.objects.get_or_create(
            slug=slug, defaults={"name": name, "description": description, "created_at": now}
        )
        ensure_catalogue(system, by=OPERATOR, now=now)
    tts = System.objects.get(slug=System.TTS)
    for name, description in WORKFLOW_ROLES:
        if not Role.objects.filter(system=tts, name__iexact=name).exists():
            create_role(system_id=tts.pk, name=name, description=description, by=OPERATOR, now=now)


@transaction.atomic
def seed_people(*, password: str, now: datetime) -> None:
    """Make the demonstration's people with this password, or give them this password again."""
    for index, person in enumerate(PEOPLE, start=1):
        user = User.objects.by_login(person.email).first()
        if user is None:
            user = create_user(
                email=person.email,
                first_name=person.first_name,
                last_name=person.last_name,
                department=person.department,
                company_id=f"MA{index:04d}",
                is_demo=True,
                by=OPERATOR,
                now=now,
            )
        if not user.is_demo:
            continue  # somebody real has this address; their roles and password are theirs
        holds = [(System.TTS, name) for name in person.tts] + list(person.elsewhere)
        for system, name in holds:
            role = Role.objects.get(system__slug=system, name__iexact=name)
            if not UserSystemRole.objects.filter(user=user, role=role).exists():
                assign_role(user_id=user.pk, role_id=role.pk, by=OPERATOR, now=now)
    set_demo_passwords(password=password, now=now)


def set_demo_passwords(*, password: str, now: datetime) -> None:
    """One slow hash for all demonstration accounts together, and none to write when nothing has changed."""
    demo = User.objects.get_queryset().filter(is_demo=True)
    hashes = set(demo.values_list("password", flat=True))
    if len(hashes) == 1 and check_password(password, next(iter(hashes))):
        return
    encoded = make_password(password)
    for user_id in demo.values_list("pk", flat=True):
        _set_demo_password(user_id, encoded, now)
        end_all_sessions(user_id=user_id, reason=Reason.PASSWORD, by=OPERATOR, now=now)


@transaction.atomic
def seed_workflows(*, now: datetime) -> bool:
    """Ask the workflow API for the workflows that ship with the product, once for each version of them."""
    if not _is_due("workflows", WORKFLOW_SEED_VERSION, now=now):
        return False
    enqueue(SeedWorkflows(seed_version=WORKFLOW_SEED_VERSION))
    return True


@transaction.atomic
def publish_everybody(*, now: datetime) -> bool:
    """Send who everybody is, once after an upgrade whose message says more than those before."""
    if not _is_due("people", PEOPLE_NEWS_VERSION, now=now):
        return False
    sync.publish_people(User.objects.order_by("id"))
    return True


def _is_due(name: str, version: int, *, now: datetime) -> bool:
    """Return whether this version is to be sent now, and note that it was."""
    run, is_new = SeedRun.objects.select_for_update().get_or_create(
        name=name, defaults={"version": version, "done_at": now}
    )
    if not is_new and run.version >= version:
        return False
    run.version, run.done_at = version, now
    run.save(update_fields=["version", "done_at"])
    return True


@transaction.atomic
def _set_demo_password(user_id: int, encoded: str, now: datetime) -> None:
    user = lock_person(user_id)
    could_sign_in = user.can_sign_in
    User.objects.filter(pk=user_id).update(password=encoded, password_changed_at=now)
    if not could_sign_in:
        publish_can_sign_in(user)
