"""Roles with their people, people with their roles."""

from __future__ import annotations

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, IntegerField, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from role.models import Person, Role, RoleMember
from task.models import Assignment
from workflow.models import Workflow


def roles() -> QuerySet[Role]:
    """Return roles with members, lead, and the names of the live workflows that need them; two statements."""
    members = RoleMember.objects.active().select_related("person").order_by("person__full_name", "id")
    live = Workflow.objects.filter(is_archived=False, status__in=["deployed", "paused"])
    needs = Q(current_version__steps__role=OuterRef("pk")) | Q(current_version__coordinator_role_id=OuterRef("pk"))
    return (
        Role.objects.select_related("lead")
        .annotate(used_by=ArraySubquery(live.filter(needs).order_by("name").values("name").distinct()))
        .prefetch_related(Prefetch("members", queryset=members, to_attr="active_members"))
    )


def people() -> QuerySet[Person]:
    """Return people with their roles in TTS and their open tasks; two statements."""
    open_turns = (
        Assignment.objects.filter(person_id=OuterRef("pk"), ended_at=None, is_owner=False)
        .order_by()
        .values("person_id")
        .annotate(count=Count("id"))
        .values("count")
    )
    holds = (
        RoleMember.objects.active()
        .filter(role__system="tts", role__is_active=True)
        .select_related("role")
        .order_by(F("role__name"))
    )
    return (
        Person.objects.select_related("substitute")
        .annotate(open_tasks=Coalesce(Subquery(open_turns, output_field=IntegerField()), 0))
        .prefetch_related(Prefetch("memberships", queryset=holds, to_attr="active_holds"))
    )
