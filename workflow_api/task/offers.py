"""Which transitions can be performed on many tasks at once: by their names, which versions share."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rest_framework import serializers

from audit.actor import Actor
from role.models import Role, RoleMember
from task.journal import Journal
from task.models import Task
from task.run import as_run, read_ahead, with_relations
from task.state_machine import Standing, offered_transitions
from ticketing_common.errors import Invalid
from workflow.fields import IdField

MAX_TASKS = 100


class OffersIn(serializers.Serializer):  # type: ignore[type-arg]
    tasks = serializers.CharField(help_text="Ids, by commas.")

    def validate_tasks(self, value: str) -> list[int]:
        ids = [IdField().run_validation(each) for each in dict.fromkeys(value.split(","))]
        if len(ids) > MAX_TASKS:
            raise Invalid(f"At most {MAX_TASKS} tasks.", attr="tasks")
        return ids


class OfferOut(serializers.Serializer):  # type: ignore[type-arg]
    name = serializers.CharField()
    count = serializers.IntegerField(help_text="Of how many of the tasks.")
    requires_comment = serializers.BooleanField(help_text="Of one of them at least.")


class OffersOut(serializers.Serializer):  # type: ignore[type-arg]
    transitions = OfferOut(many=True)


def offers_for(*, person: Actor, task_ids: list[int], now: datetime) -> list[dict[str, Any]]:
    """Return the transitions that the person may perform on the tasks, those of most tasks first.

    Tasks that the person may not see offer nothing. Takes no lock: what has changed meanwhile is refused by the act.
    """
    seen = Task.objects.visible_to(person).filter(pk__in=task_ids).values("pk")
    runs = [as_run(task, Journal(now, person)) for task in with_relations().filter(pk__in=seen)]
    read_ahead(runs)
    held = set(RoleMember.objects.active().filter(person_id=person.user_id).values_list("role_id", flat=True))
    led = set(Role.objects.filter(lead_id=person.user_id).values_list("pk", flat=True))
    found: dict[str, dict[str, Any]] = {}
    for run in runs:
        role_id = run.visit.role_id if run.visit else None
        standing = Standing(person, run, known_member=role_id in held, known_lead=role_id in led)
        offered: dict[str, bool] = {}
        for each in offered_transitions(run, standing):
            # Of several of one name the first is performed.
            offered.setdefault(each["name"], each["requires_comment"])
        for name, requires_comment in offered.items():
            offer = found.setdefault(name, {"name": name, "count": 0, "requires_comment": False})
            offer["count"] += 1
            offer["requires_comment"] |= requires_comment
    return sorted(found.values(), key=lambda offer: (-offer["count"], offer["name"]))
